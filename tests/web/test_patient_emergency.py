"""What cannot wait: shown at once, with the patient's own answers, never blocking, never forgotten."""

import pytest

from intake.questionnaire import QUESTIONS
from intake.questionnaire.journey import Journey
from intake.questionnaire.vignettes import VIGNETTES
from intake.red_flags import Urgency, screen
from intake.red_flags.advice import card_for
from intake.services import alerts
from intake.services.sheet import Choice, read
from intake.storage.models import IntakeStatus
from tests.web.patients import invite, stored

EMERGENCIES = [case.id for case in VIGNETTES if case.urgency == "EMERGENCY"]
# What the emergency number page of V07 is about, as the patient answered it.
RIPPING = "Did it feel like something ripping or tearing?"


@pytest.fixture
def patient(clinic_database, client, clock):
    """Someone with abrupt tearing pain, who has just said so."""
    return invite(clinic_database, client, clock, "V07").walks(to="/form/now")


def comes_back_to(path, database, client, clock):
    """An ordinary patient who has answered everything and opens this page again."""
    return invite(database, client, clock).has_come_to(database).opens(path)


def test_the_page_says_what_to_do_whom_to_call_and_why(patient):
    html = patient.html

    assert "Call 999 now" in patient.words
    assert 'href="tel:999"' in html
    assert "The emergency number in United Kingdom is 999" in patient.words
    assert "Nobody at Backstory demonstration clinic is reading this form right now" in patient.words
    assert f"{RIPPING} Yes" in patient.words
    assert "date of birth" not in patient.words
    assert "It is still not safe to wait" in patient.words


def test_staff_can_see_it_before_the_patient_has_chosen_anything(patient, clinic_database, settings):
    with clinic_database.reading() as session:
        rows = alerts.all_open(session, settings=settings)

    assert stored(clinic_database, patient).urgency == Urgency.EMERGENCY
    assert rows[0].urgency == Urgency.EMERGENCY


@pytest.mark.parametrize("case_id", EMERGENCIES)
def test_each_emergency_of_the_vignettes_comes_on_its_own_page(case_id, clinic_database, client, clock):
    patient = invite(clinic_database, client, clock, case_id)
    journey = Journey(patient.answers, clock().date())
    card, findings = card_for(screen(journey))

    patient.has_come_to(clinic_database).opens("/form/s_rest").answers_page()

    assert patient.path == "/form/now"
    assert card.urgency is Urgency.EMERGENCY
    for finding in findings:
        for question_id in finding.because:
            value = journey.facts.value(question_id)
            if question_id not in ("dob", "sex_at_birth") and value is not None:
                assert QUESTIONS[question_id].said(value).lower() in patient.words.lower()


def test_the_page_comes_before_any_other_until_it_is_answered(patient):
    for path in ("/form/", "/form/p_when", "/form/check", "/form/more", "/form/received"):
        assert patient.opens(path).path == "/form/now"


def test_carrying_on_keeps_the_number_on_every_later_page(patient, clinic_database):
    patient.sends({"choice": "continue"})

    assert patient.path.startswith("/form/")
    assert patient.path != "/form/now"
    assert "Your answers may need help now. Call 999 (United Kingdom)." in patient.words
    assert stored(clinic_database, patient).sheet["interrupts"][-1]["choice"] == "continue"
    assert patient.opens("/form/p_when").html.count('href="tel:999"') > 1
    assert "Call 999 now" in patient.opens("/form/now").words


def test_a_wrong_answer_can_be_put_right_and_the_page_is_gone(clinic_database, client, clock):
    patient = invite(clinic_database, client, clock).has_come_to(clinic_database, "u_now")
    patient.answers = patient.answers.merged({"rf_face_speech": "yes"})
    patient.answers_page().sends({"choice": "mistake"})

    assert patient.path == "/form/u_now"
    patient.sends({"rf_face_speech": "no"})

    assert patient.path == "/form/p_where"
    assert "Your answers may need help now" not in patient.words
    assert read(stored(clinic_database, patient)).withdrawn


