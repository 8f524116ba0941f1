"""A server without a worker says so loudly: to staff in the notice bar, and here to whoever reads the log."""

import logging
import time
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from intake.services.messages import heartbeat
from intake.storage import Database

log = logging.getLogger(__name__)

# Seconds between two lines of this process.
ONCE_IN = 60.0
_said: list[float] = []


def say_if_nobody_works(database: Database, now: datetime) -> None:
    """One line, when no worker has been at work lately; to be called once a server has its pages."""
    try:
        with database.reading() as session:
            beat = heartbeat.last_beat(session)
    except SQLAlchemyError as problem:
        log.error("Whether a worker is at work could not be read: %s", type(problem).__name__)
        return
    if beat is None or now - beat > heartbeat.STILL:
        say("never" if beat is None else f"not since {beat:%Y-%m-%d %H:%M} UTC")


def say(when: str) -> None:
    """That nobody works, at most once a minute."""
    moment = time.monotonic()
    if _said and moment - _said[-1] < ONCE_IN:
        return
    _said[:] = [moment]
    log.error(
        "NO WORKER IS AT WORK (%s): no message leaves, and no document is made. "
        "Run `flask --app wsgi work` beside this server, or `flask --app wsgi start` in its place.",
        when,
    )
