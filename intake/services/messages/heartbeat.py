"""A dead man's switch: what must never stand still leaves a sign that it moves, and silence is noticed.

Each worker beats while it works. Messages and documents need no beat of their own: those that fail stand in
the outbox.
"""

import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from intake.services.context import Operation
from intake.services.messages import outbox
from intake.services.upsert import insert_if_missing
from intake.storage.models import Heartbeat, Job, JobKind, Worker, new_id

# A worker beats three times a minute; that all are silent for so long is no accident.
STILL = timedelta(minutes=3)
# A worker that was killed is shown for as long as somebody may ask what became of it.
FORGOTTEN = timedelta(days=1)
# What was given up is shown for as long as somebody may still do something about it.
SHOWN = timedelta(days=7)

_QUEUE = "queue"


class Trouble(StrEnum):
    """What has stopped, or does not get through."""

    QUEUE = "queue"
    MESSAGES = "messages"
    CALLS_FOR_ATTENTION = "calls_for_attention"
    DOCUMENTS = "documents"


@dataclass(frozen=True)
class Silence:
    """Something that should move and does not, `since` when."""

    trouble: Trouble
    since: datetime


# For which troubles a row that was given up still counts: one patient's wrong address is no trouble of the
# whole clinic and is shown with that patient.
_KINDS: dict[Trouble, tuple[tuple[JobKind, ...], bool]] = {
    Trouble.MESSAGES: ((JobKind.TELL_OF_EMERGENCY, *outbox.LATER), False),
    Trouble.CALLS_FOR_ATTENTION: (
        (JobKind.TELL_OF_ALERT, JobKind.TELL_OF_OVERDUE, JobKind.TELL_OF_HAND_OVER),
        True,
    ),
    Trouble.DOCUMENTS: ((JobKind.RENDER_DOCUMENT,), True),
}


@dataclass(frozen=True)
class AtWork:
    """A worker, as it says who it is. `lanes` is what for."""

    lanes: str
    started_at: datetime
    id: UUID = field(default_factory=new_id)
    host: str = field(default_factory=lambda: socket.gethostname()[:120])
    pid: int = field(default_factory=os.getpid)


@dataclass(frozen=True)
class WorkerView:
    """A worker as the admin sees it. It is silent when it has not been seen for longer than is normal."""

    host: str
    pid: int
    lanes: str
    started_at: datetime
    seen_at: datetime

    def silent(self, now: datetime) -> bool:
        """True when it was probably killed, or stopped."""
        return abs(now - self.seen_at) > STILL


def beat(op: Operation, worker: AtWork | None = None) -> None:
    """The queue is at work; `worker` is who, where that is a process that stays."""
    insert_if_missing(op.session, Heartbeat, {"name": _QUEUE, "at": op.now})
    op.session.get_one(Heartbeat, _QUEUE).at = op.now
    if worker is None:
        return
    values = {each: getattr(worker, each) for each in ("id", "host", "pid", "lanes", "started_at")}
    insert_if_missing(op.session, Worker, {**values, "seen_at": op.now})
    op.session.get_one(Worker, worker.id).seen_at = op.now
    # What was seen in the future was seen by a clock that was wrong.
    forgotten = or_(Worker.seen_at < op.now - FORGOTTEN, Worker.seen_at > op.now + FORGOTTEN)
    op.session.execute(delete(Worker).where(forgotten).execution_options(synchronize_session=False))


def leave(op: Operation, worker: AtWork) -> None:
    """This worker ends, as it should."""
    op.session.execute(
        delete(Worker).where(Worker.id == worker.id).execution_options(synchronize_session=False)
    )


def workers(session: Session) -> tuple[WorkerView, ...]:
    """Every worker that has not ended in order, the one last seen first."""
    stmt = select(Worker).order_by(Worker.seen_at.desc(), Worker.started_at)
    return tuple(
        WorkerView(each.host, each.pid, each.lanes, each.started_at, each.seen_at)
        for each in session.scalars(stmt)
    )


def last_beat(session: Session) -> datetime | None:
    """When any worker was last at work; None before the first time."""
    return session.scalar(select(Heartbeat.at).where(Heartbeat.name == _QUEUE))


def last_run(session: Session, task: str) -> datetime | None:
    """When this periodic task was last done, by whichever worker."""
    return session.scalar(select(Heartbeat.at).where(Heartbeat.name == task))


def ran(op: Operation, task: str) -> None:
    """This periodic task is done; for the others to know."""
    insert_if_missing(op.session, Heartbeat, {"name": task, "at": op.now})
    op.session.get_one(Heartbeat, task).at = op.now


def silences(op: Operation) -> tuple[Silence, ...]:
    """What stands still now."""
    found = [Silence(Trouble.QUEUE, since) for since in _queue_still_since(op)]
    for trouble, (kinds, given_up) in _KINDS.items():
        found += [Silence(trouble, since) for since in _failing_since(op, kinds, given_up)]
    return tuple(found)


def _queue_still_since(op: Operation) -> Iterable[datetime]:
    """The newest beat of any worker, when it is too long ago; before the first, since when work waits.

    Safety: a worker may beat and yet not get to what is urgent. So the age of that counts as well.
    """
    since = last_beat(op.session) or outbox.waiting_since(op)
    # A beat that lies ahead was made by a clock that is wrong, and says nothing.
    if since is not None and abs(op.now - since) > STILL:
        return [since]
    urgent = outbox.waiting_since(op, outbox.URGENT)
    return [urgent] if urgent is not None and op.now - urgent > STILL else []


def _failing_since(op: Operation, kinds: tuple[JobKind, ...], given_up: bool) -> Iterable[datetime]:
    failing: ColumnElement[bool] = and_(Job.given_up_at.is_(None), Job.last_error.is_not(None))
    if given_up:
        failing = or_(failing, Job.given_up_at > op.now - SHOWN)
    since = op.session.scalar(
        select(func.min(Job.made_at)).where(
            Job.kind.in_(kinds), Job.done_at.is_(None), Job.cancelled_at.is_(None), failing
        )
    )
    return [since] if since is not None else []
