"""The PDF conforms, holds everything, fetches nothing, and is the same each time."""

import io
import json
import logging
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from typing import Any
from xml.etree import ElementTree

import page
import pikepdf
import pytest

from intake.demo.vignettes import VIGNETTES
from intake.documents import FORMATS, Paper, render
from intake.documents.pdf.engine import Engine
from intake.documents.pdf.internals import INTERNALS, Internal
from intake.documents.pdf.summary import markup, write
from intake.red_flags.sources import SOURCES
from intake.summary import Summary
from intake.summary.record import Fact
from tests.documents.reading import attachments, content, elements, pages, paper_size, squeezed, words
from tests.documents.summaries import MARKUP, SCRIPTS, UNBROKEN, hostile, summary_of, whole

CASES = {"typical": summary_of("V05"), "calm": summary_of("V01"), "whole": whole(), "hostile": hostile()}


@cache
def pdf_of(case: str, paper: Paper = "A4") -> bytes:
    return render(CASES[case], "pdf", paper=paper)


PAPERS: tuple[Paper, ...] = ("A4", "Letter")


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("case", CASES)
def test_every_file_conforms_to_pdf_ua_1_and_pdf_a_3a(case: str, paper: Paper) -> None:
    pdf = pdf_of(case, paper)

    for profile in ("ua1", "3a"):
        report = page.validate_pdf_bytes(pdf, profile=profile)
        assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]


@pytest.mark.parametrize("case", CASES)
def test_the_same_summary_gives_the_same_bytes(case: str) -> None:
    summary = CASES[case]
    stored = Summary.from_json(json.loads(json.dumps(summary.to_json())))

    assert render(stored, "pdf") == pdf_of(case)


def test_another_process_gives_the_same_bytes() -> None:
    program = (
        "import json, sys; from intake.documents import render; from intake.summary import Summary;"
        "sys.stdout.buffer.write(render(Summary.from_json(json.load(sys.stdin)), 'pdf'))"
    )
    stored = json.dumps(CASES["typical"].to_json()).encode()
    elsewhere = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}

    made = subprocess.run(
        [sys.executable, "-c", program], input=stored, env=elsewhere, capture_output=True, check=True
    )

    assert made.stdout == pdf_of("typical")


@pytest.mark.parametrize("case", CASES)
def test_remembered_styles_change_no_byte(case: str) -> None:
    assert write(CASES[case], Engine("A4", internals=INTERNALS - {Internal.STYLES})) == pdf_of(case)


@pytest.mark.parametrize("case", CASES)
def test_without_private_names_a_file_has_the_same_text_and_tags_and_conforms(case: str) -> None:
    plain, usual = write(CASES[case], Engine("A4", internals=frozenset())), pdf_of(case)

    if case == "hostile":  # words in some scripts cannot be copied then
        assert [re.findall(r"[a-z]{3,}", each) for each in pages(plain)] == [
            re.findall(r"[a-z]{3,}", each) for each in pages(usual)
        ]
    else:
        assert pages(plain) == pages(usual)
    assert attachments(plain) == attachments(usual)
    # Only the language of single words is lost.
    assert without_language(plain) == without_language(usual)
    for profile in ("ua1", "3a"):
        report = page.validate_pdf_bytes(plain, profile=profile)
        assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]


def without_language(pdf: bytes) -> list[dict[str, Any]]:
    return [{**tag, "lang": ""} for tag in elements(pdf)]


def test_a_render_leaves_nothing_behind_for_the_next_patient() -> None:
    before = render(CASES["typical"], "pdf")

    render(CASES["hostile"], "pdf")

    assert render(CASES["typical"], "pdf") == before


def test_header_cells_figures_and_foreign_words_are_tagged_for_a_screen_reader() -> None:
    tags = elements(pdf_of("hostile"))

    heads = [tag["scope"] for tag in tags if tag["kind"] == "/TH"]
    figures = [tag for tag in tags if tag["kind"] == "/Figure"]
    assert set(heads) == {"/Column", "/Row"}
    assert "ar" in {tag["lang"] for tag in tags}
    assert figures
    assert all(tag["alt"] for tag in figures)
    assert all(
        0 <= tag["box"][0] < tag["box"][2] <= 596 and 0 <= tag["box"][1] < tag["box"][3] <= 842
        for tag in figures
    )


def test_headers_and_footers_are_set_aside_from_the_text() -> None:
    pdf = pdf_of("typical")

    assert [content(pdf, page).count(b"/Pagination") for page in (0, 1)] == [2, 2]


def test_the_answers_are_attached_as_fhir() -> None:
    summary = CASES["typical"]

    attached = attachments(pdf_of("typical"))

    assert attached == {"intake.fhir.json": render(summary, "fhir")}


@pytest.mark.parametrize("script", SCRIPTS)
def test_any_script_is_in_the_text_of_the_file(script: str) -> None:
    summary = replace(summary_of("V01", patient_language=script), problem=SCRIPTS[script])

    found = squeezed(words(render(summary, "pdf")))

    typed = squeezed(SCRIPTS[script])
    # A reader of PDF may give right-to-left text in the order it is painted, and marks apart from letters.
    assert typed in found or typed[::-1] in found or set(typed) <= set(found)


