"""One patient's alerts are handled in one telephone call: taken, closed with what came of it, put right.

Safety: nothing closes an alert without an outcome from the list, a note, initials, and whoever did it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from intake.red_flags import Urgency
from intake.services.alerts.call_version import CallChanged, CallPart, CallVersion
from intake.services.alerts.raising import enqueue_mails
from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.messages import outbox
from intake.storage.models import (
    Alert,
    AlertState,
    EarlierResult,
    HandOver,
    HandOverState,
    Intake,
    JobKind,
    LaterNote,
    Outcome,
    User,
    new_id,
)

LONGEST_NOTE = 2000
LONGEST_INITIALS = 6


class NoSuchAlert(LookupError):
    """There is no alert with this id."""


class TakenAlready(Exception):
    """Somebody else has it; `owner` is who."""

    def __init__(self, owner: User) -> None:
        super().__init__("taken already")
        self.owner = owner


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
            "note": is_note(self.note),
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


def take_over(op: Operation, intake: Intake) -> None:
    """Whoever asks is the one who acts from now on, whoever had it; what was offered is not any more."""
    user = op.user
    for alert in waiting_of(op.session, intake):
        if alert.owner_id != user.id:
            belongs_to(op, alert, user)
            op.record(Action.ALERT_HANDED_OVER, alert, to=user.id)
    end_offers(op, intake)


def close(
    op: Operation, alert_ids: Iterable[UUID], result: Result, *, version_token: CallVersion | None = None
) -> tuple[Alert, ...]:
    """Note what came of them; a closed one stays as it was.

    `version_token` is the version of the call that was shown; None: whatever stands now was.
    Raises NoSuchAlert, CallChanged or OutcomeIncomplete.
    """
    found = _locked_calls(op.session, alert_ids)
    intakes = {alert.intake_id: alert.intake for alert in found}
    if found and all(_is_done_by(op, alert, result) for alert in found):
        # The button was pressed twice.
        return found
    if version_token is not None:
        for intake in intakes.values():
            version_token.check(intake)
    waiting = [alert for alert in found if alert.state is not AlertState.CLOSED]
    missing = result.missing(max((alert.urgency for alert in waiting), default=Urgency.SAME_DAY))
    if missing:
        raise OutcomeIncomplete(missing)
    take(op, [alert.id for alert in waiting if alert.state is AlertState.OPEN])
    for alert in waiting:
        _write(op, alert, result)
        op.record(Action.ALERT_CLOSED, alert)
    for intake in intakes.values():
        if all(alert.state is AlertState.CLOSED for alert in intake.alerts):
            end_offers(op, intake)
    return tuple(found)


def put_right(
    op: Operation, alert_ids: Iterable[UUID], result: Result, *, version_token: CallVersion | None = None
) -> None:
    """Write another result over that of closed alerts; the one before is kept.

    Raises NoSuchAlert, CallChanged or OutcomeIncomplete.
    """
    found = _locked_calls(op.session, alert_ids)
    if found and all(_is_done_by(op, alert, result) for alert in found):
        # The button was pressed twice.
        return
    _check_closed(found, version_token)
    missing = result.missing(max(alert.urgency for alert in found))
    if missing:
        raise OutcomeIncomplete(missing)
    for alert in found:
        _keep_earlier(op, alert)
        _write(op, alert, result)
        op.record(Action.ALERT_PUT_RIGHT, alert)


def open_again(
    op: Operation, alert_ids: Iterable[UUID], note: str, *, version_token: CallVersion | None = None
) -> None:
    """It was closed by mistake: somebody must act, and nobody has it. What it was closed with is kept.

    Raises NoSuchAlert or CallChanged; OutcomeIncomplete without a note.
    """
    found = _locked_calls(op.session, alert_ids)
    if found and all(_is_opened_again_by(op, alert, note) for alert in found):
        # The button was pressed twice.
        return
    _check_closed(found, version_token)
    if not is_note(note):
        raise OutcomeIncomplete(("note",))
    for alert in found:
        _keep_earlier(op, alert)
        alert.outcome = alert.note = alert.initials = None
        alert.state, alert.owner, alert.closed_by, alert.closed_at = AlertState.OPEN, None, None, None
        enqueue_mails(op, alert)
        op.record(Action.ALERT_OPENED_AGAIN, alert)
    add_note(op, found[0].intake, note)


def add_note(op: Operation, intake: Intake, note: str, *, idempotency_key: UUID | None = None) -> None:
    """Add to what was written about a call; the same note with the same key adds nothing.

    Another note with it comes from a page that was gone back to, and is one of its own. Raises
    OutcomeIncomplete when it is empty or too long.
    """
    if not is_note(note):
        raise OutcomeIncomplete(("note",))
    locked_call(op.session, intake)
    key = idempotency_key or new_id()
    known = op.session.get(LaterNote, key)
    if known is not None:
        if (known.intake_id, known.note) == (intake.id, note.strip()):
            return
        key = new_id()
    written = LaterNote(id=key, intake=intake, written_at=op.now, written_by_id=op.user.id, note=note.strip())
    op.session.add(written)
    op.record(Action.CALL_NOTE_ADDED, written)


def release(op: Operation, user: User) -> None:
    """What `user` has is nobody's again, and the clinic is told anew: they cannot act on it any more.

    What was offered to them is not any more; what they offered still can be accepted.
    """
    mine = Alert.owner_id == user.id, Alert.state == AlertState.ACKNOWLEDGED
    offered = HandOver.offered_to_id == user.id, HandOver.state == HandOverState.OFFERED
    of_offers = Alert.intake_id.in_(select(HandOver.intake_id).where(*offered))
    stmt = select(Alert.id).where(or_(and_(*mine), of_offers))
    for alert in _locked_calls(op.session, op.session.scalars(stmt)):
        for offer in alert.intake.hand_overs:
            if offer.offered_to_id == user.id:
                end_offer(op, offer)
        if alert.owner_id != user.id or alert.state is not AlertState.ACKNOWLEDGED:
            continue
        alert.state, alert.owner = AlertState.OPEN, None
        dedupe_key = f"{op.now:%Y%m%dT%H%M%S%f}"
        outbox.add(op, JobKind.TELL_OF_ALERT, alert.id, dedupe_key=dedupe_key)
        op.record(Action.ALERT_RELEASED, alert)


def belongs_to(op: Operation, alert: Alert, user: User) -> None:
    """From now on `user` acts on it."""
    alert.state, alert.owner = AlertState.ACKNOWLEDGED, user
    if alert.acknowledged_at is None:
        alert.acknowledged_by, alert.acknowledged_at = user, op.now


def end_offers(op: Operation, intake: Intake) -> None:
    """The call is not offered to anybody any more. Its lock is held."""
    for offer in intake.hand_overs:
        end_offer(op, offer)


def end_offer(op: Operation, offer: HandOver) -> None:
    """This offer stands no longer, if it did."""
    if offer.state is HandOverState.OFFERED:
        offer.state, offer.answered_at = HandOverState.WITHDRAWN, op.now
        op.record(Action.CALL_OFFER_WITHDRAWN, offer)


def locked_call(session: Session, intake: Intake) -> tuple[Alert, ...]:
    """Every alert of a call, kept from others until the session ends, with all that belongs to the call.

    Whatever staff do in a call takes this lock first, so a version that is checked under it stays right.
    """
    stmt = select(Alert.id).where(Alert.intake_id == intake.id)
    found = _locked(session, session.scalars(stmt))
    _forget(session, found)
    return found


def waiting_of(session: Session, intake: Intake) -> list[Alert]:
    """Those of them that are not closed, locked."""
    return [alert for alert in locked_call(session, intake) if alert.state is not AlertState.CLOSED]


def is_note(note: str) -> bool:
    """Something is said in it, and no more than fits."""
    return bool(note.strip()) and len(note) <= LONGEST_NOTE


def _write(op: Operation, alert: Alert, result: Result) -> None:
    alert.outcome, alert.note = result.outcome, result.note.strip()
    alert.initials = result.initials.strip()
    alert.state, alert.closed_by, alert.closed_at = AlertState.CLOSED, op.user, op.now


def _is_done_by(op: Operation, alert: Alert, result: Result) -> bool:
    """Whoever asks has closed it with this result, word for word."""
    said = (alert.outcome, alert.note, alert.initials)
    same = said == (result.outcome, result.note.strip(), result.initials.strip())
    return same and alert.state is AlertState.CLOSED and alert.closed_by_id == op.actor.user_id


def _is_opened_again_by(op: Operation, alert: Alert, note: str) -> bool:
    """Whoever asks has opened it again with this note, and nobody has closed it since."""
    last = max(alert.earlier_results, key=lambda each: each.replaced_at, default=None)
    if last is None or last.replaced_by_id != op.actor.user_id or alert.state is AlertState.CLOSED:
        return False
    written = [each for each in alert.intake.later_notes if each.written_at == last.replaced_at]
    return any(each.note == note.strip() for each in written)


def _keep_earlier(op: Operation, alert: Alert) -> None:
    assert alert.closed_at is not None
    earlier = EarlierResult(
        alert=alert,
        outcome=alert.outcome,
        note=alert.note,
        initials=alert.initials,
        closed_at=alert.closed_at,
        closed_by_id=alert.closed_by_id,
        replaced_at=op.now,
        replaced_by_id=op.user.id,
    )
    op.session.add(earlier)


def _check_closed(found: Sequence[Alert], version_token: CallVersion | None) -> None:
    """These are alerts of one call. One that is open has no result to put right: raises CallChanged."""
    if not found:
        raise NoSuchAlert
    if version_token is not None:
        version_token.check(found[0].intake)
    if any(alert.state is not AlertState.CLOSED for alert in found):
        raise CallChanged(frozenset({CallPart.CLOSED}))


def _locked_calls(session: Session, alert_ids: Iterable[UUID]) -> tuple[Alert, ...]:
    """These alerts, with the lock of the whole calls they belong to."""
    wanted = set(alert_ids)
    intakes = select(Alert.intake_id).where(Alert.id.in_(wanted))
    # All at once: two who lock one after another, each in its own order, would wait for each other for ever.
    whole = _locked(session, session.scalars(select(Alert.id).where(Alert.intake_id.in_(intakes))))
    _forget(session, whole)
    found = tuple(alert for alert in whole if alert.id in wanted)
    if len(found) != len(wanted):
        raise NoSuchAlert
    return found


def _forget(session: Session, alerts: Iterable[Alert]) -> None:
    """What was read of these calls before they were locked may have changed."""
    for alert in alerts:
        session.expire(alert, ["earlier_results"])
        session.expire(alert.intake, ["alerts", "attempts", "later_notes", "hand_overs"])


def _locked(session: Session, alert_ids: Iterable[UUID]) -> tuple[Alert, ...]:
    """The alerts, in one order for everybody, kept from others until the session ends."""
    wanted: Sequence[UUID] = sorted(set(alert_ids))
    stmt = select(Alert).where(Alert.id.in_(wanted)).order_by(Alert.id).with_for_update()
    found = tuple(session.scalars(stmt.execution_options(populate_existing=True)))
    if len(found) != len(wanted):
        raise NoSuchAlert
    return found
