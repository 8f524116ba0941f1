"""The file of the database goes while several processes write and read it (SQLite)."""

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from subprocess import Popen

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from intake.config import Settings
from intake.storage import Database
from intake.storage.sqlite_file import Inodes
from tests.faults import writing
from tests.faults.test_lost_file import backed_up

pytestmark = pytest.mark.faults

MOMENT = 0.7


def deleted_and_put_back(file: Path) -> None:
    kept = file.with_name("kept.db")
    os.link(file, kept)
    file.unlink()
    time.sleep(MOMENT)
    kept.rename(file)


def without_its_wal(file: Path) -> None:
    file.with_name(f"{file.name}-wal").unlink(missing_ok=True)


def without_its_shm(file: Path) -> None:
    file.with_name(f"{file.name}-shm").unlink(missing_ok=True)


def without_wal_and_shm(file: Path) -> None:
    for end in ("-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)


def in_another_folder_for_a_while(file: Path) -> None:
    elsewhere = file.parent.with_name("elsewhere")
    file.parent.rename(elsewhere)
    time.sleep(MOMENT)
    elsewhere.rename(file.parent)


@pytest.mark.parametrize(
    "harm",
    [
        deleted_and_put_back,
        without_its_wal,
        without_its_shm,
        without_wal_and_shm,
        in_another_folder_for_a_while,
    ],
    ids=lambda harm: harm.__name__,
)
def test_what_any_process_acknowledged_is_there_when_the_file_is_back(
    harm: Callable[[Path], None], settings: Settings, clinic_database: Database
) -> None:
    file = settings.data_dir / "backstory.db"
    clinic_database.dispose()
    with writing.writers(settings.database_url, settings.key_file, count=3) as started:
        for _ in range(2):
            time.sleep(MOMENT)
            harm(file)
        harmed = time.monotonic()
        time.sleep(5 * MOMENT)
        told = writing.finish(started)

    lost = {each.row for each in told} - rows_of(file)
    assert not lost, f"{len(lost)} of {len(told)}"
    processes = {each.row.split("-")[0] for each in told if each.begun > harmed}
    assert len(processes) == 3, "All went on by themselves."


def test_after_an_older_copy_was_put_in_place_everything_goes_into_it(
    settings: Settings, clinic_database: Database
) -> None:
    file = settings.data_dir / "backstory.db"
    clinic_database.dispose()
    with writing.writers(settings.database_url, settings.key_file, count=3) as started:
        for _ in range(2):
            time.sleep(MOMENT)
            copy = backed_up(file)
            time.sleep(MOMENT)
            copy.replace(file)
        replaced = time.monotonic()
        time.sleep(5 * MOMENT)
        told = writing.finish(started)

    after = {each.row for each in told if each.begun > replaced}
    assert {row.split("-")[0] for row in after} == {"p0", "p1", "p2"}
    assert after <= rows_of(file)


def go_on(stopped: Sequence[Popen[str]]) -> None:
    for each in stopped:
        each.send_signal(signal.SIGCONT)


def rows_of(file: Path) -> set[str]:
    """The rows in the file as a new process finds it, which has to be whole."""
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return {row[0].rstrip(".") for row in database.execute("SELECT subject_hmac FROM throttle")}


@pytest.mark.parametrize(
    "harm", [without_its_wal, without_its_shm, without_wal_and_shm], ids=lambda harm: harm.__name__
)
def test_a_process_that_begins_before_the_others_noticed_waits_for_them(
    harm: Callable[[Path], None], settings: Settings, clinic_database: Database
) -> None:
    file = settings.data_dir / "backstory.db"
    clinic_database.dispose()
    with writing.writers(settings.database_url, settings.key_file, count=2) as started:
        time.sleep(MOMENT)
        for each in started:
            each.send_signal(signal.SIGSTOP)
        harm(file)
        going_on = threading.Timer(MOMENT, go_on, (started,))
        going_on.start()
        # This process has closed all it had open: to the file it is a new one.
        with clinic_database.writing() as session:
            session.add(writing.row("late"))
            session.commit()
        going_on.join()
        time.sleep(3 * MOMENT)
        told = writing.finish(started)

    lost = {"late", *(each.row for each in told)} - rows_of(file)
    assert not lost, f"{len(lost)} of {len(told)}"


def test_a_process_that_begins_while_the_others_never_notice_makes_no_file_of_its_own(
    settings: Settings, clinic_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.storage.sqlite_file.NOTICED_WITHIN", 0.3)
    file = settings.data_dir / "backstory.db"
    clinic_database.dispose()
    with writing.writers(settings.database_url, settings.key_file, count=1) as started:
        started[0].send_signal(signal.SIGSTOP)
        without_wal_and_shm(file)

        with pytest.raises(OperationalError, match="was deleted"), clinic_database.reading() as session:
            session.scalar(text("SELECT count(*) FROM patient"))

        assert not list(file.parent.glob("backstory.db-*"))
        started[0].send_signal(signal.SIGCONT)


def test_files_that_are_back_by_the_time_they_are_looked_at_again_stay(
    settings: Settings, clinic_database: Database
) -> None:
    file, watched = settings.data_dir / "backstory.db", clinic_database.file
    assert watched is not None
    with clinic_database.writing() as session:
        session.add(writing.row("before"))
        session.commit()
    before = sorted(file.parent.glob("backstory.db-*"))

    # What a process saw while the folder was away.
    watched._let_go_of_what_is_lost(Inodes(None, None, None))

    assert sorted(file.parent.glob("backstory.db-*")) == before != []
