"""Whoever can get in by no other way gets a link at the computer itself."""

import re

import pytest
from sqlalchemy import select

from intake.services.staff import accounts
from intake.storage.models import AuditEvent, Role, Throttle
from tests.acting import acting
from tests.strict import make_strict
from tests.web.conftest import PASSWORD, add_staff
from tests.web.staff import Colleague

ADMIN = "ada@clinic.example"
CHOSEN = "five green bicycles"


@pytest.fixture
def only_admin(clinic_database, clock):
    return add_staff(clinic_database, clock, "Ada Admin", Role.ADMIN, mailbox="ada")


def strangers_have_used_up_all(clinic_database):
    with clinic_database.writing() as session:
        for row in session.scalars(select(Throttle)):
            row.tries = 10_000
        session.commit()


def test_the_only_admin_gets_in_on_a_new_computer_while_strangers_guess(
    app, commands, clinic_database, only_admin
):
    new = Colleague(make_strict(app))
    new.opens("/sign-in").presses("Sign in", email=ADMIN, password="guess after guess")
    strangers_have_used_up_all(clinic_database)
    new.opens("/sign-in").presses("Sign in", email=ADMIN, password=PASSWORD)
    assert new.status == 429

    said = commands.invoke(args=["password-link", "Ada@Clinic.example "])
    (path,) = re.findall(r"(/welcome/\S+)", said.output)
    new.opens(path).presses("Keep this password", password=CHOSEN, password_again=CHOSEN)
    new.presses("Sign in", email=ADMIN, password=CHOSEN)

    assert new.path == "/settings"


def test_the_link_is_recorded_as_made_by_nobody_who_signs_in(commands, clinic_database, only_admin):
    said = commands.invoke(args=["password-link", ADMIN])

    assert "Ada Admin" in said.output
    with clinic_database.reading() as session:
        (event,) = session.scalars(select(AuditEvent).where(AuditEvent.action == "staff:link_made"))
    assert event.actor == "system"


@pytest.mark.parametrize("let_go", [True, False])
def test_nobody_who_may_not_sign_in_gets_a_link(commands, clinic_database, clock, only_admin, let_go):
    if let_go:
        with acting(clinic_database, now=clock.now) as op:
            add = {"name": "Ben Gone", "email": "ben@clinic.example", "role": Role.RECEPTION}
            accounts.deactivate(op, accounts.expect_user(op, **add))
            op.commit()

    said = commands.invoke(args=["password-link", "ben@clinic.example"])

    assert said.exit_code == 1
    assert "Nobody with the address ben@clinic.example may sign in here." in said.output
    assert "/welcome/" not in said.output
