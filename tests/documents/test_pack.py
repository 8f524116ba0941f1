"""The pack is one whole, tagged file with every page of every summary."""

import io

import page
import pikepdf
import pytest

from intake.documents import render
from intake.documents.orders import Part
from intake.documents.pdf.pack import join
from tests.documents.reading import attachments, elements, pages
from tests.documents.summaries import hostile, summary_of

CASES = [summary_of("V05"), summary_of("V01"), hostile(), summary_of("V05")]
PARTS = [
    Part(f"0{hour}:30 Anna <Canary> & Son {hour}", render(summary, "pdf"))
    for hour, summary in enumerate(CASES, 8)
]


@pytest.fixture(scope="module")
def pack() -> bytes:
    return join(PARTS, title="My patients <today> & tomorrow", language="en")


def test_it_conforms_like_each_of_its_files(pack: bytes) -> None:
    for profile in ("ua1", "3a"):
        report = page.validate_pdf_bytes(pack, profile=profile)
        assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]


def test_every_page_is_there_in_order_and_unchanged(pack: bytes) -> None:
    assert pages(pack) == [text for part in PARTS for text in pages(part.pdf)]


def test_a_bookmark_leads_to_the_first_page_of_each(pack: bytes) -> None:
    starts = [sum(len(pages(part.pdf)) for part in PARTS[:place]) for place in range(len(PARTS))]

    with pikepdf.open(io.BytesIO(pack)) as file, file.open_outline() as outline:
        labels = [item.title for item in outline.root]
        led_to = [file.pages.index(item.destination[0]) for item in outline.root]

    assert labels == [part.label for part in PARTS]
    assert led_to == starts


def test_no_tag_is_lost_and_every_piece_of_content_finds_its_tag(pack: bytes) -> None:
    tags = [each["kind"] for each in elements(pack)]
    theirs = [each["kind"] for part in PARTS for each in elements(part.pdf)]

    for tag in set(theirs) - {"/Document"}:
        assert tags.count(tag) == theirs.count(tag)
    assert tags.count("/Part") - theirs.count("/Part") == len(PARTS)
    with pikepdf.open(io.BytesIO(pack)) as file:
        numbers = file.Root.StructTreeRoot.ParentTree.Nums
        keys = [int(numbers[place]) for place in range(0, len(numbers), 2)]
        used = [int(each.obj.StructParents) for each in file.pages]
    assert keys == sorted(set(keys))
    assert set(used) <= set(keys)
    assert len(set(used)) == len(used)


def test_what_was_attached_stays_attached(pack: bytes) -> None:
    theirs = [content for part in PARTS for content in attachments(part.pdf).values()]

    assert list(attachments(pack).values()) == theirs


def test_the_title_is_the_packs_own_and_says_nothing_of_a_patient(pack: bytes) -> None:
    with pikepdf.open(io.BytesIO(pack)) as file:
        said = bytes(file.Root.Metadata.read_bytes()).decode()

        assert str(file.docinfo.Title) == "My patients <today> & tomorrow"
    assert "My patients &lt;today&gt; &amp; tomorrow" in said
    assert "Canary" not in said


def test_the_same_files_give_the_same_bytes(pack: bytes) -> None:
    assert join(PARTS, title="My patients <today> & tomorrow", language="en") == pack
