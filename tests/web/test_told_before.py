"""A returning patient, who is asked whether what they said last time is still right."""

from datetime import timedelta

import pytest

from intake.services import audit
from intake.services.audit import Action
from intake.services.forms.draft import Draft, read, write
from intake.storage.models import Patient as PatientRow
from tests.web.patients import Patient, invite, said_by, stored

OFFER = "Still right: fill it in for me"


@pytest.fixture
def returning(request, clinic_database, client, clock) -> Patient:
    """Anna, who sent a form before: high blood pressure and diabetes."""
    first = invite(clinic_database, client, clock)
    first.answers = said_by("V01", clock().date()).merged(
        {"pmh_heart_list": ("high_bp",), "pmh_other_list": ("diabetes",)}
    )
    first.has_come_to(clinic_database).opens("/form/check").sends_it_all()
    assert first.path == "/form/received"
    with clinic_database.reading() as session:
        known = session.get(PatientRow, first.appointment.patient_id)
    clock.now += getattr(request, "param", timedelta(days=90))
    again = invite(clinic_database, client, clock, patient=known)
    again.born = first.born
    return again.has_come_to(clinic_database, "h_lists")


@pytest.mark.parametrize("returning", [timedelta(days=90), timedelta(days=3 * 366)], indirect=True)
def test_what_was_told_last_time_is_shown_with_its_date(returning, clinic_database):
    assert "From your last form, 23 November 2026" in returning.words
    assert "High blood pressure" in returning.tree.xpath("string(//section[@aria-labelledby='before'])")
    # Nothing is ticked, and nothing is kept, before the patient says so.
    assert not returning.tree.xpath("//input[@checked]")
    assert "pmh_heart_list" not in read(stored(clinic_database, returning)).answers


def test_still_right_fills_it_in_and_only_saving_keeps_it(returning, clinic_database):
    returning.sends({"soc_smoking": "ex"}, press="told_before")

    ticked = returning.tree.xpath("//input[@checked]/@value")
    assert returning.status == 200
    assert set(ticked) == {"high_bp", "diabetes", "ex"}
    assert "pmh_heart_list" not in read(stored(clinic_database, returning)).answers

    returning.sends({"pmh_bone_list": "none"})
    answers = read(stored(clinic_database, returning)).answers
    assert answers["pmh_heart_list"] == ("high_bp",)
    assert answers["pmh_other_list"] == ("diabetes",)
    assert returning.path != "/form/h_lists"


def test_what_was_typed_this_time_stays(returning):
    returning.sends({"pmh_heart_list": "none"}, press="told_before")

    assert "high_bp" not in returning.tree.xpath("//input[@checked]/@value")
    assert "none" in returning.tree.xpath("//input[@name='pmh_heart_list'][@checked]/@value")


def test_enter_saves_the_page_and_fills_in_nothing(returning):
    first = returning.tree.xpath("//form[.//input[@name='seen']]//button")[0]

    assert "name" not in first.attrib


def test_it_is_recorded_that_earlier_facts_were_filled_in(returning, clinic_database):
    returning.sends(press="told_before")

    with clinic_database.reading() as session:
        (event,) = audit.history(session, Action.INTAKE_TOLD_BEFORE_FILLED_IN)
    assert event.detail["page"] == "h_lists"


def test_a_relative_with_the_phone_is_shown_nothing(returning, clinic_database):
    with clinic_database.writing() as session:
        intake = session.merge(stored(clinic_database, returning))
        draft = read(intake)
        proxy = {
            "who_completing": "family",
            "proxy_relation": "son",
            "proxy_present": "no",
            "proxy_agrees": "agreed",
        }
        write(intake, Draft(answers=draft.answers.merged(proxy), passed=draft.passed))
        session.commit()

    returning.opens("/form/h_lists")

    assert returning.path == "/form/h_lists"
    assert OFFER not in returning.words
    assert "High blood pressure" not in returning.tree.xpath("string(//dl)")


def test_a_new_patient_is_offered_nothing(patient, clinic_database):
    patient.has_come_to(clinic_database, "h_lists")

    assert OFFER not in patient.words
