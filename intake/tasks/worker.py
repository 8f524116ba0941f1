"""The worker as a process of its own: it does what is owed until it is told to end."""

import signal
import threading
from types import FrameType
from typing import Protocol

from intake.storage import Database
from intake.tasks.queue import Queue


class HasQueue(Protocol):
    """What a worker needs of the clinic."""

    @property
    def queue(self) -> Queue: ...

    @property
    def database(self) -> Database: ...


def run(clinic: HasQueue) -> None:
    """Work until SIGTERM or SIGINT, then finish what is in hand and return."""
    told = threading.Event()

    def tell(_signal: int, _frame: FrameType | None) -> None:
        told.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, tell)
    clinic.queue.start()
    try:
        told.wait()
    finally:
        clinic.queue.stop()
        clinic.database.dispose()
