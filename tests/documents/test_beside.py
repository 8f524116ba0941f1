"""The note says what came of the calls, and what changed since the form before."""

from intake.documents import render
from intake.documents.beside import MOST_MOVED, Beside, Call
from intake.summary import Summary
from intake.summary.changes import changes
from tests.documents.summaries import summary_of

CLOSED = Call(
    "SAME_DAY",
    ("Fever or rigors with back pain of 6 weeks or less",),
    outcome="Seen today, or will be, by a clinician here",
    note="Phoned, comes at 11",
    initials="AB",
    at="2026-06-10T08:40:00+01:00",
)


def note(summary: Summary, beside: Beside) -> str:
    return " ".join(render(summary, "text", beside).decode().split())


def since(earlier: Summary, later: Summary) -> Beside:
    return Beside(since="2026-03-03T10:00:00+00:00", changes=changes(earlier, later))


def test_the_outcome_of_a_call_stands_with_initials_and_time() -> None:
    said = note(summary_of("V05"), Beside((CLOSED,)))

    assert (
        "Call: SAME DAY, 10 Jun 2026, 08:40 (AB): Seen today, or will be, by a clinician here. "
        "Phoned, comes at 11 [Fever or rigors with back pain of 6 weeks or less]"
    ) in said


def test_a_call_that_nobody_has_made_is_said_to_be_open() -> None:
    said = note(summary_of("V05"), Beside((Call("EMERGENCY", ("Chest pain now",)),)))

    assert "Call: EMERGENCY: outcome still open [Chest pain now]" in said


def test_what_changed_is_said_with_both_answers() -> None:
    before, now = summary_of("V01", {"nrs_now": 7}), summary_of("V01", {"nrs_now": 4, "rf_fever": "yes"})

    said = note(now, since(before, now))

    assert "CHANGED SINCE 3 Mar 2026: raised now, not then: Fever" in said
    assert "pain now: was 7, is 4" in said
    assert "fever: was No, is Yes" in said


def test_of_many_answers_that_differ_those_to_safety_questions_are_said() -> None:
    before, now = summary_of("V01"), summary_of("V12")

    said = note(now, since(before, now))

    assert len(changes(before, now).moved) > MOST_MOVED
    assert "leg weakness: was No, is Yes" in said
    assert "other answers are different" in said


def test_where_nothing_changed_the_note_says_so() -> None:
    same = summary_of("V01")

    assert "CHANGED SINCE 3 Mar 2026: every answer is the same" in note(same, since(same, same))


def test_a_first_form_without_calls_says_nothing_of_either() -> None:
    said = note(summary_of("V05"), Beside())

    assert "Call:" not in said
    assert "CHANGED" not in said


def test_what_is_kept_says_nothing_of_what_came_after_it() -> None:
    """The PDF is made once, when the form is sent: it must not tell half of the calls."""
    record = summary_of("V05")

    assert render(record, "fhir", Beside((CLOSED,))) == render(record, "fhir")
    assert render(record, "pdf", Beside((CLOSED,))) == render(record, "pdf")
