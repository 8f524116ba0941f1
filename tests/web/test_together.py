"""Fill in together, and a paper form that is copied: at the desk, in the browser of staff."""

from dataclasses import replace
from datetime import timedelta

import pytest

from intake.red_flags import Urgency
from intake.services import audit
from intake.services.staff import accounts
from intake.storage.models import IntakeStatus, Role, Route, User
from tests.acting import acting
from tests.strict import make_strict
from tests.web.patients import Patient, invite, stored


@pytest.fixture
def at_the_desk(patient, reception) -> Patient:
    """Anna's form, filled in by reception in the browser of the desk."""
    reception.opens(f"/appointments/{patient.appointment.id}").presses("Fill in together")
    patient.client, patient.page = reception.client, reception.page
    return patient


def test_reception_fills_in_with_the_patient_and_each_page_says_so(at_the_desk, clinic_database):
    assert at_the_desk.path == "/form/p_start"
    for _ in range(3):
        assert "You are filling this in for Anna Canary" in at_the_desk.words
        assert "Filled in together with Rosa Reception" in at_the_desk.words
        assert "Anna" not in at_the_desk.tree.findtext("head/title")
        assert 'data-quiet="600"' in at_the_desk.html
        at_the_desk.answers_page()

    kept = stored(clinic_database, at_the_desk)
    assert (kept.route, kept.status) == (Route.DESK, IntakeStatus.IN_PROGRESS)


def test_the_same_questions_must_be_answered_together(at_the_desk):
    at_the_desk.sends({})

    assert at_the_desk.status == 422
    assert "There is a problem" in at_the_desk.words


def test_the_form_is_handed_over_and_the_record_names_who_wrote(at_the_desk, clinic_database):
    at_the_desk.walks()
    at_the_desk.sends_it_all()

    assert at_the_desk.path == "/form/received"
    assert "Back to the desk" in at_the_desk.words
    assert "See my answers" not in at_the_desk.words
    assert (
        stored(clinic_database, at_the_desk)
        .summary["completed_by"]
        .endswith("Filled in together with Rosa Reception")
    )


def test_an_emergency_comes_as_a_box_for_staff_with_the_alert_raised(
    reception, clinic_database, client, clock
):
    patient = invite(clinic_database, client, clock, "V07")
    reception.opens(f"/appointments/{patient.appointment.id}").presses("Fill in together")
    patient.client, patient.page = reception.client, reception.page

    patient.is_told(Urgency.EMERGENCY)

    assert "Stay with the patient. Have a clinician fetched now." in patient.words
    assert "Read this out" in patient.words
    with clinic_database.reading() as session:
        alerts = session.get_one(type(patient.appointment), patient.appointment.id).intake.alerts
        assert alerts
    patient.sends({"choice": "continue"})
    reception.opens(f"/alerts/{patient.appointment.intake.id}")
    assert "Filled in together with staff." in reception.words
    assert "Whoever entered the answers pressed" in reception.words


@pytest.mark.parametrize(
    ("way", "words"),
    [
        ("Fill in together", "Read this out to the patient:"),
        ("Enter a paper form", "The patient is not here. Phone today, and read this out:"),
    ],
)
def test_what_is_for_today_comes_as_words_to_read_out(way, words, patient, reception, clinic_database):
    patient.has_come_to(clinic_database)
    reception.opens(f"/appointments/{patient.appointment.id}").presses(way)
    gives_the_date(reception, patient.born)
    at_the_desk = replace(patient, client=reception.client).opens("/form/u_now")

    at_the_desk.sends({"rf_cannot_stand": "yes"})

    assert at_the_desk.path == "/form/now"
    assert words in at_the_desk.words
    assert "The patient answered:" in at_the_desk.words


def test_back_at_the_desk_the_pages_are_closed_and_what_was_saved_is_kept(at_the_desk, reception):
    at_the_desk.answers_page()
    reception.page = at_the_desk.page

    reception.presses("Back to the desk")

    assert reception.path == f"/appointments/{at_the_desk.appointment.id}"
    assert reception.opens("/form/").path == "/start"