def test_having_been_seen_asks_where_and_when(patient, clinic_database):
    patient.sends({"choice": "already_seen"})
    assert "Where and when were you seen for this?" in patient.words

    patient.sends({"where": "  "})
    assert patient.status == 422

    patient.sends({"where": "St Mary's, on Monday"})
    interrupt = read(stored(clinic_database, patient)).interrupts[-1]
    assert (interrupt.choice, interrupt.where) == (Choice.ALREADY_SEEN, "St Mary's, on Monday")
    assert patient.path != "/form/now"


def test_where_and_when_keeps_what_was_typed_when_it_is_too_long(patient):
    patient.sends({"choice": "already_seen"}).sends({"where": "far " * 100})

    assert patient.status == 422
    assert "far far far" in patient.html


def test_getting_help_ends_the_form_and_hands_over_what_there_is(patient, clinic_database):
    patient.sends({"choice": "getting_help"})

    intake = stored(clinic_database, patient)
    assert patient.path == "/form/leave"
    assert "Get help now. Your answers are saved." in patient.words
    assert intake.status is IntakeStatus.LEFT_URGENT
    assert intake.summary is not None


def test_an_emergency_is_said_again_when_the_patient_comes_back(patient):
    patient.sends({"choice": "getting_help"})

    assert patient.comes_in().path == "/form/now"


def test_an_emergency_is_said_again_at_sending(patient):
    patient.walks().sends(to="/form/send")

    assert patient.path == "/form/now"
    assert "I pressed the wrong answer" not in patient.words

    patient.sends({"choice": "continue"})
    assert patient.path == "/form/received"
    assert "Call 999 now" in patient.words


def test_a_choice_that_is_none_changes_nothing(patient, clinic_database):
    patient.sends({"choice": "ignore"})

    assert patient.path == "/form/now"
    assert read(stored(clinic_database, patient)).interrupts[-1].choice is None


def test_nothing_to_say_leads_back_to_the_form(clinic_database, client, clock):
    patient = invite(clinic_database, client, clock).has_come_to(clinic_database, "p_when")

    assert patient.opens("/form/now").path == "/form/p_when"
    assert patient.opens("/form/look").path == "/form/p_when"


def test_saving_for_later_shows_the_emergency_first(clinic_database, client, clock):
    patient = invite(clinic_database, client, clock, "V07").has_come_to(clinic_database, "p_when")
    for _ in range(20):
        patient.answers_page()
        if patient.path == "/form/now":
            break
        if patient.path == "/form/look":
            patient.opens("/form/")

    assert patient.path == "/form/now"


SAME_DAY = next(
    case
    for case in VIGNETTES
    if case.urgency == "SAME_DAY" and not any(rule.startswith("R-PRG") for rule in case.fires)
)


@pytest.mark.parametrize("door", ["received", "leave"])
def test_same_day_advice_comes_at_sending_or_at_leaving_with_the_clinic_open(
    door, clinic_database, client, clock
):
    patient = invite(clinic_database, client, clock, SAME_DAY).has_come_to(clinic_database)
    patient.opens("/form/check")
    patient.sends_it_all() if door == "received" else patient.sends(to="/form/leave")

    assert patient.path == f"/form/{door}"
    assert "The clinic should speak to you today" in patient.words
    assert "We will phone you today" in patient.words
    assert "You told us:" in patient.words


def test_same_day_advice_never_promises_a_call_when_the_clinic_is_closed(clinic_database, client, clock):
    clock.wait(hours=11)
    patient = invite(clinic_database, client, clock, SAME_DAY).has_come_to(clinic_database)

    patient.opens("/form/check").sends_it_all()

    assert "We are closed. Please contact NHS 111 today." in patient.words
    assert "We will phone you today" not in patient.words


def test_a_link_opened_again_after_sending_gives_the_advice_without_the_answers(
    clinic_database, client, clock
):
    patient = invite(clinic_database, client, clock, SAME_DAY).has_come_to(clinic_database)
    patient.opens("/form/check").sends_it_all().comes_in()

    assert "The clinic should speak to you today" in patient.words
    assert "You told us:" not in patient.words


