"""Jobs as whoever looks after the computer sees them: how many wait, which failed, and those tried again.

Safety: no patient's words or address. A job that tells the clinic of an alert names no appointment either:
that there was one is for those who act on it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from intake.services.audit import Action
from intake.services.context import Operation
from intake.storage.models import Appointment, Document, Intake, Job, JobKind

# The kinds whose appointment an admin may be told.
NAMED = (JobKind.RENDER_DOCUMENT, JobKind.SEND_INVITATION, JobKind.SEND_REMINDER)
MOST_SHOWN = 100


@dataclass(frozen=True)
class QueueLine:
    """One kind of job: how many could be done now, are due later, wait for another try, or were given up."""

    kind: JobKind
    due: int
    later: int
    retried: int
    failed: int
    oldest_due: datetime | None


@dataclass(frozen=True)
class FailedJob:
    """A job that was given up, or is tried again. `error` is its kind, `reference` the appointment's."""

    id: UUID
    kind: JobKind
    at: datetime
    error: str
    attempts: int
    given_up: bool
    reference: str | None


def queue_lines(op: Operation) -> tuple[QueueLine, ...]:
    """Every kind of job, counted."""
    unfailed = Job.last_error.is_(None)
    counted = select(
        Job.kind,
        _count(_waits(), unfailed, Job.not_before <= op.now),
        _count(_waits(), unfailed, Job.not_before > op.now),
        _count(_waits(), Job.last_error.is_not(None)),
        _count(*_not_done(), Job.given_up_at.is_not(None)),
        func.min(Job.not_before).filter(_waits(), Job.not_before <= op.now),
    ).group_by(Job.kind)
    found = {row[0]: QueueLine(*row) for row in op.session.execute(counted)}
    return tuple(found.get(kind, QueueLine(kind, 0, 0, 0, 0, None)) for kind in JobKind)


def failed_jobs(session: Session) -> tuple[FailedJob, ...]:
    """What was given up and what is tried again, the latest first."""
    stmt = select(Job).where(_failed()).order_by(Job.not_before.desc()).limit(MOST_SHOWN)
    jobs = session.scalars(stmt).all()
    references = _references(session, jobs)
    return tuple(
        FailedJob(
            job.id,
            job.kind,
            job.given_up_at or job.not_before,
            job.last_error or "",
            job.attempts,
            job.given_up_at is not None,
            references.get(job.id),
        )
        for job in jobs
    )


def try_again(op: Operation, job_id: UUID) -> bool:
    """Let a failed job be done now, with new tries; False when there is nothing to try."""
    job = op.session.scalars(select(Job).where(Job.id == job_id, _failed()).with_for_update()).one_or_none()
    if job is None:
        return False
    _again(op, job)
    op.record(Action.JOB_TRIED_AGAIN, job=job.id)
    return True


def try_all_again(op: Operation) -> int:
    """The same for every failed job; how many that were."""
    jobs = op.session.scalars(select(Job).where(_failed()).order_by(Job.id).with_for_update()).all()
    for job in jobs:
        _again(op, job)
    if jobs:
        op.record(Action.JOB_TRIED_AGAIN, jobs=len(jobs))
    return len(jobs)


def _again(op: Operation, job: Job) -> None:
    # What it failed of stays until it is done: a notice that goes away before would be wrong.
    job.given_up_at, job.attempts, job.not_before = None, 1, op.now


def _not_done() -> tuple[ColumnElement[bool], ...]:
    # What a restore holds back waits for a word of the clinic, and for nothing else.
    return Job.done_at.is_(None), Job.cancelled_at.is_(None), Job.held_at.is_(None)


def _waits() -> ColumnElement[bool]:
    return and_(*_not_done(), Job.given_up_at.is_(None))


def _failed() -> ColumnElement[bool]:
    return and_(*_not_done(), or_(Job.given_up_at.is_not(None), Job.last_error.is_not(None)))


def _count(*which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(Job.id).filter(and_(*which))


def _references(session: Session, jobs: Iterable[Job]) -> Mapping[UUID, str]:
    """The reference of the appointment of each job that an admin may be told, by the job."""
    named = [job for job in jobs if job.kind in NAMED]
    documents = (
        select(Document.id, Intake.appointment_id)
        .join(Intake, Intake.id == Document.intake_id)
        .where(Document.id.in_([job.ref for job in named]))
    )
    of_documents = {row[0]: row[1] for row in session.execute(documents)}
    about = {job.id: job.appointment_id or of_documents.get(job.ref) for job in named}
    stmt = select(Appointment.id, Appointment.reference).where(Appointment.id.in_(set(about.values())))
    known = {row[0]: row[1] for row in session.execute(stmt)}
    return {
        job: known[appointment]
        for job, appointment in about.items()
        if appointment is not None and appointment in known
    }
