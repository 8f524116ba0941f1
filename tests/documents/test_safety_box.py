"""The safety box never reassures, and never leaves an open question out."""

import re
from dataclasses import replace
from datetime import datetime
from xml.etree import ElementTree

import pytest

from intake.demo.vignettes import VIGNETTES
from intake.documents import render
from intake.documents.pdf.box import box_of
from intake.documents.pdf.summary import markup
from intake.summary import Summary
from intake.summary.record import Doubt
from tests.documents.reading import pages, words
from tests.documents.summaries import CLINIC, summary_of, whole

BANNED = re.compile(
    r"\b(likely|unlikely|suggests?|indicates?|consistent with|probabl[ey]|rule[ds]? (in|out)|diagnosis of"
    r"|score|match(es|ed)?|safe|low[- ]risk|cleared?|reassur\w+|normal|benign|nothing to worry|no concerns?"
    r"|no red flags|consider)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("vignette", [vignette.id for vignette in VIGNETTES])
def test_no_document_ranks_concludes_or_reassures(vignette: str) -> None:
    summary = summary_of(vignette)

    for said in (page_words(summary), render(summary, "text").decode()):
        assert not BANNED.search(said), BANNED.search(said)


def page_words(summary: Summary) -> str:
    """What the PDF says, in reading order, before it is laid out."""
    return "\n".join(ElementTree.fromstring(markup(summary)).itertext())


def test_without_a_finding_it_says_only_that_no_rule_fired_and_how_many_were_answered() -> None:
    summary = summary_of("V01")

    first = pages(render(summary, "pdf"))[0]

    assert "No safety rule fired. 37 of 37 safety questions answered." in first
    assert "Staff action" not in first


def test_a_neutral_box_has_no_sign_and_no_green() -> None:
    box = box_of(summary_of("V01"))

    assert (box.tier, box.sign) == ("neutral", "")


@pytest.mark.parametrize(
    ("vignette", "heading"),
    [
        ("V05", "EMERGENCY: act now"),
        ("V10", "SAME DAY: act today"),
        ("V31", "PRIORITY: first at the visit"),
        ("V19", "Single or non-specific features only"),
    ],
)
def test_the_tier_is_said_in_words(vignette: str, heading: str) -> None:
    assert heading in pages(render(summary_of(vignette), "pdf"))[0]
    assert heading in render(summary_of(vignette), "text").decode()


def test_an_unfinished_form_is_marked_incomplete_on_every_document() -> None:
    finished = summary_of("V01")
    safety = replace(
        finished.safety,
        answered=30,
        complete=False,
        incomplete=True,
        headline="No safety rule fired. 30 of 37 safety questions answered.",
    )
    summary = replace(finished, sent_at=None, safety=safety)

    for said in (pages(render(summary, "pdf"))[0], render(summary, "text").decode()):
        assert "INCOMPLETE: 30 of 37 safety questions answered" in said
        assert "No safety rule fired" not in said
        assert "NOT SENT" in said


def test_not_sure_and_not_answered_are_printed_apart_from_no() -> None:
    summary = summary_of("V31")
    summary = replace(
        summary,
        safety=replace(summary.safety, not_answered=("fever",), declined=("new sexual function change",)),
    )

    first = " ".join(pages(render(summary, "pdf"))[0].split())

    assert "12 answers not sure, listed on page 2" in first
    assert "Not answered: fever" in first
    assert "Preferred not to say: new sexual function change" in first


def test_what_was_told_withdrawn_and_written_is_printed() -> None:
    summary = summary_of("V10")
    safety = replace(
        summary.safety,
        told=('9 Jun 2026, 19:05: shown "Call 999 now"; chose: getting help now',),
        withdrawn=("EMERGENCY raised 9 Jun 2026, 19:01: chest pain was yes, now no",),
        doubts=(Doubt('Free text mentions "numb"', "PRIORITY", "text"),),
    )

    first = " ".join(pages(render(replace(summary, safety=safety), "pdf"))[0].split())

    assert "chose: getting help now" in first
    assert "Withdrawn. EMERGENCY raised" in first
    assert 'Does not fit (text): PRIORITY · Free text mentions "numb"' in first


def test_the_transcribe_profile_lists_answers_and_no_tier() -> None:
    summary = summary_of("V05", profile="transcribe")

    said = words(render(summary, "pdf"))

    assert "No rule was applied" in said
    assert "EMERGENCY" not in said
    assert "chest pain in 3 days: yes" in said
    assert "not approved" not in said


def test_answers_of_the_day_of_the_visit_say_so() -> None:
    summary = replace(whole(), appointment_at=datetime(2026, 6, 9, 23, 0, tzinfo=CLINIC).isoformat())

    assert "on the day of the visit" in words(render(summary, "pdf"))
