"""Each column means one thing, and rows of every earlier version are moved to where they belong."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, inspect, select

import intake
from intake.config import Settings
from intake.services.appointments import identifiers, importing
from intake.services.appointments.patient_index import PatientIndex
from intake.services.appointments.search import search
from intake.services.operations import clinic_settings
from intake.services.staff import sessions
from intake.storage import Database
from intake.storage.encryption import Keys
from intake.storage.migrating import migrate, take_back
from intake.storage.models import (
    Appointment,
    ClinicSetting,
    Intake,
    Job,
    JobKind,
    Patient,
    SessionKind,
    Throttle,
    ThrottleKind,
    User,
    WebSession,
)
from intake.storage.types import UTCDateTime
from tests.acting import looking

NOW = datetime(2026, 3, 9, 10, tzinfo=UTC)
VERSIONS = ("0001", "0002", "0003", "0004")
# What keeps the audit and checks that it is whole.
AUDIT = {
    "services/audit.py",
    "services/audit_chain.py",
    # Whoever may see what was recorded is shown it.
    "services/data_protection/erasing.py",
    "services/data_protection/left_out.py",
    "services/data_protection/who_read.py",
    "services/operations/daily_seal.py",
    "storage/audit_details.py",
    "storage/audit_total.py",
    "storage/sealing.py",
}
TYPES: dict[type, sa.types.TypeEngine[Any]] = {
    UUID: sa.Uuid(),
    datetime: UTCDateTime(),
    bytes: sa.LargeBinary(),
}
WORK = UUID("6f8b6c0e-6a3b-4a53-9d0c-1f2f7f0f6a10")


def of(name: str) -> UUID:
    """The id of what this test calls by this name."""
    return uuid5(WORK, name)


BELLO = f"staff:{of('bello')}"
# What the audit knows: when, what, who, about what, in detail.
FORM = f"intake:{of('intake')}"
RECORDED = (
    (NOW, "appointments:imported", BELLO, f"staff_user:{of('bello')}", '{"made": 1}'),
    (NOW, "intake:page_saved", f"patient:{of('intake')}", FORM, '{"answers": 1, "page": "p_start"}'),
    (NOW + timedelta(minutes=2), "intake:page_saved", BELLO, FORM, '{"answers": 2, "page": "u_now"}'),
    (NOW + timedelta(minutes=1), "intake:page_saved", BELLO, FORM, '{"answers": 3, "page": "p_where"}'),
    (NOW + timedelta(minutes=3), "intake:page_saved", BELLO, "intake:erased", '{"page": "p_where"}'),
)


def rows(keys: Keys) -> Iterator[tuple[str, dict[str, Any]]]:
    """What an earlier version had written: each table's rows, with every column that any version had."""
    yield from _staff(keys)
    yield from _visits(keys)
    yield from _sessions()
    yield from _throttles(keys)
    yield from _audit()
    yield from _owed()
    for name, value in (("changes", "3"), ("BACKSTORY_CLINIC", "Example")):
        yield (
            "clinic_setting",
            {"name": name, "value": value, "changed_at": NOW, "changed_by_id": of("bello")},
        )


def _staff(keys: Keys) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, password_hash in (("bello", "$argon2id$kept"), ("rowan", "none yet")):
        sealed = {
            f"{each}_sealed": keys.ring.seal(name.encode(), f"staff_user|{each}|{of(name)}")
            for each in ("name", "email")
        }
        yield (
            "staff_user",
            {
                "id": of(name),
                "email_blind": keys.hmac_index("staff e-mail", name),
                "role": "reception",
                "password_hash": password_hash,
                "active": True,
                "made_at": NOW,
                **sealed,
            },
        )


