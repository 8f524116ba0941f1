"""A call with everything that happened in it, for its page: how it stands, tries, offers, results, notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from intake.red_flags import Urgency
from intake.services.alerts.call_state import AttemptView, CallState, HandOverView
from intake.services.alerts.call_version import CallVersion
from intake.services.alerts.calls import Calls
from intake.services.alerts.handing_over import hand_overs_of
from intake.services.alerts.history import LaterNoteView, ResultView, earlier_results, later_notes
from intake.services.alerts.listing import AlertRow
from intake.services.context import Operation
from intake.storage.models import AlertState, AttemptKind, Intake, Outcome


@dataclass(frozen=True)
class ClosedView:
    """What alerts that were closed together were closed with."""

    alert_ids: tuple[UUID, ...]
    urgency: Urgency
    outcome: Outcome | None
    note: str | None
    initials: str | None
    closed_by: str | None
    closed_at: datetime


@dataclass(frozen=True)
class CallCase:
    """`state` None: nothing is left to do. `results`: the last first; `wrong_numbers` were found wrong."""

    version: str
    state: CallState | None
    numbers: tuple[str, ...]
    wrong_numbers: tuple[str, ...]
    attempts: tuple[AttemptView, ...]
    offer: HandOverView | None
    declined: HandOverView | None
    hand_overs: tuple[HandOverView, ...]
    results: tuple[ClosedView, ...]
    later_notes: tuple[LaterNoteView, ...]
    earlier_results: tuple[ResultView, ...]


def case_of(op: Operation, intake: Intake, rows: Sequence[AlertRow]) -> CallCase:
    """The call about the alerts of this form."""
    calls, waiting = Calls.of(op, rows), [row for row in rows if row.state is not AlertState.CLOSED]
    attempts = calls.attempts.get(intake.id, ())
    return CallCase(
        version=str(CallVersion.of(intake)),
        state=calls.state(waiting, op.now) if waiting else None,
        numbers=rows[0].numbers if rows else (),
        wrong_numbers=_wrong(attempts),
        attempts=attempts,
        offer=calls.offers.get(intake.id),
        declined=calls.declined.get(intake.id),
        hand_overs=hand_overs_of(op.session, intake),
        results=_results(rows),
        later_notes=later_notes(intake),
        earlier_results=earlier_results(intake),
    )


def closed_together(rows: Sequence[AlertRow], alert_id: UUID) -> ClosedView | None:
    """The result of this alert, with those that were closed with it; None while it is open."""
    return next((each for each in _results(rows) if alert_id in each.alert_ids), None)


def _wrong(attempts: Sequence[AttemptView]) -> tuple[str, ...]:
    """The numbers whose last try found them wrong."""
    last = {each.number: each.kind for each in attempts if each.number}
    return tuple(number for number, kind in last.items() if kind is AttemptKind.WRONG_NUMBER)


def _results(rows: Sequence[AlertRow]) -> tuple[ClosedView, ...]:
    closed = [row for row in rows if row.state is AlertState.CLOSED and row.closed_at is not None]
    by_call = groupby(sorted(closed, key=_together, reverse=True), key=_together)
    return tuple(_result(list(together)) for _, together in by_call)


def _together(row: AlertRow) -> tuple[str, ...]:
    assert row.closed_at is not None
    return (
        row.closed_at.isoformat(),
        row.closed_by or "",
        row.outcome or "",
        row.note or "",
        row.initials or "",
    )


def _result(rows: Sequence[AlertRow]) -> ClosedView:
    first = rows[0]
    assert first.closed_at is not None
    return ClosedView(
        alert_ids=tuple(row.alert_id for row in rows),
        urgency=max(row.urgency for row in rows),
        outcome=first.outcome,
        note=first.note,
        initials=first.initials,
        closed_by=first.closed_by,
        closed_at=first.closed_at,
    )
