"""Every safety question that is answered no stands in exactly one list of those, in each document."""

import re
from functools import cache

import pytest

from intake.documents import render
from intake.documents.pdf.answers import full_answers
from intake.questionnaire import QUESTIONS
from intake.questionnaire.questions import Gate, Note, YesNoUnsure
from intake.summary import Summary
from intake.summary.phrases import named, word_no, word_no_together
from tests.summary.everybody import PEOPLE, journey_with, summary_with

SAFETY = [q for q in QUESTIONS.values() if q.safety and isinstance(q, YesNoUnsure)]
# A gate that is a safety question of its own is printed itself.
GATES = [q.id for q in SAFETY if isinstance(q, Gate) and q.printed_in is Note.SAFETY]
ITEMS = [q.id for q in SAFETY if q.id not in GATES]


@cache
def asked_of(person: str) -> frozenset[str]:
    return frozenset(journey_with(PEOPLE[person]).counting)


@cache
def somebody_saying_no(question: str) -> Summary:
    """One of these patients, who is asked it and answers no to it."""
    person = next(each for each in PEOPLE if question in asked_of(each))
    return summary_with({**PEOPLE[person], question: "no"})


def lists_of_no(summary: Summary) -> list[str]:
    """What the record says was answered no, once for each time: by its id, in the groups by its name."""
    groups = summary.safety.groups
    said = [each for group in groups for each in (*group.negatives, *group.together)]
    lines = (*summary.medicines, *summary.pain)
    said += [fact.ids[0] for fact in lines if fact.text in (word_no(), word_no_together())]
    return said + [fact.ids[0] for fact in summary.denied]


def times(question: str, said: list[str]) -> int:
    name = named(question)
    return sum(said.count(each) for each in (question, name, f"{name} (does not apply)"))


def in_words(question: str, text: str) -> int:
    """How often it stands in lists of names."""
    return len(re.findall(rf"(?:^|[:;,).] ){re.escape(named(question))}(?=[;,.(]|$)", text.strip()))


@pytest.mark.parametrize("question", ITEMS)
def test_a_no_is_in_one_list_of_the_record(question: str) -> None:
    assert times(question, lists_of_no(somebody_saying_no(question))) == 1


@pytest.mark.parametrize("question", ITEMS)
def test_a_no_is_in_one_row_of_all_safety_answers(question: str) -> None:
    *_, rows = full_answers(somebody_saying_no(question))

    no = [line for row in rows for line in row.text.split("\n") if line.startswith("No")]
    assert sum(in_words(question, line) for line in no) == 1


@pytest.mark.parametrize("question", ITEMS)
def test_a_no_is_in_one_line_of_the_note(question: str) -> None:
    note = " ".join(render(somebody_saying_no(question), "text").decode().split())

    no = note.partition("ANSWERED NO: ")[2].partition("WORRIED ABOUT")[0]
    medicines = note.partition("Answered no: ")[2].partition(" BACKGROUND")[0]
    pain = note.partition("PAIN: ")[2].partition("IMPACT: ")[0].lower().count(f"{named(question)}: no;")
    assert in_words(question, no) + in_words(question, medicines) + pain == 1


@pytest.mark.parametrize("gate", GATES)
def test_what_a_gate_names_is_in_one_list_when_the_gate_is_answered_no(gate: str) -> None:
    said, question = lists_of_no(somebody_saying_no(gate)), QUESTIONS[gate]

    *_, rows = full_answers(somebody_saying_no(gate))

    assert isinstance(question, Gate)
    no = [line for row in rows for line in row.text.split("\n") if line.startswith("No")]
    assert [item for item in question.items if sum(in_words(item, line) for line in no) != 1] == []
    assert [item for item in question.items if times(item, said) != 1] == []
    assert times(gate, said) == 0
