"""My patients of a day: by time, what cannot wait named on top, the reasons in their own words."""

import json
from datetime import timedelta

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


def test_they_stand_in_the_order_they_come_with_a_line_at_now(clinician, come, clock):
    people = come("V05", "V02", "V12", "V14", "V09", "V01")

    rows = clinician.opens(EVERYBODY).words_of("tr")[1:]

    by_time = sorted(people.values(), key=lambda each: each.starts_at)
    names = [each.patient.name if each.starts_at <= clock.now else None for each in by_time]
    past = len([name for name in names if name])
    order = [each.patient.name for each in by_time]
    order.insert(past, "Now, 09:30")
    assert 0 < past < 6
    assert [name in row for name, row in zip(order, rows, strict=True)] == [True] * 7


def test_another_day_has_no_line_at_now(clinician, come):
    come("V05")

    assert "Now, " not in clinician.opens("/worklist/2026-11-22?whose=everybody").words
    assert "Now, " in clinician.opens(EVERYBODY).words


def test_what_cannot_wait_and_is_unread_is_named_on_top_until_i_have_read_it(clinician, come):
    people = come("V05", "V02", "V09", "V14")

    (on_top,) = clinician.opens(EVERYBODY).words_of(".work__urgent")

    assert "2 urgent records that you have not read" in on_top
    names = [people[vignette].patient.name for vignette in ("V05", "V09")]
    assert on_top.index(names[0]) < on_top.index(names[1])
    assert people["V02"].patient.name not in on_top
    assert people["V14"].patient.name not in on_top
    for vignette in ("V05", "V09"):
        clinician.opens(f"/intakes/{people[vignette].intake.id}").presses("Mark as read")
    assert clinician.opens(EVERYBODY).words_of(".work__urgent") == []


def test_what_was_not_sent_yet_and_cannot_wait_is_named_too(clinician, come):
    come("V34")

    (on_top,) = clinician.opens(EVERYBODY).words_of(".work__urgent")

    assert "1 urgent record" in on_top
    assert "not sent yet" in on_top


def test_somebody_elses_urgent_patient_whom_nobody_has_read_is_counted(clinician, come):
    people = come("V05")

    (on_top,) = clinician.opens(MINE).words_of(".work__urgent")

    assert "1 urgent record of somebody else’s patients that nobody has read." in on_top
    assert people["V05"].patient.name not in on_top
    clinician.opens(f"/intakes/{people['V05'].intake.id}").presses("Mark as read")
    assert clinician.opens(MINE).words_of(".work__urgent") == []


def test_whoever_is_over_or_read_is_quiet_and_what_cannot_wait_is_not(clinician, come, clock):
    people = come("V05", "V02", "V12", "V14", "V09", "V01")
    for vignette in ("V09", "V14"):
        clinician.opens(f"/intakes/{people[vignette].intake.id}").presses("Mark as read")

    clinician.opens(EVERYBODY)

    quiet = " ".join(clinician.words_of(".is-quiet"))
    over = {
        name for name, each in people.items() if each.starts_at + timedelta(minutes=each.minutes) <= clock.now
    }
    # Nobody has taken on the alert of the one whose record I have read.
    expected = (over - {"V05", "V12", "V09"}) | {"V14"}
    assert {name for name, each in people.items() if each.patient.name in quiet} == expected
    assert over


def test_what_was_read_of_a_form_that_was_left_does_not_count_once_the_patient_goes_on(
    clinician, come, clinic_database, settings, clock
):
    """They left to get help, which hands over what there is, and came back: the edition is the same."""
    people = come("V06")
    address = f"/intakes/{people['V06'].intake.id}"
    clinician.opens(address).presses("Mark as read")
    assert clinician.opens(EVERYBODY).words_of(".work__urgent") == []

    with acting(clinic_database, settings=settings, now=clock.now) as op:
        intake = intakes.find(op.session, people["V06"].intake.id)
        given = {"mc_main": "It is worse"}
        intakes.save_page(op, intakes.taken_up(op, intake), PAGES["p_words"], given, version_token=None)
        op.commit()
    assert clinician.opens(EVERYBODY).words_of(".work__urgent")
    assert "Read by you" not in clinician.words


def test_from_a_record_one_goes_to_the_next_and_the_previous_of_the_list(clinician, come):
    people = come("V05", "V02", "V12", "V01")
    read = sorted((people[each] for each in ("V05", "V02", "V12")), key=lambda each: each.starts_at)
    addresses = [f"/intakes/{each.intake.id}" for each in read]

    for at, address in enumerate(addresses):
        clinician.opens(f"{address}?whose=everybody")
        steps = {step.get("rel"): step.get("href") for step in clinician.links("data-step")}
        before, after = ([None, *addresses][at], [*addresses, None][at + 1])
        wanted = {"prev": before, "next": after}
        assert steps == {rel: f"{to}?whose=everybody" for rel, to in wanted.items() if to}


def test_of_my_patients_the_next_is_mine(clinician, come, seen_by):
    people = come("V05", "V02", "V12")
    seen_by(people, clinician.user, "V05", "V12")

    clinician.opens(f"/intakes/{people['V05'].intake.id}")

    theirs = {step.get("href") for step in clinician.links("data-step")}
    assert theirs == {f"/intakes/{people['V12'].intake.id}"}


def test_no_other_patients_name_stands_on_a_record(clinician, come):
    """The patient may look at the screen as well."""
    people = come("V05", "V02", "V12")

    words = clinician.opens(f"/intakes/{people['V02'].intake.id}?whose=everybody").words

    assert people["V02"].patient.name in words
    assert not [each for each in ("V05", "V12") if people[each].patient.name in words]


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

    (row,) = [each for each in clinician.opens(EVERYBODY).words_of("tr") if "Maureen" in each]

    assert "Emergency" in row
    assert "Chest pain now or within 12 h" in row
    assert "nobody has taken" in row
    assert "Unread" in row


def test_old_answers_say_so_and_unopened_forms_are_not_missing(clinician, come):
    come("V16", "V01")

    rows = clinician.opens(EVERYBODY).words_of("tr")[1:]

    assert "answered 9 days ago" in next(row for row in rows if "Finn" in row)
    assert "Not opened" in next(row for row in rows if "Iris" in row)


def test_a_cancelled_patient_stands_in_time_and_quiet(clinician, come, clinic_database, clock):
    people = come("V05", "V01")
    with acting(clinic_database, now=clock.now) as op:
        appointment = op.session.get(Appointment, people["V05"].id)
        booking.cancel(op, appointment)
        op.commit()

    (row,) = [each for each in clinician.opens(EVERYBODY).words_of(".is-quiet") if "Maureen" in each]

    assert "Cancelled" in row
    assert clinician.words_of(".work__urgent") == []


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
