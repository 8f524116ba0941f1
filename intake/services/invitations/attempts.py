"""Tries that are counted, whether or not what is guessed exists."""

from datetime import timedelta

from sqlalchemy import select

from intake.services.context import Operation
from intake.services.upsert import insert_if_missing
from intake.storage.models import Throttle, ThrottleKind


def spend(op: Operation, kind: ThrottleKind, subject_hmac: str, *, within: timedelta) -> Throttle:
    """Count this try before anything is compared, so that a hundred at once are still counted one by one.

    `subject_hmac` is the HMAC of what is guessed at; `within` how long tries are remembered.
    """
    key = {"kind": kind, "subject_hmac": subject_hmac}
    insert_if_missing(op.session, Throttle, key | {"tries": 0, "since": op.now})
    stmt = select(Throttle).filter_by(**key).with_for_update()
    throttle = op.session.scalars(stmt.execution_options(populate_existing=True)).one()
    # One that began in the future was counted by a wrong clock, and would lock somebody out till then.
    if not timedelta() <= op.now - throttle.since < within:
        throttle.tries, throttle.since = 0, op.now
    throttle.tries += 1
    return throttle
