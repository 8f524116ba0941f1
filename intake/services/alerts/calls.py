"""The calls that somebody must make, each about all that waits of one form, the most pressing first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from intake.services.alerts.attempts import attempts_of
from intake.services.alerts.call_state import AttemptView, CallState, HandOverView, WaitingAlert
from intake.services.alerts.handing_over import declined_of, offers_of
from intake.services.alerts.listing import AlertRow
from intake.services.context import Operation
from intake.storage.models import Alert, AlertState, Appointment, Intake


@dataclass(frozen=True)
class Calls:
    """What was tried and offered in some calls, by intake; `me` is who looks."""

    attempts: dict[UUID, tuple[AttemptView, ...]]
    offers: dict[UUID, HandOverView]
    declined: dict[UUID, HandOverView]
    me: UUID | None = None

    @classmethod
    def of(cls, op: Operation, rows: Iterable[AlertRow]) -> "Calls":
        """Of the calls that these alerts belong to."""
        ids = {row.intake_id for row in rows}
        offers, declined = offers_of(op.session, ids), declined_of(op.session, ids)
        return cls(attempts_of(op.session, ids), offers, declined, op.actor.user_id)

    def state(self, rows: Sequence[AlertRow], now: datetime) -> CallState:
        """How the call of these waiting alerts stands."""
        waiting = [WaitingAlert(row.urgency, row.state, row.raised_at, row.due_at) for row in rows]
        return CallState.of(waiting, self.attempts.get(rows[0].intake_id, ()), now, rows[0].numbers)


NO_CALLS = Calls({}, {}, {})


@dataclass(frozen=True)
class NextCall:
    """The most pressing call after one that is done."""

    intake_id: UUID
    name: str
    state: CallState
    owner: str | None


def due_again(op: Operation) -> int:
    """How many calls that are not overdue were to be tried again by now."""
    return sum(state.due_again and not state.late for state in _states(op).values())


def next_call(op: Operation) -> NextCall | None:
    """The most pressing call that whoever asks can make: theirs, or one that calls out."""
    found = [(id, state) for id, state in _states(op).items()]
    for intake_id, state in sorted(found, key=lambda each: each[1].pressing):
        owners = _owners(op, intake_id)
        theirs = owners == {op.actor.user_id}
        if (theirs and not state.snoozed) or state.loud:
            intake = op.session.get_one(Intake, intake_id)
            owner = next((alert.owner.name for alert in intake.alerts if alert.owner is not None), None)
            name = op.session.get_one(Appointment, intake.appointment_id).patient.name
            return NextCall(intake_id, name, state, None if theirs else owner)
    return None


def _owners(op: Operation, intake_id: UUID) -> set[UUID | None]:
    waiting = Alert.intake_id == intake_id, Alert.state != AlertState.CLOSED
    return set(op.session.scalars(select(Alert.owner_id).where(*waiting)))


def _states(op: Operation) -> dict[UUID, CallState]:
    """How every call with something left to do stands, without reading what anybody answered."""
    columns = Alert.intake_id, Alert.urgency, Alert.state, Alert.raised_at, Alert.due_at
    waiting: dict[UUID, list[WaitingAlert]] = {}
    open_alerts = op.session.execute(select(*columns).where(Alert.state != AlertState.CLOSED))
    for intake_id, urgency, state, raised_at, due_at in open_alerts:
        waiting.setdefault(intake_id, []).append(WaitingAlert(urgency, state, raised_at, due_at))
    tried = attempts_of(op.session, waiting)
    return {id: CallState.of(alerts, tried[id], op.now) for id, alerts in waiting.items()}
