"""What only one process may do at a time, whatever becomes of the others.

The lock is the operating system's or PostgreSQL's. It is held for as long as its holder lives, also while
that is stopped, and goes with it: no lease that runs out too early, nothing left behind after a crash.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from intake.storage import Database


@contextmanager
def alone(database: Database, name: str) -> Iterator[bool]:
    """True when nobody else is at `name` on this database; nobody can begin it until the end."""
    engine = database.writer
    if engine.dialect.name == "postgresql":
        yield from _on_postgresql(engine, name)
    else:
        yield from _on_one_computer(Path(engine.url.database or "."), name)


def _on_postgresql(engine: Engine, name: str) -> Iterator[bool]:
    # Held by a transaction, so that it works through a pool of connections as well.
    digest = hashlib.sha256(f"backstory {name}".encode()).digest()
    number = int.from_bytes(digest[:8], "big", signed=True)
    with engine.connect() as connection, connection.begin():
        yield bool(connection.scalar(text("SELECT pg_try_advisory_xact_lock(:number)"), {"number": number}))


def _on_one_computer(database: Path, name: str) -> Iterator[bool]:
    """SQLite's file is used by the processes of one computer, so a lock on a file beside it will do."""
    import fcntl

    with database.with_name(f"{database.name}.{name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
