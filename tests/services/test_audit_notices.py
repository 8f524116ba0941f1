"""Whoever changes without the keys what belongs to whom, or the audit, is noticed."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update

from intake.config import Settings
from intake.services.appointments.identifiers import imported_as, name_patient
from intake.services.audit import Action
from intake.services.operations import retention
from intake.services.staff import accounts
from intake.storage import Database
from intake.storage.models import (
    Alert,
    Appointment,
    AppointmentIdentifier,
    AuditEvent,
    AuditHead,
    AuditTotal,
    Invitation,
    InvitationState,
    Patient,
    PatientIdentifier,
    Role,
    User,
)
from tests.acting import acting
from tests.services.answering import answers, has_sent
from tests.services.conftest import NOW, Invited, invite_anna
from tests.services.filling_in import urgent as chest_pain
from tests.services.test_audit import broken, unguarded

SETTINGS = Settings.from_environment({})
PASSWORD = "four red wheelbarrows"


def kept(database: Database, model: type) -> list[dict[str, object]]:
    """The rows of a table as they lie in the database."""
    with database.reader.connect() as connection:
        columns = [column.label(column.key) for column in model.__table__.columns]
        return [dict(row) for row in connection.execute(select(*columns)).mappings()]


def put_back(database: Database, model: type, row: dict[str, object]) -> None:
    """Somebody overwrites a row with a copy they have kept."""
    with database.writer.begin() as connection:
        (key,) = model.__table__.primary_key
        connection.execute(update(model.__table__).where(key == row[key.name]).values(row))


@pytest.fixture
def urgent(database: Database, settings: Settings) -> Invited:
    """A form that was sent and raised an alert."""
    anna = invite_anna(database)
    has_sent(database, settings, anna.appointment, chest_pain())
    return anna


@pytest.fixture
def ada(database: Database) -> User:
    with acting(database) as op:
        user = accounts.add_user(
            op, name="Ada", email="ada@clinic.example.org", role=Role.RECEPTION, password=PASSWORD
        )
        op.commit()
    return user


def changes_role(database: Database, user: User, role: Role) -> None:
    with acting(database) as op:
        accounts.change_role(op, op.session.get_one(User, user.id), role)
        op.commit()


def deed(database: Database, anna: Invited) -> None:
    with acting(database) as op:
        op.record(Action.INTAKE_RESUMED, op.session.get_one(Appointment, anna.appointment.id))
        op.commit()


def test_a_clinic_at_work_is_whole(database: Database, urgent: Invited, ada: User) -> None:
    changes_role(database, ada, Role.CLINICIAN)

    assert kept(database, Alert)
    assert broken(database) == []


def test_a_changed_event_is_noticed(database: Database, urgent: Invited) -> None:
    unguarded(database, update(AuditEvent).where(AuditEvent.seq == 2).values(action="day:read"))

    assert "it was changed" in broken(database)


def test_a_tail_that_is_cut_with_its_end_put_back_is_noticed(database: Database, urgent: Invited) -> None:
    before = kept(database, AuditHead)
    deed(database, urgent)
    (end,) = [each for each in before if str(each["stream"]).startswith("appointment:")]

    put_back(database, AuditHead, end)
    unguarded(
        database, delete(AuditEvent).where(AuditEvent.stream == end["stream"], AuditEvent.seq > end["seq"])
    )

    assert "something was removed, added or put back" in broken(database)


def test_an_end_that_was_made_to_fit_is_noticed(database: Database, urgent: Invited) -> None:
    (last,) = [each for each in kept(database, AuditEvent) if each["seq"] == 2]

    unguarded(
        database,
        delete(AuditEvent).where(AuditEvent.seq > 2),
        update(AuditHead).where(AuditHead.stream == last["stream"]).values(seq=2, mac=last["mac"]),
    )

    assert "its end was changed" in broken(database)


def test_a_stream_that_is_removed_with_its_end_is_noticed(
    database: Database, urgent: Invited, ada: User
) -> None:
    stream = f"staff:{ada.id}"

    unguarded(
        database,
        delete(AuditEvent).where(AuditEvent.stream == stream),
        delete(AuditHead).where(AuditHead.stream == stream),
    )

    assert any(each.endswith(" missing") for each in broken(database))


def test_two_patients_that_are_swapped_are_noticed(database: Database) -> None:
    one, other = invite_anna(database).appointment, invite_anna(database).appointment

    with database.writer.begin() as connection:
        _set(connection, Appointment, one.id, patient_id=other.patient_id)
        _set(connection, Appointment, other.id, patient_id=one.patient_id)

    assert broken(database) == ["it was changed"] * 2


def test_an_identifier_that_is_given_to_another_patient_is_noticed(database: Database) -> None:
    one, other = invite_anna(database).appointment, invite_anna(database).appointment
    with acting(database) as op:
        patient = op.session.get_one(Patient, one.patient_id)
        name_patient(op, patient, "hospital", "N-1")
        op.record(Action.APPOINTMENT_CHANGED, patient)
        op.commit()
    assert broken(database) == []

    _move(database, PatientIdentifier, patient_id=other.patient_id)

    assert broken(database) == ["it was changed"]


def test_an_imported_row_that_is_given_to_another_appointment_is_noticed(database: Database) -> None:
    one, other = invite_anna(database).appointment, invite_anna(database).appointment
    with acting(database) as op:
        appointment = op.session.get_one(Appointment, one.id)
        appointment.identifiers.append(imported_as(op, "a row of a file"))
        op.record(Action.APPOINTMENTS_IMPORTED, appointment)
        op.commit()
    assert broken(database) == []

    _move(database, AppointmentIdentifier, appointment_id=other.id)

    assert broken(database) == ["it was changed"]


def test_deleted_alerts_are_noticed(database: Database, urgent: Invited) -> None:
    with database.writer.begin() as connection:
        connection.execute(delete(Alert.__table__))

    assert any(each.endswith(" missing") for each in broken(database))


@pytest.mark.parametrize("with_total", [True, False])
def test_a_record_that_is_emptied_is_noticed(database: Database, urgent: Invited, with_total: bool) -> None:
    names = ["audit_event", "audit_head", *(["audit_total"] if with_total else [])]
    with database.writer.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
    said = [f"DELETE FROM {name}" for name in names] if sqlite else [f"TRUNCATE {', '.join(names)}"]

    unguarded(database, *map(text, said))

    assert broken(database)


def test_an_emptied_record_is_not_taken_for_a_new_one(database: Database, urgent: Invited) -> None:
    unguarded(database, *(delete(each) for each in (AuditEvent, AuditHead, AuditTotal)))

    database.migrate()

    assert "it is missing, or was changed" in broken(database)


def test_a_role_changed_in_the_database_is_noticed(database: Database, ada: User) -> None:
    with database.writer.begin() as connection:
        _set(connection, User, ada.id, roles={Role.ADMIN})

    assert broken(database) == ["it was changed"]


@pytest.mark.parametrize("roles", [set(Role), {Role.CLINICIAN, Role.ADMIN}, {Role.CLINICIAN}])
def test_a_role_added_exchanged_or_removed_in_the_database_is_noticed(
    database: Database, roles: set[Role]
) -> None:
    with acting(database) as op:
        two = accounts.add_user(
            op,
            name="Anna",
            email="anna@clinic.example.org",
            role=Role.RECEPTION,
            also={Role.CLINICIAN},
            password=PASSWORD,
        )
        op.commit()
    assert broken(database) == []

    with database.writer.begin() as connection:
        _set(connection, User, two.id, roles=roles)

    assert broken(database) == ["it was changed"]


def test_another_role_written_to_an_event_is_noticed(database: Database, ada: User) -> None:
    with acting(database, by=ada) as op:
        op.record(Action.DAY_READ)
        op.commit()

    unguarded(database, update(AuditEvent).where(AuditEvent.role.is_not(None)).values(role="admin"))

    assert "it was changed" in broken(database)


def test_a_deed_afterwards_does_not_make_it_genuine(database: Database, ada: User) -> None:
    with database.writer.begin() as connection:
        _set(connection, User, ada.id, roles={Role.ADMIN})

    with acting(database) as op:
        accounts.with_password(op, "ada@clinic.example.org", PASSWORD)
        accounts.change_password(
            op, op.session.get_one(User, ada.id), accounts.hashed("five red wheelbarrows")
        )
        op.commit()

    assert broken(database) == ["it was changed"]


def test_a_role_that_was_taken_away_and_is_put_back_is_noticed(database: Database, ada: User) -> None:
    changes_role(database, ada, Role.CLINICIAN)
    (as_clinician,) = kept(database, User)
    changes_role(database, ada, Role.RECEPTION)
    assert broken(database) == []

    put_back(database, User, as_clinician)

    assert broken(database) == ["something was removed, added or put back"]


def test_a_member_of_staff_who_was_added_in_the_database_is_noticed(database: Database, ada: User) -> None:
    (row,) = kept(database, User)
    stranger = row | {"id": Patient(created_at=NOW).id, "email_hmac": "x" * 32}

    with database.writer.begin() as connection:
        connection.execute(insert(User.__table__).values(stranger))

    assert {"it was changed", "1 too many"} <= set(broken(database))


def test_a_link_that_is_opened_again_is_noticed(database: Database, settings: Settings) -> None:
    anna = invite_anna(database)
    with database.writer.begin() as connection:
        (row,) = connection.execute(select(Invitation.id)).all()
        _set(connection, Invitation, row.id, expires_at=NOW + timedelta(days=999))

    assert anna.token
    assert broken(database) == ["it was changed"]


def test_what_is_erased_leaves_a_whole_record(database: Database, settings: Settings) -> None:
    anna = invite_anna(database)
    has_sent(database, settings, anna.appointment, answers())

    with acting(database, settings=settings) as op:
        retention.erase(op, anna.appointment.id)
        op.commit()

    assert kept(database, Patient) == kept(database, Invitation) == []
    assert broken(database) == []


def test_what_was_rolled_back_is_not_counted(database: Database, urgent: Invited, ada: User) -> None:
    with acting(database) as op:
        accounts.change_role(op, op.session.get_one(User, ada.id), Role.CLINICIAN)
        op.session.flush()
        op.rollback()
        op.record(Action.DAY_READ)
        op.commit()

    assert broken(database) == []


def test_what_is_sealed_is_not_changed_by_one_statement(database: Database) -> None:
    invite_anna(database)

    with database.writing() as session:
        session.execute(update(Invitation).values(tries=0))
        with pytest.raises(TypeError, match="through its objects"):
            session.execute(update(Invitation).values(state=InvitationState.REVOKED))
        session.rollback()


def _set(connection: Connection, model: type, id: object, **values: object) -> None:
    connection.execute(update(model.__table__).where(model.__table__.c.id == id).values(values))


def _move(database: Database, model: type, **values: object) -> None:
    """Every row of this table belongs to something else from now on."""
    with database.writer.begin() as connection:
        connection.execute(update(model.__table__).values(**values))
