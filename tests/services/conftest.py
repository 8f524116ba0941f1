"""The actors: a clinic with its database, reception, a clinician, and Anna who has an appointment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from intake.config import Settings
from intake.services.appointments import booking
from intake.services.appointments.booking import Booking
from intake.services.invitations import links
from intake.storage import Database
from intake.storage.encryption import Keys
from intake.storage.models import Appointment, Role, User
from tests.acting import NOW, acting
from tests.services.recorded import watching

BORN = date(1991, 5, 4)


@dataclass(frozen=True)
class Invited:
    """Anna's appointment and the secret of her link."""

    appointment: Appointment
    token: str

    @property
    def secret_hash(self) -> str:
        return links.hash_of(self.token)


@pytest.fixture(autouse=True)
def every_change_is_recorded() -> Iterator[None]:
    """Whatever a service changes is in the audit, in the same transaction."""
    with watching() as unrecorded:
        yield
    assert unrecorded == []


@pytest.fixture
def settings() -> Settings:
    return Settings.from_environment({})


@pytest.fixture
def database(database_with_tables: str) -> Iterator[Database]:
    opened = Database(database_with_tables, Keys.new())
    opened.remember_keys()
    yield opened
    opened.dispose()


@pytest.fixture
def anna(database: Database) -> Invited:
    return invite_anna(database)


def invite_anna(database: Database, born: date = BORN, sex: str | None = "female") -> Invited:
    """Book Anna in and make her link."""
    with acting(database, settings=Settings.from_environment({})) as op:
        appointment = booking.make(
            op,
            Booking(
                name="Anna Canary",
                date_of_birth=born,
                starts_at=datetime(2026, 3, 12, 10, 30, tzinfo=UTC),
                sex_at_birth=sex,
                phone="07700 900123",
            ),
        )
        token = links.invite(op, appointment)
        op.commit()
    return Invited(appointment, token)


@pytest.fixture
def clinician(database: Database) -> User:
    return _user(database, "Dr Bello", Role.CLINICIAN)


@pytest.fixture
def reception(database: Database) -> User:
    return _user(database, "Rosa Reception", Role.RECEPTION)


def _user(database: Database, name: str, role: Role) -> User:
    with database.writing() as session:
        user = User(
            name=name,
            email=f"{role}@example.org",
            email_hmac=f"{role}",
            roles={role},
            password_hash="never signs in",
            active=True,
            made_at=NOW,
        )
        session.add(user)
        session.commit()
    return user
