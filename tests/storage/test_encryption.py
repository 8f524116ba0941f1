"""What is sealed opens only with its key, and only in its place."""

import json
import stat
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from intake.config import Settings
from intake.storage import Database, NotCommitted, Refused, open_database
from intake.storage.encryption import (
    KeyFileUnreadable,
    KeyFileUnsafe,
    KeyRing,
    Keys,
    Purpose,
    Tampered,
    WrongKey,
)
from intake.storage.models import DataClass, Patient, Row

NOW = datetime(2026, 3, 9, 10, tzinfo=UTC)


def anna() -> Patient:
    return Patient(name="Anna Canary", date_of_birth=date(1991, 5, 4), phone="07700 900123", created_at=NOW)


def settings_in(folder: Path, url: str) -> Settings:
    return Settings.from_environment(
        {
            "BACKSTORY_DATA_DIR": str(folder / "data"),
            "BACKSTORY_KEY_FILE": str(folder / "keys" / "keys.json"),
            "BACKSTORY_DATABASE_URL": url.replace("+psycopg", ""),
        }
    )


def test_a_sealed_value_reads_as_it_was_written(database: Database) -> None:
    with database.writing() as session:
        session.add(patient := anna())
        session.commit()

    with database.reading() as session:
        found = session.get_one(Patient, patient.id)
    assert (found.name, found.date_of_birth, found.phone) == ("Anna Canary", date(1991, 5, 4), "07700 900123")
    assert found.email is None
    assert patient.name == "Anna Canary"


def test_a_value_can_be_read_before_it_is_kept() -> None:
    assert anna().name == "Anna Canary"


def test_two_patients_names_cannot_be_swapped(database: Database) -> None:
    with database.writing() as session:
        first, second = anna(), anna()
        session.add_all([first, second])
        session.flush()
        first.name_sealed, second.name_sealed = second.name_sealed, first.name_sealed
        session.commit()

    with database.reading() as session, pytest.raises(Tampered):
        _ = session.get_one(Patient, first.id).name


def test_a_value_cannot_be_moved_to_another_column(database: Database) -> None:
    with database.writing() as session:
        session.add(patient := anna())
        patient.email_sealed = patient.name_sealed
        session.commit()

    with pytest.raises(Tampered):
        _ = patient.email


def test_a_single_changed_bit_is_noticed() -> None:
    ring = Keys.new().ring
    sealed = ring.seal(b"nothing to report", "intake|sheet|1")

    for index in range(len(sealed)):
        changed = bytearray(sealed)
        changed[index] ^= 1
        with pytest.raises((Tampered, WrongKey)):
            ring.open(bytes(changed), "intake|sheet|1")


def test_an_older_key_still_opens_what_it_sealed() -> None:
    before = KeyRing({1: b"1" * 32}, current=1)
    after = KeyRing({1: b"1" * 32, 2: b"2" * 32}, current=2)

    sealed = before.seal(b"kept", "place")

    assert after.open(sealed, "place") == b"kept"
    with pytest.raises(WrongKey):
        before.open(after.seal(b"kept", "place"), "place")


def test_each_purpose_has_a_key_of_its_own() -> None:
    keys = Keys.new()

    assert len({keys.secret(purpose) for purpose in Purpose}) == len(Purpose)


def test_the_first_run_makes_a_key_file_for_its_owner_alone(tmp_path: Path, database_url: str) -> None:
    settings = settings_in(tmp_path, database_url)

    open_database(settings).dispose()

    assert stat.S_IMODE(settings.key_file.stat().st_mode) == 0o600
    assert not settings.key_file.is_relative_to(settings.data_dir)


def test_the_same_keys_open_the_clinic_again(tmp_path: Path, database_url: str) -> None:
    settings = settings_in(tmp_path, database_url)
    for _ in range(2):
        database = open_database(settings)
        database.migrate()
        assert database.is_empty()
        database.dispose()


def test_the_wrong_key_refuses_to_start(tmp_path: Path, database_url: str) -> None:
    settings = settings_in(tmp_path, database_url)
    database = open_database(settings)
    database.migrate()
    database.dispose()
    settings.key_file.unlink()
    Keys.new().write(settings.key_file)

    with pytest.raises(WrongKey):
        open_database(settings)


def test_a_lost_key_file_is_not_replaced_by_one_that_opens_nothing(tmp_path: Path, database_url: str) -> None:
    settings = settings_in(tmp_path, database_url)
    database = open_database(settings)
    database.migrate()
    database.dispose()
    settings.key_file.unlink()

    with pytest.raises(KeyFileUnreadable, match="Put it back"):
        open_database(settings)

    assert not settings.key_file.exists()


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    Keys.new().write(path)
    path.chmod(0o640)

    with pytest.raises(KeyFileUnsafe, match="chmod 600"):
        Keys.read(path)


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[]", '{"current": 1, "keys": {"1": "c2hvcnQ="}}', json.dumps({"current": 2, "keys": {}})],
)
def test_a_broken_key_file_is_refused_in_plain_words(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys.json"
    path.touch(mode=0o600)
    path.write_text(content)

    with pytest.raises(KeyFileUnreadable, match="not a"):
        Keys.read(path)


def test_a_key_file_is_never_written_over(tmp_path: Path) -> None:
    Keys.new().write(tmp_path / "keys.json")

    with pytest.raises(FileExistsError):
        Keys.new().write(tmp_path / "keys.json")


def test_nothing_a_patient_said_lies_in_the_file_in_the_clear(sqlite_url: str, keys: Keys) -> None:
    database = Database(sqlite_url, keys)
    database.migrate()
    with database.writing() as session:
        session.add(anna())
        session.commit()
    database.dispose()

    folder = Path(sqlite_url.removeprefix("sqlite:///")).parent
    kept = b"".join(path.read_bytes() for path in folder.iterdir())
    for canary in (b"Canary", b"1991-05-04", b"900123"):
        assert canary not in kept


def test_every_column_says_what_class_of_thing_it_holds() -> None:
    columns = [column for table in Row.metadata.sorted_tables for column in table.columns]

    assert [str(column) for column in columns if column.info.get("class") not in DataClass] == []


def test_a_reader_can_change_nothing(database: Database) -> None:
    with database.reading() as session, pytest.raises(Exception, match=r"readonly|read-only"):
        session.execute(text("DELETE FROM patient"))


def test_leaving_without_a_commit_is_an_error_and_not_a_silent_loss(database: Database) -> None:
    with pytest.raises(NotCommitted), database.writing() as session:
        session.add(anna())

    with pytest.raises(NotCommitted), database.writing() as session:
        _flush(session)


def test_a_refusal_may_not_lose_its_trace(database: Database) -> None:
    with pytest.raises(NotCommitted):
        _refuse(database, commit=False)
    assert _patients(database) == 0

    with pytest.raises(Refused):
        _refuse(database, commit=True)
    assert _patients(database) == 1


@pytest.mark.faults
def test_a_failure_leaves_nothing_half_done(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        _ = _flush(session) / 0

    assert _patients(database) == 0


def _flush(session: Session) -> int:
    session.add(anna())
    session.flush()
    return 1


def _refuse(database: Database, *, commit: bool) -> None:
    with database.writing() as session:
        _flush(session)
        if commit:
            session.commit()
        raise Refused


def _patients(database: Database) -> int:
    with database.reading() as session:
        return session.query(Patient).count()
