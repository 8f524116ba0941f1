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
from intake.services import audit, outbox
from intake.services.audit import Action, Actor
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


def take(session: Session, alert_ids: Iterable[UUID], *, by: User, now: datetime) -> tuple[Alert, ...]:
    """Make `by` the one who acts. The first one counts: raises TakenAlready, or NoSuchAlert."""
    found = _locked(session, alert_ids)
    for alert in found:
        if alert.state is AlertState.ACKNOWLEDGED and alert.owner is not None and alert.owner_id != by.id:
            raise TakenAlready(alert.owner)
    for alert in found:
        if alert.state is not AlertState.OPEN:
            continue
        alert.state, alert.owner = AlertState.ACKNOWLEDGED, by
        if alert.acknowledged_at is None:
            alert.acknowledged_by, alert.acknowledged_at = by, now
        audit.record(session, Action.ALERT_ACKNOWLEDGED, by=Actor.staff(by), on=alert, now=now)
    return found


def hand_over(
    session: Session, alert_ids: Iterable[UUID], *, to: User, by: User, now: datetime
) -> tuple[Alert, ...]:
    """Give them to somebody else, whoever has them; what nobody has taken yet is theirs as well."""
    found = _locked(session, alert_ids)
    for alert in found:
        if alert.state is AlertState.CLOSED or alert.owner_id == to.id:
            continue
        alert.state, alert.owner = AlertState.ACKNOWLEDGED, to
        if alert.acknowledged_at is None:
            alert.acknowledged_by, alert.acknowledged_at = by, now
        audit.record(session, Action.ALERT_HANDED_OVER, by=Actor.staff(by), on=alert, now=now, to=to.id)
    return found


def close(
    session: Session,
    alert_ids: Iterable[UUID],
    result: Result,
    *,
    by: User,
    now: datetime,
    seen: datetime | None = None,
) -> tuple[Alert, ...]:
    """Note what came of them; a closed one stays as it was.

    `seen` is when the latest of them was raised that `by` was shown; None: whatever stands now was.
    Raises NoSuchAlert, RaisedAgain or OutcomeIncomplete.
    """
    found = _locked(session, alert_ids)
    waiting = [alert for alert in found if alert.state is not AlertState.CLOSED]
    if seen is not None and any(alert.raised_at > seen for alert in waiting):
        raise RaisedAgain
    missing = result.missing(max((alert.urgency for alert in waiting), default=Urgency.SAME_DAY))
    if missing:
        raise OutcomeIncomplete(missing)
    take(session, [alert.id for alert in waiting if alert.state is AlertState.OPEN], by=by, now=now)
    for alert in waiting:
        alert.outcome, alert.note = result.outcome, result.note.strip()
        alert.initials = result.initials.strip()
        alert.state, alert.closed_by, alert.closed_at = AlertState.CLOSED, by, now
        audit.record(session, Action.ALERT_CLOSED, by=Actor.staff(by), on=alert, now=now)
    return tuple(found)


def let_go(session: Session, user: User, *, by: Actor, now: datetime) -> None:
    """What `user` has is nobody's again, and the clinic is told anew: they cannot act on it any more."""
    chosen = select(Alert.id).where(Alert.owner_id == user.id, Alert.state == AlertState.ACKNOWLEDGED)
    for alert in _locked(session, session.scalars(chosen)):
        if alert.owner_id != user.id or alert.state is not AlertState.ACKNOWLEDGED:
            continue
        alert.state, alert.owner = AlertState.OPEN, None
        slot = f"{now:%Y%m%dT%H%M%S%f}"
        outbox.add(session, JobKind.TELL_OF_ALERT, alert.id, slot=slot, now=now)
        audit.record(session, Action.ALERT_LET_GO, by=by, on=alert, now=now)


def _locked(session: Session, alert_ids: Iterable[UUID]) -> tuple[Alert, ...]:
    """The alerts, in one order for everybody, kept from others until the session ends."""
    wanted: Sequence[UUID] = sorted(set(alert_ids))
    chosen = select(Alert).where(Alert.id.in_(wanted)).order_by(Alert.id).with_for_update()
    found = tuple(session.scalars(chosen.execution_options(populate_existing=True)))
    if len(found) != len(wanted):
        raise NoSuchAlert
    return found