def _visits(keys: Keys) -> Iterator[tuple[str, dict[str, Any]]]:
    seal = keys.ring.seal
    yield (
        "patient",
        {
            "id": of("anna"),
            "name_sealed": seal(b"Anna", f"patient|name|{of('anna')}"),
            "number_sealed": seal(b"12 ab", f"patient|number|{of('anna')}"),
            "date_of_birth_sealed": seal(b"1991-05-04", f"patient|date_of_birth|{of('anna')}"),
            "created_at": NOW,
        },
    )
    yield (
        "appointment",
        {
            "id": of("visit"),
            "patient_id": of("anna"),
            "starts_at": NOW,
            "minutes": 20,
            "with_whom": "",
            "state": "booked",
            "made_at": NOW,
            "reference": "ABCDEF",
            "source_blind": keys.hmac_index("import source", "row 7"),
            "version": 1,
        },
    )
    yield (
        "intake",
        {
            "id": of("intake"),
            "appointment_id": of("visit"),
            "status": "in_progress",
            "percent": 20,
            "pages_done": 0,
            "pages": 0,
            "route": "web",
            "version": 1,
            "language": "en",
            "sheet_sealed": seal(b"{}", f"intake|sheet|{of('intake')}"),
            "edition": 1,
            "opened_at": NOW,
        },
    )
    yield (
        "walk_in_code",
        {
            "id": of("code"),
            "appointment_id": of("visit"),
            "code_blind": "c" * 32,
            "made_at": NOW,
            "made_by_id": of("bello"),
            "expires_at": NOW + timedelta(minutes=15),
        },
    )


def _sessions() -> Iterator[tuple[str, dict[str, Any]]]:
    """Somebody signed in, a tablet, and a patient's form on each."""
    for name, values in {
        "desk": {"kind": "staff", "user_id": of("bello")},
        "tablet": {"kind": "tablet", "name": "Tablet 2"},
        "at the desk": {
            "kind": "patient",
            "intake_id": of("intake"),
            "user_id": of("bello"),
            "tablet_id": of("desk"),
            "route": "paper",
        },
        "on the tablet": {
            "kind": "patient",
            "intake_id": of("intake"),
            "tablet_id": of("tablet"),
            "route": "tablet",
        },
    }.items():
        every = {"token_hash": sessions.hash_of(name), "started_at": NOW, "seen_at": NOW, "route": "web"}
        yield "web_session", {"id": of(name), **every, **values}


def _throttles(keys: Keys) -> Iterator[tuple[str, dict[str, Any]]]:
    for tries, subject in enumerate(_guessed_at(keys).values(), start=1):
        yield "sign_in_throttle", {"email_blind": subject, "tries": tries, "since": NOW}


def _owed() -> Iterator[tuple[str, dict[str, Any]]]:
    """A document that is waited for, a reminder that was called off, a message that failed once."""
    for name, kind, more in (
        ("document", "render_document", {}),
        ("reminder", "send_reminder", {"cancelled_at": NOW, "last_error": "moved"}),
        ("message", "tell_of_alert", {"last_error": "TimeoutError"}),
    ):
        every = {"slot": "", "made_at": NOW, "not_before": NOW, "attempts": 1}
        yield "outbox", {"id": of(name), "kind": kind, "ref": of(f"what {name} is about"), **every, **more}


def _audit() -> Iterator[tuple[str, dict[str, Any]]]:
    for seq, (at, action, actor, about, detail) in enumerate(RECORDED, start=1):
        yield (
            "audit_event",
            {
                "id": of(f"event {seq}"),
                "stream": "system",
                "seq": seq,
                "at": at,
                "actor": actor,
                "action": action,
                "about": about,
                "detail": detail,
                "key_number": 1,
                "mac": "0" * 64,
            },
        )


def _guessed_at(keys: Keys) -> dict[ThrottleKind, str]:
    return {
        ThrottleKind.SIGN_IN: keys.hmac_index("staff e-mail", "nobody@example.org"),
        ThrottleKind.TABLET: keys.hmac_index("walk-in tries", f"tablet {of('tablet')}"),
        ThrottleKind.WALK_IN_CODE: keys.hmac_index("walk-in tries", f"code {of('code')}"),
    }


