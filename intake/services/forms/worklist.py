"""The clinician's patients of a day: why each comes, what must not be missed, and what was read already."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from intake.red_flags import Urgency
from intake.services.appointments.progress import Progress
from intake.services.context import Operation
from intake.services.forms import intakes
from intake.services.forms.asking_again import is_pending
from intake.services.forms.walking import answered_at, is_handed_over
from intake.storage.models import AlertState, Appointment, Intake, User
from intake.summary.record import Fired
from intake.text import names


@dataclass(frozen=True)
class WorkRow:
    """One patient. `reason` is in their own words, whole; `flags` the highest line of each group.

    `alerts` are the states of what somebody must act on; `handed_over`: there is a record to read;
    `has_record`: there is one to print, if only that of before.
    """

    intake_id: UUID
    appointment_id: UUID
    starts_at: datetime
    name: str
    date_of_birth: date
    with_whom: str
    clinician_id: UUID | None
    form: Progress
    urgency: Urgency | None
    reason: str
    flags: tuple[Fired, ...]
    alerts: tuple[AlertState, ...]
    answered: bool
    handed_over: bool
    has_record: bool
    answered_days_ago: int | None
    read_at: datetime | None
    read_by: str | None


def of_day(op: Operation, day: date) -> tuple[WorkRow, ...]:
    """Everybody of the clinic's `day`, by urgency and then by time; who is not coming stands last."""
    rows = [_row(op, each) for each in in_order(op, day)]
    return tuple(sorted(rows, key=lambda row: (row.form.cancelled, -(row.urgency or 0), row.starts_at)))


def in_order(op: Operation, day: date) -> list[Appointment]:
    """The appointments of the clinic's `day` in the order they come, with all that is kept of them."""
    start, end = op.settings.day_bounds(day)
    intake = joinedload(Appointment.intake)
    stmt = (
        select(Appointment)
        .where(Appointment.starts_at >= start, Appointment.starts_at < end)
        .options(
            joinedload(Appointment.patient),
            intake.joinedload(Intake.read_by),
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


def _row(op: Operation, appointment: Appointment) -> WorkRow:
    intake, patient = appointment.intake, appointment.patient
    answered = intake.last_saved_at is not None
    summary = intakes.summary_of(op, intake) if answered else None
    return WorkRow(
        intake_id=intake.id,
        appointment_id=appointment.id,
        starts_at=appointment.starts_at,
        name=patient.name,
        date_of_birth=patient.date_of_birth,
        with_whom=appointment.with_whom,
        clinician_id=appointment.clinician_id,
        form=Progress.of(appointment),
        urgency=intake.urgency,
        reason=summary.problem if summary else "",
        flags=(*(summary.safety.fired if summary else ()), *_so_far(op, intake)),
        alerts=tuple(alert.state for alert in intake.alerts),
        answered=answered,
        handed_over=is_handed_over(intake),
        has_record=intake.summary is not None,
        answered_days_ago=days_old(op, intake),
        read_at=intake.read_at,
        read_by=intake.read_by.name if intake.read_by else None,
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
