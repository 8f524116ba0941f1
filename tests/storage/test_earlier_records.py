"""An audit that an earlier version wrote is sealed once, says no more than it must, and cannot be made up."""

import hmac
import json
from typing import Any

import pytest
from sqlalchemy import column, insert, select, table, text, update

from intake.services import audit
from intake.services.audit import Action
from intake.storage import Database
from intake.storage.encryption import Keys, Purpose
from intake.storage.migrating import migrate
from intake.storage.models import Appointment, AuditEvent, AuditTotal, Intake, Role, Row, User, new_id
from tests.acting import acting
from tests.storage.test_migrations import NOW, insert_rows_of_the_earlier_version

START = "0" * 64
IDS = {each: new_id() for each in ("user", "patient", "appointment", "intake")}
ALERT = f"alert:{new_id()}"
KEPT = f"appointment:{IDS['appointment']}"
ERASED = f"appointment:{new_id()}"
Event = tuple[str, str, dict[str, Any]]
FORM = f"intake:{IDS['intake']}"
DEEDS: list[Event] = [
    ("intake:opened", FORM, {}),
    ("intake:page_saved", FORM, {"page": "u_now", "answers": 3}),
    ("intake:page_saved", FORM, {"page": "u_pregnant_weeks", "answers": 1}),
    ("alert:raised", ALERT, {"urgency": "EMERGENCY"}),
    ("intake:sent", FORM, {"receipt": "ABC"}),
]


def earlier_chain(keys: Keys, stream: str, deeds: list[Event]) -> list[dict[str, Any]]:
    """A chain of events as the first release sealed them."""
    before, rows = START, []
    for seq, (action, about, detail) in enumerate(deeds, 1):
        said = json.dumps(detail, sort_keys=True)
        sealed = [before, stream, seq, NOW.isoformat(), "system", action, about, said]
        before = hmac.digest(keys.secret(Purpose.AUDIT), json.dumps(sealed).encode(), "sha256").hex()
        row = {"id": new_id(), "stream": stream, "seq": seq, "at": NOW, "actor": "system", "action": action}
        rows.append(row | {"about": about, "detail": said, "key_number": 1, "mac": before})
    return rows


@pytest.fixture(params=["0001", "0002", "0003", "0004"])
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def earlier(database_url: str, keys: Keys, version: str) -> Database:
    """A database of an earlier version, with a form, its events, and those of one that was erased."""
    database = Database(database_url, keys)
    migrate(database.writer, version)
    insert_rows_of_the_earlier_version(database, IDS, keys)
    for stream in (KEPT, ERASED):
        _insert(database, "audit_event", earlier_chain(keys, stream, DEEDS))
        last = earlier_chain(keys, stream, DEEDS)[-1]
        _insert(database, "audit_head", [{"stream": stream, "seq": last["seq"], "mac": last["mac"]}])
    return database


def _insert(database: Database, name: str, rows: list[dict[str, Any]]) -> None:
    types = {each.name: each.type for each in Row.metadata.tables[name].columns}
    with database.writer.begin() as connection:
        connection.execute(insert(table(name, *(column(each, types.get(each)) for each in rows[0]))), rows)


def broken(database: Database) -> list[str]:
    with database.reading() as session:
        return [each.what for each in audit.verify(session)]


def rows(database: Database, stream: str) -> list[AuditEvent]:
    with database.reading() as session:
        return list(
            session.scalars(select(AuditEvent).where(AuditEvent.stream == stream).order_by(AuditEvent.seq))
        )


def test_what_was_whole_is_whole_and_can_be_added_to(earlier: Database) -> None:
    earlier.migrate()
    earlier.migrate()

    assert broken(earlier) == []
    with acting(earlier, now=NOW) as op:
        op.record(Action.DAY_READ)
        op.commit()
    assert broken(earlier) == []
    earlier.dispose()


@pytest.mark.parametrize("stream", [KEPT, ERASED], ids=["kept", "erased"])
def test_what_could_tell_an_answer_stands_in_the_clear_no_more(earlier: Database, stream: str) -> None:
    earlier.migrate()

    events = rows(earlier, stream)
    assert [each.action for each in events] == ["intake:opened", *["intake:worked_on"] * 3, "intake:sent"]
    said = " ".join(f"{each.about} {each.detail}" for each in events)
    assert not [word for word in ("u_", "EMERGENCY", ALERT, "ABC") if word in said]
    earlier.dispose()


def test_what_is_not_erased_can_still_be_read(earlier: Database) -> None:
    earlier.migrate()

    with earlier.reading() as session:
        of_form = [each for each in audit.history(session) if each.stream == KEPT]
        of_erased = [each for each in audit.history(session) if each.stream == ERASED]
        assert session.get_one(Intake, IDS["intake"]).last_page == "u_pregnant_weeks"
    assert [(each.action, each.about, each.detail) for each in of_form] == DEEDS
    assert all(each.detail == {} for each in of_erased)
    earlier.dispose()


@pytest.mark.parametrize("version", ["0004"], indirect=True)
@pytest.mark.parametrize(
    "deed", ["UPDATE audit_event SET actor = 'nobody' WHERE seq = 2", "DELETE FROM audit_event WHERE seq = 2"]
)
def test_what_was_broken_before_is_not_made_whole(earlier: Database, deed: str) -> None:
    with earlier.writer.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER audit_event_no_update"))
            connection.execute(text("DROP TRIGGER audit_event_no_delete"))
        else:
            connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))
        connection.execute(text(deed))

    earlier.migrate()

    assert broken(earlier)
    earlier.dispose()


@pytest.mark.parametrize("version", ["0004"], indirect=True)
def test_nothing_is_sealed_a_second_time(earlier: Database) -> None:
    earlier.migrate()
    with earlier.writer.begin() as connection:
        connection.execute(update(User.__table__).values(roles={Role.ADMIN}, seal=""))
        connection.execute(AuditTotal.__table__.delete())

    earlier.migrate()

    assert {"it was changed", "it is missing, or was changed"} <= set(broken(earlier))
    earlier.dispose()


@pytest.mark.parametrize("version", ["0004"], indirect=True)
def test_events_are_kept_as_written_after_the_migration_too(earlier: Database) -> None:
    earlier.migrate()

    with pytest.raises(Exception, match="kept as written"), earlier.writer.begin() as connection:
        connection.execute(text("DELETE FROM audit_event"))
    earlier.dispose()


def test_each_appointment_has_a_salt_of_its_own(earlier: Database) -> None:
    earlier.migrate()

    with earlier.reading() as session:
        salts = session.scalars(select(Appointment.detail_salt)).all()
    assert len(set(salts)) == len(salts)
    assert all(len(each) == 16 for each in salts)
    earlier.dispose()
