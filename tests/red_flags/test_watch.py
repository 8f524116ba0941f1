"""Words that do not fit a "no", and words that cannot wait."""

import pytest

from intake.demo.vignettes import VIGNETTES, answers_of
from intake.questionnaire import QUESTIONS
from intake.questionnaire.answers import Answers
from intake.questionnaire.values import Rating
from intake.red_flags import Urgency, screen, screen_with_texts
from intake.red_flags.advice import card_for
from intake.red_flags.model import Screening
from intake.red_flags.watch import Mention, in_confidence, matches, mentions, text_findings, written
from intake.red_flags.watch_list import WATCH
from tests.answering import ON, journey_of, plain_patient
from tests.red_flags.watch_examples import FOUND, FOUND_BY, NOT_FOUND

PLAIN = plain_patient()


def wrote(text, **said):
    """The way through of a plain patient who wrote this."""
    answers = plain_patient(said) if said else PLAIN
    return journey_of(answers.merged({"mc_main": text}))


@pytest.mark.parametrize("text", FOUND)
def test_an_everyday_phrase_is_found(text):
    assert matches(wrote(text))


@pytest.mark.parametrize("between", ["  ", "\n", " \r\n\t"])
def test_a_phrase_is_found_however_its_words_are_spaced(between):
    for text in FOUND:
        assert matches(wrote(text.replace(" ", between))), text


@pytest.mark.parametrize("text", NOT_FOUND)
def test_a_harmless_phrase_is_left_alone(text):
    assert matches(wrote(text)) == ()


@pytest.mark.parametrize("entry", list(FOUND_BY))
def test_an_entry_finds_each_of_its_phrases(entry):
    """A phrase for each pattern: an entry or a pattern that is taken away is missed here."""
    for text in FOUND_BY[entry]:
        assert entry in [match.entry.id for match in matches(wrote(text))], text


def test_every_entry_has_its_phrases():
    assert list(FOUND_BY) == [entry.id for entry in WATCH]
    assert all(len(FOUND_BY[entry.id]) >= len(entry.patterns) for entry in WATCH)


def test_an_ordinary_patient_is_not_asked_to_look_again():
    assert mentions(wrote("Ache after work")) == ()


def test_a_phrase_beside_a_no_is_found_as_the_patient_spelt_it():
    found = mentions(wrote("Since Tuesday I Can’t Pee properly", sites=["b_low_l"]))

    assert found == (Mention("w_pee_start", "Can’t Pee", "rf_pee_start", Urgency.PRIORITY),)


@pytest.mark.parametrize("answer", ["yes", "not_sure"])
def test_a_phrase_that_fits_the_answer_is_not_doubted(answer):
    assert mentions(wrote("I cannot pee", sites=["b_low_l"], rf_pee_start=answer)) == ()


def test_a_phrase_beside_a_blank_is_not_doubted():
    blank = plain_patient({"mc_main": "I cannot pee", "sites": ["b_low_l"]}).merged({"rf_pee_start": None})

    assert mentions(journey_of(blank)) == ()


def test_a_phrase_whose_question_was_not_asked_is_said_and_asks_nobody():
    found = mentions(wrote("I think I am pregnant"))

    assert [(each.question, each.asked) for each in found] == [("rf_pregnant", False)]


def test_a_gate_is_doubted_where_its_items_were_never_asked():
    found = mentions(wrote("I have black poo"))

    assert [each.question for each in found] == ["any_rare"]


@pytest.mark.parametrize(
    ("gate", "item", "doubted"),
    [
        # A gate alone has not said which of its items.
        ("yes", "no", ["rf_gi_bleed"]),
        ("not_sure", "no", ["rf_gi_bleed"]),
        # An item that is said, or not sure, is said.
        ("yes", "yes", []),
        ("yes", "not_sure", []),
    ],
)
def test_a_phrase_is_held_against_the_item_behind_its_gate(gate, item, doubted):
    found = mentions(wrote("I have black poo", any_rare=gate, rf_gi_bleed=item))

    assert [each.question for each in found] == doubted


@pytest.mark.parametrize("sight", ["yes", "not_sure"])
def test_any_item_that_is_said_answers_for_the_phrase(sight):
    text = "vision blurred, jaw aches when chewing"

    one = mentions(wrote(text, age=60, any_head="yes", rf_head_new="no", rf_sight=sight, rf_jaw_scalp="no"))
    none = mentions(wrote(text, age=60, any_head="yes", rf_head_new="no", rf_sight="no", rf_jaw_scalp="no"))

    assert one == ()
    assert [each.question for each in none] == ["rf_head_new"]


