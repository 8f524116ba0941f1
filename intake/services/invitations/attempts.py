"""Tries that are counted, whether or not what is guessed exists.

They lie in the database, so that any number of processes count together. A try whose time is over, or that a
clock which was set back has put into the future, counts no longer.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from intake.services.context import Operation
from intake.storage.models import Throttle, ThrottleKind

# The longest time for which any try is remembered.
LONGEST = timedelta(hours=1)
SWEPT_AT_ONCE = 100


@dataclass(frozen=True)
class Spent:
    """How many tries there were, this one among them, since when."""

    tries: int
    since: datetime


def spend(op: Operation, kind: ThrottleKind, subject_hmac: str, *, within: timedelta) -> Spent:
    """Count this try before anything is compared, so that a hundred at once are still counted one by one.

    `subject_hmac` is the HMAC of what is guessed at; `within` how long tries are remembered, at most LONGEST.
    """
    dialect = postgresql if op.session.get_bind().dialect.name == "postgresql" else sqlite
    counts = and_(Throttle.since > op.now - within, Throttle.since <= op.now)
    new = {"kind": kind, "subject_hmac": subject_hmac, "tries": 1, "since": op.now}
    # One statement: between two, a sweep could take the row away.
    stmt = dialect.insert(Throttle).values(new)
    counted = stmt.on_conflict_do_update(
        index_elements=[Throttle.kind, Throttle.subject_hmac],
        set_={
            "tries": case((counts, Throttle.tries + 1), else_=1),
            "since": case((counts, Throttle.since), else_=op.now),
        },
    ).returning(Throttle.tries, Throttle.since)
    tries, since = op.session.execute(counted).one()
    return Spent(tries, since)


def spent(op: Operation, kind: ThrottleKind, subject_hmac: str, *, within: timedelta) -> Spent:
    """How many tries were counted, without another one."""
    stmt = select(Throttle.tries, Throttle.since).where(*_of(kind, subject_hmac))
    found = op.session.execute(stmt).first()
    if found is None or not timedelta() <= op.now - found.since < within:
        return Spent(0, op.now)
    return Spent(found.tries, found.since)


def give_back(op: Operation, kind: ThrottleKind, subject_hmac: str) -> None:
    """It was no guess: the try that was counted for it counts no longer."""
    stmt = update(Throttle).where(*_of(kind, subject_hmac), Throttle.tries > 0)
    op.session.execute(stmt.values(tries=Throttle.tries - 1).execution_options(synchronize_session=False))


def forget(op: Operation, kind: ThrottleKind, subject_hmac: str) -> None:
    """Whoever tried has shown who they are: they begin anew."""
    stmt = delete(Throttle).where(*_of(kind, subject_hmac))
    op.session.execute(stmt.execution_options(synchronize_session=False))


def is_over(op: Operation) -> ColumnElement[bool]:
    """True of a row that says nothing any more."""
    return or_(Throttle.since < op.now - LONGEST, Throttle.since > op.now + LONGEST)


def sweep_some(op: Operation) -> None:
    """Take away some rows whose time is over, so that a flood makes them no faster than they go.

    Last in its transaction, and never a row that somebody else holds: nobody waits for anybody here.
    """
    old = select(Throttle.kind, Throttle.subject_hmac).where(is_over(op)).limit(SWEPT_AT_ONCE)
    for kind, subject_hmac in op.session.execute(old.with_for_update(skip_locked=True)).all():
        forget(op, kind, subject_hmac)


def _of(kind: ThrottleKind, subject_hmac: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Throttle.kind == kind, Throttle.subject_hmac == subject_hmac
