"""A process that writes rows as fast as it can, and says which ones were acknowledged.

`python -m tests.faults.writing URL KEY_FILE NAME` prints "NAME-7 BEGUN ACKNOWLEDGED" (seconds of the
monotonic clock) for each row, and stops when its input is closed.
"""

import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from subprocess import PIPE, Popen
from typing import IO

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, InvalidRequestError
from sqlalchemy.exc import TimeoutError as NoConnection

from intake.storage import Database
from intake.storage.encryption import Keys
from intake.storage.models import Throttle, ThrottleKind

THREADS = 2


@dataclass(frozen=True)
class Acknowledged:
    """A row that somebody was told is saved; `begun` before its transaction, `at` after it."""

    row: str
    begun: float
    at: float


@contextmanager
def writers(url: str, key_file: Path, *, count: int) -> Iterator[list[Popen[str]]]:
    """So many processes that write until the end of the block."""
    command = [sys.executable, "-m", "tests.faults.writing", url, str(key_file)]
    started = [Popen([*command, f"p{number}"], stdin=PIPE, stdout=PIPE, text=True) for number in range(count)]
    try:
        for each in started:
            assert output_of(each).readline() == "ready\n"
        yield started
    finally:
        for each in started:
            if each.poll() is None:
                each.kill()
            each.wait()
            for stream in (each.stdin, each.stdout):
                if stream is not None:
                    stream.close()


def finish(started: Sequence[Popen[str]]) -> list[Acknowledged]:
    """Let them stop; what they were told."""
    told = []
    for each in started:
        assert each.stdin is not None
        each.stdin.close()
        # Not `communicate`: it would leave out what was read ahead with the first line.
        for line in output_of(each).read().splitlines():
            row, begun, at = line.split()
            told.append(Acknowledged(row, float(begun), float(at)))
    return told


def output_of(process: Popen[str]) -> IO[str]:
    assert process.stdout is not None
    return process.stdout


def main(url: str, key_file: str, name: str) -> None:
    """Write until the input ends."""
    database = Database(url, Keys.read(Path(key_file)))
    over, lock = threading.Event(), threading.Lock()

    def write(thread: int) -> None:
        number = 0
        while not over.is_set():
            number += 1
            written, begun = f"{name}-{thread}-{number}", time.monotonic()
            try:
                with database.reading() as session:
                    session.scalar(select(func.count()).select_from(Throttle))
                with database.writing() as session:
                    session.add(row(written))
                    session.commit()
            except (DBAPIError, InvalidRequestError, NoConnection):
                time.sleep(0.01)
                continue
            with lock:
                _say(f"{written} {begun} {time.monotonic()}")

    threads = [threading.Thread(target=write, args=(each,)) for each in range(THREADS)]
    # Whoever waits for this knows that the process has the file open.
    with database.writing() as session:
        session.add(row(f"{name}-ready"))
        session.commit()
    _say("ready")
    for each in threads:
        each.start()
    sys.stdin.read()
    over.set()
    for each in threads:
        each.join()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def row(name: str) -> Throttle:
    """A row that is found again by its name."""
    return Throttle(
        kind=ThrottleKind.SIGN_IN, subject_hmac=name.ljust(32, "."), tries=0, since=datetime.now(UTC)
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
