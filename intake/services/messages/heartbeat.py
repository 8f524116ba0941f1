"""A dead man's switch: what must never stand still leaves a sign that it moves, and silence is noticed.

The queue beats while it works. Messages and documents need no beat of their own: those that fail stand in the
outbox.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from intake.services.context import Operation
from intake.services.messages import outbox
from intake.services.upsert import insert_if_missing
from intake.storage.models import Heartbeat, Job, JobKind

# The sweep comes every minute; two that are missed are no accident.
STILL = timedelta(minutes=3)
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
    Trouble.MESSAGES: ((JobKind.SEND_INVITATION, JobKind.SEND_REMINDER), False),
    Trouble.CALLS_FOR_ATTENTION: (
        (JobKind.TELL_OF_ALERT, JobKind.TELL_OF_OVERDUE, JobKind.TELL_OF_HAND_OVER),
        True,
    ),
    Trouble.DOCUMENTS: ((JobKind.RENDER_DOCUMENT,), True),
}


def beat(op: Operation) -> None:
    """The queue is at work."""
    insert_if_missing(op.session, Heartbeat, {"name": _QUEUE, "at": op.now})
    op.session.get_one(Heartbeat, _QUEUE).at = op.now


def last_beat(session: Session) -> datetime | None:
    """When the queue was last at work; None before its first time."""
    return session.scalar(select(Heartbeat.at).where(Heartbeat.name == _QUEUE))


def silences(op: Operation) -> tuple[Silence, ...]:
    """What stands still now."""
    found = [Silence(Trouble.QUEUE, since) for since in _queue_still_since(op)]
    for trouble, (kinds, given_up) in _KINDS.items():
        found += [Silence(trouble, since) for since in _failing_since(op, kinds, given_up)]
    return tuple(found)


def _queue_still_since(op: Operation) -> Iterable[datetime]:
    """The last beat, when it is too long ago; before the first beat, since when work has been waiting."""
    since = last_beat(op.session) or outbox.waiting_since(op)
    return [since] if since is not None and op.now - since > STILL else []


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