def write(connection: Connection, table: str, values: Mapping[str, Any]) -> None:
    """Insert a row as far as the table and its columns were there at this version."""
    if not inspect(connection).has_table(table):
        return
    there = {each["name"] for each in inspect(connection).get_columns(table)}
    known = {name: value for name, value in values.items() if name in there}
    columns = [sa.column(name, TYPES.get(type(value))) for name, value in known.items()]
    connection.execute(sa.insert(sa.table(table, *columns)).values(known))


def written_at(version: str, url: str, keys: Keys) -> Database:
    """A database as this version left it."""
    database = Database(url, keys)
    migrate(database.writer, version, keys=keys)
    with database.writer.begin() as connection:
        for table, values in rows(keys):
            write(connection, table, values)
    return database


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def clinic(database_url: str, keys: Keys, version: str) -> Iterator[Database]:
    """What the version wrote, brought up to date."""
    database = written_at(version, database_url, keys)
    database.migrate()
    yield database
    database.dispose()


def test_whoever_had_no_password_has_none_and_the_others_keep_theirs(clinic: Database) -> None:
    with clinic.reading() as session:
        kept = {user.name: user.password_hash for user in session.scalars(select(User))}

    assert kept == {"bello": "$argon2id$kept", "rowan": None}


def test_a_form_that_was_open_goes_on_where_it_was(clinic: Database, version: str) -> None:
    with looking(clinic, now=NOW) as op:
        found = {
            each: sessions.find(op, each, SessionKind.PATIENT) for each in ("at the desk", "on the tablet")
        }
    if version == "0001":
        # There were no tablets and no forms at the desk yet, so such a session had nothing to last for.
        assert found == {"at the desk": None, "on the tablet": None}
        return
    at_desk, on_tablet = found.values()
    assert at_desk is not None
    assert on_tablet is not None
    assert (at_desk.desk_id, at_desk.tablet_id, at_desk.user_id) == (of("desk"), None, None)
    assert at_desk.filled_in_by is not None
    assert at_desk.filled_in_by.id == of("bello")
    assert (on_tablet.desk_id, on_tablet.tablet_id, on_tablet.filled_in_by) == (None, of("tablet"), None)


def test_tries_stay_spent_each_at_what_was_guessed_at(clinic: Database, keys: Keys, version: str) -> None:
    subjects = _guessed_at(keys)
    with clinic.reading() as session:
        kept = {row.subject_hmac: (row.kind, row.tries) for row in session.scalars(select(Throttle))}

    assert [tries for _, tries in (kept[each] for each in subjects.values())] == [1, 2, 3]
    expected = {
        # Before there were walk-in codes nobody could guess at one.
        kind: ThrottleKind.SIGN_IN if version == "0001" and kind is ThrottleKind.WALK_IN_CODE else kind
        for kind in subjects
    }
    assert {kind: kept[subject][0] for kind, subject in subjects.items()} == expected


def test_an_import_has_a_row_with_who_made_it_and_is_found_by_its_moment(
    clinic: Database, version: str
) -> None:
    with clinic.reading() as session:
        visit = session.get_one(Appointment, of("visit"))
        found = importing.made_at(session, NOW)
        if version == "0001":
            # Nothing could be imported yet.
            assert (visit.import_id, found) == (None, None)
            return
        assert visit.came_by is not None
        assert (visit.came_by.made_at, visit.came_by.made_by_id) == (NOW, of("bello"))
        assert found == visit.import_id
        assert importing.brought_in(session, visit.came_by.id) == [visit]


def test_a_patient_is_found_by_the_number_they_had(clinic: Database) -> None:
    with looking(clinic, now=NOW) as op:
        assert op.session.get_one(Patient, of("anna")).number == "12 ab"
        assert [each.patient_id for each in search(op, PatientIndex(clinic), " 12 AB ")] == [of("anna")]
        assert identifiers.patients_called(op, "another system", "12 ab") == frozenset()


