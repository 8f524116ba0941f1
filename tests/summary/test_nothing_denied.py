"""What is printed as said was said: every reason, feature and mark goes back to an answer that was given.

Tried on every vignette, on everybody the rules are tried on, and on any answers at all.
"""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings

from intake.demo.vignettes import VIGNETTES, answers_of, vignette
from intake.questionnaire import QUESTIONS
from intake.questionnaire.answers import Answers
from intake.questionnaire.body import REGIONS
from intake.questionnaire.journey import Journey
from intake.questionnaire.questions import AnyOf, Regions, YesNoUnsure
from intake.red_flags import screen_with_texts
from intake.red_flags.patterns import PATTERNS, Reported
from intake.summary import Subject, Summary, write_summary
from intake.summary.lines import with_its_answers
from intake.summary.phrases import named, unsure
from intake.summary.places import BOTH_SIDES
from intake.summary.record import Reason
from tests.answering import ON, any_answers, journey_of, plain_patient
from tests.red_flags.people import everybody
from tests.summary.times import EVENING

# Of the sex only the strip at the top tells; an age and an onset are always the whole answer.
WHOLE = frozenset({"dob", "on_when", "on_age"})


def summary_of(journey: Journey) -> Summary:
    return write_summary(
        journey, screen_with_texts(journey), Subject("Anna Example"), written_at=EVENING, sent_at=EVENING
    )


def was_said(atom: Reported, journey: Journey) -> bool:
    """By the plain data of the criterion, and not by the code that printed it."""
    kind, about, *rest = atom.when.as_data()
    if kind == "yes":
        return journey.counting.get(str(about)) == "yes"
    if kind == "chosen":
        value, options = journey.counting.get(str(about)), rest[0]
        assert isinstance(options, list)
        return bool(set(value if isinstance(value, tuple) else (value,)) & set(options))
    assert (kind, about) == ("compare", "age")
    return "dob" in journey.counting


def features_not_said(journey: Journey) -> Iterator[tuple[str, str]]:
    for pattern in PATTERNS:
        atoms = {str(atom.label): atom for feature in pattern.features for atom in feature.atoms}
        for label in pattern.reported(journey.facts):
            if not was_said(atoms[label], journey):
                yield pattern.id, label


def reasons_not_said(journey: Journey, summary: Summary) -> Iterator[tuple[str, str]]:
    for fired in (*summary.safety.fired, *summary.safety.rules):
        for reason in fired.reasons:
            if not reason_was_said(reason, journey):
                yield fired.rule, reason.words


def reason_was_said(reason: Reason, journey: Journey) -> bool:
    question, value = QUESTIONS[reason.id], journey.counting.get(reason.id)
    if value is None:
        return False
    if isinstance(question, YesNoUnsure):
        return reason.words == {"yes": named(reason.id), "not_sure": unsure(reason.id)}.get(str(value))
    if isinstance(question, Regions):
        return not (set(places_in(reason.words)) - set(value))
    if isinstance(question, AnyOf):
        left_out = [option for option in question.options if option.id not in value]
        parts = reason.words.partition(": ")[2] or reason.words
        said = [part for half in parts.split("; ") for part in (half, *half.split(", "))]
        return not {str(option.noted or option.text) for option in left_out} & set(said)
    return reason.id in WHOLE or question.as_noted(value) in reason.words


def places_in(words: str) -> Iterator[str]:
    """The regions that these words name."""
    parts = words.partition(": ")[2].split("; ")
    said = [part for half in parts for part in (half, *half.split(", "))]
    yield from (region.id for region in REGIONS if str(region.noted) in said)
    for pair, both in BOTH_SIDES.items():
        yield from (f"{pair}{side}" for side in ("_l", "_r") if str(both) in said)


def nothing_denied(journey: Journey) -> None:
    summary = summary_of(journey)

    assert list(features_not_said(journey)) == []
    assert list(reasons_not_said(journey, summary)) == []


@pytest.mark.parametrize("case", VIGNETTES, ids=lambda case: case.id)
def test_a_vignette_is_said_to_report_what_it_reports(case) -> None:
    nothing_denied(journey_of(answers_of(case, ON)))


