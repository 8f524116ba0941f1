"""Alerts as reception sees them: how urgent, who has them and what came of them.

Safety: the wording of a rule tells what was answered. It stands here only for whoever may read the answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from intake.red_flags import Urgency
from intake.red_flags.watch import SAID_AT_RECEPTION
from intake.services.alerts.listing import AlertRow
from intake.storage.models import AlertState, Outcome


@dataclass(frozen=True)
class AlertView:
    """One alert. `line` is the clinician's wording, "" for whoever may not read the answers.

    `headline` is that of the few rules whose wording everybody at the desk must know, "" for the others.
    """

    alert_id: UUID
    urgency: Urgency
    state: AlertState
    raised_at: datetime
    withdrawn_at: datetime | None
    owner: str | None
    outcome: Outcome | None
    note: str | None
    initials: str | None
    closed_by: str | None
    closed_at: datetime | None
    line: str
    headline: str

    @classmethod
    def of(cls, row: AlertRow, *, reads: bool) -> "AlertView":
        """The alert, for somebody who may read the answers or may not."""
        return cls(
            alert_id=row.alert_id,
            urgency=row.urgency,
            state=row.state,
            raised_at=row.raised_at,
            withdrawn_at=row.withdrawn_at,
            owner=row.owner,
            outcome=row.outcome,
            note=row.note,
            initials=row.initials,
            closed_by=row.closed_by,
            closed_at=row.closed_at,
            line=row.line if reads else "",
            headline=row.line if row.rule in SAID_AT_RECEPTION else "",
        )

    @property
    def closed(self) -> bool:
        """Somebody has said what came of it."""
        return self.state is AlertState.CLOSED


@dataclass(frozen=True)
class CallView:
    """Everything that somebody must be phoned about; `urgency` and `due_at` None once nothing is left.

    `phone`, `can_be_called`, `other_phone` and `email` are as in `AlertRow`.
    `seen` is when the latest of `waiting` was raised. `owner` has all of it; `has_some` a part at least.
    """

    phone: str | None
    no_phone: bool
    can_be_called: bool
    other_phone: str | None
    email: str | None
    waiting: tuple[AlertView, ...]
    closed: tuple[AlertView, ...]
    urgency: Urgency | None
    due_at: datetime | None
    late: bool
    seen: datetime
    owner: str | None
    has_some: str | None

    @classmethod
    def of(
        cls, rows: Sequence[AlertRow], *, known_phone: str | None, reads: bool, now: datetime
    ) -> "CallView":
        """The call about all alerts of one form; `known_phone` where there is no alert to take it from."""
        waiting = [row for row in rows if row.state is not AlertState.CLOSED]
        closed = [row for row in rows if row.state is AlertState.CLOSED]
        owners = [row.owner for row in waiting]
        return cls(
            phone=rows[0].phone if rows else known_phone,
            no_phone=any(row.no_phone for row in rows),
            can_be_called=rows[0].can_be_called if rows else bool(known_phone),
            other_phone=rows[0].other_phone if rows else None,
            email=rows[0].email if rows else None,
            waiting=tuple(AlertView.of(row, reads=reads) for row in waiting),
            closed=tuple(AlertView.of(row, reads=reads) for row in closed),
            urgency=max((row.urgency for row in waiting), default=None),
            due_at=min((row.due_at for row in waiting), default=None),
            late=any(row.due_at < now for row in waiting),
            seen=max((row.raised_at for row in waiting), default=now),
            # Safety: as on the board, one alert that nobody has makes the patient one that nobody has.
            owner=owners[0] if owners and all(owners) else None,
            has_some=next(filter(None, owners), None),
        )
