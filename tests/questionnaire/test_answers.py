"""One codec for storage and wire."""

import json
from typing import Any

import pytest
from hypothesis import given, settings

from intake.questionnaire import QUESTIONS
from intake.questionnaire.answers import Answers
from intake.questionnaire.values import BadAnswer, Rating
from tests.answering import any_answers


@settings(max_examples=150, deadline=None)
@given(any_answers())
def test_answers_come_back_from_json_as_they_went(answers: Answers) -> None:
    there = json.dumps(answers.to_json())

    assert Answers.from_json(json.loads(there)) == answers


@settings(max_examples=150, deadline=None)
@given(any_answers())
def test_every_stored_answer_is_read_as_the_same_answer(answers: Answers) -> None:
    for id, raw in answers.to_json().items():
        assert QUESTIONS[id].parse(raw) == answers[id] or isinstance(answers[id], str)


@pytest.mark.parametrize("typed", ["½ tablet", "1½ of 10² mg", "Zoë Świętosława", "٣ mg, ４ mg", "x⁴ ﬁne"])
def test_typed_words_are_kept_letter_for_letter(typed: str) -> None:
    """Safety: H-39. Folded, half a tablet would be one tablet of two."""
    kept = Answers({"mc_main": QUESTIONS["mc_main"].parse(typed) or ""})

    assert Answers.from_json(json.loads(json.dumps(kept.to_json()))) == {"mc_main": typed}


def test_answers_never_show_what_was_said() -> None:
    assert "secret" not in repr(Answers({"mc_main": "secret"}))


def test_merging_keeps_the_rest_and_none_takes_away() -> None:
    before = Answers({"nrs_now": 3, "mc_main": "ache"})

    after = before.merged({"nrs_now": None, "on_how": "gradual"})

    assert after == {"mc_main": "ache", "on_how": "gradual"}
    assert before == {"nrs_now": 3, "mc_main": "ache"}


@pytest.mark.parametrize(
    ("id", "raw"),
    [
        ("rf_fever", True),
        ("rf_fever", "maybe"),
        ("rf_fever", ["yes"]),
        ("on_when", "yesterday"),
        ("sites", "b_low_l"),
        ("sites", ["b_low_middle"]),
        ("med_now", ["none", "opioid"]),
        ("nrs_now", 11),
        ("nrs_now", True),
        ("nrs_now", 7.5),
        ("dob", "04/05/1962"),
        ("dob", "1962-02-30"),
        ("mc_main", 5),
        ("mc_main", "x" * 1001),
        ("hope__other", "x" * 201),
        ("phone_best", "07700"),
        ("phone_best", "no number"),
        ("phone_best", "12"),
        ("on_age", "unsure"),
        ("pmh_heart_list", ["none", "stroke"]),
        ("pmh_heart_list", ["not_sure", "none", "fh_aorta"]),
        ("agenda", ["a", "b", "c", "d"]),
        ("act_rate", [{"text": "walk", "rating": 11}]),
        ("tx_effect", {"tx_tried:tx_magic": "helped"}),
        ("tx_effect", {"tx_tried:none": "helped"}),
        ("tx_effect", {"tx_tried:tx_physio": "cured"}),
        ("tx_effect", "helped"),
    ],
)
def test_what_is_no_answer_is_refused_without_repeating_it(id: str, raw: Any) -> None:
    with pytest.raises(BadAnswer) as refused:
        QUESTIONS[id].parse(raw)

    assert str(raw) not in str(refused.value)


@pytest.mark.parametrize("raw", [None, "", [], {}])
def test_nothing_is_unanswered_and_not_a_no(raw: Any) -> None:
    blank_of = {
        "rf_fever": (None, ""),
        "sites": (None, []),
        "tx_effect": (None, {}),
        "agenda": (None, []),
        "mc_main": (None, ""),
        "phone_best": (None, ""),
        "on_age": (None, ""),
    }

    for id, blanks in blank_of.items():
        if raw in blanks:
            assert QUESTIONS[id].parse(raw) is None


def test_places_are_kept_in_the_order_of_the_map() -> None:
    assert QUESTIONS["sites"].parse(["f_jaw", "b_low_l"]) == ("b_low_l", "f_jaw")


def test_a_choice_in_place_of_typing_is_kept_as_its_option() -> None:
    assert QUESTIONS["phone_best"].parse("no_phone") == "no_phone"
    assert QUESTIONS["on_age"].parse("not_sure") == "not_sure"
    assert QUESTIONS["phone_best"].said("no_phone") == "I have no phone"
    assert QUESTIONS["on_age"].as_noted("not_sure") == "uncertain"


@pytest.mark.parametrize(
    "number", ["07700 900123", "+44 (0)7700-900123", "٠٧٧٠٠٩٠٠١٢٣", "०७७०० ९००१२३", "7 700 900"]
)
def test_a_telephone_number_is_kept_as_it_was_written_in_any_script(number: str) -> None:
    assert QUESTIONS["phone_best"].parse(number) == number


def test_what_runs_in_the_family_stands_beside_none_and_beside_not_sure() -> None:
    question = QUESTIONS["pmh_heart_list"]

    assert question.parse(["none", "fh_aorta"]) == ("none", "fh_aorta")
    assert question.parse(["fh_heart_early", "fh_aorta", "not_sure"]) == (
        "not_sure",
        "fh_heart_early",
        "fh_aorta",
    )


def test_other_of_two_lists_has_a_row_each() -> None:
    effects = {"med_now:other": "helped", "tx_tried:other": "worse"}

    assert QUESTIONS["tx_effect"].parse(effects) == effects


def test_rated_things_may_come_without_a_rating() -> None:
    assert QUESTIONS["act_rate"].parse(["walk", {"text": "sit", "rating": 2}]) == (
        Rating("walk"),
        Rating("sit", 2),
    )
