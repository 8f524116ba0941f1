"""The four-valued chain: what a blank, a "not sure" and a hidden question mean."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.questionnaire import PAGES, QUESTIONS
from intake.questionnaire.answers import Answers
from intake.questionnaire.criteria import (
    ALWAYS,
    AtMost,
    Cause,
    Criterion,
    Quantity,
    Truth,
    Verdict,
    age,
    all_no,
    answered,
    at_least,
    chosen,
    feature,
    not_chosen,
    number,
    on_age,
    onset_days,
    pain_in,
    several,
    ticked,
    yes,
)
from intake.questionnaire.journey import CountedFacts
from intake.questionnaire.values import Value
from intake.red_flags.contradictions import CONTRADICTIONS
from intake.red_flags.rules import RED_FLAGS
from tests.answering import ON, STAFFED_FOR_SELF_HARM, any_answers, journey_of, plain_patient

WORDS = {Truth.YES: "yes", Truth.NOT_SURE: "not_sure", Truth.NO: "no", Truth.UNANSWERED: None}
# Asked of everybody.
A, B, C = "rf_fever", "rf_constant_worse", "rf_night_pain"


def verdict(criterion: Criterion, **said: Value | None) -> Verdict:
    return criterion.verdict(journey_of(plain_patient().merged(said)).facts)


def everything_declared() -> list[Criterion]:
    """Every criterion that opens a question or a page, fires a rule, or doubts an answer."""
    return [
        *(question.asked_when for question in QUESTIONS.values()),
        *(page.asked_when for page in PAGES.values()),
        *(page.early_when for page in PAGES.values() if page.early_when is not None),
        *(rule.when for rule in RED_FLAGS),
        *(each.when for each in CONTRADICTIONS),
    ]


def test_truth_runs_from_no_over_blank_and_not_sure_to_yes() -> None:
    assert [truth.name for truth in sorted(Truth)] == ["NO", "UNANSWERED", "NOT_SURE", "YES"]


# The question is not asked; nobody answered it.
CLOSED, BLANK = "(not asked)", None


def facts_of(value: Value | None) -> CountedFacts:
    """Somebody who gave this answer to the question q."""
    if value == CLOSED:
        return CountedFacts(ON, frozenset(), {}, {"q"})
    return CountedFacts(ON, frozenset(), {} if value is BLANK else {"q": value})


@pytest.mark.parametrize(
    ("criterion", "meant"),
    [
        (
            yes("q"),
            {
                Truth.YES: ["yes"],
                Truth.NOT_SURE: ["not_sure"],
                Truth.UNANSWERED: [BLANK, "prefer_not_say"],
                Truth.NO: ["no", "not_applicable", CLOSED],
            },
        ),
        (
            chosen("q", "one", "two"),
            {
                Truth.YES: ["one", ("one",), ("two", "other"), ("not_sure", "one")],
                Truth.NOT_SURE: [("not_sure",), ("other", "not_sure")],
                Truth.UNANSWERED: [BLANK, "prefer_not_say"],
                Truth.NO: ["other", "not_sure", ("other",), ("none",), CLOSED],
            },
        ),
        (
            ticked("q", "one", "two"),
            {
                Truth.YES: [("one",), ("two", "other")],
                Truth.NO: [BLANK, CLOSED, "one", ("other",), ("not_sure",), ("none",)],
            },
        ),
        (
            several("q"),
            {
                Truth.YES: [("one", "two"), ("one", "two", "other")],
                Truth.UNANSWERED: [BLANK],
                Truth.NO: [("one",), "one"],
            },
        ),
        (
            not_chosen("q", "one", "two"),
            {Truth.YES: [BLANK, CLOSED, "other", "not_sure"], Truth.NO: ["one", "two"]},
        ),
        (
            all_no("q"),
            {Truth.YES: ["no"], Truth.NO: [BLANK, CLOSED, "yes", "not_sure", "not_applicable"]},
        ),
        (
            number("q") >= 5,
            {Truth.YES: [5, 6], Truth.UNANSWERED: [BLANK, "not_sure"], Truth.NO: [4, CLOSED]},
        ),
        (ALWAYS, {Truth.YES: [BLANK, CLOSED, "no"]}),
        (feature("q"), {Truth.NO: [BLANK, "yes"]}),
    ],
    ids=lambda each: str(each.as_data()[0]) if isinstance(each, Criterion) else "",
)
def test_each_kind_of_answer_means_what_it_should(
    criterion: Criterion, meant: dict[Truth, list[Value | None]]
) -> None:
    for truth, values in meant.items():
        for value in values:
            facts = facts_of(value)

            assert criterion.truth(facts) == truth, value
            assert criterion.verdict(facts).truth == truth, value


def test_a_feature_counts_where_it_is_switched_on() -> None:
    assert feature("q").truth(CountedFacts(ON, frozenset({"q"}))) == Truth.YES


@pytest.mark.parametrize(("first", "second", "third"), list(product(Truth, Truth, Truth)))
def test_joined_criteria_are_as_true_as_the_chain_says(first: Truth, second: Truth, third: Truth) -> None:
    said = zip("abc", (first, second, third), strict=True)
    facts = CountedFacts(ON, frozenset(), {id: word for id, each in said if (word := WORDS[each])})
    parts = yes("a"), yes("b"), yes("c")
    by_size = sorted((first, second, third))
    lowest = parts[0] & parts[1] & parts[2], at_least(3, *parts)
    highest = parts[0] | parts[1] | parts[2], at_least(1, *parts)

    for criteria, truth in zip((lowest, (at_least(2, *parts),), highest), by_size, strict=True):
        for criterion in criteria:
            assert criterion.truth(facts) == criterion.verdict(facts).truth == truth


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
    still_open = verdict(yes(A) & yes(B), rf_fever="yes", rf_constant_worse=None)

    assert fired == Verdict(Truth.YES, (Cause(A), Cause(C)))
    assert fired.because == (A, C)
    assert still_open == Verdict(Truth.UNANSWERED, (Cause(B),))


@pytest.mark.parametrize(
    ("criterion", "said", "because"),
    [
        # Of an "and" everything that holds decided, also what is certain beside a "not sure".
        (yes(A) & yes(B), ("yes", "not_sure"), (A, B)),
        (yes(A) & yes(B), ("not_sure", "no"), (B,)),
        (yes(A) & yes(B), ("no", "no"), (A, B)),
        (yes(A) & yes(B), (None, "yes"), (A,)),
        # Of an "or" what holds as much as the whole; of a "no" all of them.
        (yes(A) | yes(B), ("yes", "not_sure"), (A,)),
        (yes(A) | yes(B), (None, "no"), (A,)),
        (yes(A) | yes(B), ("no", "no"), (A, B)),
        (at_least(2, yes(A), yes(B), yes(C)), ("yes", "not_sure"), (A, B)),
    ],
)
def test_what_holds_as_much_as_the_whole_decided(
    criterion: Criterion, said: tuple[str | None, str | None], because: tuple[str, ...]
) -> None:
    first, second = said

    assert verdict(criterion, rf_fever=first, rf_constant_worse=second).because == because


def test_of_a_list_only_the_options_that_the_criterion_names_decided() -> None:
    ticks = ("high_bp", "stroke", "fh_aorta")
    criterion = chosen("pmh_heart_list", "stroke", "blood_clot") | chosen("pmh_heart_list", "fh_aorta")

    assert verdict(criterion, pmh_heart_list=ticks).causes == (
        Cause("pmh_heart_list", ("stroke", "fh_aorta")),
    )
    assert verdict(criterion, pmh_heart_list=("not_sure",)).causes == (
        Cause("pmh_heart_list", ("not_sure",)),
    )
    assert verdict(criterion, pmh_heart_list=("high_bp",)).causes == (Cause("pmh_heart_list"),)
    assert verdict(chosen("on_when", "w6_12")).causes == (Cause("on_when"),)


@settings(max_examples=60)
@given(any_answers(), st.sampled_from([frozenset[str](), STAFFED_FOR_SELF_HARM]))
def test_the_quick_truth_is_the_truth_of_the_verdict(answers: Answers, features: frozenset[str]) -> None:
    facts = journey_of(answers, features).facts

    for criterion in everything_declared():
        assert criterion.truth(facts) == criterion.verdict(facts).truth, criterion.as_data()


@settings(max_examples=60)
@given(any_answers())
def test_what_decided_is_among_what_the_criterion_may_look_at(answers: Answers) -> None:
    facts = journey_of(answers).facts

    for criterion in everything_declared():
        assert set(criterion.verdict(facts).because) <= set(criterion.question_ids())


@pytest.mark.parametrize("option", ["stroke", "high_bp"])
def test_a_list_answered_not_sure_is_not_sure_for_each_of_its_options(option: str) -> None:
    said = ("not_sure", "fh_aorta")

    assert verdict(chosen("pmh_heart_list", option), pmh_heart_list=said).truth == Truth.NOT_SURE
    assert verdict(chosen("pmh_heart_list", "fh_aorta"), pmh_heart_list=said).truth == Truth.YES
    assert verdict(chosen("pmh_heart_list", option), pmh_heart_list=("none",)).truth == Truth.NO


def test_an_option_that_the_rule_names_itself_is_certain() -> None:
    unsure = chosen("pmh_cancer_type", "lung", "not_sure")
    patient = plain_patient({"pmh_cancer": "yes", "pmh_cancer_type": ["not_sure"]})

    assert unsure.truth(journey_of(patient).facts) == Truth.YES


def test_not_sure_in_a_choice_of_one_is_an_option_like_any_other() -> None:
    assert verdict(chosen("on_how", "sudden"), on_how="not_sure").truth == Truth.NO


def test_not_sure_ticks_no_row() -> None:
    criterion = ticked("tx_tried", "tx_physio", "other")

    assert verdict(criterion, tx_tried=("tx_rest", "other")).truth == Truth.YES
    for nothing in (("not_sure",), ("none",), ("tx_rest",), None):
        assert verdict(criterion, tx_tried=nothing).truth == Truth.NO


def test_several_are_more_than_one() -> None:
    assert verdict(several("sites"), sites=("b_low_l", "b_low_r")).truth == Truth.YES
    assert verdict(several("sites"), sites=("b_low_l",)).truth == Truth.NO
    assert verdict(several("sites"), sites=None).truth == Truth.UNANSWERED


def test_a_blank_shuts_nothing_that_a_choice_would_shut() -> None:
    assert verdict(not_chosen("who_completing", "self"), who_completing=None).truth == Truth.YES
    assert verdict(not_chosen("who_completing", "self"), who_completing="self").truth == Truth.NO


@pytest.mark.parametrize(
    ("said", "truth"),
    [
        ({A: "no", B: "no"}, Truth.YES),
        ({A: "no", B: None}, Truth.NO),
        ({A: "no", B: "not_sure"}, Truth.NO),
        ({A: "yes", B: "no"}, Truth.NO),
        ({A: None, B: None}, Truth.NO),
    ],
)
def test_all_no_takes_a_plain_no_to_each(said: dict[str, str | None], truth: Truth) -> None:
    assert verdict(all_no(A, B), **said).truth == truth


def test_all_no_looks_only_at_what_is_asked_and_at_something() -> None:
    closed, other = "rf_rash_when", "rf_rash_eye"

    # What stands behind a rash that was answered "no" is not asked.
    assert verdict(all_no(A, closed)).truth == Truth.YES
    assert verdict(all_no(closed, other)).truth == Truth.NO


def test_all_no_names_what_was_answered() -> None:
    assert verdict(all_no(A, B), rf_fever="no", rf_constant_worse=None).causes == (Cause(A),)


def test_a_plain_no_is_an_answer_as_given() -> None:
    assert verdict(answered(A, "no"), rf_fever="no").truth == Truth.YES
    assert verdict(answered(A, "no"), rf_fever="not_sure").truth == Truth.NO
    assert verdict(answered(A, "no"), rf_fever=None).truth == Truth.UNANSWERED


def fixed(name: str, value: float | None) -> Quantity:
    return Quantity(name, ("dob",), lambda facts: value)


@pytest.mark.parametrize("limit", [40.0, fixed("limit", 40.0)], ids=["number", "quantity"])
@pytest.mark.parametrize(
    ("value", "below", "at_most", "from_", "above"),
    [
        (39.0, "YES", "YES", "NO", "NO"),
        (40.0, "NO", "YES", "YES", "NO"),
        (41.0, "NO", "NO", "YES", "YES"),
        # Safety: an upper bound is certain only about what lies under it, and never that something is above.
        (AtMost(39), "YES", "YES", "NO", "NO"),
        (AtMost(40), "NOT_SURE", "YES", "NOT_SURE", "NO"),
        (AtMost(41), "NOT_SURE", "NOT_SURE", "NOT_SURE", "NOT_SURE"),
        (None, "UNANSWERED", "UNANSWERED", "UNANSWERED", "UNANSWERED"),
    ],
)
def test_a_number_is_compared_as_far_as_it_is_known(
    value: float | None, below: str, at_most: str, from_: str, above: str, limit: float | Quantity
) -> None:
    number = fixed("number", value)
    facts = CountedFacts(ON, frozenset())

    truths = [
        each.truth(facts).name for each in (number < limit, number <= limit, number >= limit, number > limit)
    ]

    assert truths == [below, at_most, from_, above]


def test_one_number_is_compared_with_another() -> None:
    worse_than_worst = number("nrs_now") > number("nrs_worst")

    assert verdict(worse_than_worst, nrs_now=8, nrs_worst=6).truth == Truth.YES
    assert verdict(worse_than_worst, nrs_now=6, nrs_worst=6).truth == Truth.NO
    assert verdict(worse_than_worst, nrs_now=8, nrs_worst=None).truth == Truth.UNANSWERED
    assert verdict(worse_than_worst, nrs_now=8, nrs_worst=6).causes == (Cause("nrs_now"), Cause("nrs_worst"))


def test_a_number_may_be_compared_with_another_some_years_off() -> None:
    long_ago = on_age <= age - 2

    for years, truth in ((28, Truth.YES), (29, Truth.NO)):
        assert verdict(long_ago, on_when="y1_plus", on_age=years).truth == truth
    assert (age - 2).name == "age - 2"


@pytest.mark.parametrize(
    ("years", "truth", "stiff"), [(30, Truth.YES, True), (44, Truth.YES, True), (45, Truth.NOT_SURE, True)]
)
def test_whoever_does_not_know_when_it_began_was_at_most_as_old_as_now(
    years: int, truth: Truth, stiff: bool
) -> None:
    unsure = plain_patient({"age": years, "on_when": "y1_plus", "on_age": "not_sure"})
    journey = journey_of(unsure)

    young = on_age < 45

    assert young.truth(journey.facts) == truth
    assert young.verdict(journey.facts).because == ("on_age", "on_when", "dob")
    assert ("any_stiff" in [q.id for q in journey.asked(PAGES["u_stiff_ask"])]) is stiff


@pytest.mark.parametrize(
    ("said", "truth", "because"),
    [
        ({"on_when": "y1_plus", "on_age": 30}, Truth.YES, ("on_age",)),
        ({"on_when": "y1_plus", "on_age": None}, Truth.UNANSWERED, ("on_when", "dob")),
        ({"on_when": "y1_plus", "on_age": "not_sure", "dob": None}, Truth.NOT_SURE, ("on_age", "on_when")),
        ({"on_when": "m3_12"}, Truth.YES, ("on_when", "dob")),
        # The question is not asked then, and the age stands in for it.
        ({"on_when": "m3_12", "dob": None}, Truth.UNANSWERED, ("on_when",)),
        ({"on_when": "today"}, Truth.NO, ("on_when", "dob")),
        ({"on_when": None, "dob": None}, Truth.UNANSWERED, ("on_age",)),
    ],
)
def test_the_age_at_onset_comes_from_what_is_known(
    said: dict[str, Value | None], truth: Truth, because: tuple[str, ...]
) -> None:
    found = verdict(on_age < 45, **said)

    assert (found.truth, found.because) == (truth, because)


@pytest.mark.parametrize(
    ("onset", "days"),
    [
        ("today", 0),
        ("d1_3", 3),
        ("d4_14", 14),
        ("w2_6", 42),
        ("w6_12", 84),
        ("m3_12", 365),
        ("y1_plus", 9999),
        # Safety: not sure when is as good as lately.
        ("not_sure", 14),
    ],
)
def test_an_onset_counts_as_so_many_days(onset: str, days: int) -> None:
    assert verdict(onset_days <= days, on_when=onset).truth == Truth.YES
    assert verdict(onset_days < days, on_when=onset).truth == Truth.NO


def test_pain_of_this_year_began_at_the_age_of_now() -> None:
    patient = plain_patient({"age": 45, "on_when": "m3_12"})

    assert (on_age < 45).truth(journey_of(patient).facts) == Truth.NO
    assert (on_age < 46).truth(journey_of(patient).facts) == Truth.YES


@pytest.mark.parametrize(
    ("criterion", "data"),
    [
        (ALWAYS, ["always"]),
        (feature("mood_self_harm"), ["feature", "mood_self_harm"]),
        (ticked("sites", "b", "a"), ["ticked", "sites", ["a", "b"]]),
        (all_no("b", "a"), ["all_no", ["b", "a"]]),
        (onset_days <= 14, ["compare", "onset_days", "<=", 14]),
        (on_age <= age - 2, ["compare", "on_age", "<=", "age - 2"]),
        (yes("a") & yes("b") & yes("c"), ["all", [["yes", "a"], ["yes", "b"], ["yes", "c"]]]),
        (yes("a") | several("b"), ["at_least", 1, [["yes", "a"], ["several", "b"]]]),
    ],
)
def test_a_criterion_is_plain_data_as_well(criterion: Criterion, data: list[object]) -> None:
    assert criterion.as_data() == data


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
