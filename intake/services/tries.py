"""Tries that are counted, whether or not what is guessed exists."""

from datetime import timedelta

from sqlalchemy import select

from intake.services.context import Operation
from intake.services.upsert import insert_if_missing
from intake.storage.models import SignInThrottle


def spend(op: Operation, blind: str, *, within: timedelta) -> SignInThrottle:
    """Count this try before anything is compared, so that a hundred at once are still counted one by one.

    `blind` is the fingerprint of what is guessed at; `within` how long tries are remembered.
    """
    insert_if_missing(op.session, SignInThrottle, {"email_blind": blind, "tries": 0, "since": op.now})
    chosen = select(SignInThrottle).where(SignInThrottle.email_blind == blind).with_for_update()
    throttle = op.session.scalars(chosen.execution_options(populate_existing=True)).one()
    if op.now - throttle.since >= within:
        throttle.tries, throttle.since = 0, op.now
    throttle.tries += 1
    return throttle
