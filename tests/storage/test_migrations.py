"""The migrations and the models say the same, on both databases."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import column, insert, inspect, select, table, text
from sqlalchemy.exc import DatabaseError, IntegrityError, StatementError

from intake.red_flags import Urgency
from intake.services.staff import accounts, sessions
from intake.storage import Database, audit_total
from intake.storage.encryption import Keys
from intake.storage.migrating import migrate, take_back
from intake.storage.models import (
    AuditEvent,
    FindingOutcome,
    FindingVerdict,
    Intake,
    Patient,
    Role,
    Row,
    Tally,
    User,
    WebSession,
    new_id,
)
from tests.acting import acting

NOW = datetime(2026, 3, 9, 10, tzinfo=UTC)


def test_the_models_are_what_the_migrations_make(database: Database) -> None:
    with database.writer.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, Row.metadata) == []


def test_down_and_up_again_leaves_the_same_tables(database: Database) -> None:
    take_back(database.writer, "base")
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

    take_back(database.writer, "base")
    migrate(database.writer)

    assert database.is_empty()


def test_whoever_had_one_role_keeps_it_with_its_seal_and_of_several_one_goes_back(
    database: Database, keys: Keys
) -> None:
    with acting(database) as op:
        for name, also in (("Ada", ()), ("Bo", (Role.ADMIN, Role.CLINICIAN))):
            email = f"{name}@clinic.example"
            user = accounts.expect_user(op, name=name, email=email, role=Role.CLINICIAN, also=also)
            sessions.start_staff(op, user)
        op.commit()

    take_back(database.writer, "0018", keys=keys)
    with database.writer.connect() as connection:
        assert connection.execute(text("SELECT role FROM staff_user")).scalars().all() == ["clinician"] * 2
    migrate(database.writer, keys=keys)

    with database.reading() as session:
        assert {each.roles for each in session.scalars(select(User))} == {frozenset({Role.CLINICIAN})}
        assert {each.role for each in session.scalars(select(WebSession))} == {Role.CLINICIAN}
        assert list(audit_total.breaks(session)) == []


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


def test_what_was_kept_before_findings_were_marked_is_kept_and_can_be_marked(
    database_url: str, keys: Keys
) -> None:
    database = Database(database_url, keys)
    migrate(database.writer, "0002")
    ids = {each: new_id() for each in ("user", "patient", "appointment", "intake")}
    insert_rows_of_the_earlier_version(database, ids, keys)

    database.migrate()

    with database.writing() as session:
        intake = session.get_one(Intake, ids["intake"])
        assert intake.summary == {"safety": {}}
        assert (intake.finding_outcomes, session.query(Tally).all()) == ([], [])
        session.add(_marked(intake, ids["user"]))
        session.commit()
    with database.reading() as session:
        found = session.query(FindingOutcome).one()
        assert (found.rule, found.verdict, found.version) == ("R-CES-1", FindingVerdict.CONFIRMED, 1)
    database.dispose()


def test_a_rule_of_a_form_is_marked_once(database: Database, keys: Keys) -> None:
    ids = {each: new_id() for each in ("user", "patient", "appointment", "intake")}
    insert_rows_of_the_earlier_version(database, ids, keys)

    with database.writing() as session:
        intake = session.get_one(Intake, ids["intake"])
        session.add_all([_marked(intake, ids["user"]), _marked(intake, ids["user"])])
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


def _marked(intake: Intake, user_id: UUID) -> FindingOutcome:
    return FindingOutcome(
        intake=intake,
        finding_hmac="b" * 32,
        rule="R-CES-1",
        verdict=FindingVerdict.CONFIRMED,
        marked_at=NOW,
        marked_by_id=user_id,
    )


def insert_rows_of_the_earlier_version(database: Database, ids: dict[str, UUID], keys: Keys) -> None:
    with database.writer.begin() as connection:
        for name, values in _rows_of_the_earlier_version(ids, keys).items():
            # Only the columns that were there then, and none of the defaults of today.
            types = {each.name: each.type for each in Row.metadata.tables[name].columns}
            there = {each["name"] for each in inspect(connection).get_columns(name)}
            then = {each: value for each, value in values.items() if each in there}
            columns = [column(each, types.get(each)) for each in then]
            connection.execute(insert(table(name, *columns)).values(then))


def _rows_of_the_earlier_version(ids: dict[str, UUID], keys: Keys) -> dict[str, dict[str, Any]]:
    """A form that was sent, with all that it hangs on."""
    sealed = keys.ring.seal
    appointment = {
        "patient_id": ids["patient"],
        "starts_at": NOW,
        "minutes": 20,
        "with_whom": "",
        "state": "booked",
        "made_at": NOW,
        "reference": "ABCDEF",
        "version": 1,
    }
    intake = {
        "appointment_id": ids["appointment"],
        "status": "sent",
        "percent": 100,
        "pages_done": 0,
        "pages": 0,
        "route": "web",
        "urgency": Urgency.EMERGENCY,
        "version": 1,
        "language": "en",
        "sheet_sealed": sealed(b"{}", f"intake|sheet|{ids['intake']}"),
        "summary_sealed": sealed(b'{"safety":{}}', f"intake|summary|{ids['intake']}"),
        "edition": 1,
    }
    user = {
        "email_blind": "e" * 32,
        "email_sealed": sealed(b"a@b.example", f"staff_user|email|{ids['user']}"),
        "name_sealed": sealed(b"Dr Bello", f"staff_user|name|{ids['user']}"),
        "role": "clinician",
        "password_hash": "never signs in",
        "active": True,
        "made_at": NOW,
    }
    patient = {
        "name_sealed": sealed(b"Anna", f"patient|name|{ids['patient']}"),
        "date_of_birth_sealed": sealed(b"1991-05-04", f"patient|date_of_birth|{ids['patient']}"),
        "created_at": NOW,
    }
    return {
        "staff_user": {"id": ids["user"]} | user,
        "patient": {"id": ids["patient"]} | patient,
        "appointment": {"id": ids["appointment"]} | appointment,
        "intake": {"id": ids["intake"]} | intake,
    }
