"""Tries that are counted, whether or not what is guessed exists."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.services.upsert import insert_if_missing
from intake.storage.models import SignInThrottle


def spend(session: Session, blind: str, *, within: timedelta, now: datetime) -> SignInThrottle:
    """Count this try before anything is compared, so that a hundred at once are still counted one by one.

    `blind` is the fingerprint of what is guessed at; `within` how long tries are remembered.
    """
    insert_if_missing(session, SignInThrottle, {"email_blind": blind, "tries": 0, "since": now})
    chosen = select(SignInThrottle).where(SignInThrottle.email_blind == blind).with_for_update()
    throttle = session.scalars(chosen.execution_options(populate_existing=True)).one()
    if now - throttle.since >= within:
        throttle.tries, throttle.since = 0, now
    throttle.tries += 1
    return throttle
