"""Jobs. A row is written in the same transaction as what causes it, so it can be late but not lost.

Whoever does the work claims the row with a lease; if they die, the lease runs out and another claims it.
Work may therefore be done twice, and must not mind.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from intake.config import LONGEST_DEADLINE
from intake.services.context import CLOCKS_DIFFER, Operation
from intake.services.upsert import insert_if_missing
from intake.storage.models import Channel, Job, JobKind, new_id

# For a document, which takes as long as it takes.
LEASE = timedelta(minutes=5)
# A message is sent by its deadline or not at all. So much is added for what comes before and after: nobody
# else has it while it may still be on its way, and when a worker was killed it waits no longer than it must.
BESIDE_SENDING = timedelta(seconds=15)
# No lease is longer than this, whatever the settings of the worker that took it.
LONGEST_LEASE = LEASE + timedelta(minutes=1)
LONGEST_LEASE_OF_A_MESSAGE = timedelta(seconds=LONGEST_DEADLINE) + 2 * BESIDE_SENDING
# What a worker that dies with its job leaves behind is taken again at once, and from then on after a wait:
# a job that kills its worker each time must not keep all others from being done.
LEFT_BEHIND = 3
# For a host that is busy with another message.
POSTPONED = timedelta(seconds=15)
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
ATTEMPTS = 20
# Safety: what is urgent is tried again soon, for as many hours, however long the mail server was away.
URGENT_WAITS = (timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=5))
URGENT_ATTEMPTS = 400

# Safety: whoever must be phoned comes before what can wait.
URGENT = (JobKind.TELL_OF_ALERT, JobKind.TELL_OF_OVERDUE, JobKind.TELL_OF_HAND_OVER)
# What may be meant for another day. Everything else is due when it is made.
SCHEDULED = (JobKind.SEND_REMINDER, JobKind.TELL_OF_OVERDUE)
# What members of staff are told of their own accounts.
ABOUT_ACCOUNTS = (
    JobKind.TELL_OF_NEW_BROWSER,
    JobKind.TELL_OF_NEW_PASSWORD,
    JobKind.TELL_OF_FACTOR_ADDED,
    JobKind.TELL_OF_FACTOR_REMOVED,
    JobKind.TELL_OF_FACTORS_DROPPED,
    JobKind.TELL_OF_RECOVERY,
    JobKind.TELL_OF_COPIED_PASSKEY,
)
# What nobody waits for within the minute.
LATER = (*ABOUT_ACCOUNTS, JobKind.SEND_INVITATION, JobKind.SEND_REMINDER)
ORDER = (*URGENT, JobKind.TELL_OF_EMERGENCY, JobKind.RENDER_DOCUMENT, *LATER)


class LeaseLost(Exception):
    """The lease ran out, and somebody else has the job, or has done it."""


class LeftBehind(Exception):
    """A worker ended while it was at this job."""


@dataclass(frozen=True)
class Claim:
    """A job that is ours until `until`, which no other claim of it has. `left_behind`: its workers died."""

    job: Job
    until: datetime
    left_behind: bool


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
    """What can be claimed now, the most urgent first, and of that the oldest."""
    stmt = select(Job.id).where(*_claimable(op.now)).order_by(*_IN_ORDER).limit(limit)
    return tuple(op.session.scalars(stmt))


def is_due(op: Operation, kinds: Collection[JobKind]) -> bool:
    """There is something of these kinds that can be claimed now."""
    stmt = select(Job.id).where(Job.kind.in_(kinds), *_claimable(op.now)).limit(1)
    return op.session.scalar(stmt) is not None


def claim_next(op: Operation, kinds: Collection[JobKind], besides: Collection[UUID] = ()) -> Claim | None:
    """Take the most urgent piece of work of these kinds; None when there is none.

    `besides` is what this worker has in hand: whatever the clock says, it has not lost that.
    Whoever looks at the same time passes over what another is taking, and waits for nobody. One piece at a
    time: a lease is for as long as one piece takes, and before the next comes what has become urgent since.
    """
    stmt = (
        select(Job)
        .where(Job.kind.in_(kinds), Job.id.not_in(besides), *_claimable(op.now))
        .order_by(*_IN_ORDER)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    job = op.session.scalar(stmt)
    if job is None:
        return None
    left_behind = job.lease_until is not None and job.attempts >= LEFT_BEHIND
    job.lease_until, job.attempts = op.now + lease_of(op, job.kind), job.attempts + 1
    return Claim(job, job.lease_until, left_behind)


def claim(op: Operation, job_id: UUID) -> Claim | None:
    """Take this piece of work for as long as the lease lasts; None when somebody has it or it is done."""
    kind = op.session.scalar(select(Job.kind).where(Job.id == job_id))
    if kind is None:
        return None
    until = op.now + lease_of(op, kind)
    taken = op.session.execute(
        update(Job)
        .where(Job.id == job_id, *_claimable(op.now))
        .values(lease_until=until, attempts=Job.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    if not isinstance(taken, CursorResult) or taken.rowcount != 1:
        return None
    return Claim(op.session.get_one(Job, job_id, populate_existing=True), until, left_behind=False)


def lease_of(op: Operation, kind: JobKind) -> timedelta:
    """For how long a piece of work of this kind is nobody else's."""
    if kind is JobKind.RENDER_DOCUMENT:
        return LEASE
    return timedelta(seconds=op.settings.message_deadline) + BESIDE_SENDING


