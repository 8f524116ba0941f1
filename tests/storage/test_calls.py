"""What happens in a call is sealed and counted, and taking its version back leaves a total that holds."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import inspect, text

from intake.storage import Database
from intake.storage.audit_total import breaks, count_anew
from intake.storage.encryption import Keys
from intake.storage.migrating import take_back
from intake.storage.models import (
    Alert,
    AlertState,
    Attempt,
    AttemptKind,
    EarlierResult,
    HandOver,
    HandOverState,
    Intake,
    Job,
    JobKind,
    LaterNote,
    new_id,
)
from tests.storage.test_one_meaning import of
from tests.storage.test_read_marks import read_at

NOW = datetime(2026, 3, 9, 10, tzinfo=UTC)
TABLES = ("call_attempt", "call_note", "earlier_result", "hand_over")


@pytest.fixture
def clinic(database_url: str, keys: Keys) -> Iterator[Database]:
    """A clinic as version 0006 left it, brought up to date, in whose call something of each kind happened."""
    database = read_at("0006", database_url, keys)
    database.migrate()
    with database.writing() as session:
        count_anew(session)
        intake, user = session.get_one(Intake, of("intake")), of("bello")
        alert = Alert(
            intake=intake,
            finding_hmac="h",
            rule="R-CES-1",
            certainty="reported",
            urgency=2,
            state=AlertState.OPEN,
            raised_at=NOW,
            due_at=NOW,
        )
        offered = HandOver(
            intake=intake, offered_by_id=user, offered_to_id=user, offered_at=NOW, state=HandOverState.OFFERED
        )
        session.add_all(
            [
                alert,
                Attempt(
                    intake=intake, kind=AttemptKind.NO_ANSWER, made_at=NOW, made_by_id=user, note="Rang long"
                ),
                LaterNote(intake=intake, written_at=NOW, written_by_id=user, note="Her son rang"),
                EarlierResult(
                    alert=alert, note="By mistake", closed_at=NOW, replaced_at=NOW, replaced_by_id=user
                ),
                offered,
                Job(
                    kind=JobKind.TELL_OF_HAND_OVER,
                    ref=new_id(),
                    dedupe_key="",
                    made_at=NOW,
                    not_before=NOW,
                    attempts=0,
                ),
            ]
        )
        session.commit()
    yield database
    database.dispose()


def faults(database: Database) -> list[str]:
    with database.reading() as session:
        return [each.stream for each in breaks(session) if each.stream.split(":")[0] in (*TABLES, "total")]


def test_what_staff_wrote_about_a_call_is_unreadable_in_the_database(clinic: Database) -> None:
    with clinic.reader.connect() as connection:
        kept = [str(connection.execute(text(f"SELECT * FROM {name}")).all()) for name in TABLES]

    assert not [each for each in kept for word in ("Rang long", "son", "mistake") if word in each]


def test_a_try_that_was_changed_without_the_keys_is_noticed(clinic: Database) -> None:
    assert faults(clinic) == []

    with clinic.writer.begin() as connection:
        connection.execute(text("UPDATE call_attempt SET again_at = '2026-03-09 23:00:00'"))

    assert [each.split(":")[0] for each in faults(clinic)] == ["call_attempt"]


def test_taking_the_version_back_leaves_a_total_that_holds(clinic: Database, keys: Keys) -> None:
    take_back(clinic.writer, "0007", keys=keys)
    assert not set(TABLES) & set(inspect(clinic.writer).get_table_names())

    clinic.migrate()

    assert faults(clinic) == []
    with clinic.reading() as session:
        assert (
            session.query(Attempt).count()
            == session.query(Job).filter_by(kind="tell_of_hand_over").count()
            == 0
        )
