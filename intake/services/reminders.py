"""Reminders: owed with the appointment, moved and called off with it, each at most once.

They leave 7 days and 1 day before, at the clinic's time of day. Whether one is still wanted is looked at when
it leaves.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.config import Settings
from intake.services import outbox
from intake.storage.models import Appointment, AppointmentState, Job, JobKind

DAYS_BEFORE = (7, 1)
MOVED = "moved"


def plan(session: Session, appointment: Appointment, *, settings: Settings, now: datetime) -> None:
    """Owe the reminders of this appointment that lie ahead, and call off those of another time."""
    session.flush()
    wanted = dict(_slots(appointment, settings, now)) if appointment.state is AppointmentState.BOOKED else {}
    for message in _not_sent(session, appointment):
        if message.slot in wanted:
            # It was called off when the appointment was moved away, and has been moved back.
            message.cancelled_at, message.cancel_reason, message.last_error = None, None, None
            message.not_before = wanted[message.slot]
        else:
            outbox.call_off(session, message, why=MOVED, now=now)
    for slot, at in wanted.items():
        outbox.add(
            session,
            JobKind.SEND_REMINDER,
            appointment.id,
            slot=slot,
            now=now,
            not_before=at,
            appointment_id=appointment.id,
        )


def cancel(session: Session, appointment: Appointment, *, why: str, now: datetime) -> None:
    """Call off every reminder of this appointment; `why` is a word of ours."""
    session.flush()
    for message in _not_sent(session, appointment):
        outbox.call_off(session, message, why=why, now=now)


def leaves_at(starts_at: datetime, days: int, settings: Settings) -> datetime:
    """When the reminder so many days before leaves, in UTC.

    A time that the clocks leave out comes an hour later, one that comes twice the first time.
    """
    day = settings.local(starts_at).date() - timedelta(days=days)
    return datetime.combine(day, settings.reminder_time, settings.zone).astimezone(UTC)


def _slots(appointment: Appointment, settings: Settings, now: datetime) -> Iterator[tuple[str, datetime]]:
    for days in DAYS_BEFORE:
        at = leaves_at(appointment.starts_at, days, settings)
        if now < at < appointment.starts_at:
            yield f"{days} before {appointment.starts_at.astimezone(UTC):%Y%m%dT%H%M}", at


def _not_sent(session: Session, appointment: Appointment) -> list[Job]:
    chosen = select(Job).where(
        Job.kind == JobKind.SEND_REMINDER,
        Job.ref == appointment.id,
        Job.done_at.is_(None),
        Job.dead_at.is_(None),
    )
    return list(session.scalars(chosen))
