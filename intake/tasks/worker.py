"""The worker as a process of its own: it does what is owed until it is told to end.

It ends in a bounded time, whatever a mail server does: what is not finished by then is given back, and the
next worker does it again.
"""

import logging
import os
import signal
import threading
from collections.abc import Iterable
from types import FrameType
from typing import Protocol

from intake.services.messages.outbox import LEASE
from intake.storage import Database
from intake.tasks.lanes import LANES, Lane
from intake.tasks.queue import FINISHES_WITHIN, Queue

log = logging.getLogger(__name__)

# Seconds. What is not finished within `FINISHES_WITHIN` is given back; after this the process is gone in any
# case, also when the database does not answer.
GONE_WITHIN = 10.0
LOOKS = 5.0
# A piece of work that takes so long hangs. Nothing can end a thread, so the process ends; whoever started it
# starts it again.
HANGS_AFTER = LEASE.total_seconds() + 60


class HasQueue(Protocol):
    """What a worker needs of the clinic."""

    @property
    def queue(self) -> Queue: ...

    @property
    def database(self) -> Database: ...


def run(clinic: HasQueue, lanes: Iterable[Lane] = LANES) -> bool:
    """Work until SIGTERM or SIGINT; whether it ends because it was told to, and not because work hangs."""
    told = threading.Event()

    def tell(_signal: int, _frame: FrameType | None) -> None:
        told.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, tell)
    queue = clinic.queue
    queue.start(lanes)
    hangs = False
    while not hangs and not told.wait(LOOKS):
        hangs = queue.jobs.longest() > HANGS_AFTER
    if hangs:
        log.error("A job has not ended for %d seconds: the worker ends, to be started again", HANGS_AFTER)
    _end(clinic, 1 if hangs else 0)
    return not hangs


def _end(clinic: HasQueue, code: int) -> None:
    last_resort = threading.Timer(GONE_WITHIN, os._exit, (code,))
    last_resort.daemon = True
    last_resort.start()
    finished = clinic.queue.stop(FINISHES_WITHIN)
    clinic.database.close()
    if not finished:
        # A thread that waits for a mail server would keep the interpreter from closing down in order.
        logging.shutdown()
        os._exit(code)
    last_resort.cancel()
