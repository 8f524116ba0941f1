"""Answers that do not fit each other are said, with where they were seen, in every document."""

import json
from typing import Any

import pytest

from intake.demo.vignettes import VIGNETTES
from intake.documents import render
from intake.red_flags import screen_with_texts
from intake.red_flags.contradictions import CONTRADICTIONS, misfits
from intake.summary import Subject, Summary, write_summary
from intake.summary.record import Doubt
from tests.answering import journey_of
from tests.documents.reader_page import reader_page
from tests.documents.reading import squeezed, words
from tests.documents.summaries import summary_of
from tests.red_flags.contradiction_examples import EXAMPLES
from tests.red_flags.test_contradictions import patient
from tests.summary.times import EVENING

LINES = {each.id: str(each.line) for each in CONTRADICTIONS}
SEEN = {"map": "picture", "list": "list", "number": "number", "text": "text"}


def record_of(example: dict[str, Any]) -> Summary:
    journey = journey_of(patient(example))
    anna = Subject("Anna Example")
    return write_summary(
        journey, screen_with_texts(journey), anna, written_at=EVENING, sent_at=EVENING, show_patterns=False
    )


def doubt_of(summary: Summary, id: str) -> Doubt:
    (doubt,) = (each for each in summary.safety.doubts if each.line.startswith(LINES[id]))
    return doubt


@pytest.mark.parametrize("id", EXAMPLES)
def test_a_contradiction_is_in_the_record_while_it_holds(id: str) -> None:
    holds, does_not = EXAMPLES[id]

    for example in holds:
        assert doubt_of(record_of(example), id).ids
    for example in does_not:
        assert not any(each.line.startswith(LINES[id]) for each in record_of(example).safety.doubts)


@pytest.mark.parametrize("id", EXAMPLES)
def test_a_contradiction_is_said_with_its_source_in_every_document(id: str, app: Any) -> None:
    record = record_of(EXAMPLES[id][0][0])
    doubt = doubt_of(record, id)
    said = squeezed(f"Does not fit ({SEEN[doubt.source]}): {doubt.line}")

    page = reader_page(app, record)
    # A line above a note says its tier before it.
    plain = squeezed(doubt.line)
    assert plain in squeezed(render(record, "text").decode())
    assert doubt.line.replace('"', "&#34;") in page
    narrative = json.loads(render(record, "fhir"))["text"]["div"]
    assert doubt.line.replace('"', "&quot;") in narrative
    if doubt.urgency == "NOTE":
        assert said in squeezed(render(record, "text").decode())


def test_contradictions_of_every_source_are_in_the_pdf() -> None:
    for id in ("c_chest", "c_fall", "c_now_worst", "c_typed_thinner"):
        record = record_of(EXAMPLES[id][0][0])
        assert squeezed(doubt_of(record, id).line) in squeezed(words(render(record, "pdf")))


@pytest.mark.parametrize("id", EXAMPLES)
def test_what_was_marked_is_never_said_to_be_a_text_or_a_list(id: str) -> None:
    for example in EXAMPLES[id][0]:
        doubt = doubt_of(record_of(example), id)
        assert ("Marked" in doubt.line) == (doubt.source == "map")
        assert ("Typed" in doubt.line) == (doubt.source == "text")


@pytest.mark.parametrize("case", VIGNETTES, ids=lambda case: case.id)
def test_no_vignette_has_a_contradiction_that_is_not_said(case: Any) -> None:
    """The patient of the demonstration and of the README's picture is one of them."""
    from intake.demo.vignettes import answers_of
    from intake.questionnaire.journey import Journey
    from tests.documents.summaries import TODAY

    held = misfits(Journey(answers_of(case, TODAY), TODAY))

    said = [doubt.line for doubt in summary_of(case.id).safety.doubts]
    for misfit in held:
        assert any(line.startswith(str(misfit.contradiction.line)) for line in said)


def test_without_a_contradiction_the_answers_stand_alone() -> None:
    assert "text" not in json.loads(render(record_of({}), "fhir"))
