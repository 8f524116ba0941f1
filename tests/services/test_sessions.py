"""A session lasts while it is used, and ends when it is ended."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.services import appointments, invitations, sessions
from intake.services.audit import SYSTEM
from intake.storage import Database
from intake.storage.models import Invitation, SessionKind, User, WebSession
from tests.services.conftest import NOW, Invited


def let_in(database: Database, user: User) -> str:
    with database.writing() as session:
        token = sessions.start_staff(session, session.merge(user), now=NOW)
        session.commit()
    return token


def let_anna_in(database: Database) -> str:
    with database.writing() as session:
        token = sessions.start_patient(session, session.scalars(select(Invitation)).one(), now=NOW)
        session.commit()
    return token


def lasts(database: Database, token: str, kind: SessionKind, after: timedelta) -> bool:
    with database.reading() as session:
        return sessions.find(session, token, kind, now=NOW + after) is not None


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
        with database.writing() as session:
            found = sessions.find(session, token, SessionKind.PATIENT, now=now)
            assert found is not None
            sessions.see(session, found, now=now)
            session.commit()

    assert lasts(database, token, SessionKind.PATIENT, timedelta(hours=4))
    assert not lasts(database, token, SessionKind.PATIENT, timedelta(hours=4, minutes=1))


def test_seeing_is_not_written_more_often_than_every_thirty_seconds(
    database: Database, clinician: User
) -> None:
    token = let_in(database, clinician)
    with database.reading() as session:
        found = sessions.find(session, token, SessionKind.STAFF, now=NOW)

    assert found is not None
    assert not sessions.to_be_seen(found, now=NOW + timedelta(seconds=29))
    assert sessions.to_be_seen(found, now=NOW + timedelta(seconds=30))


def test_a_copied_cookie_is_worth_nothing_after_signing_out(database: Database, clinician: User) -> None:
    token = let_in(database, clinician)
    with database.writing() as session:
        sessions.revoke(session, token, SessionKind.STAFF, now=NOW)
        session.commit()

    assert not lasts(database, token, SessionKind.STAFF, timedelta())


def test_a_slow_request_does_not_revive_an_ended_session(database: Database, clinician: User) -> None:
    token = let_in(database, clinician)
    with database.reading() as session:
        slow = sessions.find(session, token, SessionKind.STAFF, now=NOW)
    assert slow is not None
    with database.writing() as session:
        sessions.revoke_all(session, clinician, now=NOW)
        session.commit()
    with database.writing() as session:
        sessions.see(session, slow, now=NOW + timedelta(minutes=1))
        session.commit()

    assert not lasts(database, token, SessionKind.STAFF, timedelta(minutes=1))
    with database.reading() as session:
        assert session.scalars(select(WebSession)).one().seen_at == NOW


def test_a_patients_token_opens_no_staff_door(database: Database, anna: Invited) -> None:
    token = let_anna_in(database)

    assert lasts(database, token, SessionKind.PATIENT, timedelta())
    assert not lasts(database, token, SessionKind.STAFF, timedelta())


def test_a_patients_session_ends_with_the_link(database: Database, anna: Invited) -> None:
    token = let_anna_in(database)
    with database.writing() as session:
        appointment = appointments.find(session, anna.appointment.id)
        assert appointment is not None
        invitations.revoke(session, appointment, by=SYSTEM, now=NOW)
        session.commit()

    assert not lasts(database, token, SessionKind.PATIENT, timedelta())


def test_the_token_itself_is_not_kept(database: Database, clinician: User) -> None:
    token = let_in(database, clinician)

    with database.reading() as session:
        assert token not in str(vars(session.scalars(select(WebSession)).one()))
