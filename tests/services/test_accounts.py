"""Staff sign in with what they know; whoever does not know it learns nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import process_time

import pytest
from sqlalchemy import select

from intake.services.staff import accounts, passwords, sessions, sign_ins
from intake.services.staff.accounts import EmailTaken, Permission, SignInRefused, WeakPassword
from intake.services.staff.sign_ins import Method, SignIn
from intake.storage import Database
from intake.storage.models import AuditEvent, Role, SessionKind, Throttle, User
from tests.acting import acting, looking
from tests.services.conftest import NOW

PASSWORD = "correct horse battery"


@pytest.fixture
def bello(database: Database) -> User:
    with acting(database) as op:
        user = accounts.add_user(
            op, name="Dr Bello", email="Bello@Example.org", role=Role.CLINICIAN, password=PASSWORD
        )
        op.commit()
    return user


def sign_in(database: Database, email: str, password: str, now: datetime = NOW) -> str:
    with acting(database, now=now) as op:
        try:
            user = accounts.with_password(op, email, password)
        except SignInRefused:
            op.commit()
            return "refused"
        sign_ins.complete(op, user, SignIn((Method.PASSWORD,)))
        op.commit()
        return user.name


def nine_more_tries(database: Database) -> None:
    """Spent without the half minute that hashing nine passwords takes."""
    with database.writing() as session:
        session.scalars(select(Throttle)).one().tries += 9
        session.commit()


def test_whoever_has_chosen_no_password_is_refused_whatever_is_typed_and_in_the_same_time(
    database: Database, bello: User
) -> None:
    with acting(database) as op:
        accounts.expect_user(op, name="Rowan", email="rowan@example.org", role=Role.RECEPTION)
        op.commit()

    wrong, none = (
        cost_of(lambda email=email: sign_in(database, email, "wrong horse battery"))
        for email in ("bello@example.org", "rowan@example.org")
    )

    assert [sign_in(database, "rowan@example.org", typed) for typed in ("", "none yet")] == ["refused"] * 2
    # Without the hashing it would be a hundredth.
    assert none > wrong / 2


def cost_of(deed: Callable[[], object]) -> float:
    """Seconds of computing that it takes, whatever else the machine does."""
    before = process_time()
    deed()
    return process_time() - before


def test_the_right_password_lets_in_however_the_address_is_written(database: Database, bello: User) -> None:
    assert sign_in(database, " bello@example.ORG ", PASSWORD) == "Dr Bello"


@pytest.mark.parametrize(
    ("email", "password"),
    [("bello@example.org", "wrong horse battery"), ("nobody@example.org", PASSWORD), ("", "")],
)
def test_whatever_is_wrong_is_refused_alike(
    database: Database, bello: User, email: str, password: str
) -> None:
    assert sign_in(database, email, password) == "refused"


def test_the_hash_that_stands_for_nobody_costs_as_much_as_a_real_one(database: Database) -> None:
    assert passwords.NO_HASH.split("$")[1:4] == passwords.hashed(PASSWORD).split("$")[1:4]
    with looking(database) as op:
        assert not passwords.is_right(op.session, passwords.NO_HASH, PASSWORD)
        assert not passwords.is_right(op.session, None, PASSWORD)


def test_after_ten_wrong_passwords_the_right_one_has_to_wait(database: Database, bello: User) -> None:
    sign_in(database, "bello@example.org", "wrong horse battery")
    nine_more_tries(database)

    assert sign_in(database, "bello@example.org", PASSWORD) == "refused"
    assert sign_in(database, "bello@example.org", PASSWORD, NOW + timedelta(minutes=5)) == "Dr Bello"


def test_tries_for_one_address_do_not_stop_another(database: Database, bello: User) -> None:
    sign_in(database, "nobody@example.org", "wrong horse battery")
    nine_more_tries(database)

    assert sign_in(database, "bello@example.org", PASSWORD) == "Dr Bello"


def test_somebody_who_left_is_let_in_no_longer(database: Database, bello: User) -> None:
    with acting(database) as op:
        user = op.session.get_one(User, bello.id)
        token = sessions.start_staff(op, user)
        accounts.deactivate(op, user)
        op.commit()

    assert sign_in(database, "bello@example.org", PASSWORD) == "refused"
    with looking(database) as op:
        assert sessions.find(op, token, SessionKind.STAFF) is None


def test_a_new_password_ends_every_session(database: Database, bello: User) -> None:
    with acting(database) as op:
        user = op.session.get_one(User, bello.id)
        token = sessions.start_staff(op, user)
        accounts.change_password(op, user, accounts.hashed("another long secret"))
        op.commit()

    with looking(database) as op:
        assert sessions.find(op, token, SessionKind.STAFF) is None
    assert sign_in(database, "bello@example.org", "another long secret") == "Dr Bello"


@pytest.mark.parametrize(
    "password", ["short", "aaaaaaaaaaaaaaaa", "backstory123", "bello bello bello", "x" * 201]
)
def test_a_password_that_would_not_hold_is_refused(database: Database, password: str) -> None:
    with looking(database) as op, pytest.raises(WeakPassword):
        accounts.add_user(
            op, name="Dr Bello", email="bello@example.org", role=Role.CLINICIAN, password=password
        )


def test_an_address_belongs_to_one_person(database: Database, bello: User) -> None:
    with looking(database) as op, pytest.raises(EmailTaken):
        accounts.add_user(
            op, name="Another", email="BELLO@example.org", role=Role.RECEPTION, password=PASSWORD
        )


def test_reception_does_not_read_answers() -> None:
    rosa = User(roles={Role.RECEPTION}, active=True)

    assert accounts.may(rosa, Permission.SEE_DAY)
    assert not accounts.may(rosa, Permission.READ_ANSWERS)
    assert not accounts.may(User(roles={Role.CLINICIAN}, active=False), Permission.READ_ANSWERS)


def test_sign_ins_are_recorded_without_the_address(database: Database, bello: User) -> None:
    sign_in(database, "bello@example.org", "wrong horse battery")
    sign_in(database, "bello@example.org", PASSWORD)

    with database.reading() as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all()
    assert [event.action for event in events] == ["staff:added", "staff:sign_in_refused", "staff:signed_in"]
    assert "bello" not in str([vars(event) for event in events]).lower()


def test_an_account_of_an_earlier_version_is_found_by_its_address_as_it_was_typed(
    database: Database, bello: User
) -> None:
    with database.writing() as session:
        user = session.get_one(User, bello.id)
        user.email_hmac = session.info["keys"].hmac_index("staff e-mail", "bello@praxis-müller.example")
        session.commit()

    assert sign_in(database, "Bello@praxis-müller.example", PASSWORD) == "Dr Bello"
