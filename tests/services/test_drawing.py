"""Short random values that have to be unique, with an alphabet of two: they collide for certain."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from intake.services import audit
from intake.services.appointments import booking
from intake.services.appointments.booking import Booking
from intake.services.drawing import NothingLeft, write_drawn
from intake.services.invitations import links
from intake.storage.models import Appointment, Invitation
from intake.text import code
from tests.acting import acting
from tests.services.conftest import BORN, NOW


@pytest.fixture(autouse=True)
def alphabet_of_two(monkeypatch):
    monkeypatch.setattr(code, "LETTERS", "AB")


def book(op, settings, number):
    starts_at = datetime(2026, 3, 12, 10, 30, tzinfo=UTC) + timedelta(minutes=number)
    return booking.make(op, Booking(name=f"Anna {number}", date_of_birth=BORN, starts_at=starts_at))


def test_no_booking_fails_on_a_reference_that_another_has(database, settings):
    with acting(database, settings=settings) as op:
        made = [book(op, settings, number) for number in range(60)]
        assert len({each.reference for each in made}) == 60
        op.commit()

    with database.reading() as session:
        assert len(session.scalars(select(Appointment)).all()) == 60
        assert list(audit.verify(session)) == []


def test_when_every_reference_is_taken_it_says_so(database, settings):
    with acting(database, settings=settings) as op:
        for number in range(64):
            book(op, settings, number)
        with pytest.raises(NothingLeft):
            book(op, settings, 64)
        op.rollback()


def test_no_link_fails_on_a_code_that_another_has(database, settings, monkeypatch):
    monkeypatch.setattr(links, "CODE_LETTERS", 4)
    with acting(database, settings=settings) as op:
        for number in range(14):
            links.invite(op, book(op, settings, number))
        op.commit()

    with database.reading() as session:
        codes = [each.code for each in session.scalars(select(Invitation))]
    assert len(set(codes)) == len(codes) == 14


def test_a_value_that_was_taken_since_it_was_looked_for_is_drawn_again(database, settings):
    """As when two draw the same at once: the savepoint is gone back to, and nothing else is lost."""
    with acting(database, settings=settings, now=NOW) as op:
        first, second = book(op, settings, 1), book(op, settings, 2)
        second.with_whom = "Dr Okafor"
        drawn = iter(["FREE23", "FREE24"])

        def write(reference):
            second.reference = first.reference if reference == "FREE23" else reference
            return second

        # Looked for "FREE23", which nobody has, and written what somebody took meanwhile.
        monkey = iter([False, True, False])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("intake.services.drawing._is_taken", lambda *_: next(monkey))
            write_drawn(op.session, Appointment.reference, lambda: next(drawn), write)
        op.commit()

    with database.reading() as session:
        kept = session.get_one(Appointment, second.id)
        assert (kept.reference, kept.with_whom) == ("FREE24", "Dr Okafor")
        assert list(audit.verify(session)) == []
