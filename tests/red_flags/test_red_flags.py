"""What may never lower an urgency, what a blank and a "not sure" do, and what is told."""

import subprocess
import sys
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from intake.questionnaire import PAGES, QUESTIONS, VERSION
from intake.questionnaire.answers import Answers
from intake.questionnaire.criteria import Criterion, Truth
from intake.questionnaire.questions import AnyOf, YesNoUnsure
from intake.red_flags import ALERTS_FROM, RED_FLAGS, RULES_VERSION, Screening, Urgency, rule, screen
from intake.red_flags.advice import CARDS, advice_for, card_for
from intake.red_flags.contradictions import CONTRADICTIONS
from intake.red_flags.groups import GROUPS
from intake.red_flags.patterns import PATTERNS
from intake.red_flags.sources import SOURCES
from tests.answering import STAFFED_FOR_SELF_HARM, any_answers, journey_of, plain_patient
from tests.red_flags.specified import Case, cases, cases_of
from tests.red_flags.test_cases import RULES

# A named strain makes an abrupt pain less alarming (clinical review); everywhere else an option only raises.
A_STRAIN_IS_WEIGHED = "on_trigger"
UNSURE_LISTS = [
    q.id
    for q in QUESTIONS.values()
    if isinstance(q, AnyOf) and {"none", "not_sure"} <= {option.id for option in q.options}
]


def fired(screening: Screening) -> set[str]:
    return {finding.rule.id + ("?" if finding.unsure else "") for finding in screening.findings}


@pytest.mark.parametrize("rule_id", RULES)
def test_a_rule_stays_open_while_an_answer_it_needs_is_missing(rule_id: str) -> None:
    for case in raised(rule_id):
        for question_id in deciding(case):
            assert truth_of(rule_id, said(case, {question_id: None})) != Truth.NO, (case.id, question_id)


@pytest.mark.parametrize("rule_id", RULES)
def test_not_sure_never_silences_a_rule(rule_id: str) -> None:
    expected = rule(rule_id).urgency_when_unsure
    for case in raised(rule_id):
        for question_id in (id for id, value in case.answers.items() if value == "yes"):
            unsure = screen(said(case, {question_id: "not_sure"}).journey)
            found = [each for each in unsure.findings if each.rule.id == rule_id]

            if expected:
                assert found, (case.id, question_id)
                assert found[0].urgency == (expected if found[0].unsure else rule(rule_id).urgency)


@settings(max_examples=200, deadline=None)
@given(any_answers(), st.data())
def test_raising_an_answer_never_lowers_the_urgency(answers: Answers, data: st.DataObject) -> None:
    yes_no = [
        id for id in answers if isinstance(QUESTIONS[id], YesNoUnsure) and answers[id] in ("no", "not_sure")
    ]
    assume(yes_no)
    id = data.draw(st.sampled_from(yes_no))
    higher = "not_sure" if answers[id] == "no" else "yes"

    assert urgency(answers.merged({id: higher})) >= urgency(answers)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(cases()), st.data())
def test_raising_an_answer_of_a_specified_case_never_lowers_the_urgency(
    case: Case, data: st.DataObject
) -> None:
    """The same near the edges, where random answers seldom come."""
    yes_no = [
        id for id, said in case.answers.items() if isinstance(QUESTIONS[id], YesNoUnsure) and said != "yes"
    ]
    id = data.draw(st.sampled_from(yes_no))
    higher = "not_sure" if case.answers[id] == "no" else "yes"

    assert urgency(case.answers.merged({id: higher})) >= urgency(case.answers)


@settings(max_examples=200, deadline=None)
@given(any_answers(), st.sampled_from(UNSURE_LISTS), st.data())
def test_a_list_from_none_over_not_sure_to_an_illness_never_lowers_the_urgency(
    answers: Answers, list_id: str, data: st.DataObject
) -> None:
    question = QUESTIONS[list_id]
    assert isinstance(question, AnyOf)
    an_illness = data.draw(st.sampled_from([each.id for each in question.options if not each.exclusive]))

    none, unsure, named = (
        urgency(answers.merged({list_id: (said,)})) for said in ("none", "not_sure", an_illness)
    )

    assert none <= unsure
    if list_id != A_STRAIN_IS_WEIGHED:
        # "Not sure" stands for any of the list; a single one need not be the worst of them.
        assert none <= named


@pytest.mark.parametrize("list_id", UNSURE_LISTS)
def test_not_sure_in_a_list_fires_whatever_an_option_would_one_step_lower(list_id: str) -> None:
    """Safety: H-07, H-37. "Not sure" about a list is never read as none of it."""
    for case in (case for case in cases() if case.raised and list_id in deciding(case)):
        assert truth_of(case.rule, said(case, {list_id: ("not_sure",)})) >= Truth.NOT_SURE, case.id


def test_a_list_that_the_patient_is_not_sure_of_alarms_by_itself_nobody() -> None:
    """Safety: H-37. With long-standing pain, "not sure" about the illnesses raises nothing above NOTE."""
    lists = {id: ["not_sure"] for id in ("pmh_heart_list", "pmh_bone_list", "pmh_other_list")}

    screening = screen(journey_of(plain_patient({**lists, "on_when": "y1_plus", "age": 45})))

    assert (screening.urgency or 0) <= Urgency.NOTE


