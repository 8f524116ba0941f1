"""Page 1 is read in a minute: 220 words at most whatever was answered; what it leaves out follows."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from intake.demo.vignettes import VIGNETTES
from intake.documents import Paper, render
from intake.documents.pdf.plans import MOST_WORDS
from intake.summary import Summary
from intake.summary.record import Fact
from tests.documents.reading import pages, squeezed
from tests.documents.summaries import (
    NAMED,
    hostile,
    nobody,
    summary_of,
    unsure_of_everything,
    whole,
)
from tests.summary.everybody import PEOPLE, summary_with

HEADINGS = ("IN THE PATIENT'S WORDS", "PAIN", "WHERE IT HURTS")
LONG = " ".join(f"word{count}" for count in range(400))
CROWDED: dict[str, Callable[[], Summary]] = {
    "not sure of anything": unsure_of_everything,
    "answers everything": whole,
    "hostile texts": hostile,
    "nothing answered": nobody,
    "long texts": lambda: long_texts(),  # defined below
    **{f"yes to everything, {name}": lambda name=name: summary_with(PEOPLE[name]) for name in PEOPLE},
}


def long_texts() -> Summary:
    """A talkative patient, whose every text is longer than its place."""
    told = tuple(f"9 Jun 2026, 19:0{count}: shown a card; chose: carried on" for count in range(9))
    plain = summary_of("V05")
    return replace(
        plain,
        problem=LONG,
        agenda=(LONG, LONG[::-1], LONG),
        history=LONG,
        hopes=(Fact("Hopes for", LONG),),
        safety=replace(plain.safety, told=told),
    )


@cache
def pages_of(name: str, paper: Paper = "A4") -> list[str]:
    return pages(render(CROWDED[name](), "pdf", paper=paper))


@pytest.mark.parametrize("vignette", [vignette.id for vignette in VIGNETTES])
def test_page_1_of_every_vignette_is_short_and_holds_words_pain_and_map(vignette: str) -> None:
    summary = summary_of(vignette)

    first = pages(render(summary, "pdf"))[0]

    assert len(first.split()) <= MOST_WORDS
    assert squeezed(summary.problem) in squeezed(first)
    for said in (*HEADINGS, "Back ", "Front", "Pain now", summary.name, NAMED["clinic_name"], "7KQ2MB"):
        assert said in first
    for fired in summary.safety.fired:
        if fired.urgency in ("EMERGENCY", "SAME_DAY"):
            assert fired.group in first


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("name", CROWDED)
def test_page_1_is_short_whatever_was_answered(name: str, paper: Paper) -> None:
    first = pages_of(name, paper)[0]

    assert len(first.split()) <= MOST_WORDS
    assert "page 1 of" in first
    for heading in HEADINGS:
        assert heading in first


def test_whoever_is_not_sure_of_anything_reads_it_once() -> None:
    summary = unsure_of_everything()
    unsure = [said for said in summary.answers if said.safety and said.value == "not_sure"]

    first, *others = pages_of("not sure of anything")

    assert f"{len(unsure)} answers not sure, listed on page 2" in " ".join(first.split())
    assert "ALL SAFETY ANSWERS" in others[0]
    pointed_at = re.search(r"Lines and answers: on page (\d)", " ".join(first.split()))
    assert pointed_at
    assert "SAFETY IN FULL" in others[int(pointed_at[1]) - 2]
    assert "My back hurts" in first
    # In the table alone: no line repeats the answers behind it.
    assert "(not sure)" not in "\n".join((first, *others))
    assert len(others) <= 2
    for said in unsure:
        assert squeezed(said.label) in squeezed("".join(others)) or squeezed(
            said.label[0].lower() + said.label[1:]
        ) in squeezed("".join(others))


def test_own_words_that_are_shortened_stand_whole_on_the_page_that_is_named() -> None:
    first, *others = pages_of("long texts")

    assert "word0 word1 word2" in " ".join(first.split())
    named = re.search(r"continues on page (\d), item 1\)", " ".join(first.split()))
    assert named
    assert "FULL TEXT, AS TYPED" in others[int(named[1]) - 2]
    # The head and the foot come last in the text of a page.
    whole_texts = squeezed("".join(re.sub(r"(?s)Amara Lindqvist {3,}born.*$", "", page) for page in others))
    assert squeezed(LONG) in whole_texts
    assert squeezed(LONG[::-1]) in whole_texts


def test_what_the_patient_was_told_is_in_the_file_where_page_1_has_no_room() -> None:
    told = long_texts().safety.told

    everything = squeezed("".join(pages_of("long texts")))

    for each in told:
        assert everything.count(squeezed(each)) == 1


def test_a_form_without_answers_has_no_bare_heading() -> None:
    lines = [line.strip() for text in pages_of("nothing answered") for line in text.splitlines()]
    headings = [place for place, line in enumerate(lines) if line.isupper() and not line[0].isdigit()]

    for place in headings:
        assert not lines[place + 1].isupper(), lines[place]
    assert "ALL SAFETY ANSWERS" not in lines
    assert "REPORTED FEATURES" not in lines
    assert "Pain scale" not in lines


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("name", ["hostile texts", "long texts"])
def test_however_much_was_written_the_first_rule_stands_with_a_reason(name: str, paper: Paper) -> None:
    """Safety: what fired is not pushed off page 1 by words."""
    fired = CROWDED[name]().safety.fired[0]

    first = squeezed(pages_of(name, paper)[0])

    assert squeezed(f"{fired.line}. Answers: ") in first


def test_words_in_confidence_that_page_1_shortens_stand_whole_after_it() -> None:
    record = summary_of("V05")
    told = replace(record.safety, in_confidence=(" ".join(f"told{count}" for count in range(60)),))

    first, *others = pages(render(replace(record, safety=told), "pdf"))

    assert len(first.split()) <= MOST_WORDS
    assert "told0 told1" in " ".join(first.split())
    assert "told59" not in first
    assert squeezed(told.in_confidence[0]) in squeezed(" ".join(others))
