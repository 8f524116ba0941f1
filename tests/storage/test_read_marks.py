"""Who has read a record was one column before; it is a sealed row for each person now, and counted."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.exc import IntegrityError

from intake.storage import Database
from intake.storage.audit_total import breaks, count_anew
from intake.storage.encryption import Keys
from intake.storage.migrating import migrate, take_back
from intake.storage.models import Intake, ReadMark, User
from tests.storage.test_one_meaning import of, rows, write

NOW = datetime(2026, 3, 9, 10, tzinfo=UTC)
READ_AT = NOW + timedelta(minutes=3)
# The versions that had the column; before the last of them nothing was sealed.
VERSIONS = ("0002", "0003", "0005", "0006")


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def read_at(version: str, url: str, keys: Keys, **more: Any) -> Database:
    """A database as this version left it, with a record of the second edition that Bello has read."""
    database = Database(url, keys)
    migrate(database.writer, version, keys=keys)
    with database.writer.begin() as connection:
        for table, values in rows(keys):
            if table == "intake":
                values |= {"edition": 2, "read_at": READ_AT, "read_by_id": of("bello")} | more
            _write(connection, table, values)
    return database


def _write(connection: Connection, table: str, values: dict[str, Any]) -> None:
    # What this version had beside what the rows of earlier ones say.
    if inspect(connection).has_table(table):
        there = {each["name"] for each in inspect(connection).get_columns(table)}
        values |= {name: given for name, given in {"seal": "", "detail_salt": b""}.items() if name in there}
        if table == "staff_user" and values["password_hash"] == "none yet" and "seal" in there:
            values["password_hash"] = None
    write(connection, table, values)


@pytest.fixture
def clinic(database_url: str, keys: Keys, version: str) -> Iterator[Database]:
    database = read_at(version, database_url, keys)
    database.migrate()
    yield database
    database.dispose()


def test_whoever_had_read_the_record_has_read_that_edition(clinic: Database) -> None:
    with clinic.reading() as session:
        (mark,) = session.get_one(Intake, of("intake")).read_marks

        assert (mark.user.name, mark.edition, mark.read_at) == ("bello", 2, READ_AT)


def test_a_record_that_nobody_had_read_is_unread(database_url: str, keys: Keys) -> None:
    database = read_at("0006", database_url, keys, read_at=None, read_by_id=None)

    database.migrate()

    with database.reading() as session:
        assert session.scalars(select(ReadMark)).all() == []
    database.dispose()


def test_what_is_carried_over_is_sealed_and_counted(database_url: str, keys: Keys) -> None:
    """A clinic that has a total already: its rows are not sealed again, only what was carried over."""
    database = sealed_before(database_url, keys)

    database.migrate()

    with database.reading() as session:
        assert "read_mark" not in [each.stream.split(":")[0] for each in breaks(session)]
        assert [each for each in breaks(session) if each.stream == "total"] == []
    with database.writer.begin() as connection:
        connection.execute(text("UPDATE read_mark SET edition = 1"))
    with database.reading() as session:
        assert any(each.stream.startswith("read_mark:") for each in breaks(session))
    database.dispose()


def sealed_before(url: str, keys: Keys) -> Database:
    """A database of version 0006 with a total, of which the marks are no part."""
    database = read_at("0006", url, keys)
    database.migrate()
    with database.writing() as session:
        count_anew(session)
        session.commit()
    take_back(database.writer, "0006", keys=keys)
    return database


def test_taking_the_version_back_keeps_who_read_first_and_the_total(database_url: str, keys: Keys) -> None:
    database = sealed_before(database_url, keys)
    database.migrate()
    with database.writing() as session:
        session.add(mark_of(session.get_one(User, of("rowan")), READ_AT + timedelta(minutes=1)))
        session.commit()

    take_back(database.writer, "0006", keys=keys)
    with database.reader.connect() as connection:
        kept = connection.execute(text("SELECT read_by_id FROM intake")).scalar_one()
    assert str(kept).replace("-", "") == of("bello").hex

    database.migrate()
    with database.reading() as session:
        assert [each.user.name for each in session.scalars(select(ReadMark))] == ["bello"]
        assert [each for each in breaks(session) if each.stream in ("read_mark", "total")] == []
    database.dispose()


def test_one_person_reads_an_edition_once(clinic: Database) -> None:
    with clinic.writing() as session:
        session.add(mark_of(session.get_one(User, of("bello")), READ_AT))
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


def mark_of(user: User, at: datetime) -> ReadMark:
    return ReadMark(intake_id=of("intake"), user_id=user.id, edition=2, read_at=at)


def test_marks_are_not_carried_over_without_the_keys(sqlite_url: str, keys: Keys) -> None:
    database = read_at("0006", sqlite_url, keys)

    with pytest.raises(LookupError, match="keys"):
        migrate(database.writer)

    assert not inspect(database.writer).has_table("read_mark")
    database.dispose()
