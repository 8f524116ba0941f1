"""A clock that was ahead for a while and was set right locks nobody out, and lets nobody in for longer."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from intake.services.invitations import attempts
from intake.services.staff import accounts, sessions
from intake.storage.models import Role, SessionKind, ThrottleKind, WebSession
from tests.acting import acting
from tests.services.conftest import NOW

WINDOW = timedelta(minutes=5)
AHEAD = st.timedeltas(timedelta(minutes=6), timedelta(days=400))


def test_tries_that_were_counted_in_the_future_lock_nobody_out(database):
    for _ in range(20):
        with acting(database, now=NOW + timedelta(days=1)) as op:
            attempts.spend(op, ThrottleKind.SIGN_IN, "x" * 32, within=WINDOW)
            op.commit()

    with acting(database, now=NOW) as op:
        tries = [attempts.spend(op, ThrottleKind.SIGN_IN, "x" * 32, within=WINDOW).tries for _ in range(3)]
        op.commit()

    # And they are counted from now on.
    assert tries == [1, 2, 3]


def test_a_session_that_was_seen_in_the_future_is_over_or_goes_on_by_the_right_clock(database):
    with acting(database, now=NOW) as op:
        user = accounts.expect_user(op, name="Ada", email="ada@clinic.example", role=Role.ADMIN)
        op.session.flush()
        token = sessions.start_staff(op, user)
        op.commit()
    with acting(database, now=NOW + timedelta(seconds=60)) as op:
        sessions.see(op, sessions.find(op, token, SessionKind.STAFF))
        op.commit()

    with acting(database, now=NOW) as op:
        found = sessions.find(op, token, SessionKind.STAFF)
        assert sessions.to_be_seen(found, now=NOW)
        sessions.see(op, found)
        op.commit()
    with acting(database, now=NOW) as op:
        assert sessions.find(op, token, SessionKind.STAFF).seen_at == NOW


@given(ahead=AHEAD, kind=st.sampled_from([SessionKind.STAFF, SessionKind.PATIENT]))
def test_nobody_is_let_in_by_a_sight_of_the_future(ahead, kind):
    left_alone = WebSession(kind=kind, started_at=NOW, seen_at=NOW + ahead)

    assert not sessions.lasts(left_alone, now=NOW)
