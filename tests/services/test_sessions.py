"""A session lasts while it is used, and ends when it is ended."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.services.appointments import booking
from intake.services.invitations import links
from intake.services.staff import sessions
from intake.storage import Database
from intake.storage.models import Invitation, SessionKind, User, WebSession
from tests.acting import acting, looking
from tests.services.conftest import NOW, Invited


def let_in(database: Database, user: User) -> str:
    with acting(database) as op:
        token = sessions.start_staff(op, op.session.merge(user))
        op.commit()
    return token


def let_anna_in(database: Database) -> str:
    with acting(database) as op:
        token = sessions.start_patient(op, op.session.scalars(select(Invitation)).one())
        op.commit()
    return token


def lasts(database: Database, token: str, kind: SessionKind, after: timedelta) -> bool:
    with looking(database, now=NOW + after) as op:
        return sessions.find(op, token, kind) is not None


@pytest.mark.parametrize(
    ("minutes", "kind", "expected"),
    [
        (9.9, SessionKind.STAFF, True),
        (10.1, SessionKind.STAFF, False),
        (59.9, SessionKind.PATIENT, True),
        (60.1, SessionKind.PATIENT, False),
    ],
)
def test_an_unused_session_ends(
    database: Database, clinician: User, anna: Invited, minutes: float, kind: SessionKind, expected: bool
) -> None:
    token = let_in(database, clinician) if kind is SessionKind.STAFF else let_anna_in(database)

    assert lasts(database, token, kind, timedelta(minutes=minutes)) is expected


def test_a_session_in_use_ends_all_the_same_in_the_end(database: Database, anna: Invited) -> None:
    token = let_anna_in(database)
    for minutes in (55, 110, 165, 220):
        now = NOW + timedelta(minutes=minutes)
        with acting(database, now=now) as op:
            found = sessions.find(op, token, SessionKind.PATIENT)
            assert found is not None
            sessions.see(op, found)
            op.commit()

    assert lasts(database, token, SessionKind.PATIENT, timedelta(hours=4))
    assert not lasts(database, token, SessionKind.PATIENT, timedelta(hours=4, minutes=1))


def test_seeing_is_not_written_more_often_than_every_thirty_seconds(
    database: Database, clinician: User
) -> None:
    token = let_in(database, clinician)
    with looking(database) as op:
        found = sessions.find(op, token, SessionKind.STAFF)

    assert found is not None
    assert not sessions.to_be_seen(found, now=NOW + timedelta(seconds=29))
    assert sessions.to_be_seen(found, now=NOW + timedelta(seconds=30))


def test_a_copied_cookie_is_worth_nothing_after_signing_out(database: Database, clinician: User) -> None:
    token = let_in(database, clinician)
    with acting(database) as op:
        sessions.revoke(op, token, SessionKind.STAFF)
        op.commit()

    assert not lasts(database, token, SessionKind.STAFF, timedelta())


def test_a_slow_request_does_not_revive_an_ended_session(database: Database, clinician: User) -> None:
    token = let_in(database, clinician)
    with looking(database) as op:
        slow = sessions.find(op, token, SessionKind.STAFF)
    assert slow is not None
    with acting(database) as op:
        sessions.revoke_all(op, clinician)
        op.commit()
    with acting(database, now=NOW + timedelta(minutes=1)) as op:
        sessions.see(op, slow)
        op.commit()

    assert not lasts(database, token, SessionKind.STAFF, timedelta(minutes=1))
    with database.reading() as session:
        assert session.scalars(select(WebSession)).one().seen_at == NOW


def test_a_patients_token_opens_no_staff_page(database: Database, anna: Invited) -> None:
    token = let_anna_in(database)

    assert lasts(database, token, SessionKind.PATIENT, timedelta())
    assert not lasts(database, token, SessionKind.STAFF, timedelta())


def test_a_patients_session_ends_with_the_link(database: Database, anna: Invited) -> None:
    token = let_anna_in(database)
    with acting(database) as op:
        appointment = booking.find(op.session, anna.appointment.id)
        assert appointment is not None
        links.revoke(op, appointment)
        op.commit()

    assert not lasts(database, token, SessionKind.PATIENT, timedelta())


def test_the_token_itself_is_not_kept(database: Database, clinician: User) -> None:
    token = let_in(database, clinician)

    with database.reading() as session:
        assert token not in str(vars(session.scalars(select(WebSession)).one()))
