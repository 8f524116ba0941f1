"""Reminders: enqueued with the appointment, moved and cancelled with it, each at most once.

They leave 7 days and 1 day before, at the clinic's time of day. Whether one is still wanted is looked at when
it leaves.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.config import Settings
from intake.services.context import Operation
from intake.services.messages import outbox
from intake.storage.models import Appointment, AppointmentState, Job, JobKind

DAYS_BEFORE = (7, 1)
MOVED = "moved"


def plan(op: Operation, appointment: Appointment) -> None:
    """Enqueue the reminders of this appointment that lie ahead, and cancel those of another time."""
    op.session.flush()
    wanted = dict(_dedupe_keys(op, appointment)) if appointment.state is AppointmentState.BOOKED else {}
    for message in _not_sent(op.session, appointment):
        if message.dedupe_key in wanted:
            # It was cancelled when the appointment was moved away, and has been moved back.
            message.cancelled_at, message.cancel_reason, message.last_error = None, None, None
            message.not_before, message.attempts = wanted[message.dedupe_key], 0
        else:
            outbox.cancel(op, message, why=MOVED)
    for dedupe_key, at in wanted.items():
        outbox.add(
            op,
            JobKind.SEND_REMINDER,
            appointment.id,
            dedupe_key=dedupe_key,
            not_before=at,
            appointment_id=appointment.id,
        )


def cancel(op: Operation, appointment: Appointment, *, why: str) -> None:
    """Call off every reminder of this appointment; `why` is a word of ours."""
    op.session.flush()
    for message in _not_sent(op.session, appointment):
        outbox.cancel(op, message, why=why)


def leaves_at(starts_at: datetime, days: int, settings: Settings) -> datetime:
    """When the reminder so many days before leaves, in UTC.

    A time that the clocks leave out comes an hour later, one that comes twice the first time.
    """
    day = settings.local(starts_at).date() - timedelta(days=days)
    return datetime.combine(day, settings.reminder_time, settings.zone).astimezone(UTC)


def _dedupe_keys(op: Operation, appointment: Appointment) -> Iterator[tuple[str, datetime]]:
    for days in DAYS_BEFORE:
        at = leaves_at(appointment.starts_at, days, op.settings)
        if op.now < at < appointment.starts_at:
            yield f"{days} before {appointment.starts_at.astimezone(UTC):%Y%m%dT%H%M}", at


def _not_sent(session: Session, appointment: Appointment) -> list[Job]:
    stmt = select(Job).where(
        Job.kind == JobKind.SEND_REMINDER,
        Job.ref == appointment.id,
        Job.done_at.is_(None),
        Job.given_up_at.is_(None),
    )
    return list(session.scalars(stmt))
