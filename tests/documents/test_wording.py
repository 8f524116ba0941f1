"""The parts of a record have the same names in the PDF, in the note and on the reader's page."""

from dataclasses import replace
from typing import Any

import pytest

from intake.documents import render, wording
from intake.documents.pdf.summary import markup
from intake.i18n import Words
from intake.summary import Summary
from tests.documents.reader_page import reader_page
from tests.documents.reading import squeezed
from tests.documents.summaries import summary_of
from tests.documents.test_safety_box import page_words
from tests.summary.everybody import PEOPLE, summary_with

# Each part of the box with words found nowhere else, and what names it.
PARTS: dict[str, Words] = {
    "not_sure": wording.NOT_SURE,
    "not_answered": wording.NOT_ANSWERED,
    "declined": wording.DECLINED,
    "notes": wording.SINGLE_FEATURES,
    "told": wording.TOLD,
    "withdrawn": wording.WITHDRAWN,
    "in_confidence": wording.IN_CONFIDENCE,
}
MARK = "Qz%sx"


@pytest.fixture
def documents(app: Any) -> Any:
    """The three documents of a record as words without spaces and signs between."""

    def read(summary: Summary) -> dict[str, str]:
        page = reader_page(app, summary)
        note = render(summary, "text").decode()
        return {"pdf": plain(page_words(summary)), "note": plain(note), "reader": plain(without_tags(page))}

    return read


def without_tags(page: str) -> str:
    return "".join(part.partition(">")[2] for part in page.split("<"))


def plain(text: str) -> str:
    return "".join(letter for letter in squeezed(text).lower() if letter.isalnum())


def marked_box() -> Summary:
    record = summary_with(PEOPLE["late in pregnancy"])
    marks = {part: (MARK % part.replace("_", ""),) for part in PARTS}
    return replace(record, safety=replace(record.safety, fired=(), rules=(), groups=(), **marks))


@pytest.mark.parametrize("part", PARTS)
def test_a_part_of_the_box_has_the_same_name_in_every_document(part: str, documents: Any) -> None:
    mark = plain(MARK % part)

    for name, said in documents(marked_box()).items():
        assert f"{plain(str(PARTS[part]))}{mark}" in said, name


def test_pain_has_the_same_words_in_every_document(documents: Any) -> None:
    for name, said in documents(summary_of("V01")).items():
        for word in wording.SCORES.values():
            assert plain(str(word)) in said, name


@pytest.mark.parametrize(("vignette", "words"), [("V01", wording.NOTHING_REPORTED)])
def test_an_empty_background_has_the_same_words_in_every_document(
    vignette: str, words: Words, documents: Any
) -> None:
    for name, said in documents(summary_of(vignette)).items():
        assert plain(str(words)) in said, name


def test_the_page_is_read_in_words() -> None:
    assert MARK % "told" in markup(marked_box())
