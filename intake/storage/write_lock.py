"""Who writes to SQLite next: one thread of this process at a time asks for the file's own lock.

SQLite gives whoever waits no place in a queue: they ask again and again. With many threads that costs more
than what they came for. So the threads of a process wait for each other without asking, and only the first of
each process asks; short random naps are fairer between processes than SQLite's own, which grow to 100 ms.

Nothing depends on this lock but speed: the file's own is what keeps two writers apart, and whoever has waited
too long for this one asks without it.
"""

import os
import random
import threading
import time
import weakref
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

# Seconds; then it is an OperationalError.
WAIT_FOR_WRITER = 10.0
_HELD = "write_lock"


class WriteLock:
    """The lock of one database in this process."""

    def __init__(self, engine: Engine) -> None:
        self._lock = threading.Lock()
        _ALL.add(self)
        event.listen(engine, "begin", self._begin)
        event.listen(engine, "checkin", self._release)

    def _begin(self, connection: Connection) -> None:
        end = time.monotonic() + WAIT_FOR_WRITER
        if _HELD not in connection.info and self._lock.acquire(timeout=WAIT_FOR_WRITER):
            connection.info[_HELD] = self._lock
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            except OperationalError as problem:
                if not is_busy(problem) or time.monotonic() > end:
                    raise
                time.sleep(random.uniform(0.0005, 0.004))  # noqa: S311  (a nap, no secret)
            else:
                return

    def _release(self, _connection: Any, record: ConnectionPoolEntry) -> None:
        """The transaction is over, whichever way: its connection is given back."""
        held = record.info.pop(_HELD, None)
        if held is not None:
            held.release()

    def begin_anew(self) -> None:
        """A forked process has no thread that would release it."""
        self._lock = threading.Lock()


_ALL: "weakref.WeakSet[WriteLock]" = weakref.WeakSet()


def _begin_anew() -> None:
    for each in _ALL:
        each.begin_anew()


os.register_at_fork(after_in_child=_begin_anew)


def is_busy(problem: OperationalError) -> bool:
    """Somebody else writes."""
    return str(getattr(problem.orig, "sqlite_errorname", "")).startswith("SQLITE_BUSY")
