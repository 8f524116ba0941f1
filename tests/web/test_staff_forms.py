"""The forms of staff: whatever is typed is read or refused in words, and stands on the page again."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from intake.config import Settings
from intake.services.appointments.booking import Booking
from intake.text import free
from intake.web.reception.appointment_form import AppointmentForm
from intake.web.reception.call_page import ResultForm
from intake.web.staff_forms import LONGEST_LINE, LineField, PasswordField, StaffForm

ZONE = Settings.from_environment({}).zone
TODAY = date(2026, 11, 23)
DOB = ("dob_day", "dob_month", "dob_year")
ONE_BOX = ("name", "sex_at_birth", "number", "phone", "email", "needs", "day", "time", "with_whom")
ANNA = Booking(
    name="Anna Canary",
    date_of_birth=date(1962, 3, 27),
    sex_at_birth="female",
    phone="07700 900123",
    starts_at=datetime(2026, 11, 30, 9, 40, tzinfo=UTC),
)


class WithSecret(StaffForm):
    name = LineField("Name")
    password = PasswordField("Password")


def typed(**boxes: str) -> AppointmentForm:
    return AppointmentForm(MultiDict(boxes), zone=ZONE, today=TODAY)


@given(st.fixed_dictionaries({}, optional={box: st.text() for box in (*ONE_BOX, *DOB)}))
def test_whatever_is_typed_is_taken_or_refused_and_stands_in_its_box(boxes):
    form = typed(**boxes)

    assert (form.booking() is None) == bool(form.problems)
    for box in ONE_BOX:
        assert form[box].shown == boxes.get(box, "").strip()
    for box in DOB:
        assert form.dob.shown[box.removeprefix("dob_")] == boxes.get(box, "").strip()


@pytest.mark.parametrize("box", ["name", "number", "phone", "email", "needs", "with_whom", "once"])
def test_a_line_that_is_too_long_is_refused_and_shown_whole(box):
    form = typed(**{box: "7" * (LONGEST_LINE + 1)})

    assert form.booking() is None
    assert box in dict(form.problems)
    assert form[box].shown == "7" * (LONGEST_LINE + 1)


def test_every_mistake_is_said_at_once_and_leads_to_its_box():
    form = typed(email="anna", phone="none", sex_at_birth="robot", needs="x" * 301)

    assert form.booking() is None
    assert [box for box, _ in form.problems] == [
        "name",
        "dob_day",
        "sex_at_birth",
        "phone",
        "email",
        "needs",
        "day",
        "time",
    ]


def test_what_stands_is_what_is_saved_when_nothing_is_changed():
    stands = AppointmentForm.of(ANNA, zone=ZONE, today=TODAY)
    boxes = {box: stands[box].shown for box in ONE_BOX}
    boxes |= {f"dob_{part}": words for part, words in stands.dob.shown.items()}

    assert typed(**boxes).booking() == ANNA


@pytest.mark.parametrize("day", ["2026-11-22", "2029-01-01", ""])
def test_a_day_that_cannot_be_meant_is_refused_once(day):
    form = typed(name="Anna", dob_day="27", dob_month="3", dob_year="1962", day=day, time="09:40")

    assert form.booking() is None
    assert [box for box, _ in form.problems] == ["day"]


def test_the_hour_that_spring_leaves_out_is_refused():
    form = typed(name="Anna", dob_day="27", dob_month="3", dob_year="1962", day="2027-03-28", time="01:30")

    assert form.booking() is None
    assert form.problems == (("time", "The clocks go forward that night: there is no such time"),)


def test_a_password_is_read_as_it_is_and_never_shown_again():
    form = WithSecret(MultiDict({"name": " Rosa ", "password": " four words  apart "}))

    assert form.validate()
    assert (form.name.shown, form.name.data) == ("Rosa", "Rosa")
    assert (form.password.shown, form.password.data) == ("", " four words  apart ")


def test_the_boxes_that_somebody_else_filled_are_told_in_words():
    mine = typed(name="Anna Canary", sex_at_birth="male", dob_day="27", dob_month="3", dob_year="1963")
    theirs = AppointmentForm.of(ANNA, zone=ZONE, today=TODAY)

    assert mine.sex_at_birth.said == "Male"
    assert (mine.dob.said, theirs.dob.said) == ("27 3 1963", "27 3 1962")
    assert mine.name.said == theirs.name.said


@given(st.text(max_size=5000))
def test_a_note_stands_on_the_page_whole_however_long(note):
    form = ResultForm(MultiDict({"note": note, "outcome": "robot"}))

    assert form.note.shown == note
    assert form.result().outcome is None
    assert form.result().note == free.cleaned(note).strip()


def test_only_what_is_missing_is_asked_for():
    form = ResultForm(MultiDict({"note": "Phoned", "clinician_told": "1"}))

    form.ask_for(("outcome", "initials"))

    assert form.problems == (("outcome", "Choose what came of it"), ("initials", "Enter your initials"))
    assert form.clinician_told.data
    assert not ResultForm(MultiDict()).clinician_told.data
