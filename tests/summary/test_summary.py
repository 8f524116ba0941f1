"""What the clinician reads."""

import json
from datetime import timedelta
from typing import Any

import pytest

from intake.demo.vignettes import VIGNETTES, answers_of, vignette
from intake.questionnaire import QUESTIONS
from intake.questionnaire.answers import Answers
from intake.red_flags import Screening, Urgency, screen_with_texts
from intake.summary import AnswerChange, Retraction, Subject, Summary, Told, write_summary
from intake.summary.record import GroupLine
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
        screen_with_texts(journey),
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


def test_below_same_day_only_the_highest_line_of_each_group_is_printed() -> None:
    safety = summary_of(answers_of(vignette("V31"), ON)).safety

    assert [fired.rule for fired in safety.fired] == ["R-GEN-1"]
    assert {fired.rule for fired in safety.rules} == {rule.rstrip("?") for rule in vignette("V31").fires}


def test_from_same_day_up_a_group_prints_each_line_that_says_something_new() -> None:
    safety = summary_of(answers_of(vignette("V12"), ON)).safety

    assert [fired.rule for fired in safety.fired] == ["R-NEU-1", "R-MSCC-1", "R-NEU-4", "R-MSCC-2"]
    assert {fired.rule for fired in safety.rules} == set(vignette("V12").fires)


def test_a_line_is_left_out_when_another_of_its_group_prints_all_of_its_answers() -> None:
    safety = summary_of(answers_of(vignette("V11"), ON)).safety

    assert "R-CES-1" in [fired.rule for fired in safety.rules]
    assert "R-CES-1" not in [fired.rule for fired in safety.fired]
    assert safety.urgency == safety.fired[0].urgency == "EMERGENCY"


def test_a_more_urgent_line_is_never_left_out_for_a_less_urgent_one() -> None:
    for case in VIGNETTES:
        safety = summary_of(answers_of(case, ON)).safety
        tiers = [Urgency[fired.urgency] for fired in safety.fired]
        assert tiers == sorted(tiers, reverse=True), case.id
        above_notes = {fired.group for fired in safety.rules if Urgency[fired.urgency] > Urgency.NOTE}
        assert {fired.group for fired in safety.fired} == above_notes, case.id
        highest = {each.group: each.urgency for each in reversed(safety.rules)}
        printed = {each.group: each.urgency for each in reversed(safety.fired)}
        assert all(printed[group] == highest[group] for group in printed), case.id


def test_each_answer_is_printed_once_and_referred_to_after_that() -> None:
    heart, general = summary_of(answers_of(vignette("V150"), ON)).safety.fired

    assert heart.because == "cannot take 4 steps for pain; speed of change: over hours or days; leg weakness"
    assert general.because == "as under Cord/nerve"
    for case in VIGNETTES:
        fired = summary_of(answers_of(case, ON)).safety.fired
        words = [reason.words for each in fired for reason in each.reasons if not reason.under]
        assert len(words) == len(set(words)), case.id


def test_of_a_list_only_what_the_rule_looked_at_is_a_reason() -> None:
    (fired, *_) = summary_of(answers_of(vignette("V05"), ON)).safety.fired

    assert "hypertension" in fired.because
    widened = answers_of(vignette("V05"), ON).merged({"pmh_heart_list": ("high_bp", "fh_aorta")})
    (same, *_) = summary_of(widened).safety.fired
    assert "family history" not in same.because


def test_a_finding_says_which_answers_raised_it() -> None:
    (fired,) = (f for f in summary_of(answers_of(vignette("V12"), ON)).safety.fired if f.rule == "R-NEU-1")

    assert fired.because == "leg weakness; which leg: both legs; speed of change: over weeks"


def test_an_unsure_finding_says_so() -> None:
    (fired,) = summary_of(answers_of(vignette("V20"), ON)).safety.fired

    assert fired.unsure
    assert fired.line.startswith("Patient not sure: ")
    assert (
        fired.because == "timing of bladder/bowel/saddle change: within 2 weeks; saddle numbness (not sure)"
    )


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


