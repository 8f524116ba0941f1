"""A case: one person's answers on one day, as JSON. What `screen` and `render` read.

Nothing that was typed is repeated in a message: a case may be real.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from intake.questionnaire import QUESTIONS
from intake.questionnaire.answers import Answers
from intake.questionnaire.values import BadAnswer, Value
from intake.text import day

# Every question answered at full length comes to less than a tenth of this.
LONGEST_CASE = 1_000_000


class BadCase(ValueError):
    """The text is no case; the message says why. `id` is known when that much could be read."""

    def __init__(self, problem: str, id: str | int | None = None) -> None:
        super().__init__(problem)
        self.id = id


@dataclass(frozen=True)
class Case:
    """`ignored` are the ids among the answers that no question has (any more)."""

    id: str | int
    on: date
    answers: Answers
    ignored: tuple[str, ...]
    name: str = ""
    appointment: str = ""


def read_case(text: bytes) -> Case:
    """The case in a JSON text; of a name given twice the last counts. Raises BadCase."""
    document = read_object(text)
    case_id = document.get("id")
    if isinstance(case_id, bool) or not isinstance(case_id, str | int):
        raise BadCase("id is missing, or neither text nor a whole number")
    try:
        return _case(case_id, document)
    except ValueError as problem:
        raise BadCase(str(problem), case_id) from None


def _case(case_id: str | int, document: Mapping[str, Any]) -> Case:
    on = _day(document.get("on"))
    given = document.get("answers")
    if not isinstance(given, Mapping):
        raise ValueError("answers is missing, or is not an object")
    answers = Answers().merged({id: _value(id, raw) for id, raw in given.items() if id in QUESTIONS})
    born = answers.get("dob")
    if isinstance(born, str) and date.fromisoformat(born) > on:
        raise ValueError("answers.dob lies after the day on which the case is screened")
    return Case(
        case_id,
        on,
        answers,
        ignored=tuple(id for id in given if id not in QUESTIONS),
        name=_text(document, "name"),
        appointment=_text(document, "appointment"),
    )


def read_object(text: bytes) -> Mapping[str, Any]:
    """The JSON object in a text. Raises BadCase."""
    if len(text) > LONGEST_CASE:
        raise BadCase(f"longer than {LONGEST_CASE:,} bytes")
    try:
        document = json.loads(text.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError:
        raise BadCase("not UTF-8") from None
    except (ValueError, RecursionError):
        raise BadCase("not JSON") from None
    if not isinstance(document, Mapping):
        raise BadCase("not a JSON object")
    return document


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _day(raw: object) -> date:
    try:
        return day.iso(raw if isinstance(raw, str) else "")
    except day.NotADay as problem:
        unreal = problem.reason is day.DayReason.NO_SUCH_DAY
        why = "on is not a real date" if unreal else "on is missing, or is not a date like 2026-03-27"
        raise ValueError(why) from None


def _value(question_id: str, raw: object) -> Value | None:
    try:
        return QUESTIONS[question_id].parse(raw)
    except BadAnswer as problem:
        raise ValueError(f"answers.{question_id} {problem}") from None


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name, "")
    if not isinstance(value, str):
        raise ValueError(f"{name} is not text")
    return value
