"""The letter with the link: one page, conforming, the square to scan and the address to type."""

from dataclasses import replace

import page
import pytest
import segno

from intake.documents.orders import Invited, Paper
from intake.documents.pdf import drawings, letter
from intake.i18n import fill
from intake.red_flags.advice import CLOSE
from tests.conftest import MORNING
from tests.documents.reading import elements, pages, squeezed, words
from tests.documents.test_paper_form import CLINIC, FACTS

ANNA = Invited(
    name="Anna Canary",
    appointment="Monday, 23 November 2026, 11:30, Dr Bello",
    link="https://forms.clinic.example/i/" + "k" * 43,
    address="forms.clinic.example/c/ABCD-EFGH-JKMN",
    until="24 Nov 2026, 12:00",
    written_on="20 November 2026",
)


def written(invited: Invited = ANNA, paper: Paper = "A4") -> bytes:
    return letter.render(CLINIC, invited, FACTS, made=MORNING, paper=paper)


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_letter_is_one_page_that_conforms(paper):
    pdf = written(paper=paper)

    assert len(pages(pdf)) == 1
    for profile in ("ua1", "3a"):
        report = page.validate_pdf_bytes(pdf, profile=profile)
        assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]


def test_the_letter_says_who_writes_how_to_answer_and_what_cannot_wait():
    said = squeezed(words(written()))

    for each in (CLINIC.name, *CLINIC.address, ANNA.name, ANNA.appointment, ANNA.address, ANNA.until):
        assert squeezed(each) in said
    cannot_wait = [words for listed in CLOSE.lists for words in (listed.words, *listed.items)]
    for each in (*cannot_wait, letter.WITHOUT_A_PHONE):
        assert squeezed(fill(each, FACTS)) in said
    assert [tag["alt"] for tag in elements(written()) if tag["kind"] == "/Figure"] == [
        "QR code that opens the questions on a phone"
    ]


def test_the_name_of_the_patient_is_not_in_the_title():
    assert ANNA.name.encode() not in written()
    assert ANNA.name in words(written())


def test_the_square_is_the_link_and_nothing_else():
    drawn = drawings.qr_code(ANNA.link, 38).operators.split(b"\n")[1:-1]

    dark = {(int(x), int(y)) for x, y, *_ in (square.split() for square in drawn)}
    rows = segno.make_qr(ANNA.link, error="q").matrix_iter(border=4)
    assert dark == {(x, y) for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark}


def test_long_names_and_addresses_stay_on_one_page():
    long = replace(ANNA, name="Maximiliana " * 12, address="a-very-long-name-of-a-clinic." * 4 + ANNA.address)

    pdf = written(long)

    assert len(pages(pdf)) == 1
    assert squeezed(long.address) in squeezed(words(pdf))
