"""Answers for tests: plain patients, and any answers at all for properties."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from hypothesis import strategies as st

from intake.demo.vignettes import Vignette, answers_of
from intake.questionnaire import QUESTIONS
from intake.questionnaire.answers import Answers
from intake.questionnaire.journey import Journey
from intake.questionnaire.questions import (
    AnyOf,
    Day,
    FreeText,
    Grid,
    Number,
    OneOf,
    Question,
    Ranked,
    Rated,
    Regions,
    Telephone,
)
from intake.questionnaire.values import Rating, Value

ON = date(2026, 11, 22)
STAFFED_FOR_SELF_HARM = frozenset({"mood_self_harm"})
PLAIN = {"mc_main": "Ache", "sites": ["b_scapula_l"], "on_when": "w6_12", "sex_at_birth": "male"}


def plain_patient(special: Mapping[str, Any] | None = None) -> Answers:
    """A man of 30 with an ache at the left shoulder blade and every other safety question "no".

    `special` changes that; its "age" stands for the date of birth.
    """
    special = dict(special or {})
    age = special.pop("age", 30)
    case = Vignette("plain", "", age, {**PLAIN, **special}, urgency=None, fires=())
    switched_on = {id: value for id, value in special.items() if id == "mood_unsafe_now"}
    return answers_of(case, ON).merged(switched_on)


def journey_of(answers: Answers, features: frozenset[str] = frozenset()) -> Journey:
    return Journey(answers, ON, features=features)


def any_value(question: Question) -> st.SearchStrategy[Value]:
    """Any value that can be stored for this question."""
    match question:
        case OneOf():
            return st.sampled_from([option.id for option in question.options])
        case Regions() | AnyOf():
            return _any_of(question)
        case Number():
            return st.integers(question.least, question.most) | _choices_of(question)
        case Day():
            return st.dates(date(1930, 1, 1), ON).map(date.isoformat)
        case Telephone():
            return st.from_regex(r"\+?[0-9]{7,12}", fullmatch=True) | _choices_of(question)
        case FreeText():
            return st.text(min_size=1, max_size=20).filter(str.strip)
        case Rated():
            ratings = st.builds(Rating, st.just("walk"), st.none() | st.integers(0, 10))
            return st.lists(ratings, min_size=1, max_size=question.most).map(tuple)
        case Ranked():
            return st.lists(st.just("sleep"), min_size=1, max_size=question.most).map(tuple)
        case Grid():
            rows, columns = ([option.id for option in side] for side in (question.rows, question.columns))
            return st.dictionaries(st.sampled_from(rows), st.sampled_from(columns), min_size=1, max_size=3)
    raise AssertionError(f"no values for {question.kind}")


def any_answers() -> st.SearchStrategy[Answers]:
    """Any answers to any questions, hidden and stale ones among them."""
    return st.fixed_dictionaries({}, optional={q.id: any_value(q) for q in QUESTIONS.values()}).map(Answers)


def _choices_of(question: Number | Telephone) -> st.SearchStrategy[Value]:
    """What may be chosen in place of typing."""
    return st.sampled_from([option.id for option in question.choices]) if question.choices else st.nothing()


def _any_of(question: AnyOf) -> st.SearchStrategy[Value]:
    beside = [option.id for option in question.options if option.beside]
    alone = [
        (option.id, *with_it)
        for option in question.options
        if option.exclusive
        for with_it in ((), *((id,) for id in beside))
    ]
    together = [option.id for option in question.options if not option.exclusive]
    several = st.lists(st.sampled_from(together), min_size=1, max_size=4, unique=True).map(
        lambda ids: tuple(id for id in together if id in ids)
    )
    return several | st.sampled_from(alone) if alone else several
