"""The table of answers and its dictionary follow from the declaration, and every cell is read back."""

import csv
import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import settings as properties

from intake.documents.research import dictionary
from intake.documents.research.columns import (
    AGES,
    OLDEST,
    STATES,
    AnswerState,
    ColumnType,
    cells_of,
    columns_of,
    every_question,
    plain,
    state_of,
    value_of,
)
from intake.documents.research.derived import RESEARCH_RULES, band_of, rule_name
from intake.documents.research.dictionary import TableChoices
from intake.questionnaire import QUESTIONS
from intake.questionnaire.questions import AnyOf, Day, FreeText, Number, Telephone
from intake.red_flags import ALL_RULES
from intake.red_flags.watch import IN_CONFIDENCE
from intake.spreadsheet import lines, words_in
from tests.answering import any_answers

WHOLE = TableChoices(period="month", language=True, free_text=True)
ENTRIES = list(dictionary.entries(WHOLE))


def test_no_question_is_missing_from_the_dictionary():
    assert {each["question"] for each in ENTRIES} - {""} == set(QUESTIONS)


def test_no_option_of_any_question_is_missing_from_the_dictionary():
    for question in QUESTIONS.values():
        of_it = [each for each in ENTRIES if each["question"] == question.id]
        named = {code for each in of_it for code in each["codes"]} | {each["option"] for each in of_it}
        for side in ("options", "choices", "rows", "columns"):
            assert {option.id for option in getattr(question, side, ())} <= named, question.id


def test_every_question_has_its_wording_its_page_and_when_it_is_asked():
    for each in ENTRIES:
        if each["question"]:
            assert each["wording"]
            assert each["page"]
            assert each["asked_when"]


def test_no_rule_is_missing_but_for_what_was_said_in_confidence():
    named = {each["column"] for each in ENTRIES}

    assert {rule.id for rule in RESEARCH_RULES} == set(ALL_RULES) - {IN_CONFIDENCE.id}
    for rule in RESEARCH_RULES:
        assert {rule_name(rule), f"{rule_name(rule)}_found"} <= named
    assert rule_name(IN_CONFIDENCE) not in named
    assert IN_CONFIDENCE.id not in dictionary.as_csv(WHOLE)


def test_every_statistics_program_takes_the_names_of_the_columns():
    names = [each["column"] for each in ENTRIES]

    assert len(names) == len(set(names))
    # SPSS takes 64 bytes, none of them first a digit or last an underscore; REDCap small letters.
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,62}[a-z0-9]", name) for name in names)


def test_what_says_who_somebody_is_is_in_no_export():
    given_out = {column.name for column in dictionary.columns(WHOLE)}

    never = [each for each in ENTRIES if each["identifier"] == "yes"]
    assert {each["question"] for each in never} == {
        question.id for question in QUESTIONS.values() if isinstance(question, Day | Telephone)
    }
    assert not given_out & {each["column"] for each in never}
    assert all(each["why_not"] for each in never)


def test_free_text_is_left_out_unless_it_is_asked_for():
    usual = TableChoices()
    typed = {
        plain(q.id) for q in QUESTIONS.values() if isinstance(q, FreeText) and not isinstance(q, Telephone)
    }

    assert not typed & {column.name for column in dictionary.columns(usual)}
    assert typed <= {column.name for column in dictionary.columns(WHOLE)}
    assert not any(column.free_text for column in dictionary.columns(usual))
    assert not any(column.type is ColumnType.TEXT for column in dictionary.answer_columns(usual))


def test_every_number_that_can_be_a_great_age_is_an_age():
    assert {q.id for q in QUESTIONS.values() if isinstance(q, Number) and q.most >= OLDEST} == AGES


def test_every_option_that_is_no_answer_says_so():
    """A new "not sure" or "prefer not to say" by another id would be taken for an answer."""
    why_not = re.compile("^(not sure|prefer not|does not apply)", re.IGNORECASE)
    for question in QUESTIONS.values():
        for option in (*getattr(question, "options", ()), *getattr(question, "choices", ())):
            value = (option.id,) if isinstance(question, AnyOf) else option.id
            if why_not.match(str(option.text)):
                assert state_of(value) is not AnswerState.ANSWERED, f"{question.id}: {option.id}"


