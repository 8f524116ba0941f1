"""The only admin of a clinic, who has lost the phone, is helped at the computer itself."""

import json

import pytest
from sqlalchemy import select

from intake.storage.models import AuditEvent, Job, JobKind, Role
from tests.strict import make_strict
from tests.web.conftest import PASSWORD, add_staff
from tests.web.staff import Colleague
from tests.web.test_second_factor import give_app

ADMIN = "ada@clinic.example"


@pytest.fixture
def only_admin(clinic_database, clock):
    return add_staff(clinic_database, clock, "Ada Admin", Role.ADMIN, mailbox="ada")


def test_the_only_admin_gets_in_again_and_it_is_recorded_and_told(
    app, commands, clinic_database, clock, only_admin
):
    give_app(clinic_database, clock, only_admin)
    ada = Colleague(make_strict(app))
    ada.opens("/sign-in").presses("Sign in", email=ADMIN, password=PASSWORD)
    assert ada.path == "/sign-in/second"

    said = commands.invoke(args=["drop-factors", " Ada@Clinic.example"])

    assert said.exit_code == 0
    assert "an app" in said.output
    ada.opens("/sign-in").presses("Sign in", email=ADMIN, password=PASSWORD)
    assert ada.path == "/settings"
    with clinic_database.reading() as session:
        (event,) = session.scalars(select(AuditEvent).where(AuditEvent.action == "staff:factors_dropped"))
        assert event.actor == "system"
        assert json.loads(event.detail) == {"app": 1, "codes": 0, "passkeys": 0}
        assert JobKind.TELL_OF_FACTORS_DROPPED in session.scalars(select(Job.kind)).all()


@pytest.mark.parametrize(
    ("email", "code", "says"), [(ADMIN, 0, "has no second factor"), ("x@y.example", 1, "Nobody")]
)
def test_where_there_is_nothing_to_drop_it_says_so(commands, only_admin, email, code, says):
    said = commands.invoke(args=["drop-factors", email])

    assert said.exit_code == code
    assert says in said.output