def test_nobody_the_rules_are_tried_on_is_said_to_report_what_they_did_not() -> None:
    # One in twenty-three: all of them take more than a minute.
    people = list(everybody())[::23]

    for person in people:
        nothing_denied(person.journey)


@settings(max_examples=60)
@given(any_answers())
def test_no_answers_are_said_to_report_what_they_do_not(answers: Answers) -> None:
    nothing_denied(journey_of(answers))


def reported(pattern_id: str, special: dict) -> tuple[str, ...]:
    pattern = next(each for each in PATTERNS if each.id == pattern_id)
    return pattern.reported(journey_of(plain_patient(special)).facts)


def test_of_four_that_go_with_heart_pain_only_the_one_reported_is_printed() -> None:
    said = {"rf_sweaty": "yes", "rf_sick": "no", "rf_breathless": "not_sure", "rf_faint": "no"}

    assert reported("pat_heart", said) == ("sweating",)


def test_tight_is_not_printed_as_crushing() -> None:
    assert reported("pat_heart", {"pq_words": ["tight"]}) == ("tight, knotted",)


def because_of(special: dict, rule: str) -> str:
    summary = summary_of(journey_of(plain_patient(special)))
    return next(fired.because for fired in summary.safety.rules if fired.rule == rule)


def test_a_line_that_stands_alone_says_which_of_the_things_it_names_was_reported() -> None:
    """A worklist, or what changed, has no room for the reasons beside the line."""
    said = {"sites": ["b_upper_l"], "rf_sweaty": "yes", "rf_sick": "yes", "rf_breathless": "no"}
    summary = summary_of(journey_of(plain_patient({**said, "on_when": "today"})))
    fired = next(each for each in summary.safety.rules if each.rule == "R-ACS-4")

    alone = with_its_answers(fired)

    assert alone.startswith(fired.line)
    answers = alone.removeprefix(fired.line)
    assert "sweating" in answers
    assert "breathless" not in answers


def test_a_line_that_stands_alone_repeats_the_answers_that_another_line_has_printed() -> None:
    summary = summary_of(journey_of(answers_of(vignette("V150"), ON)))

    for fired in summary.safety.fired:
        assert all(reason.words in with_its_answers(fired) for reason in fired.reasons)
    assert any(reason.under for fired in summary.safety.fired for reason in fired.reasons)


def test_of_the_illnesses_only_the_one_the_rule_looked_at_is_a_reason() -> None:
    ill = {"pmh_other": "yes", "pmh_other_list": ["diabetes", "asthma_nsaid", "sickle"], "on_when": "d1_3"}

    because = because_of(ill, "R-SCD-2")

    assert "sickle cell disease" in because
    assert "diabetes" not in because
    assert "asthma" not in because


def test_of_the_places_only_those_the_rule_looked_at_are_a_reason() -> None:
    marked = ["b_upper_l", "b_calf_l", "f_chest_l"]
    said = {"sites": marked, "rf_sweaty": "yes", "rf_sick": "yes", "on_when": "today"}

    because = because_of(said, "R-ACS-4")

    assert "Site: left upper back, suprascapular; left anterior chest" in because
    assert "calf" not in because


def test_a_note_says_which_of_the_things_it_names_was_reported() -> None:
    night = summary_of(journey_of(plain_patient({"rf_night_pain": "yes", "rf_night_sweats": "no"})))
    hands = summary_of(journey_of(plain_patient({"rf_hands_clumsy": "yes", "sites": ["b_neck_l"]})))

    assert "Single non-specific feature (unremitting night pain)" in night.safety.notes
    assert "Single hand, gait or neck-bending symptom (clumsy hands)" in hands.safety.notes


def test_marks_that_do_not_fit_are_named_by_their_place() -> None:
    marked = {"sites": ["f_chest_l", "b_low_l"], "rf_chest_pain": "no"}

    (doubt,) = (each for each in summary_of(journey_of(plain_patient(marked))).safety.doubts)

    assert doubt.line.endswith("(marked: left anterior chest)")
