"""A call is offered to somebody with a note, and theirs once they accept it.

Safety: until then it stays with whoever has it, and is as loud as before.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from intake.services.alerts import handling
from intake.services.alerts.call_state import HandOverView
from intake.services.alerts.call_version import CallChanged, CallPart, CallVersion
from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.messages import outbox
from intake.storage.models import Alert, AlertState, HandOver, HandOverState, Intake, JobKind, User


class OfferOver(Exception):
    """It is not offered to them any more: somebody took it, closed it, or took the offer back."""


def offer(
    op: Operation, intake: Intake, *, to: User, note: str, version_token: CallVersion | None = None
) -> HandOver:
    """Offer the call to `to`, and tell them by e-mail where the clinic has it. Twice alike is once.

    Raises CallChanged; OutcomeIncomplete when the note is too long.
    """
    if len(note) > handling.LONGEST_NOTE:
        raise handling.OutcomeIncomplete(("note",))
    waiting = handling.waiting_of(op.session, intake)
    facts = {
        "offered_by_id": op.user.id,
        "offered_to_id": to.id,
        "state": HandOverState.OFFERED,
        "note": note.strip() or None,
    }
    for known in intake.hand_overs:
        if all(getattr(known, name) == fact for name, fact in facts.items()):
            return known
    if version_token is not None:
        version_token.check(intake)
    if not waiting:
        raise CallChanged(frozenset({CallPart.CLOSED}))
    handling.end_offers(op, intake)
    offered = HandOver(intake=intake, offered_at=op.now, **facts)
    op.session.add(offered)
    op.session.flush()
    outbox.add(op, JobKind.TELL_OF_HAND_OVER, offered.id)
    op.record(Action.CALL_OFFERED, offered, to=to.id)
    return offered


def accept(op: Operation, intake: Intake, hand_over_id: UUID) -> None:
    """Everything that waits in the call is theirs from now on. Raises OfferOver."""
    offered = _offer(op, intake, hand_over_id)
    if offered.state is HandOverState.ACCEPTED and _has_all(op, intake):
        # The button was pressed twice.
        return
    if offered.state is not HandOverState.OFFERED or offered.offered_to_id != op.user.id:
        raise OfferOver
    offered.state, offered.answered_at = HandOverState.ACCEPTED, op.now
    for alert in handling.waiting_of(op.session, offered.intake):
        handling.belongs_to(op, alert, op.user)
        op.record(Action.ALERT_HANDED_OVER, alert, to=op.user.id)


def decline(op: Operation, intake: Intake, hand_over_id: UUID) -> None:
    """It stays with whoever has it. Raises OfferOver."""
    offered = _offer(op, intake, hand_over_id)
    if offered.offered_to_id != op.user.id:
        raise OfferOver
    if offered.state is HandOverState.DECLINED:
        return
    if offered.state is not HandOverState.OFFERED:
        raise OfferOver
    offered.state, offered.answered_at = HandOverState.DECLINED, op.now
    op.record(Action.CALL_DECLINED, offered)


def withdraw(op: Operation, intake: Intake, hand_over_id: UUID) -> None:
    """Whoever offered it takes the offer back. Raises OfferOver."""
    offered = _offer(op, intake, hand_over_id)
    if offered.offered_by_id != op.user.id:
        raise OfferOver
    if offered.state is HandOverState.WITHDRAWN:
        return
    if offered.state is not HandOverState.OFFERED:
        raise OfferOver
    handling.end_offers(op, offered.intake)


def offers_of(session: Session, intake_ids: Iterable[UUID]) -> dict[UUID, HandOverView]:
    """The open offer of each of these calls that has one."""
    stmt = _with_names().where(HandOver.state == HandOverState.OFFERED, HandOver.intake_id.in_(intake_ids))
    return {offered.intake_id: _view(offered) for offered in session.scalars(stmt)}


def declined_of(session: Session, intake_ids: Iterable[UUID]) -> dict[UUID, HandOverView]:
    """The calls whose last offer was declined: whoever has them must know."""
    stmt = _with_names().where(HandOver.intake_id.in_(intake_ids))
    last = {offered.intake_id: offered for offered in session.scalars(stmt.order_by(HandOver.offered_at))}
    return {id: _view(each) for id, each in last.items() if each.state is HandOverState.DECLINED}


def hand_overs_of(session: Session, intake: Intake) -> tuple[HandOverView, ...]:
    """Every offer of this call, however it was answered, the first one first."""
    stmt = _with_names().where(HandOver.intake_id == intake.id)
    return tuple(map(_view, session.scalars(stmt.order_by(HandOver.offered_at, HandOver.id))))


def offered_to(op: Operation, user: User) -> tuple[HandOverView, ...]:
    """The calls that wait for `user` to accept them, the oldest offer first."""
    stmt = _with_names().where(HandOver.state == HandOverState.OFFERED, HandOver.offered_to_id == user.id)
    return tuple(map(_view, op.session.scalars(stmt.order_by(HandOver.offered_at))))


def declined_to(op: Operation, user: User) -> tuple[HandOverView, ...]:
    """The calls that `user` has, offered to somebody, and got back."""
    stmt = select(Alert.intake_id).where(Alert.owner_id == user.id, Alert.state != AlertState.CLOSED)
    declined = declined_of(op.session, op.session.scalars(stmt).all())
    return tuple(each for each in declined.values() if each.offered_by_id == user.id)


def _has_all(op: Operation, intake: Intake) -> bool:
    return all(alert.owner_id == op.user.id for alert in handling.waiting_of(op.session, intake))


def _offer(op: Operation, intake: Intake, hand_over_id: UUID) -> HandOver:
    """An offer of this call, whether or not it stands, with the lock of the call. Raises OfferOver."""
    handling.locked_call(op.session, intake)
    offered = op.session.get(HandOver, hand_over_id)
    if offered is None or offered.intake_id != intake.id:
        raise OfferOver
    op.session.refresh(offered)
    return offered


def _with_names() -> Select[HandOver]:
    return select(HandOver).options(joinedload(HandOver.offered_by), joinedload(HandOver.offered_to))


def _view(offered: HandOver) -> HandOverView:
    return HandOverView(
        hand_over_id=offered.id,
        intake_id=offered.intake_id,
        offered_by=offered.offered_by.name,
        offered_by_id=offered.offered_by_id,
        offered_to=offered.offered_to.name,
        offered_to_id=offered.offered_to_id,
        offered_at=offered.offered_at,
        answered_at=offered.answered_at,
        note=offered.note,
        state=offered.state,
    )