def test_everybody_is_told_what_to_do_if_it_gets_worse(clinic_database, client, clock):
    patient = invite(clinic_database, client, clock).has_come_to(clinic_database)

    patient.opens("/form/check").sends_it_all()

    assert "Nobody watches this form live." in patient.words
    assert "Call 999 if you get chest pain" in patient.words
    assert "call 116 123" in patient.words


def test_words_that_do_not_fit_a_no_are_asked_about_once(clinic_database, client, clock):
    patient = comes_back_to("/form/p_when?via=check", clinic_database, client, clock)
    patient.sends({"mc_main": "I cannot pee since Monday"})

    assert patient.path == "/form/look"
    assert "You wrote “cannot pee”. Please check your answer to:" in patient.words
    assert 'href="/form/u_saddle?via=look' in patient.html
    assert patient.opens("/form/check").path == "/form/check"

    patient.opens("/form/p_when?via=check").sends({"mc_main": "I cannot pee since Tuesday"})
    assert patient.path == "/form/check"


def test_a_mark_between_the_legs_beside_no_numbness_is_asked_about(clinic_database, client, clock):
    patient = comes_back_to("/form/p_where?via=check", clinic_database, client, clock)
    patient.sends({"sites": ["b_saddle"]})

    assert patient.path == "/form/look"
    assert "You marked “around the back passage” on the picture" in patient.words


def test_words_of_self_harm_show_someone_to_talk_to(clinic_database, client, clock):
    patient = comes_back_to("/form/v_visit?via=check", clinic_database, client, clock)
    patient.sends({"ice_concern": "Some days I want to end my life"})

    assert patient.path == "/form/look"
    assert "Please talk to someone now" in patient.words
    assert 'href="tel:116123"' in patient.html


def test_saving_for_later_does_not_pass_by_what_the_words_call_for(clinic_database, client, clock):
    patient = comes_back_to("/form/v_visit", clinic_database, client, clock)
    patient.sends({"ice_concern": "Some days I want to end my life"}, press="leave")

    assert patient.path == "/form/look"
    assert 'href="tel:116123"' in patient.html
    assert 'class="go" href="/form/leave"' in patient.html
    assert patient.opens("/form/leave").path == "/form/leave"


@pytest.mark.parametrize(
    ("choice", "path"),
    [("mistake", "/form/u_now"), ("continue", "/form/leave"), ("getting_help", "/form/leave")],
)
def test_saving_for_later_with_an_emergency_leads_where_the_patient_chose(
    choice, path, clinic_database, client, clock
):
    patient = invite(clinic_database, client, clock).has_come_to(clinic_database, "u_now")
    patient.sends({"rf_face_speech": "yes"}, press="leave")
    assert patient.path == "/form/now"

    assert patient.sends({"choice": choice}).path == path


def test_what_the_patient_wrote_is_shown_as_text_and_not_as_a_page(clinic_database, client, clock):
    patient = comes_back_to("/form/p_when?via=check", clinic_database, client, clock)
    patient.sends({"mc_main": "<b>{clinic_phone}</b> can't  pee"})

    assert "can't pee" in patient.words.replace("’", "'")
    assert "<b>{clinic_phone}" not in patient.opens("/form/check").html
    assert "{clinic_phone}" in patient.words


def test_a_clinic_that_only_writes_down_never_interrupts(tmp_path, clock, clinic_database, settings):
    from dataclasses import replace

    from intake.app import create_app
    from intake.config import Profile
    from tests.strict import make_strict

    app = create_app(replace(settings, profile=Profile.TRANSCRIBE), clinic_database, clock=clock)
    patient = invite(clinic_database, make_strict(app), clock, "V07").has_come_to(clinic_database)

    patient.opens("/form/check").sends_it_all()

    assert patient.path == "/form/received"
    assert "Call 999 now" not in patient.words
