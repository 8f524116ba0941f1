"""One patient's alerts are handled in one telephone call: taken, handed over, closed with what came of it.

Safety: nothing closes an alert without an outcome from the list, a note, initials, and whoever did it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.red_flags import Urgency
from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.messages import outbox
from intake.storage.models import Alert, AlertState, JobKind, Outcome, User

LONGEST_NOTE = 2000
LONGEST_INITIALS = 6


class NoSuchAlert(LookupError):
    """There is no alert with this id."""


class TakenAlready(Exception):
    """Somebody else has it; `owner` is who."""

    def __init__(self, owner: User) -> None:
        super().__init__("taken already")
        self.owner = owner


class RaisedAgain(Exception):
    """It has fired again since the page was shown: what came of the first time says nothing about it."""


class OutcomeIncomplete(Exception):
    """An alert is closed by saying what came of it; `missing` names what was not said."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__("outcome incomplete")
        self.missing = missing


@dataclass(frozen=True)
class Result:
    """What came of the call. `clinician_told` is wanted when nobody could be reached in an emergency."""

    outcome: Outcome | None
    note: str
    initials: str
    clinician_told: bool = False

    def missing(self, urgency: Urgency) -> tuple[str, ...]:
        """What has to be said before an alert of this urgency can be closed."""
        unreached = self.outcome is Outcome.NOT_REACHED and urgency is Urgency.EMERGENCY
        said = {
            "outcome": self.outcome is not None,
            "note": bool(self.note.strip()) and len(self.note) <= LONGEST_NOTE,
            "initials": bool(self.initials.strip()) and len(self.initials.strip()) <= LONGEST_INITIALS,
            "clinician_told": self.clinician_told or not unreached,
        }
        return tuple(name for name, enough in said.items() if not enough)


def take(op: Operation, alert_ids: Iterable[UUID]) -> tuple[Alert, ...]:
    """Make whoever asks the one who acts. The first one counts: raises TakenAlready, or NoSuchAlert."""
    found = _locked(op.session, alert_ids)
    for alert in found:
        theirs = alert.state is AlertState.ACKNOWLEDGED and alert.owner_id != op.actor.user_id
        if theirs and alert.owner is not None:
            raise TakenAlready(alert.owner)
    user = op.user
    for alert in found:
        if alert.state is not AlertState.OPEN:
            continue
        alert.state, alert.owner = AlertState.ACKNOWLEDGED, user
        if alert.acknowledged_at is None:
            alert.acknowledged_by, alert.acknowledged_at = user, op.now
        op.record(Action.ALERT_ACKNOWLEDGED, alert)
    return found


def hand_over(op: Operation, alert_ids: Iterable[UUID], *, to: User) -> tuple[Alert, ...]:
    """Give them to somebody else, whoever has them; what nobody has taken yet is theirs as well."""
    found = _locked(op.session, alert_ids)
    for alert in found:
        if alert.state is AlertState.CLOSED or alert.owner_id == to.id:
            continue
        alert.state, alert.owner = AlertState.ACKNOWLEDGED, to
        if alert.acknowledged_at is None:
            alert.acknowledged_by, alert.acknowledged_at = op.user, op.now
        op.record(Action.ALERT_HANDED_OVER, alert, to=to.id)
    return found


def close(
    op: Operation, alert_ids: Iterable[UUID], result: Result, *, version_token: datetime | None = None
) -> tuple[Alert, ...]:
    """Note what came of them; a closed one stays as it was.

    `version_token` is when the latest of them was raised that they were shown; None: whatever stands now was.
    Raises NoSuchAlert, RaisedAgain or OutcomeIncomplete.
    """
    found = _locked(op.session, alert_ids)
    waiting = [alert for alert in found if alert.state is not AlertState.CLOSED]
    if version_token is not None and any(alert.raised_at > version_token for alert in waiting):
        raise RaisedAgain
    missing = result.missing(max((alert.urgency for alert in waiting), default=Urgency.SAME_DAY))
    if missing:
        raise OutcomeIncomplete(missing)
    take(op, [alert.id for alert in waiting if alert.state is AlertState.OPEN])
    for alert in waiting:
        alert.outcome, alert.note = result.outcome, result.note.strip()
        alert.initials = result.initials.strip()
        alert.state, alert.closed_by, alert.closed_at = AlertState.CLOSED, op.user, op.now
        op.record(Action.ALERT_CLOSED, alert)
    return tuple(found)


def release(op: Operation, user: User) -> None:
    """What `user` has is nobody's again, and the clinic is told anew: they cannot act on it any more."""
    stmt = select(Alert.id).where(Alert.owner_id == user.id, Alert.state == AlertState.ACKNOWLEDGED)
    for alert in _locked(op.session, op.session.scalars(stmt)):
        if alert.owner_id != user.id or alert.state is not AlertState.ACKNOWLEDGED:
            continue
        alert.state, alert.owner = AlertState.OPEN, None
        dedupe_key = f"{op.now:%Y%m%dT%H%M%S%f}"
        outbox.add(op, JobKind.TELL_OF_ALERT, alert.id, dedupe_key=dedupe_key)
        op.record(Action.ALERT_RELEASED, alert)


def _locked(session: Session, alert_ids: Iterable[UUID]) -> tuple[Alert, ...]:
    """The alerts, in one order for everybody, kept from others until the session ends."""
    wanted: Sequence[UUID] = sorted(set(alert_ids))
    stmt = select(Alert).where(Alert.id.in_(wanted)).order_by(Alert.id).with_for_update()
    found = tuple(session.scalars(stmt.execution_options(populate_existing=True)))
    if len(found) != len(wanted):
        raise NoSuchAlert
    return found
