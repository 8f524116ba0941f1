"""The text note is short, plain, complete, and fit to paste."""

import re
from dataclasses import replace

import pytest

from intake.demo.vignettes import VIGNETTES
from intake.documents import render
from intake.questionnaire.answers import Answers
from intake.questionnaire.journey import Journey
from intake.red_flags import screen
from intake.summary import write_summary
from intake.summary.record import Fact
from tests.documents.summaries import PATIENT, SCRIPTS, SENT, TODAY, UNBROKEN, hostile, summary_of, whole


def note_of(vignette: str, approved: bool = True) -> str:
    return render(summary_of(vignette), "text", approved=approved).decode()


@pytest.mark.parametrize("vignette", [vignette.id for vignette in VIGNETTES])
def test_a_note_is_plain_text_in_short_lines(vignette: str) -> None:
    note = note_of(vignette)

    assert max(len(line) for line in note.split("\n")) < 100
    assert note.startswith("PRE-VISIT HISTORY (patient-reported, unverified).")
    assert note.rstrip().endswith("Not a diagnosis.")
    # A line that begins with a dash reads as a bullet.
    assert not [line for line in note.split("\n") if line.lstrip().startswith(("-", "+"))]


@pytest.mark.parametrize("vignette", [vignette.id for vignette in VIGNETTES])
def test_a_note_is_short_but_for_what_the_patient_reported(vignette: str) -> None:
    summary = summary_of(vignette)
    safety = summary.safety
    said = (
        *safety.not_sure,
        *safety.notes,
        *(fired.line + fired.because for fired in safety.fired),
        *(item for group in safety.groups for item in (*group.negatives, *group.together)),
        *(fact.text for fact in summary.denied),
    )

    assert len(note_of(vignette)) < 1800 + sum(len(each) + 2 for each in said)


@pytest.mark.golden
@pytest.mark.parametrize("vignette", [vignette.id for vignette in VIGNETTES])
def test_the_note_of_each_vignette_reads_as_reviewed(vignette: str, golden) -> None:
    golden(f"{vignette}.txt", without_versions(note_of(vignette)))


@pytest.mark.golden
def test_the_note_of_a_patient_who_answered_everything_reads_as_reviewed(golden) -> None:
    golden("everything.txt", without_versions(render(whole(), "text").decode()))


def test_an_empty_form_has_no_bare_headings() -> None:
    journey = Journey(Answers(), TODAY)
    handed_over = write_summary(journey, screen(journey), PATIENT, written_at=SENT, sent_at=SENT)

    note = render(handed_over, "text").decode()

    assert [line for line in note.splitlines() if line.rstrip().endswith((":", " by"))] == []
    headings = re.findall(r"^ ?([A-Z]{4,}[A-Z ]*):", note, re.MULTILINE)
    assert headings == ["SAFETY", "BACKGROUND"]
    assert "BACKGROUND: not answered" in note


def test_what_a_patient_wrote_is_never_cut() -> None:
    summary = replace(summary_of("V01"), ideas=(Fact("Thinks", UNBROKEN), Fact("Also", "One.\nTwo.")))

    note = render(summary, "text").decode()

    assert UNBROKEN in "".join(note.split())
    assert "One. / Two." in note


def test_what_only_another_script_can_write_stays_as_typed() -> None:
    note = render(hostile(), "text").decode()

    assert SCRIPTS["he"] in note
    assert "\u202e" not in note


def test_medicines_of_concern_are_said_once() -> None:
    note = " ".join(note_of("V01").split())

    assert note.count("anticoagulant") == 1
    assert note.count("oral steroid 4 weeks or more in the last year") == 1


def without_versions(note: str) -> str:
    """The note without the hashes that change with any wording."""
    lines = note.rstrip().split("\n")
    return "\n".join(line for line in lines if not line.startswith("Backstory")) + "\n"