def test_a_gate_answered_no_prints_what_it_names_and_not_itself() -> None:
    safety = summary_of(plain_patient()).safety

    groups = {group.label: group for group in safety.groups}
    assert groups["Skin"].together == ("new rash at pain site",)
    assert groups["Infection"].together == ("low immunity", "injected drugs")
    printed = [said for group in safety.groups for said in (*group.negatives, *group.together)]
    assert not [said for said in printed if said.startswith("any of")]


def test_a_gate_prints_itself_when_it_is_blank_unsure_or_yes_without_more() -> None:
    def general(value: str | None, item: str = "no") -> GroupLine:
        items = {"rf_cough_blood": item} if value not in (None, "no") else {}
        answers = plain_patient({"any_rare": value or "no", **items}).merged({"any_rare": value})
        return next(group for group in summary_of(answers).safety.groups if group.label == "General")

    label = str(QUESTIONS["any_rare"].label)
    assert label in general(None).unanswered
    assert label in general("not_sure").unsure
    assert label in general("yes").positives
    assert label not in general("yes", item="yes").positives


def test_what_another_part_of_the_note_prints_is_not_in_the_lines_of_the_groups() -> None:
    summary = summary_of(plain_patient())

    assert "Medicine safety" not in [group.label for group in summary.safety.groups]
    medicines = {fact.label: fact.text for fact in summary.medicines}
    assert medicines["Anticoagulant"] == "no"
    assert medicines["Oral steroid 4 weeks or more in the last year"] == "no (asked together)"
    assert medicines["Oral steroid 3 months"] == "no (asked together)"


def test_words_of_self_harm_stand_first_and_no_line_says_that_no_rule_fired() -> None:
    safety = summary_of(plain_patient({"mc_main": "My back hurts and I want to end my life"})).safety

    assert safety.fired[0].rule == "R-FT-2"
    assert safety.fired[0].line == 'Wrote words of self-harm: "end my life"'
    assert safety.urgency == "SAME_DAY"
    assert "No safety rule fired" not in safety.headline
    with_an_emergency = plain_patient({"mc_main": "I want to end my life", "rf_very_unwell": "yes"})
    urgent = summary_of(with_an_emergency).safety
    assert urgent.fired[0].rule == "R-FT-2"
    assert urgent.urgency == "EMERGENCY"


def test_violence_at_home_is_said_in_confidence_and_nowhere_else() -> None:
    summary = summary_of(plain_patient({"mc_main": "My husband hits me and my back hurts"}))

    (said,) = summary.safety.in_confidence
    assert said.startswith("Wrote words about violence or fear at home: ")
    assert summary.safety.urgency == "PRIORITY"
    document = summary.to_json()
    document["safety"].pop("in_confidence")
    assert "violence" not in json.dumps(document)


def test_a_mark_that_does_not_fit_is_said_with_where_it_was_seen_and_raises_nothing() -> None:
    safety = summary_of(plain_patient({"sites": ["b_scapula_l", "f_chest_centre"]})).safety

    assert ("map", "NOTE") in [(doubt.source, doubt.urgency) for doubt in safety.doubts]
    assert safety.urgency is None
    assert safety.headline.startswith("No safety rule fired.")


def test_words_about_what_was_not_asked_say_so() -> None:
    safety = summary_of(plain_patient({"mc_main": "waters broke, my calf is swollen"})).safety

    assert all("answered no" in doubt.line or "was not asked" in doubt.line for doubt in safety.doubts)


def test_declining_is_no_blank_and_one_required_blank_is_enough_to_be_incomplete() -> None:
    declined = plain_patient({"sites": ["b_low_l"], "rf_sex_change": "prefer_not_say"})

    assert summary_of(declined).safety.incomplete is False
    assert summary_of(declined.merged({"rf_fever": None})).safety.incomplete is True


