"""What must be done to a backup that is put back, before anybody works with it.

It knows nothing of what happened since: who was erased, which messages left, who signed out. Nobody comes
back who was erased; what may have been sent waits until somebody decides; no browser stays signed in.

Browsers that are known stay known: that lets nobody in, and without it strangers who guess at passwords
would lock staff out of the list of alerts. Counted tries stay counted. A test says so of every table.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Update, delete, func, select, update
from sqlalchemy.orm import Session

from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.messages import outbox
from intake.services.messages.correspondence import TO_PATIENTS
from intake.services.operations import retention
from intake.services.operations.daily_seal import check_reason
from intake.storage.models import Job, JobKind, SignInStep, StaffLink, WalkInCode, WebSession, Worker

RESTORED = "restored"


@dataclass(frozen=True)
class Settled:
    """How much was done: appointments erased again, messages held back, browsers signed out."""

    erased: int
    held: int
    signed_out: int


def settle(op: Operation, erased: Iterable[UUID], reason: str) -> Settled:
    """Do all of it and record it, with the reason why the backup was put back.

    Raises ValueError when `reason` is empty or too long to be recorded whole.
    """
    check_reason(reason)
    again = sum(retention.erase_again(op, id) is not None for id in sorted(erased))
    done = Settled(again, _hold(op), _sign_out(op))
    op.record(Action.BACKUP_PUT_BACK, erased=done.erased, held=done.held, signed_out=done.signed_out)
    op.record(Action.RESTORE_ACCEPTED, reason=reason)
    return done


@dataclass(frozen=True)
class HeldLine:
    """Messages of one kind that wait for somebody to decide: how many, and between when they were due."""

    kind: JobKind
    number: int
    first_due: datetime
    last_due: datetime


def waiting(session: Session) -> tuple[HeldLine, ...]:
    """The messages to patients that wait for somebody to decide, by their kind."""
    due = func.min(Job.not_before), func.max(Job.not_before)
    stmt = select(Job.kind, func.count(), *due).where(*_held()).group_by(Job.kind).order_by(Job.kind)
    return tuple(HeldLine(*row) for row in session.execute(stmt))


def held(session: Session) -> int:
    """How many messages to patients wait for somebody to decide."""
    return session.scalar(select(func.count()).select_from(Job).where(*_held())) or 0


def release(op: Operation) -> int:
    """Send them after all, those that are still wanted; how many that are."""
    released = held(op.session)
    op.session.execute(_quietly(update(Job).where(*_held()).values(held_at=None)))
    op.record(Action.HELD_MESSAGES_RELEASED, number=released)
    return released


def drop(op: Operation) -> int:
    """Do not send them: they have left before; how many that were."""
    # Locked: somebody else may be letting them leave.
    dropped = op.session.scalars(select(Job).where(*_held()).order_by(Job.id).with_for_update()).all()
    for message in dropped:
        outbox.cancel(op, message, why=RESTORED)
    op.record(Action.HELD_MESSAGES_DROPPED, number=len(dropped))
    return len(dropped)


def _hold(op: Operation) -> int:
    """Messages to patients that are due now; what tells the clinic of an alert is never held back."""
    due = Job.kind.in_(TO_PATIENTS), outbox.is_time(op.now), *_unfinished(), Job.held_at.is_(None)
    op.session.execute(_quietly(update(Job).where(*due).values(held_at=op.now, lease_until=None)))
    return held(op.session)


def _sign_out(op: Operation) -> int:
    """Every browser, also tablets, every link of staff and code that could have been used since, and workers.

    A worker that was at work then has ended.
    """
    let_in = WebSession.revoked_at.is_(None)
    number = op.session.scalar(select(func.count()).select_from(WebSession).where(let_in)) or 0
    op.session.execute(_quietly(update(WebSession).where(let_in).values(revoked_at=op.now)))
    for spent in (delete(StaffLink), delete(WalkInCode), delete(SignInStep), delete(Worker)):
        op.session.execute(spent.execution_options(synchronize_session=False))
    return number


def _held() -> tuple[ColumnElement[bool], ...]:
    return Job.held_at.is_not(None), *_unfinished()


def _unfinished() -> tuple[ColumnElement[bool], ...]:
    return Job.done_at.is_(None), Job.given_up_at.is_(None), Job.cancelled_at.is_(None)


def _quietly(stmt: Update) -> Update:
    return stmt.execution_options(synchronize_session=False)
