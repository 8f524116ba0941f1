"""Arrived, in the room, left: one press each, with its time, and the last one can be taken back."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from intake.services import audit
from intake.services.appointments.progress import Progress
from intake.services.audit import Action
from intake.storage.models import Appointment, Role
from tests.web.conftest import signed_in

TODAY = "/day/2026-11-23"


@pytest.fixture
def joan(come):
    """A made-up patient of today who has sent the form."""
    return come("V01")["V01"]


def times(clinic_database, appointment):
    with clinic_database.reading() as session:
        found = session.get_one(Appointment, appointment.id)
        return [f"{at:%H:%M}" if at else "" for at in (found.arrived_at, found.in_room_at, found.left_at)]


def test_one_press_each_and_the_list_shows_who_waits(reception, joan, clinic_database, clock):
    name = joan.patient.name

    reception.opens(TODAY).presses(f"Arrived {name}")
    assert reception.path == TODAY
    assert "Waiting 09:30" in reception.words
    assert "1 waiting." in reception.words
    assert reception.words_of("button").count(f"Arrived {name}") == 0

    clock.wait(minutes=5)
    reception.presses(f"In room {name}")
    assert "In the room 09:35" in reception.words
    clock.wait(minutes=6)
    reception.presses(f"Left {name}")
    assert "Left 09:41" in reception.words
    assert times(clinic_database, joan) == ["09:30", "09:35", "09:41"]


def test_the_last_step_is_taken_back_and_the_record_says_so(reception, joan, clinic_database):
    name = joan.patient.name
    reception.opens(TODAY).presses(f"Arrived {name}")
    reception.presses(f"In room {name}")

    reception.presses(f"Undo In room {name}")

    assert "Waiting 09:30" in reception.words
    reception.presses(f"Undo Arrived {name}")
    assert times(clinic_database, joan) == ["", "", ""]
    noted = (Action.APPOINTMENT_ARRIVED, Action.APPOINTMENT_IN_ROOM, Action.APPOINTMENT_STEP_TAKEN_BACK)
    with clinic_database.reading() as session:
        done = [(each.action, each.detail.get("step")) for each in audit.history(session, *noted)]
    assert done == [
        ("appointment:arrived", None),
        ("appointment:in_room", None),
        ("appointment:step_taken_back", "in_room"),
        ("appointment:step_taken_back", "arrived"),
    ]


def test_the_time_of_two_who_press_is_that_of_the_first(reception, clinician, joan, clinic_database, clock):
    name = joan.patient.name
    reception.opens(TODAY)
    clinician.opens(TODAY)

    reception.presses(f"Arrived {name}")
    clock.wait(minutes=5)
    clinician.presses(f"Arrived {name}")

    assert times(clinic_database, joan) == ["09:30", "", ""]


def test_the_clinician_sees_who_is_waiting(reception, clinician, joan):
    reception.opens(TODAY).presses(f"Arrived {joan.patient.name}")

    clinician.opens("/worklist/2026-11-23?whose=everybody")

    assert "Waiting 09:30" in clinician.words
    assert "1 waiting." in clinician.words


def test_nobody_waits_for_an_appointment_that_was_cancelled(reception, joan, clinic_database):
    name = joan.patient.name
    reception.opens(TODAY).presses(f"Arrived {name}")
    reception.opens(f"/appointments/{joan.id}").presses("Yes, cancel it")

    reception.opens(TODAY)

    assert "Waiting" not in reception.words
    assert "1 cancelled." in reception.words
    assert not reception.offers(f"In room {name}")


def test_whoever_is_moved_to_another_day_has_not_come_for_it(reception, joan, clinic_database):
    reception.opens(TODAY).presses(f"Arrived {joan.patient.name}")

    reception.opens(f"/appointments/{joan.id}/change").presses("Save the change", day="2026-11-25")

    assert times(clinic_database, joan) == ["", "", ""]
    assert not reception.opens("/day/2026-11-25").offers(f"Arrived {joan.patient.name}")


def test_the_way_back_keeps_what_was_shown(reception, joan):
    show = Progress.of(joan).standing.value

    reception.opens(f"{TODAY}?show={show}").presses(f"Arrived {joan.patient.name}")

    assert reception.page.request.query_string.decode() == f"show={show}"
    assert joan.patient.name in reception.words


def test_a_visit_goes_on_after_midnight_and_a_list_left_open_until_the_morning_notes_nothing(
    app, joan, clinic_database, clock
):
    name = joan.patient.name
    clock.now = datetime(2026, 11, 23, 23, 50, tzinfo=UTC)
    reception = signed_in(app, clinic_database, clock, "Nina Night", Role.RECEPTION, "nina")
    reception.opens(TODAY).presses(f"Arrived {name}")
    clock.wait(minutes=5)
    reception.opens(TODAY).presses(f"In room {name}")
    clock.wait(minutes=6)

    reception.opens(TODAY).presses(f"Left {name}")
    assert times(clinic_database, joan) == ["23:50", "23:55", "00:01"]
    reception.presses(f"Undo Left {name}")
    assert times(clinic_database, joan) == ["23:50", "23:55", ""]

    clock.now = datetime(2026, 11, 24, 11, 50, tzinfo=UTC)
    reception = signed_in(app, clinic_database, clock, "Rosa Reception", Role.RECEPTION)
    left_open = replace(reception.opens(TODAY))
    clock.wait(minutes=6)
    assert not reception.opens(TODAY).offers(f"Left {name}")
    assert left_open.presses(f"Left {name}").status == 409
    assert times(clinic_database, joan) == ["23:50", "23:55", ""]


def test_of_two_who_press_at_once_neither_takes_the_step_of_the_other_back(
    reception, clinician, joan, clinic_database
):
    name = joan.patient.name
    for somebody in (reception, clinician):
        somebody.opens(TODAY)
    reception.presses(f"Arrived {name}")
    seen_waiting = replace(reception)
    clinician.presses(f"Arrived {name}").presses(f"In room {name}")

    seen_waiting.presses(f"Undo Arrived {name}")

    assert times(clinic_database, joan) == ["09:30", "09:30", ""]
    assert "In the room" in seen_waiting.words
