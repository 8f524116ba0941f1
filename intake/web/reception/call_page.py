"""The page of one call: whom to phone and what to say, what came of it, and what happened so far."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask import abort, g, render_template, request
from sqlalchemy.orm import Session

from intake.i18n import Words, gettext
from intake.i18n import lazy as _
from intake.services import alerts
from intake.services.alerts import (
    ATTEMPTS,
    OUTCOMES,
    CallCase,
    CallPart,
    CallVersion,
    CallView,
    ClosedView,
    Result,
    Try,
)
from intake.services.alerts.call_script import call_script
from intake.services.appointments.views import AppointmentView
from intake.services.audit import Action
from intake.services.forms import intakes
from intake.services.forms.draft import Choice
from intake.services.staff import accounts, sessions
from intake.services.staff.accounts import Permission, may
from intake.storage.models import AttemptKind, Intake, Outcome, new_id
from intake.web import clinic, may_here, operation
from intake.web.frozen import frozen
from intake.web.reception.appointment_form import TimeField
from intake.web.reception.blueprint import uuid_in
from intake.web.staff_forms import ChoiceField, LineField, StaffField, StaffForm, TextField, TickField

CHOSE: dict[Choice, Words] = {
    Choice.GETTING_HELP: _("“I am getting help now”"),
    Choice.ALREADY_SEEN: _("“I have already been seen for this”"),
    Choice.MISTAKE: _("“I pressed the wrong answer”"),
    Choice.CONTINUE: _("“Carry on with the form”"),
    Choice.UNDERSTOOD: _("“I will do this today”"),
}
CHANGED: dict[CallPart, Words] = {
    CallPart.RAISED: _("It was raised again while you wrote. Nothing is closed: look what is said now"),
    CallPart.CLOSED: _("Somebody else wrote what came of it while you wrote. Nothing of yours is lost"),
    CallPart.OWNER: _("Somebody else has this, or was offered it, since you opened this page"),
    CallPart.TRIED: _("Somebody noted a try while you wrote: see what happened so far"),
    CallPart.NOTED: _("Somebody added a note while you wrote: see what happened so far"),
}
TOO_EARLY = _("Enter a time within the next 12 hours, such as 10:50")
# A time that has gone by is that of tomorrow only where it cannot be a slip for one of today.
LATEST_AGAIN = timedelta(hours=12)
MISSING: dict[str, Words] = {
    "outcome": _("Choose what came of it"),
    "note": _("Write in a few words what was said and done"),
    "initials": _("Enter your initials"),
    "clinician_told": _("Tell a clinician first, then tick that you have"),
}


class ResultForm(StaffForm):
    """What a call was closed with. What has to be said, the service knows."""

    outcome = ChoiceField(_("Finished"), options={each.value: words for each, words in OUTCOMES.items()})
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

    @property
    def in_words(self) -> str:
        """All that was typed, to be kept as a note."""
        outcome = str(self.outcome.options.get(self.outcome.shown, ""))
        said = [outcome, self.note.shown.strip(), f"({self.initials.shown})" if self.initials.shown else ""]
        return "\n".join(filter(None, said))


class CallForm(ResultForm):
    """What came of a call: a result that closes it, or a try after which it goes on."""

    tried = ChoiceField(_("Not finished"), options={each.value: words for each, words in ATTEMPTS.items()})
    again_at = TimeField(_("Try again at"), _("The call is quiet until then, never beyond its deadline."))
    number = LineField(_("Number that was dialled"))

    def attempt(self, now: datetime) -> Try | None:
        """The try that was noted; None when something is wrong, which is then said at its box."""
        again_at = self._again_at(now)
        if self.again_at.shown and again_at is None:
            self.again_at.refuse(TOO_EARLY)
        if not self.tried.data:
            self.tried.refuse(gettext("Choose what came of the try"))
        if self.outcome.data:
            self._choose_no_result()
        if self.problems:
            return None
        return Try(AttemptKind(self.tried.data), self.note.data, self.number.shown, again_at)

    def _choose_no_result(self) -> None:
        """A choice cannot be taken back in a browser: it is, and said, before the try is saved without it."""
        chosen = str(self.outcome.options.get(self.outcome.shown, ""))
        self.outcome.data, self.outcome.shown = None, ""
        self.outcome.refuse(
            gettext(
                "You chose “%(result)s” too, which closes the call. It is not chosen any more: choose it "
                "again and press “Save and close”, or press “Save the try” again",
                result=chosen,
            )
        )

    def last_attempt(self) -> Try | None:
        """The try after which the call is closed, where one was chosen: the note is that of the result."""
        return Try(AttemptKind(self.tried.data), number=self.number.shown) if self.tried.data else None

    def _again_at(self, now: datetime) -> datetime | None:
        """When that time comes next, at night also that of tomorrow; None when it is too far off."""
        if self.again_at.data is None:
            return None
        today, zone = clinic().settings.today(now), clinic().settings.zone
        # When the clocks go back, an hour comes twice: after its first time, the second is meant.
        moments = (
            datetime.combine(day, self.again_at.data, zone).replace(fold=fold).astimezone(UTC)
            for day in (today, today + timedelta(days=1))
            for fold in (0, 1)
        )
        return next((moment for moment in moments if now < moment <= now + LATEST_AGAIN), None)


class HandOverForm(StaffForm):
    """To whom a call is offered, and what they should know."""

    to = LineField(_("To whom?"))
    offer_note = TextField(_("What they should know"))

    @property
    def said_it(self) -> bool:
        """Somebody was chosen: this form was sent."""
        return bool(self.to.shown)


@dataclass(frozen=True)
class Colleague:
    """Somebody who could take a call; `here`: they are signed in."""

    id: UUID
    name: str
    here: bool


def call_page(
    intake_id: UUID,
    form: CallForm | None = None,
    *,
    hand_over: HandOverForm | None = None,
    taken_by: str = "",
    said: str = "",
    later_note: str = "",
    changed: Collection[CallPart] = (),
) -> str:
    """The page, with what was typed still in it, what `changed` meanwhile, and `said`: what went wrong."""
    form, hand_over, now = form or CallForm(), hand_over or HandOverForm(), clinic().now()
    with operation() as op:
        intake = intakes.find(op.session, intake_id) or abort(404)
        rows = alerts.of(op, intake)
        case = alerts.case_of(op, intake, rows)
        script = call_script(op, intake)
        colleagues = tuple(
            Colleague(user.id, user.name, sessions.count(op, user) > 0)
            for user in accounts.all_users(op.session)
            if may(user, Permission.ACKNOWLEDGE) and user.id != g.user.id
        )
        appointment = AppointmentView.of(intake.appointment)
        coming = None if case.state else alerts.next_call(op)
        op.record(Action.ALERT_SCRIPT_READ, intake)
        op.commit()
    reads, known = may_here(Permission.READ_ANSWERS), appointment.patient.phone
    call = CallView.of(rows, known_phone=known, reads=reads, now=now)
    # Both wrote what came of it: theirs stands, mine is beside it.
    beside = (
        case.results[0] if CallPart.CLOSED in changed and case.results and not hand_over.said_it else None
    )
    if not case.state and not beside:
        # There is no form left for what was typed in it.
        later_note = later_note or hand_over.offer_note.shown or form.in_words
    refused = (*form.problems, *hand_over.problems)
    # What is wrong in a form that is not there any more is no matter: the note is what is left of it.
    problems = (*_changes(changed, case, beside), *(refused if case.state else ()))
    return render_template(
        "reception/alert.html",
        appointment=appointment,
        call=call,
        case=case,
        mine=any(row.owner_id == g.user.id for row in rows if row.closed_at is None),
        script=script,
        chose=CHOSE[script.chose] if script.chose else None,
        outcomes=frozen(OUTCOMES),
        tries=frozen(ATTEMPTS),
        colleagues=colleagues,
        form=form,
        hand_over=hand_over,
        problems=problems,
        beside=beside,
        taken_by=taken_by,
        said=said,
        later_note=later_note,
        initials=initials_of(g.user.name),
        once=new_id(),
        coming=coming,
        now=now,
    )


def shown_alerts(session: Session, intake_id: UUID) -> list[UUID]:
    """The alerts that stood on the page, of this patient and of nobody else."""
    ids = [uuid_in(each) for each in request.form.getlist("alert")] or abort(400)
    intake = found(session, intake_id)
    return ids if {*ids} <= {alert.id for alert in intake.alerts} else abort(404)


def found(session: Session, intake_id: UUID) -> Intake:
    """The form that the call is about."""
    return intakes.find(session, intake_id) or abort(404)


def shown_version() -> CallVersion:
    """The version of the call that stood on the page."""
    try:
        return CallVersion.read(request.form.get("seen", ""))
    except ValueError:
        abort(400)


def initials_of(name: str) -> str:
    """An example for the hint; the box itself stays empty, so that somebody signs."""
    letters = "".join(word[0] for word in name.split() if word[0].isalpha())
    return letters[:3].upper() or gettext("AB")


def _changes(
    changed: Collection[CallPart], case: CallCase, beside: ClosedView | None
) -> Iterable[tuple[str, Words]]:
    """(where to look, what changed)."""
    where = {
        CallPart.RAISED: "say" if case.state else "done",
        CallPart.CLOSED: "both" if beside else "came" if case.state else "done",
        CallPart.OWNER: "has" if case.state else "done",
    }
    # Where nothing is left to do, it matters who closed it and no more who had it.
    said = changed if case.state or CallPart.CLOSED not in changed else {CallPart.CLOSED}
    return [(where.get(part, "so-far"), words) for part, words in CHANGED.items() if part in said]
