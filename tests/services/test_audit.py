"""What was recorded cannot be changed, cut or made up without being noticed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text, update

from intake.services import audit
from intake.services.audit import NOBODY, Action, Actor
from intake.storage import Database, NotCommitted
from intake.storage.encryption import Keys
from intake.storage.models import Appointment, AuditEvent, AuditHead, Role, Row, User
from tests.acting import acting
from tests.services.conftest import NOW, Invited

Tamper = Callable[[], object]


def unguarded(database: Database, *statements: object) -> None:
    """Somebody who owns the database file takes the guards away first."""
    with database.writer.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER audit_event_no_update"))
            connection.execute(text("DROP TRIGGER audit_event_no_delete"))
        else:
            connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))
        for statement in statements:
            connection.execute(statement)


def broken(database: Database) -> list[str]:
    with database.reading() as session:
        return [each.what for each in audit.verify(session)]


@pytest.fixture
def recorded(database: Database, anna: Invited) -> Database:
    for page in ("p_start", "u_now", "p_words"):
        with acting(database) as op:
            appointment = op.session.get_one(Appointment, anna.appointment.id)
            op.record(Action.INTAKE_PAGE_SAVED, appointment, page=page)
            op.commit()
    return database


def test_an_untouched_record_is_whole(recorded: Database) -> None:
    assert broken(recorded) == []


def test_a_changed_actor_is_noticed(recorded: Database) -> None:
    unguarded(recorded, update(AuditEvent).where(AuditEvent.seq == 3).values(actor="staff:somebody"))

    assert broken(recorded) == ["it was changed"]


def test_a_missing_event_is_noticed(recorded: Database) -> None:
    unguarded(recorded, delete(AuditEvent).where(AuditEvent.seq == 3))

    assert "an event before it is missing" in broken(recorded)


def test_a_cut_tail_is_noticed(recorded: Database) -> None:
    unguarded(recorded, delete(AuditEvent).where(AuditEvent.seq == 5))

    assert "its end is missing" in broken(recorded)


def test_a_missing_head_is_noticed(recorded: Database) -> None:
    unguarded(recorded, delete(AuditHead))

    assert "its end is missing" in broken(recorded)


def test_a_record_made_with_another_key_is_noticed(sqlite_url: str, tmp_path: Path) -> None:
    with Database(sqlite_url, Keys.new()).writer.begin() as connection:
        Row.metadata.create_all(connection)
    forger = Database(sqlite_url, Keys.new())
    with acting(forger, by=NOBODY) as op:
        op.record(Action.STAFF_SIGNED_IN)
        op.commit()
    forger.dispose()

    assert "it was changed" in broken(Database(sqlite_url, Keys.new()))


@pytest.mark.faults
def test_thirty_events_at_once_make_one_whole_chain(database: Database, clinician: User) -> None:
    def read_the_day(_: int) -> None:
        with acting(database, by=Actor.staff(clinician)) as op:
            op.record(Action.DAY_READ)
            op.commit()

    with ThreadPoolExecutor(10) as crowd:
        list(crowd.map(read_the_day, range(30)))

    assert broken(database) == []
    with database.reading() as session:
        assert sorted(session.scalars(select(AuditEvent.seq))) == list(range(1, 31))


def test_what_was_not_committed_is_not_recorded(database: Database, clinician: User) -> None:
    with acting(database, by=Actor.staff(clinician)) as op:
        op.record(Action.DAY_READ)
        op.rollback()
        op.commit()

    with database.reading() as session:
        assert session.scalars(select(AuditEvent)).all() == []


def test_a_deed_noted_and_not_committed_is_an_error(database: Database, clinician: User) -> None:
    with pytest.raises(NotCommitted), acting(database, by=Actor.staff(clinician)) as op:
        op.record(Action.DAY_READ)


def test_people_have_chains_of_their_own(database: Database) -> None:
    with acting(database) as op:
        for role in (Role.RECEPTION, Role.CLINICIAN):
            user = User(roles={role}, name="A", email="a", email_hmac=role, password_hash="", active=True)
            user.made_at = NOW
            op.session.add(user)
            op.record(Action.STAFF_ADDED, user)
        op.commit()

    with database.reading() as session:
        assert list(session.scalars(select(AuditEvent.seq))) == [1, 1]
