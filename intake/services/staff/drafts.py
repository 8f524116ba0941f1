"""What staff have typed into a form and not saved yet: kept for whoever typed it, and for nobody else.

A draft is over when the form is saved or the draft discarded, and nothing brings it back. It goes with the
appointment it is about, and by itself after a week. Nothing of it is recorded, because nothing was done yet.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, func, select

from intake.services.context import Operation
from intake.services.upsert import insert_if_missing
from intake.storage.models import Intake, StaffDraft

KEPT_FOR = timedelta(days=7)
# Whoever has more begun than this loses the oldest: it is a net, not a drawer.
MOST = 30

Fields = tuple[tuple[str, str], ...]


class DraftOver(Exception):
    """It was saved or discarded, or was never this person's."""


@dataclass(frozen=True)
class FormAddress:
    """Where it is typed: the address the form is sent to, its page, and the appointment it is about."""

    address: str
    page: str
    appointment_id: UUID | None


@dataclass(frozen=True)
class DraftView:
    """A draft as its owner sees it: (name, value) of each box, as typed. `about` is the patient, or ""."""

    id: UUID
    address: str
    page: str
    changed_at: datetime
    about: str
    fields: Fields


def keep(op: Operation, draft_id: UUID, place: FormAddress, fields: Fields) -> None:
    """Keep what stands in the boxes now, in place of what stood there before. Raises DraftOver."""
    begun = {"page": place.page, "begun_at": op.now, "changed_at": op.now}
    whose = {"user_id": op.user.id, "address": place.address, "appointment_id": place.appointment_id}
    is_new = insert_if_missing(op.session, StaffDraft, {"id": draft_id} | whose | begun)
    draft = op.session.get_one(StaffDraft, draft_id, with_for_update=True, populate_existing=True)
    if draft.user_id != op.user.id or draft.address != place.address:
        raise DraftOver
    if draft.content is None and not is_new:
        raise DraftOver
    draft.changed_at = op.now
    draft.content = {"user": str(draft.user_id), "address": draft.address, "fields": fields}
    op.session.flush()
    for oldest in op.session.scalars(_in_hand(op).offset(MOST)):
        oldest.content = None


def end(op: Operation, draft_id: UUID, place: FormAddress | None = None) -> None:
    """It is saved or discarded. With a `place` also when it was never kept: what is on its way stays out."""
    if place is not None:
        over = {"begun_at": op.now, "changed_at": op.now, "page": place.page}
        whose = {"user_id": op.user.id, "address": place.address, "appointment_id": place.appointment_id}
        insert_if_missing(op.session, StaffDraft, {"id": draft_id} | whose | over)
    draft = op.session.get(StaffDraft, draft_id, with_for_update=True, populate_existing=True)
    if draft is not None and draft.user_id == op.user.id:
        draft.content = None


def find(op: Operation, draft_id: UUID) -> DraftView | None:
    """The draft, if it is in hand and this person's."""
    draft = op.session.scalars(_in_hand(op).where(StaffDraft.id == draft_id)).one_or_none()
    return _view(draft) if draft is not None else None


def of_form(op: Operation, address: str) -> tuple[DraftView, ...]:
    """What this person has begun of the form that is sent to `address`, the latest first."""
    return _views(op, _in_hand(op).where(StaffDraft.address == address))


def all_of(op: Operation) -> tuple[DraftView, ...]:
    """Everything that this person has begun, the latest first."""
    return _views(op, _in_hand(op))


def count(op: Operation) -> int:
    """How much this person has begun."""
    return op.session.scalar(select(func.count()).select_from(_in_hand(op).order_by(None).subquery())) or 0


def appointment_of(op: Operation, intake_id: UUID) -> UUID | None:
    """The appointment that this form of a patient is for."""
    return op.session.scalar(select(Intake.appointment_id).where(Intake.id == intake_id))


def _in_hand(op: Operation) -> Select[StaffDraft]:
    return (
        select(StaffDraft)
        .where(
            StaffDraft.user_id == op.actor.user_id,
            StaffDraft.content_sealed.is_not(None),
            StaffDraft.changed_at > op.now - KEPT_FOR,
        )
        .order_by(StaffDraft.changed_at.desc(), StaffDraft.id)
    )


def _views(op: Operation, stmt: Select[StaffDraft]) -> tuple[DraftView, ...]:
    found = (_view(each) for each in op.session.scalars(stmt))
    return tuple(each for each in found if each is not None)


def _view(draft: StaffDraft) -> DraftView | None:
    content = draft.content
    # Safety: what is sealed says whose it is; a row that was given to somebody else shows nothing.
    if content is None or (content["user"], content["address"]) != (str(draft.user_id), draft.address):
        return None
    fields = tuple((str(name), str(value)) for name, value in content["fields"])
    about = draft.appointment.patient.name if draft.appointment is not None else ""
    return DraftView(draft.id, draft.address, draft.page, draft.changed_at, about, fields)
