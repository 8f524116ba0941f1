"""From the link to the receipt, as made-up patients who together see every page and every card.

The others walk the same way in the tests of the services, without a browser.
"""

from functools import cache

import pytest

from intake.i18n import fill
from intake.questionnaire import PAGES, QUESTIONS
from intake.questionnaire.criteria import Feature
from intake.questionnaire.journey import Journey
from intake.red_flags import Urgency, screen
from intake.red_flags.advice import CARDS, CLOSE, card_for
from intake.services.forms.draft import read
from intake.storage.models import IntakeStatus
from tests.conftest import MORNING
from tests.web.patients import CASES, invite, said_by, stored

# Asked only where the clinic has somebody to answer for it, and shown for words: tests of their own.
ELSEWHERE = {"u_self_harm", "adv_crisis_now", "adv_poison_now"}


@cache
def met_by(case_id):
    """The pages this patient walks, the card they are shown, and how urgent it is."""
    journey = Journey(said_by(case_id, MORNING.date()), MORNING.date())
    told = card_for(screen(journey))
    pages = {step.page.id for step in journey.steps}
    urgency = CASES[case_id].urgency
    return frozenset(pages | {told[0].id if told else "no card", urgency or "nothing fires"})


def few_who_meet_everything():
    """One after the other whoever meets most of what nobody before has met."""
    # The first of equals, so that the same ones walk every time.
    open_still = frozenset().union(*map(met_by, CASES))
    while open_still:
        chosen = max(CASES, key=lambda case_id: len(met_by(case_id) & open_still))
        open_still -= met_by(chosen)
        yield CASES[chosen]


WALKERS = tuple(few_who_meet_everything())


def test_those_who_walk_meet_every_page_every_card_and_every_urgency():
    met = frozenset().union(*(met_by(case.id) for case in WALKERS))
    main_path = {page.id for page in PAGES.values() if not page.more}

    assert main_path | set(CARDS) <= met | ELSEWHERE
    assert {each.name for each in Urgency} <= met
    assert {"no card", "nothing fires"} <= met
    assert isinstance(PAGES["u_self_harm"].asked_when, Feature)


@pytest.mark.parametrize("case", WALKERS, ids=lambda case: case.id)
def test_whoever_walks_comes_from_link_to_receipt(case, clinic_database, app, clock):
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
    told = card_for(screen(journey))
    last = read(intake).interrupts[-1] if read(intake).interrupts else None
    assert (last.advice if last else None) == (told[0].id if told else None)
    heading = told[0].said.heading if told else CLOSE.heading
    assert patient.heading == fill(heading, {"emergency_number": "999"})


@pytest.mark.parametrize("case_id", ["V01", "V87"])
def test_the_check_page_says_every_answer_in_words_and_safety_first(case_id, clinic_database, client, clock):
    patient = invite(clinic_database, client, clock, CASES[case_id]).has_come_to(clinic_database)
    patient.opens("/form/check")

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