def test_a_text_of_5000_letters_without_a_space_is_printed_whole() -> None:
    summary = replace(summary_of("V01"), medicines=(Fact("As typed", UNBROKEN),))

    pdf = render(summary, "pdf")

    without_heads = "".join(
        re.sub(r"(Amara Lindqvist.*|Patient-reported.*)", "", text) for text in pages(pdf)
    )
    assert UNBROKEN in squeezed(without_heads)


def test_long_text_shows_its_first_words_and_says_where_it_continues() -> None:
    typed = " ".join(f"word{count}" for count in range(400))
    summary = replace(summary_of("V01"), problem=typed, agenda=(typed[::-1],))

    first, *rest = pages(render(summary, "pdf"))

    assert "(continues on page 2, item 1)" in " ".join(first.split())
    assert "(continues on page 2, item 2)" in " ".join(first.split())
    assert squeezed(typed) in squeezed("".join(rest))
    assert "1. Main problem" in rest[0]


def test_each_section_has_a_bookmark() -> None:
    with pikepdf.open(io.BytesIO(pdf_of("typical"))) as file, file.open_outline() as outline:
        titles = [each.title for each in outline.root[0].children]

    assert titles[:3] == ["EMERGENCY: act now", "In the patient's words", "Pain"]
    assert {"Where it hurts", "All safety answers", "Reported features"} <= set(titles)


def test_a_code_of_a_source_has_its_key() -> None:
    said = words(pdf_of("typical"))

    codes = set(re.findall(r"\[(S\d+|K)(?:, S\d+)*\]", said))
    assert codes
    for code in codes:
        assert squeezed(f"[{code}] {SOURCES[code].citation[:30]}") in squeezed(said)


def test_emoji_are_named() -> None:
    summary = replace(summary_of("V01"), problem="It burns \U0001f525 here")

    assert "It burns [fire] here" in words(render(summary, "pdf"))


def test_nothing_is_ever_fetched(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a document opened a connection")

    monkeypatch.setattr("socket.socket.connect", refused)
    monkeypatch.setattr("socket.getaddrinfo", refused)
    caplog.set_level(logging.WARNING)

    for case in CASES.values():
        render(case, "pdf")

    assert not caplog.records


def test_markup_in_an_answer_is_printed_as_text() -> None:
    summary = replace(summary_of("V01"), problem=MARKUP)

    pdf = render(summary, "pdf")

    assert squeezed("<script>alert(1)</script>") in squeezed(words(pdf))
    assert list(attachments(pdf)) == ["intake.fhir.json"]


@pytest.mark.parametrize("vignette", [vignette.id for vignette in VIGNETTES])
def test_page_1_of_every_vignette_holds_safety_words_and_pain_even_on_the_shorter_paper(
    vignette: str,
) -> None:
    first, *others = pages(render(summary_of(vignette), "pdf", paper="Letter"))

    # Background and what follows it may give way to the body map, which goes last.
    for heading in ("IN THE PATIENT'S WORDS", "PAIN", "WHERE IT HURTS"):
        assert heading in first
    everything = "\n".join((first, *others))
    # Of those who said nothing, what was answered no stands under "Medicines and background".
    assert everything.split("\n").count("BACKGROUND") == 1
    assert "ALL SAFETY ANSWERS" in "\n".join(others)
    assert "Pain now" in first


def test_page_1_keeps_who_safety_and_the_patients_words_when_it_is_too_full() -> None:
    first = pages(pdf_of("hostile"))[0]

    assert "EMERGENCY: act now" in first
    assert "IN THE PATIENT'S WORDS" in first


def test_every_page_names_the_patient_and_says_what_the_file_is() -> None:
    for text in pages(pdf_of("hostile")):
        assert "Świętosława" in text
        assert "Patient-reported, not verified. Not a diagnosis." in text


@pytest.mark.parametrize("format_name", ["pdf", "text"])
def test_unapproved_rules_say_so_and_approved_ones_do_not(format_name: str) -> None:
    summary = summary_of("V05")

    def said(approved: bool) -> str:
        document = FORMATS[format_name].render(summary, approved=approved)
        return words(document) if format_name == "pdf" else document.decode()

    assert "Rules not approved for clinical use." in said(approved=False)
    assert "not approved" not in said(approved=True)


@pytest.mark.parametrize(("paper", "size"), [("A4", (595, 842)), ("Letter", (612, 792))])
def test_the_paper_is_the_one_asked_for(paper: Paper, size: tuple[int, int]) -> None:
    assert paper_size(pdf_of("typical", paper)) == size


@pytest.mark.golden
@pytest.mark.parametrize("name", ["V01", "V05", "V12", "V31", "everything"])
def test_the_page_reads_as_reviewed(name: str, golden) -> None:
    summary = whole() if name == "everything" else summary_of(name)

    blocks = ElementTree.fromstring(markup(summary, approved=True)).find("body").iter()

    lines = (
        "".join(block.itertext()) for block in blocks if block.tag in ("h1", "h2", "p", "li", "th", "td")
    )
    golden(f"{name}.page.txt", "\n".join(line for line in lines if "Questionnaire" not in line) + "\n")


@pytest.mark.faults
def test_threads_that_ask_at_once_each_get_the_right_file() -> None:
    summaries = [summary_of(vignette) for vignette in ("V01", "V05", "V12", "V31")]
    alone = [render(summary, "pdf") for summary in summaries]

    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda summary: render(summary, "pdf"), summaries))

    assert together == alone