def test_signing_out_closes_the_patients_pages_too(at_the_desk, reception):
    reception.page = at_the_desk.page
    reception.client.post("/sign-out", data={"csrf_token": _csrf(reception)})

    assert reception.opens("/form/").path != "/form/p_start"


def test_what_was_typed_is_handed_back_when_the_desk_was_signed_out(at_the_desk, reception, clock):
    clock.wait(minutes=11)

    at_the_desk.sends({"who_completing": "self"})

    assert at_the_desk.status == 401
    assert "You are not filling in this form any more" in at_the_desk.words
    assert 'name="who_completing" value="self"' in at_the_desk.html


def test_a_page_left_open_for_one_patient_is_not_saved_for_the_next(
    at_the_desk, reception, clinic_database, client, clock
):
    other = invite(clinic_database, client, clock, name="Berta Other")
    left_open = at_the_desk.forms()[-1]
    reception.opens(f"/appointments/{other.appointment.id}").presses("Fill in together")

    answer = reception.client.post(left_open.action, data=left_open.fields)

    assert answer.status_code == 409
    assert stored(clinic_database, other).draft["answers"] == {}


def test_patient_and_reception_on_the_same_page_see_each_others_answer(patient, reception, clinic_database):
    patient.has_come_to(clinic_database, "u_health")
    reception.opens(f"/appointments/{patient.appointment.id}").presses("Fill in together")
    gives_the_date(reception, patient.born)
    at_the_desk = replace(patient, client=reception.client).opens("/form/u_health")
    at_the_desk.answers_page()

    patient.answers = {**patient.answers, "rf_fever": "not_sure"}
    patient.answers_page()

    assert patient.status == 409
    assert "This page was saved from another window" in patient.words
    assert stored(clinic_database, patient).draft["answers"]["rf_fever"] == "no"


@pytest.mark.parametrize("way", ["Fill in together", "Enter a paper form"])
def test_what_was_answered_is_not_shown_before_the_date_of_birth(way, patient, reception, clinic_database):
    patient.has_come_to(clinic_database)

    reception.opens(f"/appointments/{patient.appointment.id}").presses(way)

    assert "Ask for the date of birth" in reception.words
    assert f"{patient.born.year}" not in reception.words
    for page in ("/form/", "/form/check", "/form/u_health", "/form/received", "/form/look", "/form/now"):
        reception.opens(page)
        assert (reception.path, reception.status) == ("/start", 200), page


def test_the_wrong_date_of_birth_opens_nothing_and_tries_are_counted(
    patient, reception, clinic_database, clock
):
    patient.has_come_to(clinic_database)
    reception.opens(f"/appointments/{patient.appointment.id}").presses("Fill in together")

    for _ in range(5):
        gives_the_date(reception, patient.born + timedelta(days=1))
        assert reception.status == 403
        assert "This is not the date of birth we know." in reception.words
    gives_the_date(reception, patient.born)
    assert reception.status == 403
    assert reception.opens("/form/check").path == "/start"

    clock.wait(minutes=9)
    reception.opens("/day/")
    clock.wait(minutes=7)
    reception.opens(f"/appointments/{patient.appointment.id}").presses("Fill in together")
    assert gives_the_date(reception, patient.born).path.startswith("/form/")
    with clinic_database.reading() as session:
        wrong = audit.history(session, audit.Action.INTAKE_WRONG_DATE_AT_DESK)
        assert [each.actor for each in wrong] == [f"staff:{reception.user.id}"] * 6


@pytest.mark.parametrize("born", [("", "", ""), ("31", "2", "1990")])
def test_a_date_that_is_none_costs_no_try(born, patient, reception, clinic_database):
    patient.has_come_to(clinic_database)
    reception.opens(f"/appointments/{patient.appointment.id}").presses("Fill in together")

    for _ in range(6):
        reception.presses("Continue", **dict(zip(BOXES, born, strict=True)))
        assert reception.status == 422

    assert gives_the_date(reception, patient.born).path.startswith("/form/")


