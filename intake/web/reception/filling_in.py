"""Other ways to answer than the patient's own phone: filled in together at the desk, or copied from paper."""

from uuid import UUID

from flask import abort, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from intake.i18n import Words
from intake.i18n import lazy as _
from intake.services.context import Operation
from intake.services.forms import together
from intake.services.forms.intakes import AlreadySent
from intake.services.forms.together import NotExpected
from intake.services.staff import sessions
from intake.services.staff.accounts import Permission
from intake.storage.models import Appointment, Route, SessionKind, WebSession
from intake.web import only, operation
from intake.web.reception.blueprint import blueprint, booked

BY_STAFF = {Route.DESK.value: Route.DESK, Route.PAPER.value: Route.PAPER}
SENT_ALREADY = _("The form was already sent, so it cannot be filled in any more.")
CANCELLED = _("The appointment was cancelled, so there is nothing to fill in.")


@blueprint.post("/appointments/<uuid:appointment_id>/together")
@only(Permission.FILL_IN)
def fill_in_together(appointment_id: UUID) -> Response | tuple[str, int]:
    """Open the patient's pages in this browser, for the patient at the desk or on the telephone."""
    route = BY_STAFF.get(request.form.get("route", "")) or abort(400)
    with operation() as op:
        found = booked(op.session, appointment_id)
        try:
            token = _start(op, found, route)
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


def _start(op: Operation, found: Appointment, route: Route) -> str:
    within = op.session.get_one(WebSession, g.web_session.id)
    return together.start(op, found.intake, route, within=within)


def _end(op: Operation) -> None:
    """End what was open for a patient in this browser before."""
    earlier = session.get("patient")
    if isinstance(earlier, str):
        sessions.revoke(op, earlier, SessionKind.PATIENT)


def _refused(appointment_id: UUID, why: Words) -> tuple[str, int]:
    page = render_template("reception/not_together.html", why=why, appointment_id=appointment_id)
    return page, 409