def test_a_phrase_beside_a_blank_gate_is_not_said_to_be_unasked():
    blank = plain_patient({"mc_main": "I have black poo"}).merged({"any_rare": None})

    assert mentions(journey_of(blank)) == ()


def test_numbness_is_held_against_each_of_its_questions_by_itself():
    text = "numb from the waist down"

    both = mentions(wrote(text, sites=["b_low_l"], rf_numb_below="no", rf_saddle_numb="no"))
    saddle = mentions(wrote(text, sites=["b_low_l"], rf_numb_below="yes", rf_saddle_numb="no"))

    assert [each.question for each in both] == ["rf_numb_below", "rf_saddle_numb"]
    assert [each.question for each in saddle] == ["rf_saddle_numb"]


def test_what_no_question_asks_is_said_with_no_question():
    (found,) = mentions(wrote(FOUND_BY["w_tb_etc"][0]))

    assert (found.entry, found.question) == ("w_tb_etc", None)


def test_the_patients_own_words_are_those_that_were_typed():
    typed = (Rating("Walk my dog", 2), Rating("Sit", None))
    answers = plain_patient().merged({"phone_best": "no_phone", "act_rate": typed, "allergy_text": None})
    journey = journey_of(answers)

    assert written(QUESTIONS["mc_main"], journey) == ("Ache",)
    assert written(QUESTIONS["phone_best"], journey) == ()
    assert written(QUESTIONS["allergy_text"], journey) == ()
    assert written(QUESTIONS["act_rate"], journey) == ("Walk my dog", "Sit")


def test_a_phrase_after_a_harmless_one_is_quoted_letter_for_letter():
    for guarded in ("a number of times", "İt is a number"):
        (found, *_) = matches(wrote(f"{guarded}. Then I fainted!"))

        assert found.phrase == "fainted"


def test_a_word_inside_another_is_not_meant():
    assert matches(wrote("I feel benumbed")) == ()


@pytest.mark.parametrize(
    ("text", "rule_id", "urgency", "card"),
    [
        ("some days I feel suicidal", "R-FT-2", Urgency.SAME_DAY, "adv_crisis_now"),
        ("took 16 paracetamol a day", "R-FT-3", Urgency.SAME_DAY, "adv_poison_now"),
    ],
)
def test_words_that_cannot_wait_are_a_finding_with_the_words(text, rule_id, urgency, card):
    (finding,) = text_findings(wrote(text))

    assert (finding.rule.id, finding.urgency) == (rule_id, urgency)
    assert finding.quoted in text
    assert finding.certainty == "reported"
    told = card_for(Screening((finding,), ()))
    assert (told and told[0].id) == card


def test_violence_at_home_is_for_the_clinician_alone():
    journey = wrote("my husband pushed me")

    (finding,) = in_confidence(journey)
    assert (finding.rule.id, finding.urgency, finding.quoted) == (
        "R-FT-4",
        Urgency.PRIORITY,
        "husband pushed me",
    )
    assert screen_with_texts(journey).findings == screen(journey).findings
    assert card_for(Screening((finding,), ())) is None


def test_words_that_cannot_wait_are_asked_about_by_no_question():
    for text in ("suicidal", "took 16 paracetamol a day", "he hits me"):
        assert mentions(wrote(text)) == ()


def test_lists_in_the_patients_words_are_read_too():
    answers = plain_patient().merged({"agenda": ("why I blacked out", "sleep")})

    assert [(m.phrase, m.question) for m in mentions(journey_of(answers))] == [("blacked out", "rf_faint")]


def test_an_answer_that_no_longer_counts_is_not_read():
    answers = Answers(answers_of(VIGNETTES[0], ON)).merged(
        {"allergy_text": "I passed out", "allergy_any": "no"}
    )

    assert mentions(journey_of(answers)) == ()


def test_no_match_raises_an_urgency_above_priority_but_self_harm_and_too_many_tablets():
    above = {entry.id for entry in WATCH if entry.line > Urgency.PRIORITY}
    findings = {
        f.rule.id for text in FOUND for f in text_findings(wrote(text)) if f.urgency > Urgency.PRIORITY
    }

    assert above == set()
    assert findings == {"R-FT-2", "R-FT-3"}
