"""A link opens for the right person, five times wrong for nobody."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from intake.config import Settings
from intake.services.appointments import booking
from intake.services.invitations import links
from intake.services.invitations.links import InvitationClosed, WrongDateOfBirth
from intake.storage import Database
from intake.storage.models import Invitation
from tests.acting import acting
from tests.services.conftest import BORN, NOW, Invited

WRONG = date(1991, 4, 5)


def say(database: Database, secret_hash: str, born: date, now: datetime = NOW) -> str:
    """What a view would do: a refusal is committed too."""
    with acting(database, now=now) as op:
        try:
            links.identify(op, secret_hash, born)
        except (WrongDateOfBirth, InvitationClosed) as refusal:
            op.commit()
            return type(refusal).__name__
        op.commit()
        return "in"


def make_link(database: Database, anna: Invited) -> str:
    with acting(database) as op:
        appointment = booking.find(op.session, anna.appointment.id)
        assert appointment is not None
        token = links.invite(op, appointment)
        op.commit()
    return token


def test_the_right_date_opens_the_link_again_and_again(database: Database, anna: Invited) -> None:
    assert [say(database, anna.secret_hash, BORN) for _ in range(7)] == ["in"] * 7


def test_five_wrong_dates_close_the_link_even_for_the_right_one(database: Database, anna: Invited) -> None:
    assert [say(database, anna.secret_hash, WRONG) for _ in range(6)] == [
        *["WrongDateOfBirth"] * 5,
        "InvitationClosed",
    ]
    assert say(database, anna.secret_hash, BORN) == "InvitationClosed"


@pytest.mark.faults
def test_of_forty_guesses_at_once_exactly_five_are_looked_at(database: Database, anna: Invited) -> None:
    with ThreadPoolExecutor(40) as crowd:
        said = Counter(crowd.map(lambda _: say(database, anna.secret_hash, WRONG), range(40)))

    assert said == {"WrongDateOfBirth": 5, "InvitationClosed": 35}
    assert say(database, anna.secret_hash, BORN) == "InvitationClosed"


def test_reception_can_allow_more_tries(database: Database, anna: Invited) -> None:
    for _ in range(6):
        say(database, anna.secret_hash, WRONG)
    with acting(database) as op:
        invitation = op.session.scalars(select(Invitation)).one()
        links.allow_more_tries(op, invitation)
        op.commit()

    assert say(database, anna.secret_hash, BORN) == "in"


def test_a_link_nobody_made_is_refused_like_a_closed_one(database: Database, anna: Invited) -> None:
    assert say(database, links.hash_of(links.new_token()), BORN) == "InvitationClosed"


def test_a_new_link_closes_the_old_one(database: Database, anna: Invited) -> None:
    token = make_link(database, anna)

    assert say(database, anna.secret_hash, BORN) == "InvitationClosed"
    assert say(database, links.hash_of(token), BORN) == "in"


def test_a_cancelled_appointment_closes_its_link(database: Database, anna: Invited) -> None:
    with acting(database) as op:
        appointment = booking.find(op.session, anna.appointment.id)
        assert appointment is not None
        booking.cancel(op, appointment)
        op.commit()

    assert say(database, anna.secret_hash, BORN) == "InvitationClosed"


@pytest.mark.faults
def test_of_many_links_made_at_once_one_opens(database: Database, anna: Invited) -> None:
    with ThreadPoolExecutor(8) as crowd:
        made = list(crowd.map(lambda _: make_link(database, anna), range(8)))

    said = Counter(say(database, links.hash_of(token), BORN) for token in made)
    assert said == {"in": 1, "InvitationClosed": 7}


def test_a_link_made_while_the_appointment_is_cancelled_opens_nothing(
    database: Database, anna: Invited
) -> None:
    def cancel() -> None:
        with acting(database) as op:
            appointment = booking.find(op.session, anna.appointment.id)
            assert appointment is not None
            booking.cancel(op, appointment)
            op.commit()

    with ThreadPoolExecutor(6) as crowd:
        cancelling = crowd.submit(cancel)
        making = [crowd.submit(make_link, database, anna) for _ in range(5)]
    cancelling.result()

    said = {say(database, links.hash_of(each.result()), BORN) for each in making}
    assert said == {"InvitationClosed"}


@pytest.mark.parametrize(("hours", "said"), [(23, "in"), (25, "InvitationClosed")])
def test_a_link_works_until_a_day_after_the_appointment(
    database: Database, anna: Invited, hours: int, said: str
) -> None:
    ends = anna.appointment.starts_at + timedelta(minutes=anna.appointment.minutes)

    assert say(database, anna.secret_hash, BORN, ends + timedelta(hours=hours)) == said


def test_the_secret_of_a_link_is_not_kept(database: Database, anna: Invited, settings: Settings) -> None:
    with database.reading() as session:
        kept = session.scalars(select(Invitation)).one()

    assert anna.token not in str(vars(kept))
    assert len(anna.token) == 43
    assert links.link(settings, anna.token) == f"http://localhost:8000/i/{anna.token}"
