"""Double bookings, closed days and times outside the opening hours are remarked, and never forbidden."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from intake.config import Settings
from intake.opening import Opening
from intake.services.appointments import booking
from intake.services.appointments.booking import Booking
from intake.services.appointments.diary import Diary, Slot, remarks_on
from tests.acting import acting, looking

AT = datetime(2026, 3, 12, 10, 30, tzinfo=UTC)
BORN = date(1991, 5, 4)


@pytest.fixture
def open_hours() -> Settings:
    return Settings.from_environment(
        {
            "BACKSTORY_OPENING": "Mon-Fri 08:00-12:00, 12:00-18:00",
            "BACKSTORY_CLINIC_HOURS": "Monday to Friday, 8 am to 6 pm",
            "BACKSTORY_CLOSED_ON": "2026-03-13",
        }
    )


@pytest.mark.parametrize(
    ("minutes_later", "who", "clashes"),
    [
        (0, "Dr Bello", True),
        (29, "BELLO (Dr)", True),
        (-19, "Dr Bello", True),
        (30, "Dr Bello", False),
        (-20, "Dr Bello", False),
        (0, "Dr Cairn", False),
        (0, "", False),
    ],
)
def test_one_clinician_with_two_at_one_time_is_remarked(database, minutes_later, who, clashes):
    _book(database, AT, minutes=30)
    slot = Slot(AT + timedelta(minutes=minutes_later), 20, who, "Bruno Finch", date(1950, 2, 1))

    said = _remarks(database, slot)

    assert said == (
        ("Dr Bello has another appointment at that time: Anna Canary, 10:30 to 11:00.",) if clashes else ()
    )


def test_one_patient_twice_a_day_is_remarked(database):
    _book(database, AT)
    again = Slot(AT + timedelta(hours=4), 20, "Dr Cairn", "CANARY, Anna", BORN)

    assert _remarks(database, again) == (
        "Anna Canary has another appointment that day, at 10:30 with Dr Bello.",
    )
    assert _remarks(database, Slot(AT + timedelta(days=1), 20, "", "Anna Canary", BORN)) == ()


def test_two_of_a_file_are_held_against_each_other(database):
    one = Slot(AT, 20, "Dr Bello", "Anna Canary", BORN)
    other = Slot(AT, 20, "Dr Bello", "Bruno Finch", date(1950, 2, 1))
    with looking(database) as op:
        diary = Diary(op, [one, other])
        diary.add(one)
        diary.add(other)

        assert [len(diary.remarks(each)) for each in (one, other)] == [1, 1]


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (AT, ()),
        (AT.replace(hour=11, minute=50), ()),
        (AT.replace(hour=17, minute=40), ()),
        (
            AT.replace(hour=17, minute=41),
            ("It is outside the opening hours: Monday to Friday, 8 am to 6 pm.",),
        ),
        (
            AT.replace(hour=7, minute=59),
            ("It is outside the opening hours: Monday to Friday, 8 am to 6 pm.",),
        ),
        (AT + timedelta(days=1), ("The clinic is closed that day.",)),
        (AT + timedelta(days=2), ("The clinic is closed that day.",)),
    ],
)
def test_times_when_the_clinic_is_shut_are_remarked(database, open_hours, at, said):
    assert _remarks(database, Slot(at, 20, "", "Anna Canary", BORN), open_hours) == said


def test_a_clinic_that_has_said_no_hours_hears_nothing_of_them(database):
    unsaid = replace(Settings.from_environment({}), opening=Opening(()))

    assert _remarks(database, Slot(AT.replace(hour=3), 20, "", "Anna Canary", BORN), unsaid) == ()


def test_what_is_over_or_cancelled_is_not_remarked(database, open_hours):
    _book(database, AT)
    made = _book(database, AT)
    with acting(database, settings=open_hours) as op:
        found = booking.find(op.session, made)
        assert len(remarks_on(op, found)) == 2
        booking.cancel(op, found)
        assert remarks_on(op, found) == ()
        op.commit()
    with looking(database, settings=open_hours, now=AT + timedelta(hours=1)) as op:
        assert remarks_on(op, booking.find(op.session, made)) == ()


def _book(database, at, minutes=20):
    with acting(database) as op:
        made = booking.make(
            op,
            Booking(name="Anna Canary", date_of_birth=BORN, starts_at=at, with_whom="Dr Bello"),
            minutes=minutes,
        )
        op.commit()
        return made.id


def _remarks(database, slot, settings=None):
    with looking(database, settings=settings) as op:
        return Diary(op, [slot]).remarks(slot)
