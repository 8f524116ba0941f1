"""What was written about a call after it was closed, and what stood there before it was put right."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from intake.storage.models import Intake, Outcome


@dataclass(frozen=True)
class LaterNoteView:
    """Something added later, with who and when."""

    note: str
    written_by: str
    written_at: datetime


@dataclass(frozen=True)
class ResultView:
    """A result that was put right, or taken back, and by whom."""

    outcome: Outcome | None
    note: str | None
    initials: str | None
    closed_by: str | None
    closed_at: datetime
    replaced_by: str
    replaced_at: datetime


def later_notes(intake: Intake) -> tuple[LaterNoteView, ...]:
    """What was added to the call about this form, the first one first."""
    return tuple(
        LaterNoteView(each.note, each.written_by.name, each.written_at) for each in intake.later_notes
    )


def earlier_results(intake: Intake) -> tuple[ResultView, ...]:
    """What its alerts were closed with before; those that were closed together once."""
    return tuple(dict.fromkeys(_earlier(intake)))


def _earlier(intake: Intake) -> Iterator[ResultView]:
    for alert in intake.alerts:
        for each in alert.earlier_results:
            yield ResultView(
                outcome=Outcome(each.outcome) if each.outcome in list(Outcome) else None,
                note=each.note,
                initials=each.initials,
                closed_by=each.closed_by.name if each.closed_by else None,
                closed_at=each.closed_at,
                replaced_by=each.replaced_by.name,
                replaced_at=each.replaced_at,
            )
