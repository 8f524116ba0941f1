"""From the link to the receipt, as every made-up patient."""

import pytest

from intake.questionnaire import QUESTIONS
from intake.questionnaire.journey import Journey
from intake.questionnaire.vignettes import VIGNETTES
from intake.red_flags import screen
from intake.services.sheet import read
from intake.storage.models import IntakeStatus
from tests.web.patients import invite, stored


@pytest.mark.parametrize("case", VIGNETTES, ids=lambda case: case.id)
def test_every_vignette_walks_from_link_to_receipt(case, clinic_database, app, clock):
    patient = invite(clinic_database, app.test_client(), clock, case)

    patient.walks().sends_it_all()

    intake = stored(clinic_database, patient)
    journey = Journey(patient.answers, clock().date())
    answered = {**read(intake).known, **read(intake).answers}
    assert patient.path == "/form/received"
    assert intake.receipt in patient.words
    assert intake.status is IntakeStatus.SENT
    assert {step.page.id for step in journey.steps} == read(intake).passed
    for question_id in journey.counting:
        if any(question_id in (q.id for q in step.asked) for step in journey.steps):
            assert answered[question_id] == journey.counting[question_id]
    urgency = screen(journey).urgency
    assert (
        (intake.urgency.name if intake.urgency else None)
        == (urgency.name if urgency else None)
        == case.urgency
    )


def test_the_check_page_says_every_answer_in_words_and_safety_first(patient):
    patient.walks()

    journey = Journey(patient.answers, patient.appointment.starts_at.date())
    for question_id, value in journey.counting.items():
        question = QUESTIONS[question_id]
        if any(question in step.asked for step in journey.steps):
            assert question.said(value).lower()[:60] in patient.words.lower()
    first_safety, first_other = (
        patient.words.index("Do you feel very ill"),
        patient.words.index("Who is filling"),
    )
    assert first_safety < first_other
