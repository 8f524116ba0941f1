"""Every line of the record stands in the note, in the PDF and on the reader's page, each once."""

from dataclasses import replace
from functools import cache, partial
from typing import Any

import pytest

from intake.documents import render
from intake.questionnaire import QUESTIONS
from intake.questionnaire.questions import FreeText, Note, Ranked
from intake.summary import Summary
from intake.summary.phrases import named
from intake.summary.record import Doubt, Fact, Fired, Goal, GroupLine, Reason
from tests.documents.reader_page import reader_page
from tests.documents.reading import squeezed, words
from tests.documents.summaries import summary_of
from tests.summary.everybody import PEOPLE, summary_with, typed

FACTS = ("hopes", "pain", "impact", "treatments", "medicines", "background", "ideas", "other")


class Marks:
    """Words that are found nowhere else, one after the other."""

    def __init__(self) -> None:
        self.given: list[str] = []

    def __call__(self) -> str:
        self.given.append(f"Qz{len(self.given):03}x")
        return self.given[-1]


def marked() -> tuple[Summary, list[str]]:
    """A record in which every line is another mark."""
    mark = Marks()
    record = summary_with(PEOPLE["late in pregnancy"])
    facts = {name: (Fact(mark(), mark(), ()), Fact(mark(), mark(), ())) for name in FACTS}
    facts["denied"] = (Fact("", mark(), ()), Fact("", mark(), ()))
    heart = Fired("R-1", "Heart", "EMERGENCY", False, mark(), "", (), ())
    because = Reason(mark(), "rf_faint")
    heart = replace(heart, reasons=(because,), because=because.words)
    lines = GroupLine("Lungs", (mark(),), (), (mark(),), (), ())
    safety = replace(
        record.safety,
        headline=mark(),
        fired=(heart,),
        rules=(heart,),
        notes=(mark(),),
        groups=(replace(lines, unsure=()),),
        not_sure=(mark(), mark()),
        not_answered=(mark(),),
        declined=(mark(),),
        told=(mark(),),
        withdrawn=(mark(),),
        doubts=(Doubt(mark(), "NOTE", "map"), Doubt(mark(), "PRIORITY", "text")),
        in_confidence=(mark(),),
    )
    written = replace(
        record,
        safety=safety,
        problem=mark(),
        agenda=(mark(), mark()),
        history=mark(),
        goals=(Goal(mark(), 3), Goal(mark(), None)),
        answers=(),
        patterns=(),
        **facts,
    )
    return written, [each for each in mark.given if each not in lines.unsure]


@pytest.fixture
def reader(app: Any) -> Any:
    """The part of the reader's page that shows a record, as words."""
    return partial(reader_page, app)


def test_every_line_of_a_record_is_in_the_note_once() -> None:
    record, marks = marked()

    note = squeezed(render(record, "text").decode()).lower()

    assert [each for each in marks if note.count(each.lower()) != 1] == []


def test_every_line_of_a_record_is_in_the_pdf_once() -> None:
    record, marks = marked()

    printed = squeezed(words(render(record, "pdf"))).lower()

    assert [each for each in marks if printed.count(each.lower()) != 1] == []


def test_every_line_of_a_record_is_on_the_readers_page_once(reader) -> None:
    record, marks = marked()

    page = reader(record).lower()

    assert [each for each in marks if page.count(each.lower()) != 1] == []


# A dose that is folded is another dose: "1½" would be "11/2", and "10²" would be "102".
TYPED = ("½ tablet", "1½ of 5 mg", "10² mg", "x⁴", "¾ cup", "٣ mg", "0.5", "Zoë Świętosława Żółć", "İpek")


def test_doses_and_names_are_the_same_in_every_document(reader) -> None:
    """Safety: H-39. What was typed is not folded on the way."""
    lines = tuple(Fact("As typed", f"Takes {typed} daily", ()) for typed in TYPED)
    name = "Zoë Świętosława İpek"
    record = replace(summary_with(PEOPLE["late in pregnancy"]), name=name, medicines=lines)

    note, printed, page = plain(record, "text"), plain(record, "pdf"), squeezed(reader(record))

    assert squeezed(name) in note
    assert squeezed(name) in printed
    for line in lines:
        for document in (note, printed, page):
            assert squeezed(line.text) in document


def test_who_helped_is_said_in_every_document() -> None:
    """Safety: H-13. Whose words they are, and whether the patient was there and agreed."""
    helped = summary_of(
        "V01",
        {
            "who_completing": "carer",
            "proxy_relation": "her aunt",
            "proxy_present": "yes",
            "proxy_agrees": "agreed",
        },
    )
    alone = summary_of("V01")

    for name in ("text", "pdf"):
        said = {each.completed_by: plain(each, name) for each in (helped, alone)}
        for who, document in said.items():
            assert squeezed(who) in document
        assert "heraunt" in said[helped.completed_by]
        assert "heraunt" not in said[alone.completed_by]


def plain(summary: Summary, name: str) -> str:
    made = render(summary, name)
    return squeezed(made.decode() if name == "text" else words(made))


@cache
def documents(person: str) -> tuple[str, str]:
    summary = summary_with(PEOPLE[person])
    return squeezed(render(summary, "text").decode()), squeezed(words(render(summary, "pdf")))


@pytest.mark.parametrize("person", PEOPLE)
def test_every_word_a_patient_types_is_printed_where_it_belongs(person: str, reader) -> None:
    summary = summary_with(PEOPLE[person])
    note, printed = documents(person)
    page = reader(summary)
    asked = {said.id for said in summary.answers}

    for question in QUESTIONS.values():
        if question.id in asked and isinstance(question, FreeText | Ranked) and question.kind != "telephone":
            # A treatment of one's own is named where it was tried or taken, and where its effect is said.
            most = 2 if question.id in ("med_now__other", "tx_tried__other") else 1
            # Who and what they need stands in the head of the page, outside of this part.
            in_head = question.printed_in in (Note.IDENTITY, Note.NEEDS)
            for text in (note, *([] if in_head else [page])):
                assert 1 <= text.count(typed(question)) <= most, question.id
            # A line too long for page 1 shows its first words there and stands whole under "Full text".
            begun, _, whole = printed.partition(squeezed("FULL TEXT, AS TYPED"))
            assert max(begun.count(typed(question)), whole.count(typed(question))) in range(1, most + 1)


@pytest.mark.parametrize("person", PEOPLE)
def test_every_safety_question_that_was_answered_is_in_the_table_of_the_pdf(person: str) -> None:
    summary = summary_with(PEOPLE[person])

    table = documents(person)[1].split(squeezed("ALL SAFETY ANSWERS"))[1]

    for said in summary.answers:
        if said.safety:
            assert squeezed(named(said.id)) in table, said.id
