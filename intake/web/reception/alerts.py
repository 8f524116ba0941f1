"""One patient for whom somebody must act: taken by name, phoned by the script, closed with what came of it.

The script holds the few answers that raised the alert and nothing else of the record; each look is recorded.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from flask import abort, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from intake.i18n import Words, gettext
from intake.i18n import lazy as _
from intake.red_flags.watch import SAID_AT_RECEPTION
from intake.services import accounts, alerts, intakes
from intake.services.accounts import Permission
from intake.services.alerts import OUTCOMES, NoSuchAlert, OutcomeIncomplete, RaisedAgain, Result, TakenAlready
from intake.services.audit import Action
from intake.services.call_script import call_script
from intake.services.sheet import Choice
from intake.storage.models import Outcome, User
from intake.web import clinic, only, operation
from intake.web.reception.room import room, uuid_in

CHOSE: dict[Choice, Words] = {
    Choice.GETTING_HELP: _("“I am getting help now”"),
    Choice.ALREADY_SEEN: _("“I have already been seen for this”"),
    Choice.MISTAKE: _("“I pressed the wrong answer”"),
    Choice.CONTINUE: _("“Carry on with the form”"),
    Choice.UNDERSTOOD: _("“I will do this today”"),
}
MISSING: dict[str, Words] = {
    "outcome": _("Choose what came of it"),
    "note": _("Write in a few words what was said and done"),
    "initials": _("Enter your initials"),
    "clinician_told": _("Tell a clinician first, then tick that you have"),
    "say": _("It was raised again while you wrote. Nothing is closed: look what the patient says now"),
}


@dataclass(frozen=True)
class Filled:
    """What stands in the boxes of the outcome, and what is missing in it."""

    outcome: str = ""
    note: str = ""
    initials: str = ""
    clinician_told: bool = False
    missing: tuple[str, ...] = ()

    def result(self) -> Result:
        """What was said, as the service takes it."""
        outcome = Outcome(self.outcome) if self.outcome in list(Outcome) else None
        return Result(outcome, self.note, self.initials, self.clinician_told)


@room.get("/alerts/<uuid:intake_id>")
@only(Permission.ACKNOWLEDGE)
def alert(intake_id: UUID) -> str:
    """Whom to phone, what to say, and what to write down."""
    return _alert_page(intake_id, Filled())


@room.post("/alerts/<uuid:intake_id>/take")
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
    return (_alert_page(intake_id, Filled(), taken_by=taken_by), 409) if taken_by else _to(intake_id)


@room.post("/alerts/<uuid:intake_id>/hand-over")
@only(Permission.ACKNOWLEDGE)
def hand_over(intake_id: UUID) -> Response:
    """Somebody else acts from now on."""
    with operation() as op:
        to = op.session.get(User, uuid_in(request.form.get("to", "")))
        if to is None or not accounts.may(to, Permission.ACKNOWLEDGE):
            abort(400)
        ids = _shown(op.session, intake_id)
        try:
            alerts.hand_over(op, ids, to=to)
        except NoSuchAlert:
            abort(404)
        op.commit()
    return _to(intake_id)


@room.post("/alerts/<uuid:intake_id>/close")
@only(Permission.ACKNOWLEDGE)
def close(intake_id: UUID) -> Response | tuple[str, int]:
    """What came of it. Only what stood on the screen is closed; what came later stays open."""
    filled = Filled(
        outcome=request.form.get("outcome", ""),
        note=request.form.get("note", ""),
        initials=request.form.get("initials", ""),
        clinician_told="clinician_told" in request.form,
    )
    with operation() as op:
        ids = _shown(op.session, intake_id)
        try:
            alerts.close(op, ids, filled.result(), seen=_seen())
        except NoSuchAlert:
            abort(404)
        except RaisedAgain:
            filled = replace(filled, missing=("say",))
        except OutcomeIncomplete as incomplete:
            filled = replace(filled, missing=incomplete.missing)
        op.commit()
    return (_alert_page(intake_id, filled), 422) if filled.missing else _to(intake_id)


def _alert_page(intake_id: UUID, filled: Filled, *, taken_by: str = "") -> str:
    now, settings = clinic().now(), clinic().settings
    with operation() as op:
        intake = intakes.find(op.session, intake_id) or abort(404)
        rows = alerts.of(op, intake)
        script = call_script(op, intake)
        colleagues = [
            user for user in accounts.all_users(op.session) if accounts.may(user, Permission.ACKNOWLEDGE)
        ]
        op.record(Action.ALERT_SCRIPT_READ, intake)
        op.commit()
    waiting = [row for row in rows if row.state.value != "closed"]
    return render_template(
        "reception/alert.html",
        intake=intake,
        appointment=intake.appointment,
        patient=intake.appointment.patient,
        phone=next((row.phone for row in rows), intake.appointment.patient.phone),
        waiting=waiting,
        closed=[row for row in rows if row.state.value == "closed"],
        urgency=max((row.urgency for row in waiting), default=None),
        due_at=min((row.due_at for row in waiting), default=None),
        late=any(row.due_at < now for row in waiting),
        seen=max((row.raised_at for row in waiting), default=now).isoformat(),
        # Safety: as on the board, one alert that nobody has makes the patient one that nobody has.
        owner=waiting[0].owner if waiting and all(row.owner for row in waiting) else None,
        has_some=next((row.owner for row in waiting if row.owner), None),
        mine=any(row.owner == g.user.name for row in waiting),
        script=script,
        chose=CHOSE[script.chose] if script.chose else None,
        outcomes=OUTCOMES,
        colleagues=[user for user in colleagues if user.id != g.user.id],
        filled=filled,
        problems=[(name, MISSING[name]) for name in filled.missing],
        missing=MISSING,
        taken_by=taken_by,
        initials=_initials(g.user.name),
        now=now,
        no_phone=any(row.no_phone for row in rows),
        said_at_reception=SAID_AT_RECEPTION,
        day=settings.local(intake.appointment.starts_at).date(),
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
