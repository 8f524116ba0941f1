"""My patients of a day: by urgency, with the reason in their own words, read or not."""

import json

import pytest
from sqlalchemy import select

from intake.questionnaire import PAGES
from intake.services.appointments import booking
from intake.services.forms import intakes
from intake.storage.models import Appointment, AuditEvent
from tests.acting import acting
from tests.web.conftest import PASSWORD

MINE, EVERYBODY = "/worklist/2026-11-23", "/worklist/2026-11-23?whose=everybody"


@pytest.fixture
def seen_by(clinic_database):
    """Let patients be booked with somebody."""

    def book(people, user, *vignettes, name=False):
        with clinic_database.writing() as session:
            for vignette in vignettes:
                appointment = session.get(Appointment, people[vignette].id)
                appointment.clinician_id = None if name else user.id
                appointment.with_whom = "  dr BELLO " if name else "Somebody else"
            session.commit()

    return book


def test_a_clinician_comes_to_their_own_patients_and_reception_to_the_day(stranger, clinician, reception):
    stranger.opens("/sign-in").presses("Sign in", email="clinician@clinic.example", password=PASSWORD)
    assert stranger.path == MINE

    stranger.opens("/sign-in").presses("Sign in", email="reception@clinic.example", password=PASSWORD)
    assert stranger.path == "/day/2026-11-23"


def test_mine_are_those_booked_with_me_or_under_my_name(clinician, come, seen_by):
    people = come("V05", "V02", "V12")
    seen_by(people, clinician.user, "V05")
    seen_by(people, clinician.user, "V02", name=True)

    mine = clinician.opens(MINE).words
    everybody = clinician.opens(EVERYBODY).words

    assert "Maureen" in mine
    assert "Oscar" in mine
    assert "Dorothy" not in mine
    assert all(name in everybody for name in ("Maureen", "Oscar", "Dorothy"))


def test_when_nobody_is_mine_the_page_says_so_and_leads_to_everybody(clinician, come):
    come("V05")

    clinician.opens(MINE)

    assert "None of this day’s patients are booked with you." in clinician.words
    assert 'href="/worklist/2026-11-23?whose=everybody"' in clinician.html


def test_the_most_urgent_come_first_and_then_the_earliest(clinician, come):
    people = come("V05", "V02", "V12", "V14", "V09", "V01")

    rows = clinician.opens(EVERYBODY).words_of("tr")[1:]

    appointed = {each.patient.name: each for each in people.values()}
    order = [next(each for name, each in appointed.items() if name in row) for row in rows]
    assert len(order) == 6
    keys = [(-(each.intake.urgency or 0), each.starts_at) for each in order]
    assert keys == sorted(keys)
    assert "Maureen" in rows[0]


def test_a_reason_is_the_patients_own_words_whole_behind_the_first_ones(
    clinician, come, clinic_database, settings, clock
):
    people = come("V15")
    long = "It began when I lifted the washing machine " * 5 + "and the last word is zebra"
    with acting(clinic_database, settings=settings, now=clock.now) as op:
        intake = intakes.find(op.session, people["V15"].intake.id)
        given = {"mc_main": long}
        intakes.save_page(op, intakes.taken_up(op, intake), PAGES["p_words"], given, version_token=None)
        op.commit()

    clinician.opens(EVERYBODY)

    (first_words,) = clinician.words_of("summary")
    assert first_words.endswith("…")
    assert long.startswith(first_words.removesuffix("…"))
    assert any(each.endswith("zebra") for each in clinician.words_of("blockquote"))


def test_flags_stand_in_words_with_their_urgency(clinician, come):
    come("V05")

    (row,) = clinician.opens(EVERYBODY).words_of("tr")[1:]

    assert "Emergency" in row
    assert "Chest pain now or within 12 h" in row
    assert "nobody has taken" in row
    assert "Unread" in row


def test_old_answers_say_so_and_unopened_forms_are_not_missing(clinician, come):
    come("V16", "V01")

    rows = clinician.opens(EVERYBODY).words_of("tr")[1:]

    assert "answered 9 days ago" in next(row for row in rows if "Finn" in row)
    assert "Not opened" in next(row for row in rows if "Iris" in row)


def test_a_cancelled_patient_stands_last(clinician, come, clinic_database, clock):
    people = come("V05", "V01")
    with acting(clinic_database, now=clock.now) as op:
        appointment = op.session.get(Appointment, people["V05"].id)
        booking.cancel(op, appointment)
        op.commit()

    rows = clinician.opens(EVERYBODY).words_of("tr")[1:]

    assert "Maureen" in rows[-1]
    assert "Cancelled" in rows[-1]


def test_other_days_and_no_day_at_all(clinician, come):
    come("V05")

    assert "Nobody has an appointment on this day." in clinician.opens("/worklist/2026-11-24").words
    assert clinician.opens("/worklist/yesterday").status == 404


def test_reading_the_list_is_recorded_with_who_and_how_many(clinician, come, clinic_database):
    come("V05", "V02")

    clinician.opens(EVERYBODY)

    with clinic_database.reading() as session:
        (event,) = session.scalars(select(AuditEvent).where(AuditEvent.action == "worklist:read")).all()
    assert event.actor == f"staff:{clinician.user.id}"
    assert json.loads(event.detail) == {"rows": 2}


def test_reception_reads_no_reasons(reception, come):
    come("V05")

    assert reception.opens(EVERYBODY).status == 403
    assert "My patients" not in reception.opens("/day/").words