@properties(max_examples=40)
@given(any_answers())
def test_every_answer_is_read_back_from_its_cells_as_it_was_given(answers):
    cells = {}
    for id, value in answers.items():
        cells |= cells_of(QUESTIONS[id], value)

    row = _through_a_file(cells)

    for id, value in answers.items():
        if id in AGES and isinstance(value, int):
            value = min(value, OLDEST)
        assert value_of(QUESTIONS[id], row) == value, id
    for question in QUESTIONS.values():
        if question.id not in answers:
            assert value_of(question, row) is None


@properties(max_examples=40)
@given(any_answers())
def test_a_cell_is_what_the_dictionary_says_of_its_column(answers):
    by_name = {each["column"]: each for each in ENTRIES}
    for id, value in answers.items():
        for name, cell in cells_of(QUESTIONS[id], value).items():
            said = by_name[name]
            if said["type"] == "integer":
                assert cell is None or said["least"] <= cell <= said["most"]
            if said["type"] == "flag":
                assert cell in (0, 1)
            if said["type"] == "code":
                assert cell in said["codes"]


@properties(max_examples=40)
@given(any_answers())
def test_what_the_patient_is_not_sure_of_is_no_no(answers):
    for id, value in answers.items():
        question = QUESTIONS[id]
        if isinstance(question, AnyOf) and "not_sure" in value:
            assert 0 not in cells_of(question, value).values()


def test_each_question_has_a_column_for_what_became_of_it():
    for question in every_question():
        state, *_ = columns_of(question)

        assert state.name == f"{plain(question.id)}_status"
        assert {each.code for each in state.codes} == set(STATES)
    assert len(STATES) == len(AnswerState)


def test_less_is_told_when_less_is_asked_for():
    none = TableChoices(age="none", sex=False)
    bands = TableChoices(age="10", period="year")

    assert not {"age", "age_band", "sex_at_birth", "form_language"} & _names(none)
    assert {"age_band", "appointment_period"} <= _names(bands)
    assert "age" not in _names(bands)
    assert none.quasi_identifiers == ()
    assert bands.quasi_identifiers == ("age_band", "appointment_period", "sex_at_birth")


@pytest.mark.parametrize(
    ("age", "years", "band"),
    [
        (0, 5, "0 to 4"),
        (44, 5, "40 to 44"),
        (89, 10, "80 to 89"),
        (90, 5, "90 or more"),
        (104, 10, "90 or more"),
        (None, 5, None),
    ],
)
def test_ages_are_put_in_bands(age, years, band):
    assert band_of(age, years) == band


def test_the_dictionary_is_the_same_as_csv_and_as_json():
    rows = list(csv.DictReader(io.StringIO(dictionary.as_csv(WHOLE).removeprefix("\ufeff"))))
    told = json.loads(dictionary.as_json(WHOLE))["columns"]

    assert [row["column"] for row in rows] == [each["column"] for each in told]
    yes_no = next(row for row in rows if row["column"] == "rf_fever")
    assert yes_no["codes"] == "yes, Yes | no, No | not_sure, Not sure"
    assert yes_no["wording"].startswith("In the last 7 days")


def _names(choices):
    return {column.name for column in dictionary.columns(choices)}


def _through_a_file(cells):
    """What a program reads that knows the types of the columns."""
    types = {column.name: column.type for question in QUESTIONS.values() for column in columns_of(question)}
    head, row = csv.reader(io.StringIO(lines([list(cells), list(cells.values())]), newline=""))
    read = {}
    for name, written in zip(head, row, strict=True):
        number = types[name] in (ColumnType.INTEGER, ColumnType.FLAG)
        read[name] = None if written == "" else int(written) if number else words_in(written)
    return read