def test_whoever_fills_in_loses_the_pages_when_somebody_else_answers(
    at_the_desk, reception, clinic_database, app
):
    on_the_phone = replace(at_the_desk, client=make_strict(app)).comes_in()
    on_the_phone.answers_page()

    at_the_desk.opens("/form/check")
    assert at_the_desk.path == f"/appointments/{at_the_desk.appointment.id}"
    reception.opens(at_the_desk.path).presses("Fill in together")
    assert "Ask for the date of birth" in reception.words


def test_going_on_another_time_needs_the_date_of_birth_too(at_the_desk, reception):
    at_the_desk.answers_page()
    reception.page = at_the_desk.page
    reception.presses("Back to the desk")

    reception.presses("Fill in together")

    assert "Ask for the date of birth" in reception.words
    assert reception.opens("/form/").path == "/start"


def test_an_admin_does_not_fill_in_for_patients(patient, admin):
    assert admin.opens(f"/appointments/{patient.appointment.id}").status == 403

    assert admin.client.post(f"/appointments/{patient.appointment.id}/together").status_code in (400, 403)


def test_who_may_no_longer_fill_in_is_kept_out_at_once(at_the_desk, reception, clinic_database, clock):
    with acting(clinic_database, now=clock.now) as op:
        user = op.session.get_one(User, reception.user.id)
        accounts.change_role(op, user, Role.ADMIN)
        op.commit()

    assert at_the_desk.opens("/form/").path == "/sign-in"


def test_a_form_that_was_sent_meanwhile_says_so(patient, reception, clinic_database):
    reception.opens(f"/appointments/{patient.appointment.id}")
    patient.has_come_to(clinic_database).walks().sends_it_all()

    reception.presses("Fill in together")

    assert reception.status == 409
    assert "already sent" in reception.words


def test_paper_may_have_blanks_and_says_so_before_it_is_handed_over(patient, reception, clinic_database):
    reception.opens(f"/appointments/{patient.appointment.id}").presses("Enter a paper form")
    patient.client, patient.page = reception.client, reception.page
    patient.answers = {id: value for id, value in patient.answers.items() if id != "rf_saddle_numb"}

    patient.walks()

    assert "Safety questions left blank" in patient.words
    patient.sends_it_all()
    summary = stored(clinic_database, patient).summary
    assert summary["completed_by"].endswith("On paper, entered by Rosa Reception")
    assert len(summary["safety"]["not_answered"]) == 1


def test_a_blank_of_paper_stays_blank_when_an_answer_beside_it_is_corrected(
    patient, reception, clinician, clinic_database
):
    reception.opens(f"/appointments/{patient.appointment.id}").presses("Enter a paper form")
    patient.client, patient.page = reception.client, reception.page
    patient.answers = {id: value for id, value in patient.answers.items() if id != "rf_very_unwell"}
    patient.walks().sends_it_all()

    page = f"/intakes/{patient.appointment.intake.id}/correct/u_now"
    clinician.opens(page).presses("Save the correction", rf_need_today="yes", reason="Read it wrongly")

    assert clinician.status == 200
    kept = stored(clinic_database, patient).draft["answers"]
    assert kept["rf_need_today"] == "yes"
    assert "rf_very_unwell" not in kept


def test_each_opening_is_recorded_with_name_and_way(at_the_desk, reception, clinic_database):
    with clinic_database.reading() as session:
        (noted,) = audit.history(session, audit.Action.INTAKE_FILLED_IN_TOGETHER)

    assert noted.actor == f"staff:{reception.user.id}"
    assert "desk" in noted.detail.values()


BOXES = ("birth-day", "birth-month", "birth-year")


def gives_the_date(reception, born):
    """What the patient at the desk says."""
    parts = (str(born.day), str(born.month), str(born.year))
    return reception.presses("Continue", **dict(zip(BOXES, parts, strict=True)))


def _csrf(reception) -> str:
    return reception.html.split('name="csrf_token" value="')[1].split('"')[0]
