"""Criteria in words: every kind has some, and they name all that the criterion looks at."""

import pytest

from intake.questionnaire import PAGES, QUESTIONS
from intake.questionnaire.body import SITE_GROUPS
from intake.questionnaire.criteria import (
    ALWAYS,
    Chosen,
    Criterion,
    NotChosen,
    Ticked,
    age,
    all_no,
    at_least,
    chosen,
    feature,
    not_chosen,
    on_age,
    pain_in,
    several,
    ticked,
    yes,
)
from intake.questionnaire.in_words import asked_in_words, fires_in_words
from intake.red_flags import RED_FLAGS

SAID = [
    (ALWAYS, "always"),
    (yes("rf_fever"), "rf_fever is “Yes” / “Not sure”"),
    (chosen("on_when", "today"), "on_when is “Today”"),
    (chosen("med_now", "nsaid"), "med_now has “Ibuprofen, naproxen, diclofenac, aspirin” / “Not sure”"),
    (ticked("med_now", "none"), "med_now has “None”"),
    (several("sites"), "sites has more than one answer"),
    (not_chosen("sex_at_birth", "male"), "sex_at_birth is not “Male”, or is not answered"),
    (all_no("rf_fever", "rf_rash"), "each of rf_fever, rf_rash that is asked is “No”"),
    (age >= 50, "age (from dob) is 50 or more"),
    (age <= 55, "age (from dob) is 55 or less"),
    (on_age < 45, "on_age (from on_when, dob) is less than 45"),
    (on_age > age, "on_age (from on_when, dob) is more than age"),
    (feature("mood_self_harm"), "the clinic has switched on mood_self_harm"),
    (pain_in("HEAD", "JAW"), "pain is marked in HEAD / JAW"),
    (
        yes("a") & (yes("b") | yes("c")),
        "a is “Yes” / “Not sure” and (b is “Yes” / “Not sure” or c is “Yes” / “Not sure”)",
    ),
    (
        at_least(2, several("sites"), several("z"), yes("a")),
        "at least 2 of: sites has more than one answer; z has more than one answer; a is “Yes” / “Not sure”",
    ),
]


@pytest.mark.parametrize(("criterion", "words"), SAID)
def test_each_kind_of_criterion_has_its_words(criterion, words):
    assert asked_in_words(criterion) == words


def test_no_kind_of_criterion_is_without_words():
    tried = {type(part) for criterion, _ in SAID for part in _parts(criterion)}

    abstract = {kind for kind in _kinds(Criterion) if kind.__abstractmethods__}
    assert _kinds(Criterion) - abstract <= tried


def test_a_choice_of_one_does_not_open_on_not_sure():
    # "When did it begin?" with "not sure" is an answer of its own, and opens nothing that names another.
    assert "Not sure" not in asked_in_words(chosen("on_when", "y1_plus"))


def test_a_rule_says_yes_alone():
    assert fires_in_words(yes("rf_fever")) == "rf_fever is “Yes”"


def test_the_words_name_every_question_and_answer_that_is_looked_at():
    declared = [each.asked_when for each in (*PAGES.values(), *QUESTIONS.values())]
    for criterion in (*declared, *(rule.when for rule in RED_FLAGS)):
        words = asked_in_words(criterion)

        for id in criterion.question_ids():
            assert id in words or (id == "sites" and "pain is marked" in words)
        for part in _parts(criterion):
            if isinstance(part, Chosen | Ticked | NotChosen) and part.question_id != "sites":
                offered = {option.id: str(option.text) for option in QUESTIONS[part.question_id].options}
                assert all(offered[id] in words for id in part.options)


def test_places_are_named_by_groups_that_hold_them_all_and_no_other():
    for groups in (("UPPER_BACK", "MID_BACK"), ("LEG",), ("NECK", "HEAD", "JAW"), ("CHEST", "FLANK", "ABDO")):
        criterion = pain_in(*groups)
        named = asked_in_words(criterion).removeprefix("pain is marked in ").split(" / ")

        assert frozenset().union(*(SITE_GROUPS[name] for name in named)) == frozenset(criterion.options)


def _parts(criterion):
    yield criterion
    for part in getattr(criterion, "parts", ()):
        yield from _parts(part)


def _kinds(kind):
    return {kind}.union(*(_kinds(each) for each in kind.__subclasses__()))
