"""Tries that are counted, whether or not what is guessed exists."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.services.upsert import insert_if_missing
from intake.storage.models import Throttle, ThrottleKind


def spend(
    session: Session, kind: ThrottleKind, subject_hmac: str, *, within: timedelta, now: datetime
) -> Throttle:
    """Count this try before anything is compared, so that a hundred at once are still counted one by one.

    `subject_hmac` is the HMAC of what is guessed at; `within` how long tries are remembered.
    """
    key = {"kind": kind, "subject_hmac": subject_hmac}
    insert_if_missing(session, Throttle, key | {"tries": 0, "since": now})
    chosen = select(Throttle).filter_by(**key).with_for_update()
    throttle = session.scalars(chosen.execution_options(populate_existing=True)).one()
    if now - throttle.since >= within:
        throttle.tries, throttle.since = 0, now
    throttle.tries += 1
    return throttle
