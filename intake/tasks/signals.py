"""The wake-up signal: from whoever has enqueued something to whichever process does it.

On PostgreSQL it goes through tables beside the clinic's own, on SQLite through a file. It carries no facts.
All of it may be deleted at any time, and is made again at the next signal.
"""

import json
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from huey import Huey, PostgresHuey, SqliteHuey
from huey.consumer import Consumer
from huey.registry import Message as Signal
from huey.storage import PostgresStorage, SqliteStorage
from sqlalchemy.engine import make_url

from intake.config import Settings

log = logging.getLogger(__name__)

Given = TypeVar("Given")

# Seconds. How long a file is not looked into, and how long it waits for a database that is away.
LOOKS = 0.2
AWAY = 2.0


def signals(settings: Settings, immediate: bool) -> Huey:
    """What carries the signals of this clinic; `immediate` acts in the call itself, and carries none."""
    address = make_url(settings.database_url)
    how = {"results": False, "serializer": PlainJSON(), "immediate": immediate, "create_tables": False}
    if address.drivername == "sqlite":
        return _SqliteHuey("backstory", filename=str(settings.data_dir / "queue.db"), **how)
    # The password is for the server alone, and is in no message of ours.
    dsn = address.set(drivername="postgresql").render_as_string(hide_password=False)
    return _PostgresHuey("backstory", dsn=dsn, table_prefix="queue", connect_timeout=5, **how)


class PlainJSON:
    """What lies in the queue is plain JSON: whoever could write to it must not be able to run code."""

    def serialize(self, signal: Signal) -> bytes:
        return json.dumps(list(signal)).encode()

    def deserialize(self, kept: bytes) -> Signal:
        return Signal(*json.loads(kept))


class QuietConsumer(Consumer):
    """Takes signals in a thread of a process whose own signals others see to."""

    def __init__(self, huey: Huey) -> None:
        # A connection that listens is its thread's own.
        huey.on_shutdown(name="close")(huey.storage.close)
        super().__init__(
            huey,
            workers=1,
            periodic=False,
            initial_delay=LOOKS,
            max_delay=LOOKS,
            scheduler_interval=60,
            shutdown_timeout=AWAY,
        )

    def _set_signal_handlers(self) -> None:
        pass


class _MadeAgain:
    """Storage whose tables are made when they are missing, now or later."""

    _silent_since: float | None = None

    def enqueue(self, data: bytes, priority: float | None = None) -> None:
        self._twice(lambda: super(_MadeAgain, self).enqueue(data, priority))  # type: ignore[misc]

    def dequeue(self) -> bytes | None:
        """Never raises: whoever waits for signals goes on waiting when the database is away."""
        try:
            found: bytes | None = self._twice(super().dequeue)  # type: ignore[misc]
        except Exception as problem:
            if self._silent_since is None:
                log.warning("No signals can be taken: %s", type(problem).__name__)
            self._silent_since = time.monotonic()
            time.sleep(AWAY)
            return None
        self._silent_since = None
        return found

    def read_schedule(self, _now: object) -> list[bytes]:
        """Nothing: what is for later stands in the outbox."""
        return []

    def _twice(self, do: Callable[[], Given]) -> Given:
        try:
            return do()
        except Exception:
            self.close()  # type: ignore[attr-defined]
            self.initialize_schema()  # type: ignore[attr-defined]
            return do()


class _SqliteSignals(_MadeAgain, SqliteStorage):
    """The same in a file, which is opened again when another one lies in its place."""

    _conn: Any
    _opened: tuple[int, int] | None = None

    def _create_connection(self) -> object:
        connection = super()._create_connection()
        self._opened = _file(self.filename)
        return connection

    @property
    def conn(self) -> object:
        if self._conn is not None and self._opened != _file(self.filename):
            self._conn.close()
            self._conn = None
        return super().conn


class _PostgresSignals(_MadeAgain, PostgresStorage):
    pass


class _SqliteHuey(SqliteHuey):
    storage_class = _SqliteSignals


class _PostgresHuey(PostgresHuey):
    storage_class = _PostgresSignals


def _file(path: str) -> tuple[int, int] | None:
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
