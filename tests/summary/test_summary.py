"""What the clinician reads."""

import json
from datetime import timedelta
from typing import Any

import pytest

from intake.questionnaire.answers import Answers
from intake.questionnaire.vignettes import VIGNETTES, answers_of, vignette
from intake.red_flags import Screening, screen
from intake.summary import AnswerChange, Mention, Retraction, Subject, Summary, Told, write_summary
from tests.answering import ON, journey_of, plain_patient
from tests.summary.times import EVENING, MORNING

BANNED = (
    "likely", "unlikely", "suggests", "indicates", "consistent with", "probable", "rule in", "rule out",
    "diagnosis of", "match", "safe", "low risk", "cleared", "consider",
)  # fmt: skip


def summary_of(answers: Answers, **more: Any) -> Summary:
    journey = journey_of(answers)
    return write_summary(
        journey,
        screen(journey),
        Subject("Iris Example"),
        written_at=EVENING,
        sent_at=more.pop("sent_at", EVENING),
        **more,
    )


@pytest.mark.parametrize("case", VIGNETTES, ids=lambda case: case.id)
def test_a_summary_comes_back_from_json_as_it_went(case) -> None:
    summary = summary_of(answers_of(case, ON))

    assert Summary.from_json(json.loads(json.dumps(summary.to_json()))) == summary


def test_a_record_outlives_the_code_that_wrote_it() -> None:
    document = summary_of(plain_patient()).to_json()
    del document["answers"][0]["label"]
    document["a field of another version"] = 1

    assert Summary.from_json(document).problem == "Ache"


def test_without_findings_it_says_that_no_rule_fired_and_no_more() -> None:
    safety = summary_of(answers_of(vignette("V01"), ON)).safety

    assert (
        safety.headline
        == f"No safety rule fired. {safety.asked} of {safety.asked} safety questions answered."
    )
    assert safety.fired == ()


def test_only_the_highest_line_of_each_group_is_printed() -> None:
    safety = summary_of(answers_of(vignette("V12"), ON)).safety

    assert [fired.rule for fired in safety.fired] == ["R-NEU-1", "R-MSCC-1"]
    assert {fired.rule for fired in safety.rules} == set(vignette("V12").fires)


def test_a_finding_says_which_answers_raised_it() -> None:
    (fired,) = (f for f in summary_of(answers_of(vignette("V12"), ON)).safety.fired if f.rule == "R-NEU-1")

    assert fired.because == "leg weakness; both legs; over weeks"


def test_an_unsure_finding_says_so() -> None:
    (fired,) = summary_of(answers_of(vignette("V20"), ON)).safety.fired

    assert fired.unsure
    assert fired.line.startswith("Patient not sure: ")
    assert fired.because == "within 2 weeks; saddle numbness (not sure)"


def test_an_unfinished_form_is_marked_incomplete_and_names_the_blanks() -> None:
    unfinished = plain_patient().merged({"rf_fever": None, "nrs_now": None})

    safety = summary_of(unfinished, sent_at=None).safety

    assert not safety.complete
    assert safety.answered == safety.asked - 1
    assert safety.not_answered == ("fever",)


def test_a_blank_is_printed_neither_as_denied_nor_as_reported() -> None:
    safety = summary_of(plain_patient().merged({"rf_fever": None})).safety

    infection = next(group for group in safety.groups if group.label == "Infection")

    assert "fever" in infection.unanswered
    assert "fever" not in (*infection.negatives, *infection.positives)


def test_a_question_that_was_not_asked_is_printed_nowhere() -> None:
    safety = summary_of(plain_patient()).safety

    assert all("rigors" not in (*g.negatives, *g.unanswered) for g in safety.groups)


def test_declining_is_printed_as_such() -> None:
    private = plain_patient({"sites": ["b_low_l"], "rf_sex_change": "prefer_not_say"})

    assert summary_of(private).safety.declined == ("new sexual function change",)


def test_a_withdrawn_finding_keeps_both_answers_and_both_times() -> None:
    retraction = Retraction(
        "R-CES-1",
        "EMERGENCY",
        (AnswerChange("rf_saddle_numb", "yes", "no"),),
        raised_at=MORNING,
        withdrawn_at=MORNING + timedelta(minutes=4),
    )

    (line,) = summary_of(plain_patient(), withdrawn=[retraction]).safety.withdrawn

    assert line == (
        "EMERGENCY raised 22 Nov 2026, 09:00, withdrawn 22 Nov 2026, 09:04: New (within 2 weeks) "
        "saddle, bladder or bowel change [saddle numbness: was yes, now no]"
    )


def test_what_the_patient_was_told_and_chose_is_printed() -> None:
    told = Told(MORNING, "adv_call_now", "already_seen", "A&E, yesterday")

    (line,) = summary_of(plain_patient(), told=[told], clinic={"emergency_number": "999"}).safety.told

    assert line == '22 Nov 2026, 09:00: shown "Call 999 now"; chose: already seen for this (A&E, yesterday)'


def test_free_text_that_does_not_fit_a_no_is_printed() -> None:
    (line,) = summary_of(plain_patient(), mentions=[Mention("cannot pee", "rf_pee_start")]).safety.mentions

    assert line == 'Free text mentions "cannot pee" but the question was answered no: new hesitancy/retention'


def test_the_transcribe_profile_applies_no_rule() -> None:
    journey = journey_of(answers_of(vignette("V05"), ON))

    summary = write_summary(
        journey,
        Screening((), ()),
        Subject("Iris Example"),
        written_at=EVENING,
        sent_at=EVENING,
        mentions=[Mention("chest pain", "rf_chest_pain")],
        profile="transcribe",
    )

    assert summary.safety.urgency is None
    assert summary.safety.fired == summary.safety.groups == summary.patterns == ()
    assert summary.safety.mentions == ()
    assert summary.safety.transcribed[0] == "chest pain in 3 days: yes"


@pytest.mark.parametrize("case", VIGNETTES, ids=lambda case: case.id)
def test_it_never_diagnoses_ranks_or_reassures(case) -> None:
    document = summary_of(answers_of(case, ON)).to_json()
    document.pop("answers")  # the questions as the patient read them
    words = json.dumps(document).lower().replace("not a diagnosis", "")

    assert not [banned for banned in BANNED if f" {banned} " in f" {words} " or f"{banned}." in words]


def test_the_history_reads_like_a_note() -> None:
    assert summary_of(answers_of(vignette("V01"), ON)).history == (
        "Woman of 34 with pain in the left upper back, suprascapular and left interscapular. "
        "Began 6 to 12 weeks ago (subacute), gradual, with desk or screen. "
        "Dull ache, tight, knotted; comes and goes."
    )


def test_free_text_stays_as_it_was_written() -> None:
    typed = 'Ça fait mal "ici"\n<b>שלום</b>'

    summary = summary_of(plain_patient({"mc_main": typed, "anything_else": typed}))

    assert summary.problem == typed
    assert summary.ideas[-1].text == typed
