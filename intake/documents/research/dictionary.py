"""The data dictionary: every column in words, with its type and codes, made from the declaration.

What is in no export stands in it as well, and why. As CSV for people, as JSON for programs.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from intake import __version__
from intake.documents.research.columns import (
    STATES,
    ColumnType,
    TableColumn,
    columns_of,
    every_question,
)
from intake.documents.research.derived import (
    AGE,
    CLINICIAN_NUMBER,
    FORM_NUMBER,
    LANGUAGE,
    OF_THE_FORM,
    PATIENT_NUMBER,
    PERIOD,
    RULE_COLUMNS,
    Derived,
    age_band,
)
from intake.questionnaire import QUESTIONS, RETIRED, VERSION, page_of
from intake.questionnaire.declared import source
from intake.questionnaire.in_words import asked_in_words
from intake.questionnaire.questions import FreeText, OneOf, Question
from intake.red_flags import RULES_VERSION
from intake.spreadsheet import table

# The ages as they can be given: by the year, in bands of 5 or 10 years, or not at all.
AGES_GIVEN = ("years", "5", "10", "none")
PERIODS_GIVEN = ("none", "year", "month")
YES, NO = "yes", "no"
HEADINGS = (
    "column",
    "question",
    "option",
    "page",
    "wording",
    "type",
    "unit",
    "least",
    "most",
    "codes",
    "asked_when",
    "made_of",
    "identifier",
    "free_text",
    "in_this_export",
    "why_not",
    "redcap_field_type",
    "pandas_dtype",
    "r_type",
)
_PANDAS = {
    ColumnType.INTEGER: "Int64",
    ColumnType.FLAG: "Int8",
    ColumnType.CODE: "category",
    ColumnType.TEXT: "string",
}
_R = {ColumnType.INTEGER: "i", ColumnType.FLAG: "i", ColumnType.CODE: "c", ColumnType.TEXT: "c"}
_REDCAP = {
    ColumnType.INTEGER: "text",
    ColumnType.FLAG: "checkbox",
    ColumnType.CODE: "radio",
    ColumnType.TEXT: "notes",
}
_SEX = "sex_at_birth"


@dataclass(frozen=True)
class TableChoices:
    """What an export tells of people. `age` is one of AGES_GIVEN, `period` of PERIODS_GIVEN."""

    age: str = "years"
    period: str = "none"
    sex: bool = True
    language: bool = False
    free_text: bool = False

    @property
    def quasi_identifiers(self) -> tuple[str, ...]:
        """The columns by which somebody could be recognised together with what is known of them elsewhere."""
        age = () if self.age == "none" else ("age" if self.age == "years" else "age_band",)
        chosen = (
            ("appointment_period", self.period != "none"),
            (_SEX, self.sex),
            ("form_language", self.language),
        )
        return (*age, *(name for name, given in chosen if given))


@cache
def derived_columns(choices: TableChoices) -> tuple[Derived, ...]:
    """The columns of an export that are no answer: first who and when, then the form, the rules last."""
    who = FORM_NUMBER, PATIENT_NUMBER, CLINICIAN_NUMBER
    period = (PERIOD,) if choices.period != "none" else ()
    language = (LANGUAGE,) if choices.language else ()
    return (*who, *_age(choices.age), *period, *language, *OF_THE_FORM, *RULE_COLUMNS)


@cache
def answer_columns(choices: TableChoices) -> tuple[TableColumn, ...]:
    """The columns of an export that are answers."""
    return tuple(column for column in _every_answer_column() if not why_not(column, choices))


@cache
def columns(choices: TableChoices) -> tuple[TableColumn, ...]:
    """Every column of an export, in its order."""
    return (*(each.column for each in derived_columns(choices)), *answer_columns(choices))


def why_not(column: TableColumn, choices: TableChoices) -> str:
    """Why a column of an answer is not in this export; "" where it is."""
    if column.never:
        return column.never
    if column.free_text and not choices.free_text:
        return "Free text, which was not asked for: it may name people"
    if column.question == _SEX and not choices.sex:
        return "Left out, so that nobody is recognised"
    return ""


def entries(choices: TableChoices) -> Iterator[dict[str, Any]]:
    """One entry for each column that there is, in this export or not, by HEADINGS."""
    for each in derived_columns(choices):
        yield _entry(each.column, "")
    for column in _every_answer_column():
        yield _entry(column, why_not(column, choices))


def as_csv(choices: TableChoices) -> str:
    """The dictionary for people; codes as REDCap writes choices: "yes, Yes | no, No"."""
    rows = ([_in_a_cell(entry[heading]) for heading in HEADINGS] for entry in entries(choices))
    return table((HEADINGS, *rows))


def as_json(choices: TableChoices) -> str:
    """The dictionary for programs."""
    content = {
        "software": f"Backstory {__version__}",
        "questionnaire_version": VERSION,
        "rules_version": RULES_VERSION,
        "missing": dict(STATES),
        "retired_questions": sorted(RETIRED),
        "columns": list(entries(choices)),
    }
    return json.dumps(content, indent=1, ensure_ascii=False)


def _age(given: str) -> tuple[Derived, ...]:
    if given == "none":
        return ()
    return (AGE,) if given == "years" else (age_band(int(given)),)


def _every_answer_column() -> Iterator[TableColumn]:
    return (column for question in every_question() for column in columns_of(question))


def _entry(column: TableColumn, reason: str) -> dict[str, Any]:
    question = QUESTIONS.get(column.question)
    page = page_of(column.question) if question else None
    values = {
        "column": column.name,
        "question": column.question,
        "option": column.option,
        "page": f"{page.id}: {source(page.title)}" if page else "",
        "wording": column.label,
        "type": column.type.value,
        "unit": column.unit,
        "least": column.least,
        "most": column.most,
        "codes": {each.code: each.meaning for each in column.codes},
        "asked_when": asked_when(question) if question else "",
        "made_of": column.made_of,
        "identifier": YES if column.identifier else NO,
        "free_text": YES if column.free_text else NO,
        "in_this_export": NO if reason else YES,
        "why_not": reason,
        "redcap_field_type": _REDCAP[column.type],
        "pandas_dtype": _PANDAS[column.type],
        "r_type": _R[column.type],
    }
    return {heading: values[heading] for heading in HEADINGS}


def asked_when(question: Question) -> str:
    """When a question is asked, in words: with its page, and with the option that a box belongs to."""
    words = asked_in_words(page_of(question.id).asked_when, question.asked_when)
    if isinstance(question, FreeText) and question.beside:
        return _also(words, f"{question.beside} has “Other”")
    if isinstance(question, OneOf) and question.among:
        return _also(words, f"on offer is what was chosen in {question.among}")
    return words


def _also(words: str, more: str) -> str:
    return more if words == "always" else f"{words}; and {more}"


def _in_a_cell(value: Any) -> Any:
    if isinstance(value, dict):
        return " | ".join(f"{code}, {meaning}" for code, meaning in value.items())
    return value
