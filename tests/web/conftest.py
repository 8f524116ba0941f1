"""The actors at the clinic: reception, a clinician, a stranger, and made-up patients in every state."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher

from intake.config import Settings
from intake.demo.clinic import DemoClinic
from intake.demo.scenes import SCENES
from intake.services.staff import accounts, sessions
from intake.storage import Database
from intake.storage.models import Appointment, Role, User
from tests.acting import acting
from tests.conftest import Clock
from tests.strict import StrictClient, make_strict
from tests.web.patients import Patient, invite
from tests.web.staff import Colleague

if TYPE_CHECKING:
    from intake.app import Backstory

PASSWORD = "four red wheelbarrows"
# Weak on purpose: each test hires somebody, and most never sign in. Whoever does gets a strong one then.
HASHED = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
People = Callable[..., dict[str, Appointment]]


@pytest.fixture
def reception(app: "Backstory", clinic_database: Database, clock: Clock) -> Colleague:
    return signed_in(app, clinic_database, clock, "Rosa Reception", Role.RECEPTION)


@pytest.fixture
def clinician(app: "Backstory", clinic_database: Database, clock: Clock) -> Colleague:
    return signed_in(app, clinic_database, clock, "Dr Bello", Role.CLINICIAN)


@pytest.fixture
def admin(app: "Backstory", clinic_database: Database, clock: Clock) -> Colleague:
    return signed_in(app, clinic_database, clock, "Ada Admin", Role.ADMIN)


@pytest.fixture
def stranger(app: "Backstory") -> Colleague:
    return Colleague(make_strict(app))


@pytest.fixture
def patient(clinic_database: Database, client: StrictClient, clock: Clock) -> Patient:
    """Anna, an ordinary patient with a link."""
    return invite(clinic_database, client, clock)


@pytest.fixture
def come(clinic_database: Database, settings: Settings, clock: Clock) -> People:
    """Let made-up patients of today come for the first time: `come("V05", "V01")`. Nobody was told yet."""

    def let_come(*vignettes: str) -> dict[str, Appointment]:
        clinic = DemoClinic(clinic_database, settings, clock.now)
        for scene in SCENES:
            if scene.vignette in vignettes:
                clinic.add(replace(scene, told=False, before=""))
        return {scene.vignette: appointment for scene, _, appointment in clinic.present()}

    return let_come


def signed_in(
    app: "Backstory", database: Database, clock: Clock, name: str, role: Role, mailbox: str = ""
) -> Colleague:
    """Somebody at a screen of their own."""
    user = add_staff(database, clock, name, role, mailbox)
    with acting(database, now=clock.now) as op:
        # By a passkey, which is enough whatever the clinic asks for.
        token = sessions.start_staff(op, op.session.merge(user), methods="passkey")
        op.commit()
    client = make_strict(app)
    with client.session_transaction() as cookie:
        cookie["staff"] = token
    return Colleague(client, user)


def add_staff(database: Database, clock: Clock, name: str, role: Role, mailbox: str = "") -> User:
    """Somebody who may sign in with PASSWORD."""
    with acting(database, now=clock.now) as op:
        email = f"{mailbox or role.value}@clinic.example"
        user = accounts.expect_user(op, name=name, email=email, role=role)
        user.password_hash = HASHED
        op.commit()
    return user
