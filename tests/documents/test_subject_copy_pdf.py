"""The copy of everything kept about one person, as pages: conforming, whole, without a name in the title."""

from dataclasses import replace
from datetime import UTC, datetime

import page
import pytest

from intake.documents.orders import Paper, SubjectCopyOrder
from intake.documents.subject_copy import CopyEntry, CopyLine, CopyPart, SubjectCopy
from tests.documents.reading import elements, pages, squeezed, words
from tests.documents.test_paper_form import CLINIC

LONG = " ".join(f"word{number}" for number in range(700))
ANSWERS = CopyPart(
    "answers",
    "Your answers",
    (
        CopyEntry(
            "answers",
            "Form for 12 Mar 2026, 10:30",
            (
                CopyLine("mc_main", "What is the main problem, in your own words?", LONG),
                CopyLine("rf_fever_now", "Do you have a fever?", "No", "no"),
                CopyLine("name", "Name", "آنا كاناري"),
                CopyLine("note", "Note of staff", "<b>not bold</b> & 5 < 6"),
                CopyLine("summary_as_kept", "As it is kept", "canary of data", {"a": 1}, data_only=True),
            ),
        ),
    ),
    "None of it is a diagnosis.",
)
COPY = SubjectCopy(
    language="en",
    clinic="Harbour Street Physiotherapy",
    made_at=datetime(2026, 3, 9, 9, tzinfo=UTC),
    request=(CopyLine("asked_by", "Asked for by", "The person themselves"),),
    parts=(ANSWERS,),
    problems=("Form for 12 Mar 2026: Note of staff",),
    left_out=("Secrets.",),
    in_confidence_included=True,
    about=("Backstory keeps this so that the clinic can prepare your visit.",),
)


def written(copy: SubjectCopy = COPY, paper: Paper = "A4") -> bytes:
    return SubjectCopyOrder(copy, CLINIC, paper).make()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_copy_conforms(paper: Paper) -> None:
    pdf = written(paper=paper)

    for profile in ("ua1", "3a"):
        report = page.validate_pdf_bytes(pdf, profile=profile)
        assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]


def test_a_text_of_several_pages_is_there_to_its_last_word() -> None:
    pdf = written()
    said = words(pdf)

    assert len(pages(pdf)) > 2
    assert [f"word{number}" for number in range(700) if f"word{number}" not in said] == []
    for each in ("5 < 6", "<b>not bold</b>", "could not be read", "Secrets.", "None of it is a diagnosis"):
        assert squeezed(each) in squeezed(said)
    assert "canary of data" not in said


def test_headings_lead_through_it_and_no_name_stands_in_the_title() -> None:
    pdf = written(replace(COPY, clinic="Harbour Street Physiotherapy"))

    kinds = [each["kind"] for each in elements(pdf)]
    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") >= 3
    assert "/H3" in kinds
    assert "كاناري".encode() not in pdf
