"""What each question becomes in a table of answers, and how a cell is read back.

Each question has a column for its state, so that what was not asked, left blank, "not sure" and "prefer not
to say" are four things. Safety: none of them is ever written as "no", and beside "not sure" no option is a 0.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, replace
from enum import StrEnum
from functools import cache
from typing import TypeAlias

from intake.questionnaire import PAGES, QUESTIONS
from intake.questionnaire.declared import source
from intake.questionnaire.questions import (
    AnyOf,
    Day,
    FreeText,
    Grid,
    Number,
    OneOf,
    Option,
    Question,
    Ranked,
    Rated,
    Telephone,
)
from intake.questionnaire.values import Rating, Value

Cell: TypeAlias = str | int | None
Cells: TypeAlias = dict[str, Cell]

# An age above 89 may name somebody: it is written as this, which stands for "90 or more".
OLDEST = 90
# Numbers that are ages.
AGES = frozenset({"on_age"})


class ColumnType(StrEnum):
    """How the cells of a column are to be read."""

    INTEGER = "integer"
    FLAG = "flag"  # 0 or 1
    CODE = "code"  # one of `codes`
    TEXT = "text"


class AnswerState(StrEnum):
    """What became of a question on one form."""

    ANSWERED = "answered"
    NOT_SURE = "not_sure"
    PREFER_NOT_SAY = "prefer_not_say"
    NOT_APPLICABLE = "not_applicable"
    LEFT_BLANK = "left_blank"
    NOT_OPENED = "not_opened"
    NOT_ASKED = "not_asked"
    ASKED_TOGETHER = "asked_together"
    EARLIER_ANSWER = "earlier_answer"
    UNKNOWN = "unknown"


STATES: dict[AnswerState, str] = {
    AnswerState.ANSWERED: "Answered",
    AnswerState.NOT_SURE: "Answered “not sure”",
    AnswerState.PREFER_NOT_SAY: "Answered “prefer not to say”",
    AnswerState.NOT_APPLICABLE: "Answered “does not apply to me”",
    AnswerState.LEFT_BLANK: "Asked and left blank",
    AnswerState.NOT_OPENED: "Not answered: its page was offered and never saved",
    AnswerState.NOT_ASKED: "Not asked: the answers before it did not lead to it",
    AnswerState.ASKED_TOGETHER: "Not asked by itself: one question that names it was answered “no”",
    AnswerState.EARLIER_ANSWER: "Answered with an option that this version of the form no longer has "
    "(see earlier_answers)",
    AnswerState.UNKNOWN: "Not known: sent with another version of the form, and not answered there",
}
# Options that say why there is no other answer.
_SAYS_WHY = {
    "not_sure": AnswerState.NOT_SURE,
    "prefer_not_say": AnswerState.PREFER_NOT_SAY,
    "pns": AnswerState.PREFER_NOT_SAY,
    "not_applicable": AnswerState.NOT_APPLICABLE,
}


@dataclass(frozen=True)
class Code:
    """A value that can stand in a column, and what it means."""

    code: str
    meaning: str


@dataclass(frozen=True)
class TableColumn:
    """A column of the table. `question` is the id it comes from, "" for what is no answer.

    `never` says why it is in no export. `free_text` may name people. `option` is the option or row it is for.
    """

    name: str
    label: str
    type: ColumnType
    _: KW_ONLY
    question: str = ""
    option: str = ""
    unit: str = ""
    least: int | None = None
    most: int | None = None
    codes: tuple[Code, ...] = ()
    free_text: bool = False
    identifier: bool = False
    never: str = ""
    made_of: str = ""


_TICKED = (Code("1", "Ticked"), Code("0", "Not ticked, and the list was answered"))


@cache
def columns_of(question: Question) -> tuple[TableColumn, ...]:
    """Every column of a question, its state first."""
    return (_state_column(question), *(replace(each, question=question.id) for each in _columns(question)))


def cells_of(question: Question, value: Value) -> Cells:
    """The cells of an answer, without its state; a column that is not named is empty."""
    name = plain(question.id)
    match question:
        case OneOf() | Day():
            return {name: str(value)}
        case AnyOf():
            return _ticks(question, _texts(value))
        case Number() | FreeText() if any(option.id == value for option in question.choices):
            return {f"{name}_choice": str(value)}
        case Number() if isinstance(value, int):
            return {name: min(value, OLDEST) if question.id in AGES else value}
        case FreeText():
            return {name: str(value)}
        case Rated() if isinstance(value, tuple):
            return _rated(name, [each for each in value if isinstance(each, Rating)])
        case Ranked():
            return {f"{name}_{place}": text for place, text in enumerate(_texts(value), 1)}
        case Grid() if isinstance(value, Mapping):
            return {row_name(question, row): cell for row, cell in value.items()}
    raise TypeError(f"no cells for {type(question).__name__}")


def value_of(question: Question, row: Mapping[str, Cell]) -> Value | None:
    """The answer that stands in a row, None where there is none. An age of OLDEST is read as it stands."""
    name = plain(question.id)
    match question:
        case AnyOf():
            return (
                tuple(each.id for each in question.options if row.get(option_name(question, each.id)) == 1)
                or None
            )
        case Rated():
            return tuple(_ratings(question, row)) or None
        case Ranked():
            texts = (row.get(f"{name}_{place}") for place in range(1, question.most + 1))
            return tuple(str(text) for text in texts if text is not None) or None
        case Grid():
            cells = {each.id: row.get(row_name(question, each.id)) for each in question.rows}
            return {id: str(cell) for id, cell in cells.items() if cell is not None} or None
        case Number() | FreeText() if question.choices:
            choice = row.get(f"{name}_choice")
            return row.get(name) if choice is None else choice
    return row.get(name)


def state_of(value: Value) -> AnswerState:
    """What an answer says of itself."""
    said = value if isinstance(value, tuple) else (value,)
    return next(
        (_SAYS_WHY[each] for each in said if isinstance(each, str) and each in _SAYS_WHY),
        AnswerState.ANSWERED,
    )


def plain(id: str) -> str:
    """An id as every statistics program takes it for a name: no two underscores, no colon."""
    return re.sub(r"[:_]+", "_", id).lower()


def state_name(question: Question) -> str:
    """The name of the column that says what became of it."""
    return f"{plain(question.id)}_status"


def option_name(question: AnyOf, option_id: str) -> str:
    """The name of the column of one option, as REDCap names those of a checkbox."""
    return f"{plain(question.id)}___{option_id}"


def row_name(question: Grid, row_id: str) -> str:
    """The name of the column of one row."""
    return f"{plain(question.id)}_{plain(row_id)}"


def wording(question: Question) -> str:
    """The question as it was written; of a box beside "other", with the question it belongs to."""
    words = source(question.text) or ""
    beside = QUESTIONS[question.beside] if isinstance(question, FreeText) and question.beside else None
    return f"{source(beside.text)} (“Other”, in the patient’s own words)" if beside else words


def says_why_not(option: Option) -> bool:
    """It is no answer to the question but the reason why there is none."""
    return option.id in _SAYS_WHY


def every_question() -> Iterator[Question]:
    """All that are declared, in the order of the form."""
    return (question for page in PAGES.values() for question in page.questions)


def _state_column(question: Question) -> TableColumn:
    codes = tuple(Code(state, meaning) for state, meaning in STATES.items())
    label = f"{wording(question)} (what became of the question)"
    return TableColumn(state_name(question), label, ColumnType.CODE, question=question.id, codes=codes)


def _columns(question: Question) -> Iterator[TableColumn]:
    name, label = plain(question.id), wording(question)
    match question:
        case OneOf():
            yield TableColumn(name, label, ColumnType.CODE, codes=_codes(question.options))
        case AnyOf():
            for option in question.options:
                words = f"{label} – {source(option.text)}"
                yield TableColumn(
                    option_name(question, option.id), words, ColumnType.FLAG, option=option.id, codes=_TICKED
                )
        case Number():
            yield from _number(question)
        case Day():
            yield TableColumn(
                name, label, ColumnType.TEXT, identifier=True, never="A date of birth; the age is given"
            )
        case FreeText():
            yield from _text(question)
        case Ranked():
            yield from _ranked(question)
        case Grid():
            for row in question.rows:
                words = f"{label} – {source(row.text)}"
                codes = _codes(question.columns)
                yield TableColumn(
                    row_name(question, row.id), words, ColumnType.CODE, option=row.id, codes=codes
                )
        case _:
            raise TypeError(f"no columns for {type(question).__name__}")


def _number(question: Number) -> Iterator[TableColumn]:
    is_age = question.id in AGES
    yield TableColumn(
        plain(question.id),
        wording(question),
        ColumnType.INTEGER,
        unit="years; 90 stands for 90 or more" if is_age else "",
        least=question.least,
        most=min(question.most, OLDEST) if is_age else question.most,
    )
    yield from _choice(question.id, wording(question), question.choices)


def _text(question: FreeText) -> Iterator[TableColumn]:
    contact = isinstance(question, Telephone)
    yield TableColumn(
        plain(question.id),
        wording(question),
        ColumnType.TEXT,
        free_text=not contact,
        identifier=contact,
        never="A telephone number" if contact else "",
    )
    yield from _choice(question.id, wording(question), question.choices)


def _choice(id: str, label: str, choices: tuple[Option, ...]) -> Iterator[TableColumn]:
    """What may be chosen in place of a number or of words."""
    if choices:
        yield TableColumn(
            f"{plain(id)}_choice", f"{label} (chosen instead)", ColumnType.CODE, codes=_codes(choices)
        )


def _ranked(question: Ranked) -> Iterator[TableColumn]:
    for place in range(1, question.most + 1):
        name, label = f"{plain(question.id)}_{place}", f"{wording(question)} – {place}"
        yield TableColumn(name, label, ColumnType.TEXT, free_text=True)
        if isinstance(question, Rated):
            how = f"{label}, how well it can be done"
            yield TableColumn(
                f"{name}_rating",
                how,
                ColumnType.INTEGER,
                unit="0 cannot do it, 10 as before",
                least=0,
                most=10,
            )


def _codes(options: tuple[Option, ...]) -> tuple[Code, ...]:
    return tuple(Code(option.id, source(option.text) or "") for option in options)


def _ticks(question: AnyOf, ticked: tuple[str, ...]) -> Cells:
    """1 for what is ticked, and 0 for the rest only where the patient was sure of the list."""
    unsure = any(says_why_not(question.option(id)) for id in ticked)
    cells: Cells = {} if unsure else {option_name(question, each.id): 0 for each in question.options}
    return {**cells, **{option_name(question, id): 1 for id in ticked}}


def _rated(name: str, ratings: list[Rating]) -> Cells:
    cells: Cells = {}
    for place, each in enumerate(ratings, 1):
        cells |= {f"{name}_{place}": each.text, f"{name}_{place}_rating": each.rating}
    return cells


def _ratings(question: Rated, row: Mapping[str, Cell]) -> Iterator[Rating]:
    for place in range(1, question.most + 1):
        name = f"{plain(question.id)}_{place}"
        text, rating = row.get(name), row.get(f"{name}_rating")
        if text is not None:
            yield Rating(str(text), rating if isinstance(rating, int) else None)


def _texts(value: Value) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple) else (str(value),)
