"""One patient for whom somebody must act: taken by name, phoned by the script, closed with what came of it.

The script holds the few answers that raised the alert and nothing else of the record; each look is recorded.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from flask import abort, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from intake.i18n import Words, gettext
from intake.i18n import lazy as _
from intake.services import alerts
from intake.services.alerts import (
    OUTCOMES,
    CallView,
    NoSuchAlert,
    OutcomeIncomplete,
    RaisedAgain,
    Result,
    TakenAlready,
)
from intake.services.alerts.call_script import call_script
from intake.services.appointments.views import AppointmentView
from intake.services.audit import Action
from intake.services.forms import intakes
from intake.services.forms.draft import Choice
from intake.services.staff import accounts
from intake.services.staff.accounts import Permission, may
from intake.services.staff.views import StaffView
from intake.storage.models import Outcome, User
from intake.web import clinic, only, operation
from intake.web.frozen import frozen
from intake.web.reception.blueprint import blueprint, uuid_in
from intake.web.staff_forms import ChoiceField, LineField, StaffField, StaffForm, TextField, TickField

CHOSE: dict[Choice, Words] = {
    Choice.GETTING_HELP: _("“I am getting help now”"),
    Choice.ALREADY_SEEN: _("“I have already been seen for this”"),
    Choice.MISTAKE: _("“I pressed the wrong answer”"),
    Choice.CONTINUE: _("“Carry on with the form”"),
    Choice.UNDERSTOOD: _("“I will do this today”"),
}
RAISED_AGAIN = _("It was raised again while you wrote. Nothing is closed: look what the patient says now")
MISSING: dict[str, Words] = {
    "outcome": _("Choose what came of it"),
    "note": _("Write in a few words what was said and done"),
    "initials": _("Enter your initials"),
    "clinician_told": _("Tell a clinician first, then tick that you have"),
}


class OutcomeForm(StaffForm):
    """What came of the call. What has to be said, the service knows."""

    outcome = ChoiceField(_("Outcome"), options={each.value: words for each, words in OUTCOMES.items()})
    note = TextField(
        _("What was said and done"),
        _(
            "For example: phoned 10:40, husband is driving her to the emergency department, "
            "Dr Noor Example told."
        ),
    )
    initials = LineField(_("Your initials"))
    clinician_told = TickField(_("I have told a clinician"))

    def result(self) -> Result:
        """What was said, as the service takes it."""
        outcome = Outcome(self.outcome.data) if self.outcome.data else None
        return Result(outcome, self.note.data, self.initials.shown, self.clinician_told.data)

    def ask_for(self, missing: Iterable[str]) -> None:
        """Say at each box what is missing in it."""
        for field in self:
            if isinstance(field, StaffField) and field.name in missing:
                field.refuse(MISSING[field.name])


@blueprint.get("/alerts/<uuid:intake_id>")
@only(Permission.ACKNOWLEDGE)
def alert(intake_id: UUID) -> str:
    """Whom to phone, what to say, and what to write down."""
    return _alert_page(intake_id, OutcomeForm())


@blueprint.post("/alerts/<uuid:intake_id>/take")
@only(Permission.ACKNOWLEDGE)
def take(intake_id: UUID) -> Response | tuple[str, int]:
    """I am the one who acts. Whoever presses first has it; the others see who."""
    taken_by = ""
    with operation() as op:
        ids = _shown(op.session, intake_id)
        try:
            alerts.take(op, ids)
        except NoSuchAlert:
            abort(404)
        except TakenAlready as taken:
            taken_by = taken.owner.name
        op.commit()
    return (_alert_page(intake_id, OutcomeForm(), taken_by=taken_by), 409) if taken_by else _to(intake_id)


@blueprint.post("/alerts/<uuid:intake_id>/hand-over")
@only(Permission.ACKNOWLEDGE)
def hand_over(intake_id: UUID) -> Response:
    """Somebody else acts from now on."""
    with operation() as op:
        to = op.session.get(User, uuid_in(request.form.get("to", "")))
        if to is None or not may(to, Permission.ACKNOWLEDGE):
            abort(400)
        ids = _shown(op.session, intake_id)
        try:
            alerts.hand_over(op, ids, to=to)
        except NoSuchAlert:
            abort(404)
        op.commit()
    return _to(intake_id)


@blueprint.post("/alerts/<uuid:intake_id>/close")
@only(Permission.ACKNOWLEDGE)
def close(intake_id: UUID) -> Response | tuple[str, int]:
    """What came of it. Only what stood on the screen is closed; what came later stays open."""
    form, raised_again = OutcomeForm(request.form), False
    with operation() as op:
        ids = _shown(op.session, intake_id)
        try:
            alerts.close(op, ids, form.result(), version_token=_seen())
        except NoSuchAlert:
            abort(404)
        except RaisedAgain:
            raised_again = True
        except OutcomeIncomplete as incomplete:
            form.ask_for(incomplete.missing)
        op.commit()
    if raised_again or form.problems:
        return _alert_page(intake_id, form, raised_again=raised_again), 422
    return _to(intake_id)


def _alert_page(intake_id: UUID, form: OutcomeForm, *, taken_by: str = "", raised_again: bool = False) -> str:
    now = clinic().now()
    with operation() as op:
        intake = intakes.find(op.session, intake_id) or abort(404)
        rows = alerts.of(op, intake)
        script = call_script(op, intake)
        colleagues = [
            StaffView.of(user)
            for user in accounts.all_users(op.session)
            if may(user, Permission.ACKNOWLEDGE) and user.id != g.user.id
        ]
        appointment = AppointmentView.of(intake.appointment)
        op.record(Action.ALERT_SCRIPT_READ, intake)
        op.commit()
    reads, known = may(g.user, Permission.READ_ANSWERS), appointment.patient.phone
    call = CallView.of(rows, known_phone=known, reads=reads, now=now)
    return render_template(
        "reception/alert.html",
        appointment=appointment,
        call=call,
        mine=any(alert.owner == g.user.name for alert in call.waiting),
        script=script,
        chose=CHOSE[script.chose] if script.chose else None,
        outcomes=frozen(OUTCOMES),
        colleagues=tuple(colleagues),
        form=form,
        problems=(("say", RAISED_AGAIN),) if raised_again else form.problems,
        taken_by=taken_by,
        initials=_initials(g.user.name),
        now=now,
    )


def _shown(session: Session, intake_id: UUID) -> list[UUID]:
    """The alerts that stood on the page, of this patient and of nobody else."""
    ids = [uuid_in(each) for each in request.form.getlist("alert")] or abort(400)
    intake = intakes.find(session, intake_id) or abort(404)
    return ids if {*ids} <= {alert.id for alert in intake.alerts} else abort(404)


def _seen() -> datetime:
    """When the latest alert on the page was raised."""
    try:
        return datetime.fromisoformat(request.form.get("seen", "")).astimezone(UTC)
    except ValueError:
        abort(400)


def _to(intake_id: UUID) -> Response:
    return redirect(url_for("reception.alert", intake_id=intake_id), 303)


def _initials(name: str) -> str:
    """An example for the hint; the box itself stays empty, so that somebody signs."""
    letters = "".join(word[0] for word in name.split() if word[0].isalpha())
    return letters[:3].upper() or gettext("AB")
