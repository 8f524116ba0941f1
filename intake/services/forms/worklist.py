"""The clinician's patients of a day: why each comes, what must not be missed, and what was read already."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from intake.red_flags import Urgency
from intake.services.appointments.attendance import Attendance, Presence
from intake.services.appointments.progress import Progress
from intake.services.context import Operation
from intake.services.forms import intakes
from intake.services.forms.asking_again import is_pending
from intake.services.forms.read_marks import Readings, readings_of
from intake.services.forms.walking import answered_at, is_handed_over
from intake.storage.models import AlertState, Appointment, AppointmentState, Intake, ReadMark, User
from intake.summary.record import Fired
from intake.text import names


@dataclass(frozen=True)
class WorkRow:
    """One patient. `reason` is in their own words, whole; `flags` the highest line of each group.

    `alerts` are the states of what somebody must act on, `overdue`: one of them is; `handed_over`: there is a
    record to read; `has_record`: there is one to print, if only that of before.
    """

    intake_id: UUID
    appointment_id: UUID
    starts_at: datetime
    ends_at: datetime
    name: str
    date_of_birth: date
    with_whom: str
    clinician_id: UUID | None
    form: Progress
    attendance: Attendance
    urgency: Urgency | None
    reason: str
    flags: tuple[Fired, ...]
    alerts: tuple[AlertState, ...]
    overdue: bool
    answered: bool
    handed_over: bool
    has_record: bool
    answered_days_ago: int | None
    readings: Readings

    @property
    def is_waiting(self) -> bool:
        """The patient has arrived and nobody has called them in."""
        return not self.form.cancelled and self.attendance.presence is Presence.WAITING

    @property
    def is_urgent(self) -> bool:
        """Somebody must know of it today, before the visit."""
        return not self.form.cancelled and (self.urgency or Urgency.NOTE) >= Urgency.SAME_DAY

    @property
    def is_unread_urgent(self) -> bool:
        """It cannot wait, and whoever looks has not read it, or cannot have: it is not handed over."""
        return self.is_urgent and self.readings.mine is None


def of_day(op: Operation, day: date) -> tuple[WorkRow, ...]:
    """Everybody of the clinic's `day` in the order they come, as the actor is told."""
    return tuple(_row(op, each) for each in in_order(op, day))


def in_order(op: Operation, day: date) -> list[Appointment]:
    """The appointments of the clinic's `day` in the order they come, with all that is kept of them."""
    start, end = op.settings.day_bounds(day)
    intake = joinedload(Appointment.intake)
    stmt = (
        select(Appointment)
        .where(Appointment.starts_at >= start, Appointment.starts_at < end)
        .options(
            joinedload(Appointment.patient),
            intake.selectinload(Intake.read_marks).joinedload(ReadMark.user),
            intake.selectinload(Intake.alerts),
        )
        .order_by(Appointment.starts_at, Appointment.id)
    )
    return list(op.session.scalars(stmt))


def is_with(booked: Appointment | WorkRow, user: User) -> bool:
    """The patient comes to see `user`: by the appointment's clinician, or by the name that was typed.

    Safety: either is enough, so that a patient is rather on two lists than on none.
    """
    return booked.clinician_id == user.id or names.same(booked.with_whom, user.name)


@dataclass(frozen=True)
class Neighbour:
    """The record before or after one; `starts_at` names it, since another patient may see the screen."""

    intake_id: UUID
    starts_at: datetime


@dataclass(frozen=True)
class Neighbours:
    """The records before and after one in the list of its day; None at its ends."""

    before: Neighbour | None
    after: Neighbour | None


def neighbours(op: Operation, appointment: Appointment, *, mine: bool) -> Neighbours:
    """Those next to the record of `appointment`: of the actor's patients, or of everybody's."""
    on = op.settings.local(appointment.starts_at).date()
    listed = [each for each in in_order(op, on) if _is_next_to(each, appointment, op.user, mine=mine)]
    at = [each.id for each in listed].index(appointment.id)
    return Neighbours(
        before=_neighbour(listed[at - 1]) if at else None,
        after=_neighbour(listed[at + 1]) if at + 1 < len(listed) else None,
    )


def _is_next_to(each: Appointment, here: Appointment, user: User, *, mine: bool) -> bool:
    """It has something to read. The one that is looked at is always in its own list."""
    comes = each.state is not AppointmentState.CANCELLED and each.intake.last_saved_at is not None
    return each.id == here.id or (comes and (not mine or is_with(each, user)))


def _neighbour(appointment: Appointment) -> Neighbour:
    return Neighbour(appointment.intake.id, appointment.starts_at)


def _row(op: Operation, appointment: Appointment) -> WorkRow:
    intake, patient = appointment.intake, appointment.patient
    answered = intake.last_saved_at is not None
    summary = intakes.summary_of(op, intake) if answered else None
    return WorkRow(
        intake_id=intake.id,
        appointment_id=appointment.id,
        starts_at=appointment.starts_at,
        ends_at=appointment.starts_at + timedelta(minutes=appointment.minutes),
        name=patient.name,
        date_of_birth=patient.date_of_birth,
        with_whom=appointment.with_whom,
        clinician_id=appointment.clinician_id,
        form=Progress.of(appointment),
        attendance=Attendance.of(appointment),
        urgency=intake.urgency,
        reason=summary.problem if summary else "",
        flags=(*(summary.safety.fired if summary else ()), *_so_far(op, intake)),
        alerts=tuple(alert.state for alert in intake.alerts),
        overdue=any(
            alert.state is not AlertState.CLOSED and alert.due_at < op.now for alert in intake.alerts
        ),
        answered=answered,
        handed_over=is_handed_over(intake),
        has_record=intake.summary is not None,
        answered_days_ago=days_old(op, intake),
        readings=readings_of(intake, op.user),
    )


def _so_far(op: Operation, intake: Intake) -> tuple[Fired, ...]:
    """What fires already while the safety questions are asked again."""
    if not is_pending(intake):
        return ()
    return intakes.summary_so_far(op, intake).safety.fired


def days_old(op: Operation, intake: Intake) -> int | None:
    """How many days ago the answers were sent; None while they are not."""
    sent_at = answered_at(intake)
    return (op.settings.today(op.now) - op.settings.today(sent_at)).days if sent_at else None
