"""Alerts as reception and clinicians see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from intake.i18n import speaking
from intake.red_flags import ALL_RULES, Urgency
from intake.services.context import Operation
from intake.services.forms import draft
from intake.services.forms.draft import Draft
from intake.storage.models import (
    Alert,
    AlertState,
    Appointment,
    Intake,
    JoinedAppointment,
    Outcome,
    Patient,
    User,
)
from intake.text import telephone

LINES = {red_flag.id: red_flag.line for red_flag in ALL_RULES.values()}


@dataclass(frozen=True)
class AlertRow:
    """An alert as the box of those who need attention shows it.

    `line` is the clinician's wording; `phone` the number the patient gave for today, else the clinic's;
    `withdrawn_at` when the patient changed the answer, which takes nothing away. `no_phone`: the patient has
    chosen that they have none; then the number is what the clinic knew before, if anything. `can_be_called`:
    `phone` holds a number to dial; without one, `other_phone` is what to call. That and `email` are further
    ways, from the clinic's own record. `numbers` are all that can be dialled, those of `phone` first.
    """

    alert_id: UUID
    appointment_id: UUID
    intake_id: UUID
    name: str
    date_of_birth: date
    phone: str | None
    starts_at: datetime
    urgency: Urgency
    line: str
    rule: str
    certainty: str
    raised_at: datetime
    due_at: datetime
    state: AlertState
    owner: str | None
    owner_id: UUID | None
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    outcome: Outcome | None
    note: str | None
    initials: str | None
    closed_by: str | None
    closed_at: datetime | None
    withdrawn_at: datetime | None
    no_phone: bool = False
    can_be_called: bool = True
    other_phone: str | None = None
    email: str | None = None
    numbers: tuple[str, ...] = ()


def is_waiting(op: Operation, intake_id: UUID) -> bool:
    """Somebody must still act on this form."""
    stmt = select(Alert.id).where(Alert.intake_id == intake_id, Alert.state != AlertState.CLOSED).limit(1)
    return op.session.scalar(stmt) is not None


def open_alerts(op: Operation, day: date) -> tuple[AlertRow, ...]:
    """The alerts of a day's patients that are not closed, most urgent and then longest waiting first."""
    start, end = op.settings.day_bounds(day)
    chosen = _waiting().where(Appointment.starts_at >= start, Appointment.starts_at < end)
    return _rows(op, chosen)


def all_open(op: Operation) -> tuple[AlertRow, ...]:
    """The same for every day: what is an emergency now cannot wait for the day of the visit."""
    return _rows(op, _waiting())


def overdue(op: Operation) -> int:
    """How many patients wait for somebody longer than they should."""
    late = select(func.count(Alert.intake_id.distinct())).where(
        Alert.state != AlertState.CLOSED, Alert.due_at < op.now
    )
    return op.session.scalar(late) or 0


def of(op: Operation, intake: Intake) -> tuple[AlertRow, ...]:
    """Every alert of one intake, whatever its state."""
    return _rows(op, _with_everything().where(Alert.intake_id == intake.id))


def _waiting() -> Select[Alert]:
    # Safety: also when the appointment was cancelled. Whoever called it off may be the one who needs help.
    return _with_everything().where(Alert.state != AlertState.CLOSED)


def _with_everything() -> Select[Alert]:
    intake = joinedload(Alert.intake).defer(Intake.summary_sealed)
    whole = intake.joinedload(Intake.appointment).joinedload(Appointment.patient)
    return (
        select(Alert)
        .join(Alert.intake)
        .join(Intake.appointment)
        .options(
            whole, joinedload(Alert.owner), joinedload(Alert.acknowledged_by), joinedload(Alert.closed_by)
        )
        .order_by(Alert.urgency.desc(), Alert.raised_at, Alert.id)
    )


def _rows(op: Operation, chosen: Select[Alert]) -> tuple[AlertRow, ...]:
    with speaking(op.settings.language):
        return tuple(_row(alert, op.settings.region) for alert in op.session.scalars(chosen))


def _row(alert: Alert, region: str | None) -> AlertRow:
    appointment, written = alert.intake.appointment, draft.read(alert.intake)
    patient = appointment.patient
    phone = _phone(written, appointment.as_booked)
    return AlertRow(
        alert_id=alert.id,
        appointment_id=appointment.id,
        intake_id=alert.intake_id,
        name=patient.name,
        date_of_birth=patient.date_of_birth,
        phone=phone,
        starts_at=appointment.starts_at,
        urgency=alert.urgency,
        line=str(LINES.get(alert.rule, alert.rule)),
        rule=alert.rule,
        certainty=alert.certainty,
        raised_at=alert.raised_at,
        due_at=alert.due_at,
        state=alert.state,
        owner=_name(alert.owner),
        owner_id=alert.owner_id,
        acknowledged_by=_name(alert.acknowledged_by),
        acknowledged_at=alert.acknowledged_at,
        outcome=Outcome(alert.outcome) if alert.outcome in list(Outcome) else None,
        note=alert.note,
        initials=alert.initials,
        closed_by=_name(alert.closed_by),
        closed_at=alert.closed_at,
        withdrawn_at=_withdrawn_at(written, alert),
        no_phone=written.answers.get("phone_best") == "no_phone",
        can_be_called=bool(telephone.numbers_in(phone or "", region)),
        other_phone=None if _same_number(phone, patient.phone, region) else patient.phone,
        email=patient.email,
        numbers=_numbers((phone, patient.phone), region),
    )


def _name(user: User | None) -> str | None:
    return user.name if user is not None else None


def _phone(written: Draft, patient: Patient | JoinedAppointment) -> str | None:
    """Safety: the number to call today is the one the patient just gave.

    One that was only confirmed was the clinic's, and gives way to what the clinic knows since.
    """
    given = written.answers.get("phone_best")
    if given == "no_phone":
        return patient.phone
    confirmed = given == written.known.get("phone_best")
    return given if isinstance(given, str) and not (confirmed and patient.phone) else patient.phone


def _numbers(written: Iterable[str | None], region: str | None) -> tuple[str, ...]:
    """Each number in the words once, however it was written, in the groups in which it is read."""
    found = (each for words in written for each in telephone.numbers_in(words or "", region))
    return tuple(dict.fromkeys(each.grouped for each in found))


def _same_number(one: str | None, other: str | None, region: str | None) -> bool:
    """They are dialled alike; or the same words, where there is no number in them."""
    return one == other or telephone.same_number(other or "", one or "", region)


def _withdrawn_at(written: Draft, alert: Alert) -> datetime | None:
    """When the answer behind it was last changed, unless it fires again."""
    if _stands(written, alert):
        return None
    asked_again_at = alert.intake.asked_again_at
    moments = [each.withdrawn_at for each in written.withdrawn if each.rule == alert.rule]
    if asked_again_at is not None and _stands(draft.opened(alert.intake.editions[-1].draft), alert):
        # It stood when the draft was cleared, and nobody took it back by that.
        moments = [moment for moment in moments if moment > asked_again_at]
    return max(moments, default=None)


def _stands(written: Draft, alert: Alert) -> bool:
    return any(each.rule == alert.rule and each.urgency >= alert.urgency for each in written.raised)
