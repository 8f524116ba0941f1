"""What must come out for people made up from the specification: every vignette, and a pair for every atom."""

import pytest

from intake.demo.vignettes import VIGNETTES, Vignette, answers_of
from intake.red_flags import RED_FLAGS, screen
from tests.answering import ON, journey_of
from tests.red_flags.people import Person, limits, stale, unsure
from tests.red_flags.specified import Case, cases, cases_of, fires, near

# Asked only where the clinic has switched it on, so no stored person can raise it.
BY_FEATURE_ONLY = {"R-MH-1"}
RULES = [red_flag.id for red_flag in RED_FLAGS if red_flag.id not in BY_FEATURE_ONLY]


@pytest.mark.parametrize("case", VIGNETTES, ids=lambda case: case.id)
def test_a_vignette_fires_exactly_its_rules(case: Vignette) -> None:
    screening = screen(journey_of(answers_of(case, ON)))

    assert set(fires(screening)) == set(case.fires)
    assert (screening.urgency and screening.urgency.name) == case.urgency


@pytest.mark.parametrize("rule_id", RULES)
def test_a_case_of_the_rule_has_exactly_the_specified_verdict(rule_id: str) -> None:
    for case in cases_of(rule_id):
        screening = screen(case.journey)

        assert fires(screening) == case.fires, case.id
        assert (screening.urgency and screening.urgency.name) == case.urgency, case.id


@pytest.mark.parametrize("case", near(), ids=lambda case: case.id)
def test_whoever_is_one_answer_away_has_exactly_the_specified_verdict(case: Case) -> None:
    assert fires(screen(case.journey)) == case.fires


@pytest.mark.parametrize("rule_id", RULES)
def test_a_limit_holds_exactly_where_it_is_specified(rule_id: str) -> None:
    """An age of one year less, an onset of one step more: the case at the limit and the one beyond it."""
    for person in limits(cases_of(rule_id)):
        fired = {name for name in fires(screen(person.journey)) if name == rule_id}

        assert fired == person.fires, person.id


@pytest.mark.parametrize("rule_id", RULES)
def test_not_sure_of_the_answer_that_decides_fires_as_unsure(rule_id: str) -> None:
    for person in unsure(cases_of(rule_id)):
        fired = {name for name in fires(screen(person.journey)) if name.rstrip("?") == rule_id}

        assert fired == person.fires, person.id


@pytest.mark.parametrize("case", VIGNETTES, ids=lambda case: case.id)
def test_an_answer_left_behind_in_a_hidden_question_changes_nothing(case: Vignette) -> None:
    person = stale(Person(case.id, answers_of(case, ON), ON, frozenset(case.fires)))

    assert set(fires(screen(person.journey))) == person.fires


def test_every_rule_is_raised_by_a_case_and_missed_by_one() -> None:
    raised = {case.rule for case in cases() if case.raised}
    missed = {case.rule for case in cases() if not case.raised}

    assert raised == missed == set(RULES)


def test_every_rule_is_raised_by_a_vignette() -> None:
    assert {rule_id.rstrip("?") for case in VIGNETTES for rule_id in case.fires} == set(RULES)


def test_the_specification_has_as_many_rules_cases_and_vignettes_as_it_says() -> None:
    assert (len(RED_FLAGS), len(cases()), len(VIGNETTES)) == (136, 2460, 171)
