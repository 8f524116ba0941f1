"""The four-valued chain: what a blank, a "not sure" and a hidden question mean."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.questionnaire.answers import Answers
from intake.questionnaire.criteria import (
    Criterion,
    Truth,
    Verdict,
    age,
    at_least,
    chosen,
    number,
    onset_days,
    pain_in,
    yes,
)
from tests.answering import journey_of, plain_patient

WORDS = {Truth.YES: "yes", Truth.NOT_SURE: "not_sure", Truth.NO: "no", Truth.UNANSWERED: None}
# Asked of everybody.
A, B, C = "rf_fever", "rf_weight_loss", "rf_night_pain"


def verdict(criterion: Criterion, **said: str | None) -> Verdict:
    return criterion.verdict(journey_of(plain_patient().merged(said)).facts)


def test_an_unanswered_question_is_not_a_no() -> None:
    assert verdict(yes(A), rf_fever=None).truth == Truth.UNANSWERED


def test_not_sure_is_not_a_no() -> None:
    assert verdict(yes(A), rf_fever="not_sure").truth == Truth.NOT_SURE


def test_declining_to_say_is_unanswered() -> None:
    low_back = plain_patient({"sites": ["b_low_l"], "rf_sex_change": "prefer_not_say"})

    assert yes("rf_sex_change").verdict(journey_of(low_back).facts).truth == Truth.UNANSWERED


def test_what_does_not_apply_is_a_no() -> None:
    woman = plain_patient({"sex_at_birth": "female", "rf_pregnant": "not_applicable"})

    assert yes("rf_pregnant").verdict(journey_of(woman).facts).truth == Truth.NO


def test_a_question_closed_by_a_no_counts_as_no() -> None:
    stale = plain_patient().merged({"rf_rigors": "yes"})

    assert yes("rf_rigors").verdict(journey_of(stale).facts).truth == Truth.NO


def test_a_question_behind_a_blank_is_unanswered() -> None:
    assert verdict(yes("rf_rigors"), rf_fever=None).truth == Truth.UNANSWERED


@pytest.mark.parametrize(("first", "second"), list(product(Truth, Truth)))
def test_and_is_the_minimum_and_or_the_maximum(first: Truth, second: Truth) -> None:
    said = {A: WORDS[first], B: WORDS[second]}

    assert verdict(yes(A) & yes(B), **said).truth == min(first, second)
    assert verdict(yes(A) | yes(B), **said).truth == max(first, second)


@given(st.tuples(*[st.sampled_from(Truth)] * 3), st.integers(1, 3))
def test_at_least_k_is_the_kth_largest(truths: tuple[Truth, ...], k: int) -> None:
    said = {id: WORDS[truth] for id, truth in zip((A, B, C), truths, strict=True)}

    assert verdict(at_least(k, yes(A), yes(B), yes(C)), **said).truth == sorted(truths, reverse=True)[k - 1]


def test_a_verdict_names_the_answers_that_decided_it() -> None:
    fired = verdict(yes(A) & (yes(B) | yes(C)), rf_fever="yes", rf_night_pain="yes")
    still_open = verdict(yes(A) & yes(B), rf_fever="yes", rf_weight_loss=None)

    assert fired == Verdict(Truth.YES, (A, C))
    assert still_open == Verdict(Truth.UNANSWERED, (B,))


def test_a_number_that_is_missing_is_unanswered() -> None:
    nobody = journey_of(Answers())

    for criterion in (age >= 40, onset_days <= 3, number("nrs_now") >= 9, pain_in("FLANK")):
        assert criterion.verdict(nobody.facts).truth == Truth.UNANSWERED


def test_age_is_counted_in_whole_years_on_the_day() -> None:
    on_birthday = plain_patient().merged({"dob": "1986-11-22"})
    day_before = plain_patient().merged({"dob": "1986-11-23"})

    assert (age >= 40).verdict(journey_of(on_birthday).facts).truth == Truth.YES
    assert (age >= 40).verdict(journey_of(day_before).facts).truth == Truth.NO


def test_an_onset_that_is_not_sure_counts_as_recent() -> None:
    assert verdict(onset_days <= 14, on_when="not_sure").truth == Truth.YES


def test_a_choice_holds_for_any_of_its_options() -> None:
    assert verdict(chosen("on_when", "today", "w6_12")).truth == Truth.YES
    assert verdict(chosen("on_when", "today")).truth == Truth.NO
