"""The migrations and the models say the same, on both databases."""

from datetime import UTC, date, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError, StatementError

from intake.storage import Database
from intake.storage.migrating import migrate
from intake.storage.models import AuditEvent, Patient, Row

NOW = datetime(2026, 3, 9, 10, tzinfo=UTC)


def test_the_models_are_what_the_migrations_make(database: Database) -> None:
    with database.writer.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, Row.metadata) == []


def test_down_and_up_again_leaves_the_same_tables(database: Database) -> None:
    migrate(database.writer, "base")
    assert set(inspect(database.writer).get_table_names()) <= {"alembic_version"}

    migrate(database.writer)
    assert set(inspect(database.writer).get_table_names()) == {*Row.metadata.tables, "alembic_version"}


def test_migrating_again_keeps_what_is_there(database: Database) -> None:
    with database.writing() as session:
        session.add(Patient(name="Anna", date_of_birth=date(1991, 5, 4), created_at=NOW))
        session.commit()

    database.migrate()

    with database.reading() as session:
        assert session.query(Patient).one().name == "Anna"
        assert session.query(Patient).one().created_at == NOW


def test_going_down_with_data_is_whole(database: Database) -> None:
    with database.writing() as session:
        session.add(Patient(name="Anna", date_of_birth=date(1991, 5, 4), created_at=NOW))
        session.commit()

    migrate(database.writer, "base")
    migrate(database.writer)

    assert database.is_empty()


@pytest.mark.parametrize("deed", ["UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event"])
def test_what_was_recorded_is_kept_as_written(database: Database, deed: str) -> None:
    with database.writing() as session:
        session.add(
            AuditEvent(
                stream="system",
                seq=1,
                at=NOW,
                actor="system",
                action="x:y",
                about="",
                detail="{}",
                key_number=1,
                mac="0" * 64,
            )
        )
        session.commit()

    with pytest.raises(DatabaseError, match="kept as written"), database.writer.begin() as connection:
        connection.execute(text(deed))


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    naive = Patient(name="Anna", date_of_birth=date(1991, 5, 4), created_at=NOW.replace(tzinfo=None))

    with database.writing() as session:
        session.add(naive)
        with pytest.raises(StatementError, match="without a time zone"):
            session.flush()
        session.rollback()
