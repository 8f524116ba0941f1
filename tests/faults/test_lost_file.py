"""The file of the database is taken away, replaced or broken while the clinic is open (SQLite)."""

import logging
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import OperationalError

from intake.services.forms.draft import read
from intake.storage.models import Heartbeat
from tests.web.patients import stored

WORDS = "Stiff since the wedding"


@pytest.fixture
def file(settings) -> Path:
    return settings.data_dir / "backstory.db"


def backed_up(file: Path) -> Path:
    """A copy of the whole database as it is now, beside it."""
    copy = file.with_name("copy.db")
    copy.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as database:
        database.execute("VACUUM INTO ?", [str(copy)])
    return copy


def deleted(file: Path) -> Callable[[], None]:
    kept = file.with_name("kept.db")
    os.link(file, kept)
    file.unlink()
    return lambda: kept.rename(file)


def with_its_companions_deleted(file: Path) -> Callable[[], None]:
    put_back = deleted(file)
    for end in ("-wal", "-shm"):
        file.with_name(file.name + end).unlink()
    return put_back


def replaced_by_nothing(file: Path) -> Callable[[], None]:
    put_back = deleted(file)
    file.touch()
    return put_back


def replaced_by_rubbish(file: Path) -> Callable[[], None]:
    put_back = deleted(file)
    file.write_bytes(b"All work and no play" * 9000)
    return put_back


def replaced_by_another_clinics(file: Path) -> Callable[[], None]:
    copy = backed_up(file)
    with closing(sqlite3.connect(copy)) as other:
        other.execute("UPDATE key_check SET value = 'x'")
        other.commit()
    put_back = deleted(file)
    copy.rename(file)
    return put_back


def cut_short(file: Path) -> Callable[[], None]:
    copy = backed_up(file)
    os.truncate(file, 3 * 4096)
    return lambda: copy.replace(file)


def emptied(file: Path) -> Callable[[], None]:
    copy = backed_up(file)
    os.truncate(file, 0)
    return lambda: copy.replace(file)


def written_over(file: Path) -> Callable[[], None]:
    copy = backed_up(file)
    with file.open("r+b") as broken:
        broken.write(b"\xff" * file.stat().st_size)
    return lambda: copy.replace(file)


def with_its_folder_gone(file: Path) -> Callable[[], None]:
    elsewhere = file.parent.with_name("elsewhere")
    file.parent.rename(elsewhere)
    return lambda: elsewhere.rename(file.parent)


def with_its_folder_empty(file: Path) -> Callable[[], None]:
    """As it is when a disk is not mounted."""
    put_back = with_its_folder_gone(file)
    file.parent.mkdir()

    def mount() -> None:
        shutil.rmtree(file.parent)
        put_back()

    return mount


WAYS = [
    deleted,
    with_its_companions_deleted,
    replaced_by_nothing,
    replaced_by_rubbish,
    replaced_by_another_clinics,
    cut_short,
    emptied,
    written_over,
    with_its_folder_gone,
    with_its_folder_empty,
]


@pytest.mark.parametrize("lost", WAYS, ids=lambda way: way.__name__)
def test_no_page_is_acknowledged_that_went_into_a_lost_file(lost, file, patient, clinic_database, caplog):
    caplog.set_level(logging.DEBUG)
    patient.has_come_to(clinic_database, "p_words")
    put_back = lost(file)

    patient.sends({"mc_main": WORDS})

    assert patient.status == 503
    assert patient.page.headers["Retry-After"]
    assert "We cannot save at this moment" in patient.words
    assert WORDS in patient.words
    assert WORDS not in caplog.text
    put_back()

    patient.sends()

    assert patient.status == 200
    assert read(stored(clinic_database, patient)).answers["mc_main"] == WORDS


@pytest.mark.parametrize("lost", WAYS, ids=lambda way: way.__name__)
def test_a_file_that_goes_between_begin_and_commit_takes_no_page(
    lost, file, patient, clinic_database, monkeypatch
):
    patient.has_come_to(clinic_database, "p_words")
    from intake.services import audit

    undo = []
    write = audit.write

    def lose(*given):
        write(*given)
        if not undo:
            undo.append(lost(file))

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(audit, "write", lose)
        patient.sends({"mc_main": WORDS})

    assert patient.status == 503
    assert WORDS in patient.words
    undo[0]()

    patient.sends()
    assert read(stored(clinic_database, patient)).answers["mc_main"] == WORDS


def test_a_file_that_goes_while_it_is_committed_is_noticed_before_the_answer(file, clinic_database):
    """SQLite commits into the file that it has open, wherever that lies: only another look can tell."""
    undo = []

    def lose(statement: str) -> None:
        if statement == "COMMIT" and not undo:
            undo.append(deleted(file))

    def writes() -> None:
        with clinic_database.writing() as session:
            session.execute(delete(Heartbeat))
            session.connection().connection.dbapi_connection.set_trace_callback(lose)
            session.commit()

    with pytest.raises(OperationalError, match="deleted or replaced"):
        writes()
    undo[0]()
