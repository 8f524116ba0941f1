"""How long the form is: pages, questions and minutes, counted from the declaration.

Computed, not observed. Seconds for each kind of answer are those of the clinical specification, section 2.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from intake.questionnaire.answers import Answers
from intake.questionnaire.journey import Journey, Step
from intake.questionnaire.questions import (
    AnyOf,
    Day,
    FreeText,
    Grid,
    Number,
    OneOf,
    Question,
    Regions,
    Telephone,
    YesNo,
    YesNoUnsure,
)
from intake.questionnaire.values import Value

PAGE_TURN, CHECK_PAGE = 3, 30
SHORT, CHOICE, LIST, TYPED = 6, 8, 15, 30
# Minutes are said in steps of five: nobody can know them better.
STEP = 5
_NOTHING = ("none", "nothing")


@dataclass(frozen=True)
class Length:
    """What one patient walks through. `required` of the `questions` must be answered."""

    pages: int
    questions: int
    required: int
    seconds: int

    @property
    def minutes(self) -> float:
        """Of reading and answering, the check page among them."""
        return self.seconds / 60


@dataclass(frozen=True)
class Minutes:
    """From the quickest to the longest of the typical patients, in whole steps of STEP."""

    least: int
    most: int


@dataclass(frozen=True)
class TypicalPerson:
    """Somebody for whom the form is measured: `age` in years, `said` to every safety question but `facts`."""

    title: str
    age: int
    said: str
    facts: tuple[tuple[str, Value], ...]


# The four of the table in section 2. The pain began 6 to 12 weeks ago, and nobody takes a medicine.
TYPICAL = (
    TypicalPerson(
        "woman of 41, upper back, all no", 41, "no", (("sites", ("b_upper_l",)), ("sex_at_birth", "female"))
    ),
    TypicalPerson(
        "man of 41, low back, all no", 41, "no", (("sites", ("b_low_l",)), ("sex_at_birth", "male"))
    ),
    TypicalPerson(
        "woman of 78, everything not sure",
        78,
        "not_sure",
        (("sites", ("b_upper_l",)), ("sex_at_birth", "female")),
    ),
    TypicalPerson(
        "woman of 30, pregnant 24 weeks, low back",
        30,
        "no",
        (
            ("sites", ("b_low_l",)),
            ("sex_at_birth", "female"),
            ("rf_pregnant", "yes"),
            ("rf_preg_weeks", "w20_36"),
        ),
    ),
)
_TODAY = date(2026, 6, 1)


def length_of(journey: Journey) -> Length:
    """The length of the main path for these answers, each question of it answered."""
    asked = [question for step in journey.steps for question in _counted(step)]
    seconds = sum(_seconds(question, journey) for question in asked)
    pages = len(journey.steps)
    return Length(
        pages=pages,
        questions=len(asked),
        required=sum(question.required for question in asked),
        seconds=seconds + PAGE_TURN * pages + CHECK_PAGE,
    )


@cache
def typical_minutes() -> Minutes:
    """What patients are told before they begin."""
    minutes = [length_of(walked(person)).minutes for person in TYPICAL]
    return Minutes(int(min(minutes) // STEP) * STEP, -int(-max(minutes) // STEP) * STEP)


def walked(person: TypicalPerson) -> Journey:
    """The whole main path of this person."""
    born = _TODAY.replace(year=_TODAY.year - person.age)
    given = dict(person.facts) | {"dob": born.isoformat(), "on_when": "w6_12", "who_completing": "self"}
    journey = Journey(Answers(given), _TODAY)
    while open_still := [q for step in journey.steps for q in _counted(step) if q.id not in journey.answers]:
        answered = {question.id: _said(question, person.said) for question in open_still}
        journey = Journey(journey.answers.merged(answered), _TODAY)
    return journey


def _counted(step: Step) -> Iterator[Question]:
    """The questions of a page; the box beside an "other" belongs to its question."""
    return (q for q in step.asked if not (isinstance(q, FreeText) and q.beside))


def _seconds(question: Question, journey: Journey) -> int:
    if isinstance(question, Grid):
        value = journey.facts.value(question.id)
        return CHOICE * len(value) if isinstance(value, dict) else CHOICE
    return next(seconds for kinds, seconds in _SECONDS if isinstance(question, kinds))


# The first kind that fits. What is left is typed.
_SECONDS: tuple[tuple[type[Question] | tuple[type[Question], ...], int], ...] = (
    ((YesNo, YesNoUnsure), SHORT),
    ((OneOf, Number, Day, Telephone), CHOICE),
    (Regions, TYPED),
    (AnyOf, LIST),
    (Question, TYPED),
)


def _said(question: Question, said: str) -> Value:
    """Something that this question can hold: `said` where that is on offer, and nothing out of the ordinary."""
    match question:
        case OneOf():
            ids = [option.id for option in question.options]
            return _first(ids, said)
        case AnyOf():
            return (_first([option.id for option in question.options], said, *_NOTHING),)
        case Number():
            return question.least
        case _:
            return "words"


def _first(ids: list[str], *wanted: str) -> str:
    return next((each for each in wanted if each in ids), ids[0])
