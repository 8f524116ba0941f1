"""Other ways to answer than the patient's own phone: filled in together at the desk, or copied from paper."""

from datetime import date
from uuid import UUID

from flask import abort, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from intake.i18n import Words
from intake.i18n import lazy as _
from intake.questionnaire.fields import PageForm, posted, recalled
from intake.questionnaire.pages import Page
from intake.questionnaire.questions import Day
from intake.services.appointments.views import AppointmentView
from intake.services.context import Operation
from intake.services.forms import together
from intake.services.forms.intakes import AlreadySent
from intake.services.forms.together import NotExpected, PatientNotIdentified, WrongDateAtDesk
from intake.services.staff import sessions
from intake.services.staff.accounts import Permission
from intake.storage.models import Appointment, Route, SessionKind, WebSession
from intake.web import clinic, only, operation, reading
from intake.web.reception.blueprint import blueprint, booked

BY_STAFF = {Route.DESK.value: Route.DESK, Route.PAPER.value: Route.PAPER}
SENT_ALREADY = _("The form was already sent, so it cannot be filled in any more.")
BIRTH = Day(
    "birth",
    _("What is the patient’s date of birth?"),
    hint=_("As the patient says it now, or as it stands on the paper form. For example, 27 3 1962."),
    required=True,
)
START = Page("date_at_desk", _("Date of birth"), (BIRTH,))
WRONG_DATE = _(
    "This is not the date of birth we know. Is it the right appointment? After five wrong dates, wait "
    "15 minutes."
)
CANCELLED = _("The appointment was cancelled, so there is nothing to fill in.")


@blueprint.post("/appointments/<uuid:appointment_id>/together")
@only(Permission.FILL_IN)
def fill_in_together(appointment_id: UUID) -> Response | tuple[str, int]:
    """Open the patient's pages in this browser, for the patient at the desk or on the telephone."""
    route = BY_STAFF.get(request.form.get("route", "")) or abort(400)
    form = _date_form()
    if form is not None and not form.validate():
        return _asked_for_the_date(appointment_id, route, form, 422)
    with operation() as op:
        found = booked(op.session, appointment_id)
        try:
            if form is not None:
                together.identify(op, found.intake, date.fromisoformat(str(form.answers["birth"])))
            token = _start(op, found, route, identified=form is not None)
        except PatientNotIdentified:
            return _asked_for_the_date(appointment_id, route, recalled(START, (BIRTH,), {}), 200)
        except WrongDateAtDesk:
            op.commit()
            return _asked_for_the_date(appointment_id, route, form or recalled(START, (BIRTH,), {}), 403)
        except AlreadySent:
            return _refused(appointment_id, SENT_ALREADY)
        except NotExpected:
            return _refused(appointment_id, CANCELLED)
        _end(op)
        op.commit()
    session["patient"] = token
    session.pop("own_copy", None)
    return redirect(url_for("patient.form"), 303)


@blueprint.post("/appointments/<uuid:appointment_id>/together/end")
@only(Permission.FILL_IN)
def back_to_desk(appointment_id: UUID) -> Response:
    """The patient's pages are closed in this browser; what was saved is kept."""
    with operation() as op:
        _end(op)
        op.commit()
    session.pop("patient", None)
    return redirect(url_for("reception.appointment", appointment_id=appointment_id), 303)


def _date_form() -> PageForm | None:
    """The date of birth that was typed; None where the page did not ask for one."""
    if "birth-day" not in request.form:
        return None
    return posted(START, (BIRTH,), request.form, on=clinic().settings.today(clinic().now()))


def _asked_for_the_date(appointment_id: UUID, route: Route, form: PageForm, status: int) -> tuple[str, int]:
    with reading() as op:
        view = AppointmentView.of(booked(op.session, appointment_id))
    (birth,) = form.controls
    if status == 403:
        birth.errors = (str(WRONG_DATE),)
    page = render_template(
        "reception/date_at_desk.html",
        appointment=view,
        route=route,
        form=form,
        problems=((birth.anchor, str(WRONG_DATE)),) if status == 403 else form.problems,
    )
    return page, status


def _start(op: Operation, found: Appointment, route: Route, **how: bool) -> str:
    within = op.session.get_one(WebSession, g.web_session.id)
    return together.start(op, found.intake, route, within=within, **how)


def _end(op: Operation) -> None:
    """End what was open for a patient in this browser before."""
    earlier = session.get("patient")
    if isinstance(earlier, str):
        sessions.revoke(op, earlier, SessionKind.PATIENT)


def _refused(appointment_id: UUID, why: Words) -> tuple[str, int]:
    page = render_template("reception/not_together.html", why=why, appointment_id=appointment_id)
    return page, 409