def held(op: Operation, claim: Claim) -> Job:
    """The job, locked until the commit. Raises LeaseLost when it is not ours any more.

    Whoever was stopped for longer than the lease must not mark what another is at.
    """
    job = op.session.get(Job, claim.job.id, with_for_update=True, populate_existing=True)
    if job is None or job.lease_until != claim.until or job.done_at is not None:
        raise LeaseLost
    return job


def is_held(op: Operation, claim: Claim) -> bool:
    """It is still ours, and there is time left to do it.

    Safety: a message is begun only when its deadline is before the end of the lease, so no two workers send
    it at the same time.
    """
    job = op.session.get(Job, claim.job.id, populate_existing=True)
    if job is None or job.done_at is not None or job.lease_until != claim.until:
        return False
    return op.now + lease_of(op, job.kind) - BESIDE_SENDING / 2 <= claim.until


def postpone(op: Operation, claim: Claim) -> None:
    """It was not tried, and waits for a moment. Raises LeaseLost.

    However often it is postponed, that is one try at most; none would mean that it was scheduled for then.
    """
    job = held(op, claim)
    job.not_before, job.lease_until = op.now + POSTPONED, None
    job.attempts = max(1, job.attempts - 1)


def release(op: Operation, claims: Iterable[Claim]) -> None:
    """Whoever had them ends: let others have them now, and not when the leases run out."""
    for each in claims:
        try:
            held(op, each).lease_until = None
        except LeaseLost:
            continue


def done(op: Operation, job_id: UUID) -> None:
    """The work is done."""
    job = op.session.get_one(Job, job_id)
    job.done_at, job.lease_until = op.now, None


def failed(op: Operation, job_id: UUID, *, error: BaseException, for_good: bool = False) -> None:
    """Try again, each time later; after a day or two of tries, or `for_good`, somebody has to look.

    Only the error's kind is kept.
    """
    job = op.session.get_one(Job, job_id)
    job.not_before, job.lease_until = op.now + _wait_after(job), None
    job.last_error = type(error).__name__[:120]
    if for_good or job.attempts >= (URGENT_ATTEMPTS if job.kind in URGENT else ATTEMPTS):
        job.given_up_at = op.now


def hasten(op: Operation, kind: JobKind, ref: UUID) -> bool:
    """Make the open jobs for `ref` due now, if they failed or were given up; False when there are none."""
    still_open = Job.kind == kind, Job.ref == ref, Job.done_at.is_(None), Job.cancelled_at.is_(None)
    jobs = op.session.scalars(select(Job).where(*still_open)).all()
    for job in jobs:
        if job.given_up_at is not None or job.not_before > op.now:
            job.given_up_at, job.not_before = None, op.now
    return bool(jobs)


def failed_at(job: Job) -> datetime:
    """When work that is to be tried again was last tried."""
    return job.not_before - _wait_after(job)


def cancel(op: Operation, job: Job, *, why: str) -> None:
    """It is not wanted any more; `why` is a word of ours."""
    if job.done_at is None and job.cancelled_at is None:
        job.cancelled_at, job.cancel_reason, job.lease_until = op.now, why, None


def given_up(session: Session) -> int:
    """How many pieces of work were given up."""
    return session.scalar(select(func.count()).select_from(Job).where(Job.given_up_at.is_not(None))) or 0


def waiting_since(op: Operation, kinds: Collection[JobKind] = ORDER) -> datetime | None:
    """Since when the work of these kinds that waits longest could have been done; None when nothing waits."""
    return op.session.scalar(select(func.min(Job.not_before)).where(Job.kind.in_(kinds), *_claimable(op.now)))


_IN_ORDER = (
    case({kind: 0 if kind in URGENT else place for place, kind in enumerate(ORDER)}, value=Job.kind),
    Job.not_before,
    Job.id,
)


def _wait_after(job: Job) -> timedelta:
    waits = URGENT_WAITS if job.kind in URGENT else WAITS
    return waits[min(job.attempts, len(waits)) - 1]


def _claimable(now: datetime) -> tuple[ColumnElement[bool], ...]:
    waits = Job.done_at.is_(None), Job.given_up_at.is_(None), Job.cancelled_at.is_(None)
    return *waits, Job.held_at.is_(None), is_time(now), _is_free(now)


def is_time(now: datetime) -> ColumnElement[bool]:
    """It is due, or waits for a moment that a clock which was ahead has set.

    Safety: no message waits for days because the clock was wrong for a minute. What was to be done at once is
    due whatever the clock says; nobody waits longer to try again than any wait lasts; and an alert that was
    raised in the future is told too early rather than too late.
    """
    untried, tried, at_once = Job.attempts == 0, Job.attempts > 0, Job.kind.not_in(SCHEDULED)
    return or_(
        Job.not_before <= now,
        and_(untried, at_once, Job.not_before <= Job.made_at),
        and_(or_(tried, at_once), Job.not_before > now + WAITS[-1]),
        and_(tried, Job.kind.in_(URGENT), Job.not_before > now + URGENT_WAITS[-1]),
        and_(Job.kind.in_(URGENT), Job.made_at > now + CLOCKS_DIFFER),
    )


def _is_free(now: datetime) -> ColumnElement[bool]:
    """Nobody has it. A lease far in the future was taken by a clock that is wrong, and would block it."""
    is_message = Job.kind != JobKind.RENDER_DOCUMENT
    return or_(
        Job.lease_until.is_(None),
        Job.lease_until < now,
        Job.lease_until > now + LONGEST_LEASE,
        and_(is_message, Job.lease_until > now + LONGEST_LEASE_OF_A_MESSAGE),
    )
