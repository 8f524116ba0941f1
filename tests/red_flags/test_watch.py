"""Words and marks that do not fit a "no"."""

from datetime import date

import pytest

from intake.questionnaire.answers import Answers
from intake.questionnaire.journey import Journey
from intake.questionnaire.vignettes import VIGNETTES, answers_of
from intake.red_flags.advice import WATCH_PHRASES, WATCH_REGIONS
from intake.red_flags.watch import Mention, mentions

ON = date(2026, 11, 22)


def looked_at(**said):
    """The mentions for an ordinary patient who also said this."""
    ordinary = answers_of(VIGNETTES[0], ON)
    return mentions(Journey(ordinary.merged(said), ON))


def test_an_ordinary_patient_is_not_asked_to_look_again():
    assert looked_at() == ()


def test_a_phrase_beside_a_no_is_found_as_the_patient_spelt_it():
    found = looked_at(mc_main="Since Tuesday I Can’t  Pee properly", rf_pee_start="no")

    assert found == (Mention("Can’t  Pee", "rf_pee_start"),)


@pytest.mark.parametrize("answer", ["yes", "not_sure"])
def test_a_phrase_that_fits_the_answer_is_not_doubted(answer):
    assert looked_at(mc_main="I cannot pee", rf_pee_start=answer) == ()


def test_a_phrase_beside_a_blank_is_not_doubted():
    assert looked_at(mc_main="I cannot pee", rf_pee_start=None) == ()


def test_a_phone_number_is_not_numbness():
    assert looked_at(mc_main="My number has changed, use the other numbers") == ()


def test_endings_of_a_word_are_left_open():
    assert looked_at(mc_main="numbness in both feet", rf_numb_below="no") == (
        Mention("numbness", "rf_numb_below"),
    )


def test_a_word_inside_another_is_not_meant():
    assert looked_at(mc_main="I feel benumbed", rf_numb_below="no") == ()


def test_words_of_self_harm_are_found_whatever_was_answered():
    assert looked_at(ice_concern="some days I feel suicidal") == (Mention("suicidal", None),)


def test_lists_in_the_patients_words_are_read_too():
    assert looked_at(agenda=("why I blacked out", "sleep"), rf_faint="no") == (
        Mention("blacked out", "rf_faint"),
    )


@pytest.mark.parametrize("region", WATCH_REGIONS)
def test_a_mark_between_the_legs_beside_no_numbness_is_found(region):
    found = looked_at(sites=(region,), site_main=None, rf_saddle_numb="no")

    assert [mention.question for mention in found] == ["rf_saddle_numb"]


@pytest.mark.parametrize("watch", WATCH_PHRASES, ids=lambda watch: str(watch.question_id))
def test_every_phrase_is_found(watch):
    said = {watch.question_id: "no"} if watch.question_id else {}
    patients = (answers_of(case, ON).merged(said) for case in VIGNETTES)
    asked = next(answers for answers in patients if set(said) <= set(Journey(answers, ON).counting))

    for phrase in watch.phrases:
        journey = Journey(asked.merged({"mc_main": f"Well, {phrase}."}), ON)

        assert watch.question_id in [mention.question for mention in mentions(journey)]


def test_an_answer_that_no_longer_counts_is_not_read():
    answers = Answers(answers_of(VIGNETTES[0], ON)).merged(
        {"allergy_text": "I passed out", "allergy_any": "no"}
    )

    assert mentions(Journey(answers, ON)) == ()
