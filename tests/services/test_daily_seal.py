"""What lies outside the database tells when another one was put in its place."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from intake.config import Settings
from intake.services import audit
from intake.services.audit import Action
from intake.services.operations import daily_seal
from intake.services.operations.daily_seal import NotWhole
from intake.storage import Database
from intake.storage.models import AuditEvent, AuditHead, AuditTotal, Row
from intake.tasks import Queue
from tests.services.conftest import NOW, invite_anna
from tests.services.test_audit import unguarded

DAY = timedelta(days=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    given = {
        "BACKSTORY_DATA_DIR": str(tmp_path / "data"),
        "BACKSTORY_KEY_FILE": str(tmp_path / "keys/k.json"),
    }
    return Settings.from_environment(given)


def sealed(database: Database, settings: Settings, days: int = 0) -> bool:
    return daily_seal.seal_today(database, settings, now=NOW + days * DAY)


def found(database: Database, settings: Settings) -> list[str]:
    with database.reading() as session:
        return list(daily_seal.problems(session, settings))


def rows_of(database: Database) -> dict[str, list[dict[str, object]]]:
    """Everything in the database, as a backup has it."""
    with database.reader.connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(table.select()).mappings()]
            for table in Row.metadata.sorted_tables
        }


def put_back(database: Database, backup: dict[str, list[dict[str, object]]]) -> None:
    """Let all of the database be what it was."""
    tables = Row.metadata.sorted_tables
    unguarded(
        database,
        *(table.delete() for table in reversed(tables)),
        *(table.insert().values(backup[table.name]) for table in tables if backup[table.name]),
    )


def test_there_is_one_line_for_each_day(database: Database, settings: Settings) -> None:
    invite_anna(database)

    written = [sealed(database, settings, day) for day in (0, 0, 1, 1, 2)]

    assert written == [True, False, True, False, True]
    assert len(daily_seal.read(settings.seal_file)) == 3
    assert found(database, settings) == []


def test_an_old_database_put_back_is_noticed(database: Database, settings: Settings) -> None:
    backup = rows_of(database)
    invite_anna(database)
    sealed(database, settings)

    put_back(database, backup)

    with database.reading() as session:
        assert audit.verify(session) == ()
    assert len(found(database, settings)) == 1


def test_it_is_noticed_however_much_is_written_afterwards(database: Database, settings: Settings) -> None:
    backup = rows_of(database)
    invite_anna(database)
    sealed(database, settings)
    put_back(database, backup)

    for _ in range(5):
        invite_anna(database)
    sealed(database, settings, 1)

    assert "another was put in its place" in found(database, settings)[0]


def test_a_database_that_was_made_anew_is_noticed(database: Database, settings: Settings) -> None:
    sealed(database, settings)
    put_back(database, {table: [] for table in rows_of(database)})
    database.migrate()

    with database.reading() as session:
        assert audit.verify(session) == ()
    assert "another was put in its place" in found(database, settings)[0]


def test_a_restore_that_somebody_answers_for_is_accepted(database: Database, settings: Settings) -> None:
    backup = rows_of(database)
    invite_anna(database)
    sealed(database, settings)
    put_back(database, backup)

    daily_seal.accept_restored(database, settings, reason="The disk failed", now=NOW + DAY)
    sealed(database, settings, 2)

    assert found(database, settings) == []
    with database.reading() as session:
        accepted = session.query(AuditEvent).where(AuditEvent.action == Action.RESTORE_ACCEPTED).one()
    assert "The disk failed" in accepted.detail


def test_what_does_not_hold_is_not_accepted(database: Database, settings: Settings) -> None:
    invite_anna(database)
    unguarded(database, *(delete(each) for each in (AuditEvent, AuditHead, AuditTotal)))

    with pytest.raises(NotWhole):
        daily_seal.accept_restored(database, settings, reason="Nothing to see here", now=NOW)


@pytest.mark.parametrize("cut", [slice(0, 1), slice(1, 2), slice(0, 0)])
def test_a_file_that_lost_lines_is_noticed(database: Database, settings: Settings, cut: slice) -> None:
    sealed(database, settings)
    invite_anna(database)
    sealed(database, settings, 1)

    lines = settings.seal_file.read_text().splitlines(keepends=True)
    settings.seal_file.write_text("".join(lines[cut]))

    assert len(found(database, settings)) == 1


def test_a_changed_line_is_noticed(database: Database, settings: Settings) -> None:
    sealed(database, settings)

    settings.seal_file.write_text(settings.seal_file.read_text().replace("false", "true"))

    assert "Line 1" in found(database, settings)[0]


def test_what_is_no_line_is_noticed(database: Database, settings: Settings) -> None:
    sealed(database, settings)

    settings.seal_file.write_text("not json\n")

    assert "Line 1" in found(database, settings)[0]


def test_the_queue_seals_each_day(database: Database, settings: Settings) -> None:
    queue = Queue(database, settings, immediate=True, clock=lambda: NOW)

    assert (queue.seal(), queue.seal()) == (True, False)
    queue.stop()


def test_a_file_that_cannot_be_written_does_not_stop_the_queue(
    database: Database, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    queue = Queue(database, replace(settings, seal_file=tmp_path), immediate=True, clock=lambda: NOW)

    assert queue.seal() is False
    assert "could not be written" in caplog.text
    queue.stop()


def test_seals_that_stopped_are_said_to_be_late(database: Database, settings: Settings) -> None:
    assert daily_seal.is_late(settings, now=NOW) is None
    sealed(database, settings)

    assert daily_seal.is_late(settings, now=NOW + DAY) is None
    assert daily_seal.is_late(settings, now=NOW + 4 * DAY) == NOW
