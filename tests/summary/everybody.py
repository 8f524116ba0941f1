"""Patients who together are asked every question of the declaration, each with answers that tell it apart."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from intake.questionnaire import PAGES, QUESTIONS
from intake.questionnaire.answers import Answers
from intake.questionnaire.criteria import Feature
from intake.questionnaire.journey import Journey
from intake.questionnaire.questions import (
    AnyOf,
    FreeText,
    Gate,
    Grid,
    Number,
    OneOf,
    Question,
    Ranked,
    Rated,
    Telephone,
    YesNo,
    YesNoUnsure,
)
from intake.questionnaire.values import Value
from intake.red_flags import screen_with_texts
from intake.summary import Subject, Summary, write_summary
from tests.answering import ON
from tests.summary.times import EVENING

ALL_FEATURES = frozenset(
    page.asked_when.name for page in PAGES.values() if isinstance(page.asked_when, Feature)
)
EARLY_IN_PREGNANCY = {
    "who_completing": "family",
    "dob": "1996-04-28",
    "sex_at_birth": "female",
    "on_when": "d4_14",
    "rf_preg_weeks": "under_14",
    "rf_postpartum": "no",
    "safe_voicemail": "no",
    "sites": ["b_neck_l", "b_upper_l", "b_low_l", "b_low_r", "b_thigh_l", "b_thigh_r", "f_groin_l"],
}
LATE_IN_PREGNANCY = {**EARLY_IN_PREGNANCY, "rf_preg_weeks": "w20_36", "on_when": "y1_plus", "on_age": 23}
# A question that names several things is printed itself when the patient is not sure.
UNSURE_OF_GATES = {
    **EARLY_IN_PREGNANCY,
    **LATE_IN_PREGNANCY,
    **{id: "not_sure" for id, question in QUESTIONS.items() if isinstance(question, Gate)},
}
PEOPLE = {
    "early in pregnancy": EARLY_IN_PREGNANCY,
    "late in pregnancy": LATE_IN_PREGNANCY,
    "unsure of gates": UNSURE_OF_GATES,
}


def journey_with(given: Mapping[str, Any]) -> Journey:
    """The journey of somebody who says yes to everything, but for what is `given`."""
    answers = Answers()
    for page in PAGES.values():
        journey = Journey(answers, ON, features=ALL_FEATURES)
        for question in journey.asked(page):
            said = question.parse(given[question.id]) if question.id in given else telling(question, answers)
            answers = answers.merged({question.id: said})
    # Boxes open with their "other", which stands on the same page.
    for question in QUESTIONS.values():
        if isinstance(question, FreeText) and question.beside:
            answers = answers.merged({question.id: typed(question)})
    return Journey(answers, ON, features=ALL_FEATURES)


def summary_with(given: Mapping[str, Any]) -> Summary:
    journey = journey_with(given)
    subject = Subject("Iris Example", date(1996, 4, 28))
    return write_summary(
        journey,
        screen_with_texts(journey),
        subject,
        written_at=EVENING,
        sent_at=EVENING,
        patient_language="en",
    )


def typed(question: Question) -> str:
    """Words that are found nowhere else."""
    return f"Typed{list(QUESTIONS).index(question.id):03}q"


def telling(question: Question, answers: Answers) -> Value | None:
    """An answer that is printed, and opens what stands behind it."""
    match question:
        case YesNoUnsure() | YesNo():
            return "yes"
        case OneOf(among=str(earlier)):
            marked = answers[earlier]
            assert isinstance(marked, tuple)
            return str(marked[0])
        case OneOf(options=options):
            return next((each.id for each in options if each.id == "other"), options[0].id)
        case Grid(rows=rows, columns=columns):
            standing = [row.id for row in rows if _ticked(row.id, answers)]
            return dict.fromkeys(standing[:-1], columns[0].id)
        case AnyOf(options=options):
            return tuple(each.id for each in options if not each.exclusive)
        case Telephone():
            return "07700 900123"
        case FreeText():
            return typed(question)
        case Number(least=least):
            return least + 4
        case Rated():
            return question.parse([{"text": typed(question), "rating": 4}])
        case Ranked():
            return (typed(question),)
    raise AssertionError(f"nothing to say to {question.kind}")


def _ticked(row: str, answers: Answers) -> bool:
    id, option = row.split(":")
    value = answers.get(id)
    return isinstance(value, tuple) and option in value