def test_a_row_that_came_in_by_an_import_is_recognised(clinic: Database, version: str) -> None:
    with looking(clinic, now=NOW) as op:
        found = importing.known(op, ["row 7", "row 8"])

    assert {source: each.id for source, each in found.items()} == (
        {} if version == "0001" else {"row 7": of("visit")}
    )


def test_what_was_owed_is_owed_and_why_it_is_not_is_no_error(clinic: Database, version: str) -> None:
    with clinic.reading() as session:
        jobs = {job.id: job for job in session.scalars(select(Job))}

    document, reminder, message = (jobs[of(each)] for each in ("document", "reminder", "message"))
    assert (document.kind, document.ref) == (JobKind.RENDER_DOCUMENT, of("what document is about"))
    assert (document.last_error, document.cancel_reason) == (None, None)
    assert (message.last_error, message.cancel_reason) == ("TimeoutError", None)
    # The first version could not call anything off.
    expected = ("moved", None) if version == "0001" else (None, "moved")
    assert (reminder.last_error, reminder.cancel_reason) == expected


def test_the_statistics_still_know_where_somebody_stopped(clinic: Database) -> None:
    with clinic.reading() as session:
        assert session.get_one(Intake, of("intake")).last_page == "u_now"


def test_only_the_audit_reads_what_was_recorded() -> None:
    """Decided in 0008: the record of who did what drives no feature."""
    package = Path(intake.__file__).parent
    read_by = {
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if re.search(r"\bAuditEvent\b|\baudit_event\b", path.read_text())
    }

    models = {"storage/models/__init__.py", "storage/models/running.py"}
    assert read_by - models <= AUDIT


def test_the_count_of_changes_is_no_setting(clinic: Database, version: str) -> None:
    with clinic.reading() as session:
        names = session.scalars(select(ClinicSetting.name)).all()
        kept = clinic_settings.kept(session, Settings.from_environment({}))

    assert (names, kept.count) == (([], 0) if version == "0001" else (["BACKSTORY_CLINIC"], 3))


def test_what_was_moved_goes_back_when_the_version_is_taken_back(database_url: str, keys: Keys) -> None:
    database = written_at("0004", database_url, keys)
    before = everything(database)

    migrate(database.writer, "0005", keys=keys)
    take_back(database.writer, "0004", keys=keys)

    assert everything(database) == before
    database.dispose()


def everything(database: Database) -> dict[str, list[str]]:
    """All rows of all tables, as text and opened, whatever the order of rows and columns."""
    with database.reader.connect() as connection:
        metadata = sa.MetaData()
        metadata.reflect(connection)
        return {
            table.name: sorted(
                str(sorted((name, opened(database, table.name, name, row)) for name in row))
                for row in connection.execute(sa.select(table)).mappings()
            )
            for table in metadata.sorted_tables
        }


def opened(database: Database, table: str, column: str, row: Mapping[str, Any]) -> str:
    """What stands in this column; what is sealed is never sealed twice alike."""
    value = row[column]
    if value is None or not column.endswith("_sealed"):
        return str(value)
    place = f"{table}|{column.removesuffix('_sealed')}|{UUID(str(row['id']))}"
    return str(database.keys.ring.open(value, place))


def test_a_step_that_needs_the_keys_does_not_go_on_without_them(sqlite_url: str, keys: Keys) -> None:
    database = written_at("0004", sqlite_url, keys)

    with pytest.raises(LookupError, match="keys"):
        migrate(database.writer)

    assert inspect(database.writer).has_table("sign_in_throttle")
    database.dispose()


def test_a_session_is_carried_by_one_thing_and_says_which() -> None:
    assert {"tablet_id", "desk_id"} <= set(WebSession.__table__.columns.keys())
