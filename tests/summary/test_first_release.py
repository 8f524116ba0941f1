"""Records of the first release stay readable, as they were. Its own code wrote the files."""

import json
from pathlib import Path

import pytest

from intake.documents import FORMATS, render
from intake.summary import Summary
from intake.summary.changes import changes
from intake.web.clinician.record_page import page_for
from tests.documents.reading import squeezed, words

RECORDS = sorted((Path(__file__).parent / "first_release").glob("*.json"))


def stored(name: str) -> Summary:
    return Summary.from_json(
        json.loads((Path(__file__).parent / "first_release" / f"{name}.json").read_text())
    )


@pytest.mark.parametrize("file", RECORDS, ids=lambda file: file.stem)
def test_every_document_and_the_reader_are_made_from_it(file: Path) -> None:
    record = stored(file.stem)

    for name in FORMATS:
        assert render(record, name)
    page = page_for(record)
    assert len([each for part in page.sections for each in part.answers]) == len(record.answers)
    assert not changes(record, record)


def test_what_it_said_is_said_still() -> None:
    record = stored("everything")
    printed, note = squeezed(words(render(record, "pdf"))), " ".join(render(record, "text").decode().split())

    said = ["Lumpectomy 2023", "A scan", "Walk the dog again", "I wonder if it has to do with the cancer"]
    said += [fact.text for fact in record.treatments]
    assert [each for each in said if squeezed(each) not in printed] == []
    assert [each for each in said if each not in note] == []
    assert "leg weakness; both legs; over weeks" in note


def test_its_doubts_and_its_incomplete_mark_are_kept() -> None:
    record = stored("emergency")

    note = " ".join(render(record, "text").decode().split())

    assert record.safety.mentions[0] in note
    assert record.safety.told[0] in note
    assert record.safety.withdrawn[0] in note
    assert record.safety.incomplete is None


def test_answers_to_questions_that_are_asked_no_more_are_in_its_fhir() -> None:
    document = json.loads(render(stored("everything"), "fhir"))

    items = {item["linkId"]: item for item in document["item"]}
    assert items["ice_expect"]["answer"] == [{"valueString": "A scan"}]
    effects = {row["linkId"]: row["answer"][0]["valueCoding"]["code"] for row in items["tx"]["item"]}
    assert effects["tx_physio"] == "helped"
    assert items["ack_not_monitored"]["answer"] == [{"valueString": "Yes"}]