def test_who_is_not_sure_of_everything_is_phoned_today_and_not_sent_to_hospital() -> None:
    everything = Answers()
    for page in PAGES.values():
        for question in journey_of(everything).asked(page):
            everything = everything.merged({question.id: unsure_of(question.id)})

    assert screen(journey_of(everything)).urgency == Urgency.SAME_DAY


@settings(max_examples=100, deadline=None)
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


def every_criterion() -> list[Criterion]:
    return [
        *(red_flag.when for red_flag in RED_FLAGS),
        *(page.asked_when for page in PAGES.values()),
        *(page.early_when for page in PAGES.values() if page.early_when),
        *(question.asked_when for question in QUESTIONS.values()),
        *(each.when for each in CONTRADICTIONS),
        *(feature.when for pattern in PATTERNS for feature in pattern.features),
        *(atom.when for pattern in PATTERNS for feature in pattern.features for atom in feature.atoms),
    ]


@settings(max_examples=60, deadline=None)
@given(any_answers() | st.sampled_from(cases()).map(lambda case: case.answers))
def test_the_quick_truth_is_the_one_that_is_explained(answers: Answers) -> None:
    facts = journey_of(answers, STAFFED_FOR_SELF_HARM).facts

    for criterion in every_criterion():
        assert criterion.truth(facts) == criterion.verdict(facts).truth, criterion.as_data()


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


@pytest.mark.parametrize(
    ("special", "rule_id", "card_id"),
    [
        ({"rf_saddle_numb": "not_sure", "rf_ces_when": "h24"}, "R-CES-1", "adv_same_day_ces"),
        # The card of the rule goes before that of its group.
        (
            {
                "pmh_cancer": "yes",
                "pmh_cancer_type": ["breast"],
                "pmh_cancer_when": "now",
                "rf_fever": "not_sure",
            },
            "R-INF-2",
            "adv_same_day_cancer",
        ),
        ({"rf_very_unwell": "not_sure"}, "R-GEN-2", "adv_same_day"),
    ],
)
def test_an_unsure_emergency_is_told_the_text_of_its_card_or_group(
    special: dict[str, Any], rule_id: str, card_id: str
) -> None:
    screening = screen(journey_of(plain_patient(special)))
    finding = next(each for each in screening.findings if each.rule.id == rule_id)

    card = advice_for(finding)

    assert finding.unsure
    assert card is not None
    assert card.id == card_id


def test_tiers_run_from_a_note_to_an_emergency() -> None:
    assert [tier.name for tier in sorted(Urgency)] == ["NOTE", "PRIORITY", "SAME_DAY", "EMERGENCY"]
    assert [tier.name for tier in Urgency if tier >= ALERTS_FROM] == ["SAME_DAY", "EMERGENCY"]


def test_nothing_is_told_below_same_day() -> None:
    assert card_for(screen(journey_of(plain_patient({"rf_night_pain": "yes"})))) is None


@pytest.mark.parametrize("special", [{}, {"rf_night_pain": "yes"}])
def test_the_self_harm_question_is_asked_only_where_it_is_switched_on(special: dict[str, Any]) -> None:
    answers = plain_patient(special).merged({"mood_unsafe_now": "yes"})

    assert "R-MH-1" not in fired(screen(journey_of(answers)))
    assert "R-MH-1" in fired(screen(journey_of(answers, STAFFED_FOR_SELF_HARM)))


def test_a_no_to_the_self_harm_question_raises_nothing() -> None:
    answers = plain_patient().merged({"mood_unsafe_now": "no"})

    assert "R-MH-1" not in fired(screen(journey_of(answers, STAFFED_FOR_SELF_HARM)))


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


def raised(rule_id: str) -> list[Case]:
    return [case for case in cases_of(rule_id) if case.raised]


def said(case: Case, changed: dict[str, Any]) -> Case:
    """The case with some answers changed."""
    return replace(case, answers=case.answers.merged(changed))


def truth_of(rule_id: str, case: Case) -> Truth:
    return rule(rule_id).when.truth(case.journey.facts)


def deciding(case: Case) -> frozenset[str]:
    """The questions whose answers raise the rule of the case."""
    return _deciding()[case.id]


@cache
def _deciding() -> dict[str, frozenset[str]]:
    return {
        case.id: frozenset(rule(case.rule).when.verdict(case.journey.facts).because)
        for case in cases()
        if case.raised
    }


def urgency(answers: Answers) -> int:
    return screen(journey_of(answers)).urgency or 0


def unsure_of(question_id: str) -> Any:
    """ "Not sure" wherever it is offered; else what a plain patient says."""
    options = {option.id for option in getattr(QUESTIONS[question_id], "options", ())}
    if "not_sure" in options:
        return ("not_sure",) if isinstance(QUESTIONS[question_id], AnyOf) else "not_sure"
    plain = {"dob": "1960-01-01", "sites": ("b_low_l", "b_neck_l"), "on_when": "not_sure"}
    return plain.get(question_id)
