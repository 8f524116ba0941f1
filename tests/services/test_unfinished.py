"""Somebody who cannot go on hands over what there is; the rest is unanswered and can be answered later."""

import pytest
from sqlalchemy import select

from intake.config import Settings
from intake.documents.text import render
from intake.red_flags import Urgency
from intake.services import audit
from intake.services.appointments import day_list
from intake.services.audit import Action
from intake.services.forms import worklist
from intake.services.forms.intakes import AlreadySent, NotComplete
from intake.storage import Database
from intake.storage.models import Alert, Document, IntakeStatus, User
from intake.summary import Summary
from tests.acting import looking
from tests.services.conftest import NOW, Invited
from tests.services.filling_in import Patient, benign, urgent


@pytest.fixture
def patient(database: Database, settings: Settings, anna: Invited) -> Patient:
    return Patient(database, settings, anna)


def record_of(patient: Patient) -> Summary:
    return Summary.from_json(patient.intake().summary or {})


def test_what_was_answered_is_handed_over_and_the_rest_is_not_answered(patient: Patient) -> None:
    patient.fills_in(benign(), until="u_health")

    patient.cannot_go_on()

    record = record_of(patient)
    assert patient.intake().status is IntakeStatus.UNFINISHED
    assert record.could_not_go_on
    assert record.sent_at is None
    assert record.safety.incomplete
    assert 0 < record.safety.answered < record.safety.asked
    assert {said.value for said in record.answers if said.id == "rf_chest_pain"} == {"no"}
    # Safety: what was never asked is neither an answer nor denied.
    assert "rf_fever" not in {said.id for said in record.answers}
    assert any("fever" in words for words in record.safety.not_answered)
    denied = [words for group in record.safety.groups for words in (*group.negatives, *group.together)]
    assert not any("fever" in words for words in denied)


def test_the_note_says_that_they_could_not_go_on_and_how_much_is_open(patient: Patient) -> None:
    patient.fills_in(benign(), until="u_health")
    patient.cannot_go_on()

    written = " ".join(render(record_of(patient)).decode().split())

    assert "HANDED OVER UNFINISHED" in written
    assert "the patient could not go on" in written
    assert "INCOMPLETE: " in written
    assert "NOT SENT" not in written


def test_rules_run_over_what_there_is_and_somebody_is_told(patient: Patient) -> None:
    patient.fills_in(urgent(), until="u_health")

    screening = patient.cannot_go_on()

    assert screening.urgency is Urgency.EMERGENCY
    assert patient.intake().urgency is Urgency.EMERGENCY
    with patient.database.reading() as session:
        assert session.scalars(select(Alert)).all()
        assert session.scalars(select(Document)).all()


def test_a_form_without_a_finding_is_looked_at_first_because_it_is_incomplete(patient: Patient) -> None:
    patient.fills_in(benign(), until="u_health")

    patient.cannot_go_on()

    assert patient.intake().urgency is Urgency.PRIORITY


def test_before_where_and_when_there_is_nothing_to_hand_over(patient: Patient) -> None:
    patient.fills_in(benign(), until="p_when")

    with pytest.raises(NotComplete):
        patient.cannot_go_on()

    assert patient.intake().summary is None


def test_a_form_that_was_sent_is_not_handed_over_as_unfinished(patient: Patient) -> None:
    patient.has_filled_in(benign())
    patient.sends()

    with pytest.raises(AlreadySent):
        patient.cannot_go_on()


def test_it_can_be_finished_later_and_is_then_sent(patient: Patient) -> None:
    patient.fills_in(benign(), until="u_health")
    patient.cannot_go_on()

    patient.saves("u_health", {"rf_fever": "yes"})
    under_way = record_of(patient)
    patient.has_filled_in(benign())
    patient.sends()

    assert "rf_fever" in {said.id for said in under_way.answers}
    assert patient.intake().status is IntakeStatus.SENT
    assert not patient.summary().could_not_go_on
    assert not patient.summary().safety.incomplete


def test_reception_and_clinician_see_that_it_is_incomplete(patient: Patient, clinician: User) -> None:
    patient.fills_in(benign(), until="u_health")
    patient.cannot_go_on()

    with looking(patient.database, clinician, settings=patient.settings, now=NOW) as op:
        (row,) = day_list.day_list(op, op.settings.today(patient.intake().appointment.starts_at))
        (mine,) = worklist.of_day(op, op.settings.today(patient.intake().appointment.starts_at))

    assert row.form.state is mine.form.state is IntakeStatus.UNFINISHED
    assert mine.handed_over


def test_it_is_recorded_without_a_word_of_the_answers(patient: Patient) -> None:
    patient.fills_in(benign(), until="u_health")
    patient.cannot_go_on()

    with patient.database.reading() as session:
        (event,) = audit.history(session, Action.INTAKE_HANDED_OVER_UNFINISHED)

    assert set(event.detail) == {"percent"}


def test_while_safety_questions_are_asked_again_the_record_before_stays(patient: Patient) -> None:
    patient.has_filled_in(benign())
    patient.sends()
    patient.is_asked_again()
    patient.opens()

    with pytest.raises(NotComplete):
        patient.cannot_go_on()

    assert not patient.summary().safety.incomplete
