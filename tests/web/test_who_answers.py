"""Who answers: a small child is not alone, and private questions are for the patient to answer."""

from dataclasses import replace

import pytest

from intake.services.forms.draft import read, write
from intake.storage.models import IntakeStatus
from intake.summary import Summary
from tests.web.patients import invite, stored

PROXY = {
    "who_completing": "family",
    "proxy_relation": "Her son",
    "proxy_present": "yes",
    "proxy_agrees": "agreed",
}
HAND_OVER = "Please give the phone to the patient"
NOT_ALONE = "Not alone, and cannot answer freely?"


@pytest.fixture
def proxy(patient, clinic_database):
    """Anna's son, who has come to the private questions."""
    patient.answers = patient.answers.merged(PROXY)
    return patient.has_come_to(clinic_database, "u_saddle")


@pytest.mark.parametrize(("case", "asked"), [("V01", False), ("V16", False)])
def test_a_grown_patient_and_a_relative_are_not_asked_again(case, asked, clinic_database, client, clock):
    someone = invite(clinic_database, client, clock, case).comes_in().answers_page()

    assert (someone.path == "/form/look") == asked


def test_a_small_child_who_fills_in_alone_is_asked_about_once(patient, clinic_database, clock):
    child = invite_child(patient, clinic_database, clock)

    child.comes_in().sends({"who_completing": "self"}).carries_on()
    assert child.path == "/form/look"
    assert "Who is filling in this form?" in child.words
    child.opens(child.tree.xpath("//a[@class='button']/@href")[0])

    assert child.path == "/form/u_now"
    child.opens("/form/p_start").sends({"who_completing": "self"})
    assert child.path == "/form/u_now"


def test_the_answer_can_be_changed_and_then_nothing_is_asked(patient, clinic_database, clock):
    child = invite_child(patient, clinic_database, clock)

    child.comes_in().sends({"who_completing": "family"}).carries_on()

    assert child.path == "/form/p_proxy"


def invite_child(patient, database, clock):
    """The patient of the appointment is a child of five."""
    born = patient.born.replace(year=clock().year - 5, month=1)
    with database.writing() as session:
        session.merge(stored(database, patient)).appointment.patient.date_of_birth = born
        session.commit()
    patient.born = born
    return patient


def test_somebody_who_holds_the_phone_is_asked_to_hand_it_over_or_to_skip(proxy):
    assert HAND_OVER in proxy.words
    assert "Skip these questions" in proxy.words
    assert NOT_ALONE not in proxy.words


def test_what_is_skipped_is_unanswered_and_the_form_goes_on(proxy, clinic_database):
    proxy.sends({"rf_pee_leak": "no"}, press="skip")

    assert proxy.path not in ("/form/u_saddle", "/form/")
    assert proxy.status == 200
    answers = read(stored(clinic_database, proxy)).answers
    assert answers["rf_pee_leak"] == "no"
    assert "rf_saddle_numb" not in answers


def test_a_form_with_skipped_questions_is_sent_as_incomplete(proxy, clinic_database):
    proxy.sends(press="skip")
    proxy.walks()
    assert "They are sent as “not answered”." in proxy.words
    proxy.sends_it_all()

    intake = stored(clinic_database, proxy)
    record = Summary.from_json(intake.summary)
    assert proxy.path == "/form/received"
    assert "Some safety questions are not answered." in proxy.words
    assert intake.status is IntakeStatus.SENT
    assert intake.urgency is not None
    assert record.safety.incomplete
    assert not record.safety.complete
    # Safety: skipped is never a no.
    assert any("saddle" in words for words in record.safety.not_answered)
    assert "rf_saddle_numb" not in {said.id for said in record.answers}


def test_the_patient_alone_cannot_skip_what_must_be_answered(patient, clinic_database):
    patient.has_come_to(clinic_database, "u_saddle")
    assert HAND_OVER not in patient.words

    patient.sends(press="skip")

    assert patient.status == 422


def test_a_page_that_is_not_private_cannot_be_skipped(patient, clinic_database):
    patient.answers = patient.answers.merged(PROXY)
    patient.has_come_to(clinic_database, "u_nerves").sends(press="skip")

    assert patient.status == 422


def test_what_was_skipped_is_asked_when_the_patient_answers_after_all(proxy, clinic_database):
    proxy.sends(press="skip")
    with clinic_database.writing() as session:
        intake = session.merge(stored(clinic_database, proxy))
        draft = read(intake)
        write(intake, replace(draft, answers=draft.answers.merged({"who_completing": "self"})))
        session.commit()

    assert proxy.opens("/form/").path == "/form/u_saddle"


@pytest.mark.parametrize("page", ["u_saddle", "u_health"])
def test_private_pages_say_what_to_do_for_those_who_are_not_alone(page, patient, clinic_database):
    patient.has_come_to(clinic_database, page)

    assert f"{NOT_ALONE} You can tell us at your visit, or call 01632 960 001." in patient.words