def test_no_phone_and_an_age_that_is_not_known_are_said_in_words() -> None:
    summary = summary_of(
        plain_patient({"phone_best": "no_phone", "on_when": "y1_plus", "on_age": "not_sure"})
    )

    assert (summary.phone, summary.no_phone) == ("no phone", True)
    assert "age at first pain uncertain" in summary.history
    assert "no_phone" not in json.dumps([summary.phone, summary.history, summary.completed_by])


def test_what_is_typed_beside_other_is_printed_whole_beside_it() -> None:
    typed = "a very long word of my own, with a comma; and more"
    said = {"hope": "other", "hope__other": typed, "agg": ["sitting", "other"], "agg__other": typed}
    summary = summary_of(plain_patient(said))

    (hope,) = summary.hopes
    assert (hope.label, hope.text) == ("Hopes for", f"something else: {typed}")
    assert hope.ids == ("hope", "hope__other")
    (worse,) = (fact for fact in summary.pain if fact.label == "Worse with")
    assert worse.text == f"prolonged sitting; other: {typed}"


def test_treatments_are_printed_by_what_they_did() -> None:
    summary = summary_of(
        plain_patient(
            {
                "med_now": ["paracetamol"],
                "tx_tried": ["tx_physio", "tx_rest", "other"],
                "tx_tried__other": "Cupping",
                "tx_effect": {
                    "med_now:paracetamol": "not_sure",
                    "tx_tried:tx_physio": "helped",
                    "tx_tried:other": "worse",
                },
            }
        )
    )

    assert [(fact.label, fact.text) for fact in summary.treatments] == [
        ("Tried", "bed rest"),
        ("Helped", "physiotherapy"),
        ("Worse", "something else: Cupping"),
        ("Not sure", "paracetamol"),
    ]


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
    safety = summary_of(plain_patient({"mc_main": "My back hurts and I cannot pee"})).safety

    (doubt,) = safety.doubts
    assert doubt.line == 'Free text mentions "cannot pee"; new hesitancy/retention answered no'
    assert (doubt.source, doubt.ids) == ("text", ("rf_pee_start",))
    assert safety.urgency == "PRIORITY"
    assert safety.headline == "PRIORITY: first at the visit"


def test_the_transcribe_profile_applies_no_rule() -> None:
    journey = journey_of(answers_of(vignette("V05"), ON))

    summary = write_summary(
        journey,
        Screening((), ()),
        Subject("Iris Example"),
        written_at=EVENING,
        sent_at=EVENING,
        profile="transcribe",
    )

    assert summary.safety.urgency is None
    assert summary.safety.fired == summary.safety.groups == summary.patterns == ()
    assert summary.safety.doubts == summary.safety.in_confidence == ()
    assert summary.safety.transcribed[0] == "chest pain in 3 days: yes"


@pytest.mark.parametrize("case", VIGNETTES, ids=lambda case: case.id)
def test_it_never_diagnoses_ranks_or_reassures(case) -> None:
    document = summary_of(answers_of(case, ON)).to_json()
    document.pop("answers")  # the questions as the patient read them
    words = json.dumps(document).lower().replace("not a diagnosis", "")

    assert not [banned for banned in BANNED if f" {banned} " in f" {words} " or f"{banned}." in words]


def test_the_history_reads_like_a_note() -> None:
    assert summary_of(answers_of(vignette("V01"), ON)).history == (
        "Woman of 34 with pain in the left upper back, suprascapular; left interscapular; "
        "worst in the left interscapular. "
        "Began 6 to 12 weeks ago (subacute), gradual, with desk or screen, unchanged. "
        "Dull ache; tight, knotted."
    )


def test_free_text_stays_as_it_was_written() -> None:
    typed = 'Ça fait mal "ici"\n<b>שלום</b>'

    summary = summary_of(plain_patient({"mc_main": typed, "anything_else": typed}))

    assert summary.problem == typed
    assert summary.ideas[-1].text == typed
