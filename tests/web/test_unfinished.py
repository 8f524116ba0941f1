""" "I cannot go on: send what I have", from the page after where and when on."""

import pytest

from intake.services.forms.draft import read
from intake.storage.models import IntakeStatus
from intake.summary import Summary
from tests.web.patients import invite, stored

OFFER = "I cannot go on: send what I have"


@pytest.fixture
def tired(patient, clinic_database):
    """Anna, who has come to the page about her health and no further."""
    return patient.has_come_to(clinic_database, "u_health")


def hands_over(patient):
    """Press the button of the page, and then that of the page which says what will happen."""
    patient.sends(press="unfinished")
    assert patient.path == "/form/unfinished"
    return patient.sends()


def test_it_is_offered_on_each_page_after_where_and_when_and_on_none_before(patient, clinic_database):
    patient.comes_in()
    offered = {}
    while patient.path != "/form/check":
        offered[patient.path.rpartition("/")[2]] = OFFER in patient.words
        patient._steps_on()

    pages = list(offered)
    first = pages.index("p_when") + 1
    assert not any(offered[page] for page in pages[:first])
    assert all(offered[page] for page in pages[first:])


def test_the_page_before_says_what_happens_and_sends_nothing(tired, clinic_database):
    tired.sends(press="unfinished")

    assert tired.path == "/form/unfinished"
    assert tired.heading == "You can stop here"
    assert "It is never taken for a “no”." in tired.words
    assert stored(clinic_database, tired).status is IntakeStatus.IN_PROGRESS
    assert tired.opens("/form/").path == "/form/u_health"


def test_what_stands_on_the_page_is_saved_first(tired, clinic_database):
    tired.sends({"pmh_cancer": "no", "rf_fever": "not_sure"}, press="unfinished")
    tired.sends()

    answers = read(stored(clinic_database, tired)).answers
    assert (answers["rf_fever"], answers["pmh_cancer"]) == ("not_sure", "no")
    assert "med_blood_thinner" not in answers


def test_the_clinic_has_what_was_answered_and_the_patient_is_told_what_not_to_wait_for(
    tired, clinic_database
):
    hands_over(tired)

    intake = stored(clinic_database, tired)
    assert tired.path == "/form/handed-over"
    assert tired.heading == "The clinic has what you answered"
    assert "Some safety questions are not answered." in tired.words
    assert "numbness between your legs" in tired.words
    assert intake.status is IntakeStatus.UNFINISHED
    assert Summary.from_json(intake.summary).could_not_go_on


def test_an_emergency_on_the_same_page_is_said_first(patient, clinic_database):
    patient.has_come_to(clinic_database, "u_health").opens("/form/u_now")
    patient.opens("/form/u_chest").sends(
        {"rf_chest_pain": "yes", "rf_sweaty": "yes", "rf_breathless": "yes"}, press="unfinished"
    )

    assert patient.path == "/form/now"
    patient.carries_on()
    assert patient.path == "/form/unfinished"


def test_before_where_and_when_nothing_can_be_handed_over(patient, clinic_database):
    patient.has_come_to(clinic_database, "p_when").sends({"on_when": ""}, press="unfinished")

    assert patient.path == "/form/p_when"
    token = patient.forms()[0].fields["csrf_token"]
    patient.client.post("/form/unfinished", data={"csrf_token": token})
    assert stored(clinic_database, patient).status is not IntakeStatus.UNFINISHED


def test_the_form_can_be_finished_and_sent_with_the_same_link(tired, clinic_database):
    hands_over(tired)

    tired.comes_in()
    tired.walks().sends_it_all()

    assert tired.path == "/form/received"
    assert stored(clinic_database, tired).status is IntakeStatus.SENT


def test_a_page_of_somebody_else_hands_over_nothing(tired, clinic_database, client, clock):
    tired.sends(press="unfinished")
    page = tired.page
    other = invite(clinic_database, client, clock, "V02").has_come_to(clinic_database, "u_health")
    other.page = page
    other.sends()

    assert other.status == 409
    assert stored(clinic_database, tired).status is IntakeStatus.IN_PROGRESS
    assert stored(clinic_database, other).status is IntakeStatus.IN_PROGRESS


def test_reception_sees_that_it_is_incomplete_and_no_answer(tired, reception):
    hands_over(tired)

    reception.opens("/day/2026-11-23")

    assert "Incomplete: could not go on" in reception.words
    assert "1 incomplete: could not go on" in reception.words
    assert "shoulder blade" not in reception.words


def test_the_clinician_reads_how_much_is_open(tired, clinician):
    hands_over(tired)

    clinician.opens("/worklist/2026-11-23?whose=everybody")
    assert "Incomplete: could not go on" in clinician.words
    assert "Unread" in clinician.words

    clinician.opens(f"/intakes/{tired.appointment.intake.id}")
    assert "The patient could not go on and handed over what they had." in clinician.words
    assert "What is open is not a “no”: ask it." in clinician.words
    assert "INCOMPLETE: " in clinician.words
