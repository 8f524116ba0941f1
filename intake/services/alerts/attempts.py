"""A try to reach the patient after which the call goes on: no answer, a message left, a wrong number."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from intake.i18n import Words
from intake.i18n import lazy as _
from intake.services.alerts import handling
from intake.services.alerts.call_state import AttemptView
from intake.services.audit import Action
from intake.services.context import Operation
from intake.storage.models import AlertState, Attempt, AttemptKind, Intake, new_id

ATTEMPTS: dict[AttemptKind, Words] = {
    AttemptKind.NO_ANSWER: _("No answer"),
    AttemptKind.ENGAGED: _("Engaged"),
    AttemptKind.LEFT_MESSAGE: _("Left a message to phone back"),
    AttemptKind.WRONG_NUMBER: _("Wrong number"),
    AttemptKind.SPOKE: _("Spoke with the patient; not finished"),
}


class AgainTooEarly(Exception):
    """The time to try again has gone by."""


@dataclass(frozen=True)
class Try:
    """What came of one try. `number` is what was dialled; `again_at` when to try again."""

    kind: AttemptKind
    note: str = ""
    number: str = ""
    again_at: datetime | None = None


def note_attempt(op: Operation, intake: Intake, tried: Try, *, idempotency_key: UUID) -> bool:
    """Note a try; what nobody had is now with whoever tried. False when it was noted already, by this key.

    It only adds, so it needs no version: two who tried are two tries. Another try with a key that is known
    comes from a page that was gone back to, and is one of its own. Raises AgainTooEarly, and
    OutcomeIncomplete when the note is too long.
    """
    if len(tried.note) > handling.LONGEST_NOTE:
        raise handling.OutcomeIncomplete(("note",))
    if tried.again_at is not None and tried.again_at <= op.now:
        raise AgainTooEarly
    alerts = handling.locked_call(op.session, intake)
    known = op.session.get(Attempt, idempotency_key)
    if known is not None:
        if _is(known, intake, tried):
            return False
        idempotency_key = new_id()
    handling.take(op, [alert.id for alert in alerts if alert.state is AlertState.OPEN])
    attempt = Attempt(
        id=idempotency_key,
        intake=intake,
        kind=tried.kind,
        made_at=op.now,
        made_by_id=op.user.id,
        again_at=tried.again_at,
        number=tried.number.strip() or None,
        note=tried.note.strip() or None,
    )
    op.session.add(attempt)
    op.record(Action.CALL_TRIED, attempt, kind=tried.kind.value)
    return True


def attempts_of(session: Session, intake_ids: Iterable[UUID]) -> dict[UUID, tuple[AttemptView, ...]]:
    """The tries of these calls, the first one first."""
    ids = list(set(intake_ids))
    stmt = select(Attempt).where(Attempt.intake_id.in_(ids)).order_by(Attempt.made_at, Attempt.id)
    found: dict[UUID, list[AttemptView]] = {id: [] for id in ids}
    for attempt in session.scalars(stmt.options(joinedload(Attempt.made_by))):
        found[attempt.intake_id].append(_view(attempt))
    return {id: tuple(views) for id, views in found.items()}


def _is(attempt: Attempt, intake: Intake, tried: Try) -> bool:
    noted = (attempt.intake_id, attempt.kind, attempt.number, attempt.again_at, attempt.note)
    number, note = tried.number.strip() or None, tried.note.strip() or None
    return noted == (intake.id, tried.kind, number, tried.again_at, note)


def _view(attempt: Attempt) -> AttemptView:
    return AttemptView(
        attempt_id=attempt.id,
        kind=attempt.kind,
        made_at=attempt.made_at,
        made_by=attempt.made_by.name,
        again_at=attempt.again_at,
        number=attempt.number,
        note=attempt.note,
    )
