"""Jobs. A row is written in the same transaction as what causes it, so it can be late but not lost.

Whoever does the work claims the row with a lease; if they die, the lease runs out and another claims it.
Work may therefore be done twice, and must not mind.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, func, or_, select, update
from sqlalchemy.orm import Session

from intake.services.context import Operation
from intake.services.upsert import insert_if_missing
from intake.storage.models import Channel, Job, JobKind, new_id

LEASE = timedelta(minutes=5)
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
ATTEMPTS = 20


def add(
    op: Operation,
    kind: JobKind,
    ref: UUID,
    *,
    dedupe_key: str = "",
    not_before: datetime | None = None,
    appointment_id: UUID | None = None,
    channel: Channel | None = None,
) -> bool:
    """Enqueue this work once for `ref` and `dedupe_key`; a second time changes nothing, and gives False.

    `appointment_id` and `channel` are for messages to a patient, which the day list follows.
    """
    values = {
        "id": new_id(),
        "kind": kind,
        "ref": ref,
        "dedupe_key": dedupe_key,
        "made_at": op.now,
        "not_before": not_before or op.now,
        "attempts": 0,
        "appointment_id": appointment_id,
        "channel": channel,
    }
    return insert_if_missing(op.session, Job, values)


def due(op: Operation, *, limit: int = 100) -> tuple[UUID, ...]:
    """What can be claimed now, oldest first."""
    stmt = select(Job.id).where(*_claimable(op.now)).order_by(Job.not_before).limit(limit)
    return tuple(op.session.scalars(stmt))


def claim(op: Operation, job_id: UUID) -> Job | None:
    """Take a piece of work for as long as the lease lasts; None when somebody else has it or it is done."""
    taken = op.session.execute(
        update(Job)
        .where(Job.id == job_id, *_claimable(op.now))
        .values(lease_until=op.now + LEASE, attempts=Job.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    if not isinstance(taken, CursorResult) or taken.rowcount != 1:
        return None
    return op.session.get(Job, job_id, populate_existing=True)


def done(op: Operation, job_id: UUID) -> None:
    """The work is done."""
    job = op.session.get_one(Job, job_id)
    job.done_at, job.lease_until = op.now, None


def failed(op: Operation, job_id: UUID, *, error: BaseException, for_good: bool = False) -> None:
    """Try again, each time later; after twenty tries, or `for_good`, somebody has to look.

    Only the error's kind is kept.
    """
    job = op.session.get_one(Job, job_id)
    job.not_before, job.lease_until = op.now + _wait_after(job.attempts), None
    job.last_error = type(error).__name__[:120]
    if for_good or job.attempts >= ATTEMPTS:
        job.given_up_at = op.now


def failed_at(job: Job) -> datetime:
    """When work that is to be tried again was last tried."""
    return job.not_before - _wait_after(job.attempts)


def cancel(op: Operation, job: Job, *, why: str) -> None:
    """It is not wanted any more; `why` is a word of ours."""
    if job.done_at is None and job.cancelled_at is None:
        job.cancelled_at, job.cancel_reason, job.lease_until = op.now, why, None


def given_up(session: Session) -> int:
    """How many pieces of work were given up."""
    return session.scalar(select(func.count()).select_from(Job).where(Job.given_up_at.is_not(None))) or 0


def waiting_since(op: Operation) -> datetime | None:
    """Since when the work that waits longest could have been done; None when nothing waits."""
    return op.session.scalar(select(func.min(Job.not_before)).where(*_claimable(op.now)))


def _wait_after(attempts: int) -> timedelta:
    return WAITS[min(attempts, len(WAITS)) - 1]


def _claimable(now: datetime) -> tuple[ColumnElement[bool], ...]:
    # A lease far in the future was taken by a clock that is wrong, and would block the work for hours.
    free = or_(Job.lease_until.is_(None), Job.lease_until < now, Job.lease_until > now + 2 * LEASE)
    waits = Job.done_at.is_(None), Job.given_up_at.is_(None), Job.cancelled_at.is_(None)
    return *waits, Job.held_at.is_(None), Job.not_before <= now, free
