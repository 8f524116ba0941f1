"""What is done from time to time is done once, whatever number of workers look."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from intake.config import Settings
from intake.services.messages import heartbeat
from intake.storage import Database
from intake.storage.alone import alone
from intake.storage.encryption import Keys
from intake.tasks.delivery import Work
from intake.tasks.periodic import Periodic, run_due
from tests.acting import NOW

KEYS = Keys.new()
HOUR = timedelta(hours=1)
# Another process, which has the lock and says so, and lives until it is killed.
HOLDS = """
import sys, time
from intake.storage import Database
from intake.storage.alone import alone
from intake.storage.encryption import Keys
with alone(Database(sys.argv[1], Keys.new()), "tidy") as ours:
    print(ours, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def database(database_with_tables: str) -> Iterator[Database]:
    opened = Database(database_with_tables, KEYS)
    yield opened
    opened.dispose()


@pytest.fixture
def other(database_with_tables: str) -> Iterator[Database]:
    """The same, as another worker has it open."""
    opened = Database(database_with_tables, KEYS)
    yield opened
    opened.dispose()


def work(database: Database, after: timedelta = timedelta()) -> Work:
    return Work(database, Settings.from_environment({}), lambda: NOW + after)


def test_only_one_is_alone_with_it(database: Database, other: Database) -> None:
    with alone(database, "tidy") as first, alone(other, "tidy") as second, alone(other, "seal") as third:
        assert (first, second, third) == (True, False, True)
    with alone(other, "tidy") as afterwards:
        assert afterwards


def test_whoever_is_stopped_keeps_the_lock_and_whoever_is_killed_leaves_none(
    database: Database, database_with_tables: str
) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDS, database_with_tables],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    with holder.stdout:
        assert holder.stdout.readline() == "True\n"
        with alone(database, "tidy") as meanwhile:
            assert not meanwhile
        holder.kill()
        holder.wait()

    for _ in range(100):
        with alone(database, "tidy") as afterwards:
            if afterwards:
                return
    pytest.fail("the lock outlived its holder")


def test_every_worker_looks_and_one_does_it_each_hour(database: Database, other: Database) -> None:
    done: list[str] = []
    task = Periodic("tidy", HOUR, lambda: done.append("done"))

    for after in (timedelta(), timedelta(minutes=59), HOUR):
        for each in (database, other):
            run_due([task], work(each, after))

    assert len(done) == 2


def test_nobody_begins_what_another_is_at(database: Database, other: Database) -> None:
    done: list[str] = []

    def slowly() -> None:
        done.append("begun")
        run_due([Periodic("tidy", HOUR, lambda: done.append("twice"))], work(other))

    run_due([Periodic("tidy", HOUR, slowly)], work(database))

    assert done == ["begun"]


def test_what_fails_is_done_again_at_its_next_time_and_stops_nothing_else(database: Database) -> None:
    done: list[str] = []

    def fails() -> None:
        done.append("tried")
        raise OSError("a full disk")

    tasks = [Periodic("tidy", HOUR, fails), Periodic("seal", HOUR, lambda: done.append("sealed"))]
    for after in (timedelta(), timedelta(minutes=1), HOUR):
        run_due(tasks, work(database, after))

    assert done == ["tried", "sealed"] * 2


def test_a_clock_that_was_ahead_postpones_nothing(database: Database) -> None:
    done: list[str] = []
    task = Periodic("tidy", HOUR, lambda: done.append("done"))

    run_due([task], work(database, timedelta(days=400)))
    run_due([task], work(database))

    assert len(done) == 2
    with database.reading() as session:
        assert heartbeat.last_run(session, "tidy") == NOW
