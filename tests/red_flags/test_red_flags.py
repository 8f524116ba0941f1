"""Every red flag: raised, nearly raised, and left open; and what may never lower an urgency."""

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from intake.questionnaire import QUESTIONS, VERSION
from intake.questionnaire.answers import Answers
from intake.questionnaire.criteria import Truth
from intake.questionnaire.questions import YesNoUnsure
from intake.questionnaire.vignettes import VIGNETTES, Vignette, answers_of
from intake.red_flags import RED_FLAGS, RULES_VERSION, Screening, Urgency, rule, screen
from intake.red_flags.advice import CARDS, advice_for, card_for
from intake.red_flags.groups import GROUPS
from intake.red_flags.sources import SOURCES
from tests.answering import ON, STAFFED_FOR_SELF_HARM, any_answers, journey_of, plain_patient
from tests.red_flags.cases import CASES, Case


def fired(screening: Screening) -> set[str]:
    return {finding.rule.id + ("?" if finding.unsure else "") for finding in screening.findings}


@pytest.mark.parametrize("case", VIGNETTES, ids=lambda case: case.id)
def test_a_vignette_fires_exactly_its_rules(case: Vignette) -> None:
    screening = screen(journey_of(answers_of(case, ON)))

    assert fired(screening) == set(case.fires)
    assert (screening.urgency and screening.urgency.name) == case.urgency


def test_every_rule_has_its_case() -> None:
    assert [case.rule for case in CASES] == [red_flag.id for red_flag in RED_FLAGS]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_a_rule_is_raised_by_its_answers(case: Case) -> None:
    assert case.rule in fired(screen(journey_of(plain_patient(case.raised_by), STAFFED_FOR_SELF_HARM)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_a_rule_is_not_raised_by_a_near_miss(case: Case) -> None:
    changed, to = case.not_by

    journey = journey_of(plain_patient({**case.raised_by, changed: to}), STAFFED_FOR_SELF_HARM)

    assert rule(case.rule).when.verdict(journey.facts).truth == Truth.NO


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_a_rule_stays_open_while_its_question_is_not_answered(case: Case) -> None:
    changed = "dob" if case.not_by[0] == "age" else case.not_by[0]

    screening = screen(
        journey_of(plain_patient(case.raised_by).merged({changed: None}), STAFFED_FOR_SELF_HARM)
    )

    assert rule(case.rule) in screening.not_assessed
    assert case.rule not in fired(screening)


UNSURE = [
    (case, id)
    for case in CASES
    for id, said in case.raised_by.items()
    if said == "yes" and id != "mood_unsafe_now"
]


@pytest.mark.parametrize(
    ("case", "id"), UNSURE, ids=lambda value: value if isinstance(value, str) else value.rule
)
def test_not_sure_never_silences_a_rule(case: Case, id: str) -> None:
    unsure = screen(journey_of(plain_patient({**case.raised_by, id: "not_sure"})))

    expected = rule(case.rule).urgency_when_unsure
    found = next((finding for finding in unsure.findings if finding.rule.id == case.rule), None)

    if expected:
        assert found is not None
        assert found.urgency == (expected if found.unsure else rule(case.rule).urgency)


@settings(max_examples=300, deadline=None)
@given(any_answers(), st.data())
def test_raising_an_answer_never_lowers_the_urgency(answers: Answers, data: st.DataObject) -> None:
    yes_no = [
        id for id in answers if isinstance(QUESTIONS[id], YesNoUnsure) and answers[id] in ("no", "not_sure")
    ]
    assume(yes_no)
    id = data.draw(st.sampled_from(yes_no))
    higher = "not_sure" if answers[id] == "no" else "yes"

    before = screen(journey_of(answers)).urgency or 0
    after = screen(journey_of(answers.merged({id: higher}))).urgency or 0

    assert after >= before


@settings(max_examples=150, deadline=None)
@given(any_answers())
def test_a_blank_is_never_read_as_a_no(answers: Answers) -> None:
    """Taking an answer away may open a rule or silence it, but never clear one that a yes could fire."""
    journey = journey_of(answers)
    screening = screen(journey)
    settled = {f.rule.id for f in screening.findings} | {r.id for r in screening.not_assessed}

    for red_flag in RED_FLAGS:
        verdict = red_flag.when.verdict(journey.facts)
        if red_flag.id not in settled and verdict.truth == Truth.NO:
            decided = [id for id in verdict.because if id in journey.counting or journey.facts.is_closed(id)]
            assert decided, f"{red_flag.id} was cleared by nothing but blanks"


def test_a_blank_form_leaves_every_rule_open_that_anybody_can_raise() -> None:
    screening = screen(journey_of(Answers(), STAFFED_FOR_SELF_HARM))

    assert screening.findings == ()
    assert set(screening.not_assessed) == set(RED_FLAGS)


def test_every_rule_says_why_and_from_where() -> None:
    groups = {group.id for group in GROUPS}
    for red_flag in RED_FLAGS:
        assert red_flag.group in groups
        assert red_flag.rationale.endswith(".")
        assert red_flag.sources
        assert set(red_flag.sources) <= set(SOURCES)
        assert (red_flag.advice in CARDS) == (red_flag.urgency >= Urgency.SAME_DAY)


def test_only_the_highest_tier_is_told_and_with_all_its_reasons() -> None:
    screening = screen(
        journey_of(plain_patient({"rf_very_unwell": "yes", "rf_saddle_numb": "yes", "rf_ces_when": "h24"}))
    )

    told = card_for(screening)

    assert told is not None
    card, reasons = told
    assert card.id == "adv_call_now"
    assert {finding.rule.id for finding in reasons} == {"R-GEN-2", "R-CES-1"}


def test_an_unsure_emergency_is_told_the_text_of_its_group() -> None:
    unsure = screen(journey_of(plain_patient({"rf_saddle_numb": "not_sure", "rf_ces_when": "h24"})))
    finding = next(finding for finding in unsure.findings if finding.rule.id == "R-CES-1")

    card = advice_for(finding)

    assert card is not None
    assert card.id == "adv_same_day_ces"


def test_nothing_is_told_below_same_day() -> None:
    assert card_for(screen(journey_of(plain_patient({"rf_night_pain": "yes"})))) is None


@pytest.mark.parametrize("special", [{}, {"rf_night_pain": "yes"}])
def test_the_self_harm_question_is_asked_only_where_it_is_switched_on(special: dict[str, Any]) -> None:
    answers = plain_patient(special).merged({"mood_unsafe_now": "yes"})

    assert "R-MH-1" not in fired(screen(journey_of(answers)))
    assert "R-MH-1" in fired(screen(journey_of(answers, STAFFED_FOR_SELF_HARM)))


def test_the_versions_are_the_same_in_every_process() -> None:
    """An approval names a version: it must hold after every restart."""
    say = "from intake import questionnaire, red_flags; print(questionnaire.VERSION, red_flags.RULES_VERSION)"
    said = {
        subprocess.run(
            [sys.executable, "-c", say], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }

    assert said == {f"{VERSION} {RULES_VERSION}\n".encode()}
