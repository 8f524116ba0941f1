"""A new key for everything: nothing is forgotten, nothing stops working, and the old key can go."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, func, select, update
from sqlalchemy.orm import Session

from intake.config import Settings
from intake.red_flags import Urgency
from intake.services import audit
from intake.services.appointments import clinicians, identifiers
from intake.services.audit import Action
from intake.services.forms import draft
from intake.services.invitations import links, walk_ins
from intake.services.operations import daily_seal, key_rotation
from intake.services.operations.key_rotation import (
    INDEXES,
    NOT_MADE_ANEW,
    SEALED_TABLES,
    KeyInUse,
    UnknownKey,
)
from intake.services.staff import accounts
from intake.storage import Database, WrongKey
from intake.storage.encryption import Keys
from intake.storage.key_file import KeyFile
from intake.storage.models import (
    Alert,
    AlertState,
    Appointment,
    AuditEvent,
    Intake,
    Invitation,
    KeyCheck,
    Patient,
    Role,
    Row,
    User,
)
from intake.storage.models.row import Bound
from intake.storage.resealing import models_of
from intake.storage.types import IndexColumn
from tests.acting import NOW, acting, looking
from tests.services.conftest import Invited, invite_anna
from tests.services.test_audit import unguarded

PASSWORD = "four red wheelbarrows"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = {
        "BACKSTORY_DATA_DIR": str(tmp_path / "data"),
        "BACKSTORY_KEY_FILE": str(tmp_path / "keys/k.json"),
    }
    return Settings.from_environment(folder)


@pytest.fixture
def database(database_with_tables: str, settings: Settings) -> Iterator[Database]:
    Keys.new().write(settings.key_file)
    opened = Database(database_with_tables, KeyFile(settings.key_file))
    opened.remember_keys()
    yield opened
    opened.dispose()


@pytest.fixture
def other(database: Database, settings: Settings) -> Iterator[Database]:
    """The same database and key file, as another process has them open."""
    opened = Database(database.writer.url.render_as_string(hide_password=False), KeyFile(settings.key_file))
    yield opened
    opened.dispose()


@pytest.fixture
def busy(database: Database, settings: Settings, anna: Invited) -> Invited:
    """A clinic in which something lies in most tables that hold what is sealed."""
    with acting(database) as op:
        admin = accounts.add_user(op, name="Ada", email="ada@example.org", role=Role.ADMIN, password=PASSWORD)
        op.commit()
    with acting(database, by=admin) as op:
        appointment = op.session.get_one(Appointment, anna.appointment.id)
        identifiers.name_patient(op, appointment.patient, "clinic", "A 100")
        appointment.identifiers.append(identifiers.imported_as(op, "row 7"))
        clinicians.decide(op, "Dr Bello", None)
        draft.write(appointment.intake, draft.Draft())
        raise_alert(op, appointment.intake)
        op.record(Action.INTAKE_PAGE_SAVED, appointment, page="p_start")
        op.commit()
    daily_seal.seal_today(database, settings, now=NOW)
    daily_seal.seal_today(database, settings, now=NOW + timedelta(days=1))
    return anna


def raise_alert(op: object, intake: Intake) -> None:
    index = op.hmac_index("alert", str(intake.id), "cauda_equina", Urgency.EMERGENCY.name)  # type: ignore[attr-defined]
    alert = Alert(
        intake=intake,
        finding_hmac=index,
        rule="cauda_equina",
        certainty="yes",
        urgency=Urgency.EMERGENCY,
        state=AlertState.OPEN,
        raised_at=NOW,
        due_at=NOW,
    )
    op.session.add(alert)  # type: ignore[attr-defined]
    op.record(Action.ALERT_RAISED, alert)  # type: ignore[attr-defined]


def quiet(_part: str, _done: int, _of: int) -> None:
    """Progress that nobody looks at."""


def rotated(database: Database, settings: Settings) -> None:
    key_rotation.add_key(database, settings, NOW)
    assert key_rotation.seal_everything(database, settings, NOW, quiet).what == {}


def whole(database: Database, settings: Settings) -> bool:
    with database.reading() as session:
        return not audit.verify(session) and not [*daily_seal.problems(session, settings)]


def count(session: Session, row: type[Row]) -> int:
    return session.scalar(select(func.count()).select_from(row)) or 0


# ---- nothing is forgotten


def test_every_encrypted_column_is_sealed_again() -> None:
    sealed = {
        f"{each.name}.{each.column(f'{name}_sealed').name}" for each in SEALED_TABLES for name in each.values
    }
    by_the_audit = {"audit_event.detail_sealed", "audit_total.content_sealed"}
    columns = [column for table in Row.metadata.sorted_tables for column in table.columns]
    bytes_ = {str(column) for column in columns if isinstance(column.type, LargeBinary)}

    assert bytes_ - sealed - by_the_audit == {"appointment.detail_salt", "safety_approval.content"}
    assert sealed <= bytes_


def test_every_hmac_is_made_anew_or_is_said_not_to_be() -> None:
    columns = [column for table in Row.metadata.sorted_tables for column in table.columns]
    found = {f"{each.table.name}.{each.key}" for each in columns if isinstance(each.type, IndexColumn)}
    made = {f"{model.__tablename__}.{name}" for model, each in INDEXES.items() for name in each}
    looks_like_one = {str(each) for each in columns if each.key.endswith(("_hmac", "fingerprint"))}

    assert found == made | NOT_MADE_ANEW
    assert {f"{each.table.name}.{each.key}" for each in columns if str(each) in looks_like_one} - found == {
        "throttle.subject_hmac",
        "refused_sign_in.network_hmac",
        "import_shape.fingerprint",
        "backup_status.fingerprint",  # made without a key, of what is sealed
    }


def test_every_kind_of_sealed_row_is_sealed_again() -> None:
    bound = {model.__tablename__ for model in models_of(Row) if issubclass(model, Bound)}

    assert bound <= {each.name for each in SEALED_TABLES if each.bound}


def test_afterwards_nothing_in_the_database_needs_the_old_key(
    database: Database, settings: Settings, busy: Invited
) -> None:
    rotated(database, settings)

    assert key_rotation.needed(database, settings, 1, NOW) == {}
    with database.reader.connect() as connection:
        for table in Row.metadata.sorted_tables:
            for row in connection.execute(table.select()):
                values = [each for each in row if isinstance(each, bytes) and len(each) > 16]
                seals = [each for each in row if isinstance(each, str) and each.startswith("1:")]
                assert not [each for each in values if each[:2] == b"\x01\x01"], table.name
                assert not seals, table.name
    assert whole(database, settings)


# ---- nothing stops working


def test_what_was_kept_before_is_found_by_what_it_was_found_by(
    database: Database, settings: Settings, busy: Invited
) -> None:
    for after in (lambda: key_rotation.add_key(database, settings, NOW), lambda: rotated(database, settings)):
        after()
        with acting(database) as op:
            user = accounts.with_password(op, "Ada@example.org", PASSWORD)
            assert user.name == "Ada"
            appointment = op.session.get_one(Appointment, busy.appointment.id)
            assert identifiers.patients_called(op, "clinic", "a 100") == {appointment.patient_id}
            assert identifiers.imported(op, ["row 7"]) == {"row 7": appointment.id}
            assert [*identifiers.rows_of_imports(op, ["row 7"])] == ["row 7"]
            code = op.session.scalars(select(Invitation)).one().code
            assert links.fingerprint_of(op, code or "") == busy.secret_hash
            assert clinicians.Clinicians(op).unknown(["Dr Bello"]) == ()
            with pytest.raises(accounts.EmailTaken):
                accounts.add_user(op, name="B", email="ada@example.org", role=Role.ADMIN, password=PASSWORD)
            op.commit()


def test_an_alert_that_stands_is_not_raised_twice(
    database: Database, settings: Settings, busy: Invited
) -> None:
    key_rotation.add_key(database, settings, NOW)

    with acting(database) as op:
        intake = op.session.scalars(select(Intake)).one()
        index = op.hmac_index("alert", str(intake.id), "cauda_equina", Urgency.EMERGENCY.name)
        standing = op.session.scalars(select(Alert).where(Alert.finding_hmac == index)).one_or_none()

    assert standing is not None


def test_another_process_takes_the_new_key_up_by_itself(
    database: Database, other: Database, settings: Settings
) -> None:
    key_rotation.add_key(database, settings, NOW)
    with acting(database) as op:
        op.session.add(patient := Patient(name="Bea", date_of_birth=date(1980, 1, 1), created_at=NOW))
        op.record(Action.PATIENT_LOOKED_FOR, patient)
        op.commit()

    with other.reading() as session:
        assert session.get_one(Patient, patient.id).name == "Bea"
    assert other.keys.current == 2


def test_who_began_before_the_new_key_reads_what_is_sealed_by_it(
    database: Database, other: Database, settings: Settings, anna: Invited
) -> None:
    with other.reading() as session:
        before = session.info["keys"]
        database.key_file.add()
        sealed = database.keys.ring.seal(b"new", "a place")
        assert before.ring.open(sealed, "a place") == b"new"
        assert before.current == 1


def test_what_was_sealed_before_the_transaction_began_is_sealed_by_the_new_key(
    database: Database, other: Database, settings: Settings
) -> None:
    with other.writing() as session:
        session.add(patient := Patient(name="Bea", date_of_birth=date(1980, 1, 1), created_at=NOW))
        assert patient.name_sealed[1] == 1
        key_rotation.add_key(database, settings, NOW)
        session.commit()

    assert patient.name_sealed[1] == 2
    assert patient.name == "Bea"


def test_an_object_that_was_read_before_is_not_written_with_older_values(
    database: Database, settings: Settings, busy: Invited
) -> None:
    with database.reading() as session:
        intake_id, version = session.execute(select(Intake.id, Intake.version)).one()
    rotated(database, settings)

    with database.reading() as session:
        again = session.get_one(Intake, intake_id)
    assert again.version == version
    assert draft.read(again) == draft.Draft()


# ---- what was changed without the keys is not made genuine


def test_a_row_that_was_changed_without_the_keys_stays_changed(
    database: Database, settings: Settings, busy: Invited
) -> None:
    with database.writer.begin() as connection:
        connection.execute(update(User.__table__).values(roles={Role.RECEPTION}))  # type: ignore[arg-type]
    key_rotation.add_key(database, settings, NOW)

    left = key_rotation.seal_everything(database, settings, NOW, quiet)

    assert left.what == {"staff_user": 1}
    with pytest.raises(KeyInUse) as refused:
        key_rotation.remove_key(database, settings, 1, NOW)
    assert refused.value.what == {"staff_user": 1}
    assert not whole(database, settings)


def test_an_event_that_was_changed_without_the_keys_stays_changed(
    database: Database, settings: Settings, busy: Invited
) -> None:
    unguarded(database, update(AuditEvent).where(AuditEvent.stream == "system").values(actor="somebody"))
    key_rotation.add_key(database, settings, NOW)

    assert key_rotation.seal_everything(database, settings, NOW, quiet).what == {"audit": 1}
    assert not whole(database, settings)


@pytest.mark.parametrize("name", ["actor", "detail", "mac"])
def test_an_event_of_an_old_key_cannot_be_changed_afterwards(
    database: Database, settings: Settings, busy: Invited, name: str
) -> None:
    rotated(database, settings)
    key_rotation.remove_key(database, settings, 1, NOW)

    unguarded(database, update(AuditEvent).where(AuditEvent.seq == 1).values(**{name: "changed"}))

    assert not whole(database, settings)


def test_nothing_but_the_encryption_of_its_details_is_changed_in_an_event(
    database: Database, settings: Settings, busy: Invited
) -> None:
    with database.reading() as session:
        before = session.execute(select(AuditEvent.id, AuditEvent.mac)).all()
        said = audit.history(session)
    rotated(database, settings)
    with database.reading() as session:
        assert set(before) <= set(session.execute(select(AuditEvent.id, AuditEvent.mac)).all())
        after = audit.history(session)
    assert [each for each in after if not each.action.startswith("key:")] == list(said)
    with pytest.raises(Exception, match="kept as written"), database.writer.begin() as connection:
        connection.execute(update(AuditEvent.__table__).values(actor="somebody"))  # type: ignore[arg-type]


# ---- the old key goes


def test_the_old_key_is_taken_out_and_everything_still_works(
    database: Database, other: Database, settings: Settings, busy: Invited, tmp_path: Path
) -> None:
    aside = tmp_path / "aside.json"
    rotated(database, settings)
    key_rotation.remove_key(database, settings, 1, NOW, aside)

    assert (other.keys.numbers, Keys.read(aside).numbers) == ((2,), (1,))
    assert settings.key_file.stat().st_mode & 0o777 == 0o600
    again = Database(database.writer.url.render_as_string(hide_password=False), KeyFile(settings.key_file))
    again.check_keys(new=False)
    with acting(again) as op:
        assert accounts.with_password(op, "ada@example.org", PASSWORD).name == "Ada"
        op.commit()
    daily_seal.seal_today(again, settings, now=NOW + timedelta(days=2))
    assert whole(again, settings)
    rotated(again, settings)
    key_rotation.remove_key(again, settings, 2, NOW)
    assert whole(again, settings)
    again.dispose()


def test_a_key_is_not_taken_out_while_something_needs_it(
    database: Database, settings: Settings, busy: Invited
) -> None:
    key_rotation.add_key(database, settings, NOW)

    with pytest.raises(KeyInUse) as refused:
        key_rotation.remove_key(database, settings, 1, NOW)

    assert {"patient", "intake", "staff_user", "audit", "daily seals"} <= set(refused.value.what)
    assert database.keys.numbers == (1, 2)
    for number in (2, 7):
        with pytest.raises(UnknownKey):
            key_rotation.remove_key(database, settings, number, NOW)


def test_a_code_for_a_tablet_needs_its_key_until_it_is_over(
    database: Database, settings: Settings, busy: Invited, reception: User
) -> None:
    with acting(database, by=reception) as op:
        walk_ins.make_code(op, op.session.get_one(Appointment, busy.appointment.id), "BCDFGH")
        op.commit()
    with acting(database) as op:
        op.session.get_one(User, reception.id).email_hmac = op.hmac_index(
            "staff e-mail", "reception@example.org"
        )
        op.commit()
    rotated(database, settings)
    with acting(database) as op:
        appointment = op.session.get_one(Appointment, busy.appointment.id)
        assert walk_ins.waiting(op, appointment, "BCDFGH") is not None

    with pytest.raises(KeyInUse) as refused:
        key_rotation.remove_key(database, settings, 1, NOW)
    assert refused.value.what == {"walk_in_code": 1}
    key_rotation.remove_key(database, settings, 1, NOW + timedelta(minutes=16))


def test_a_backup_from_before_says_which_key_it_needs(
    database: Database, settings: Settings, busy: Invited
) -> None:
    rotated(database, settings)
    check = {"number": 1, "value": database.keys.check_value(1)}
    key_rotation.remove_key(database, settings, 1, NOW)
    with database.writing() as session:
        session.add(KeyCheck(**check))
        session.commit()

    with pytest.raises(WrongKey, match="Key 1, which this database was written with, is not in the key file"):
        database.check_keys(new=False)


# ---- it goes on where it stopped


def test_what_was_interrupted_goes_on(
    database: Database, settings: Settings, busy: Invited, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        invite_anna(database, born=date(1970, 1, n + 1))

    class Killed(Exception):
        """The process ends here."""

    def stop_after(parts: int) -> None:
        told: list[str] = []

        def tell(part: str, _done: int, _of: int) -> None:
            told.append(part)
            if len(told) == parts:
                raise Killed

        key_rotation.seal_everything(database, settings, NOW, tell)

    key_rotation.add_key(database, settings, NOW)
    stops = 0
    for parts in range(1, 12):
        try:
            stop_after(parts)
        except Killed:
            stops += 1
            assert whole(database, settings)
            with acting(database) as op:
                assert accounts.with_password(op, "ada@example.org", PASSWORD).name == "Ada"
                op.commit()

    assert stops
    assert key_rotation.due(database, settings) == {}
    key_rotation.remove_key(database, settings, 1, NOW)
    assert whole(database, settings)


def test_rotation_is_recorded(database: Database, settings: Settings, busy: Invited) -> None:
    rotated(database, settings)
    key_rotation.remove_key(database, settings, 1, NOW)

    with looking(database) as op:
        found = [each.action for each in audit.history(op.session) if each.action.startswith("key:")]
    assert found == [Action.KEY_ADDED, Action.SEALED_AGAIN, Action.KEY_REMOVED]


def test_a_key_file_that_calls_another_key_by_a_known_number_is_not_taken_up(
    database: Database, settings: Settings
) -> None:
    before = database.keys.secret
    settings.key_file.unlink()
    Keys.new().write(settings.key_file)

    assert database.keys.secret == before
