"""What the clinic asks, held against its own rules."""

import pytest

from intake.questionnaire import PAGES, QUESTIONS, RETIRED
from intake.questionnaire.body import REGIONS, SITE_GROUPS
from intake.questionnaire.questions import AnyOf, Grid, OneOf, YesNoUnsure
from intake.questionnaire.vignettes import VIGNETTES, answers_of
from intake.red_flags import RED_FLAGS, Urgency
from tests.answering import ON, journey_of

OPTIONAL_BY_REVIEW = {
    # Safety: urgent rules look at it and it may be passed by; it is one of several features that R-MSCC-2
    # counts, and the others must be answered (clinical review).
    "agg",
}


def test_every_safety_question_must_be_answered() -> None:
    assert all(q.required for q in QUESTIONS.values() if q.group)


def test_safety_questions_are_forced_choice_without_default() -> None:
    for question in QUESTIONS.values():
        if isinstance(question, YesNoUnsure):
            assert [option.id for option in question.options][:3] == ["yes", "no", "not_sure"]


def test_no_page_asks_more_than_four_things() -> None:
    assert max(len(page.questions) for page in PAGES.values()) <= 4


def test_urgent_rules_look_only_at_what_must_be_answered() -> None:
    urgent = [rule for rule in RED_FLAGS if rule.urgency >= Urgency.SAME_DAY]
    looked_at = {id for rule in urgent for id in rule.when.question_ids()}

    assert {id for id in looked_at if not QUESTIONS[id].required} == OPTIONAL_BY_REVIEW


def test_every_option_id_is_a_word_and_stands_once() -> None:
    for question in QUESTIONS.values():
        offered = question.options if isinstance(question, OneOf | AnyOf) else ()
        rows = (*question.rows,) if isinstance(question, Grid) else ()
        for options in (offered, rows):
            ids = [option.id for option in options]
            assert len(ids) == len(set(ids))
            assert all(isinstance(id, str) for id in ids)


def test_a_retired_id_is_never_asked_again() -> None:
    assert not RETIRED & set(QUESTIONS)


def test_the_body_has_65_regions_and_each_side_its_twin() -> None:
    ids = {region.id for region in REGIONS}

    assert len(ids) == len(REGIONS) == 65
    assert {id[:-2] + "_r" for id in ids if id.endswith("_l")} == {id for id in ids if id.endswith("_r")}


def test_left_is_never_called_right() -> None:
    for region in REGIONS:
        words = f"{region.label} {region.noted}"
        if region.id.endswith("_l"):
            assert "left" in str(region.label)
            assert "right" not in words
        if region.id.endswith("_r"):
            assert "right" in str(region.label)
            assert "left" not in words


def test_every_group_of_places_has_places() -> None:
    assert all(SITE_GROUPS.values())


@pytest.mark.parametrize("case", VIGNETTES, ids=lambda case: case.id)
def test_every_vignette_is_a_complete_form(case) -> None:
    assert journey_of(answers_of(case, ON)).complete
