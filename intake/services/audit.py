"""Who did what, written in the same transaction as the deed.

Each appointment and each member of staff has a chain of events of its own; every link is sealed together
with the one before it, so that a changed or missing event breaks the chain. Ids and counts only: never what
anybody said.
"""

import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.services.upsert import insert_if_missing
from intake.storage.encryption import Keys, Purpose
from intake.storage.models import (
    Alert,
    Appointment,
    AuditEvent,
    AuditHead,
    Document,
    FindingOutcome,
    Identified,
    Intake,
    Invitation,
    Patient,
    User,
    WebSession,
)

START = "0" * 64


class Action(StrEnum):
    """Everything that is recorded."""

    APPOINTMENT_MADE = "appointment:made"
    APPOINTMENT_CHANGED = "appointment:changed"
    APPOINTMENT_CANCELLED = "appointment:cancelled"
    APPOINTMENT_BOOKED_AGAIN = "appointment:booked_again"
    APPOINTMENT_ERASED = "appointment:erased"
    PATIENT_LOOKED_FOR = "patient:looked_for"
    PATIENT_ERASED = "patient:erased"
    APPOINTMENTS_IMPORTED = "appointments:imported"
    PATIENTS_SEARCHED = "patients:searched"
    INVITATION_MADE = "invitation:made"
    INVITATION_IDENTIFIED = "invitation:identified"
    INVITATION_WRONG_DATE = "invitation:wrong_date"
    INVITATION_CLOSED = "invitation:closed"
    INVITATION_TRIES_ALLOWED = "invitation:tries_allowed"
    INVITATION_PRINTED = "invitation:printed"
    INVITATION_SHOWN = "invitation:shown"
    MESSAGE_OWED = "message:owed"
    MESSAGE_SENT = "message:sent"
    MESSAGE_FAILED = "message:failed"
    MESSAGE_CANCELLED = "message:cancelled"
    INTAKE_OPENED = "intake:opened"
    INTAKE_RESUMED = "intake:resumed"
    INTAKE_PAGE_SAVED = "intake:page_saved"
    INTAKE_INTERRUPTED = "intake:interrupted"
    INTAKE_CHOSE = "intake:chose"
    INTAKE_LEFT = "intake:left"
    INTAKE_SENT = "intake:sent"
    INTAKE_READ = "intake:read"
    INTAKE_COPY_READ = "intake:copy_read"
    INTAKE_MARKED_READ = "intake:marked_read"
    INTAKE_CORRECTED = "intake:corrected"
    INTAKE_ASKED_AGAIN = "intake:asked_again"
    INTAKE_FILLED_IN_TOGETHER = "intake:filled_in_together"
    FINDING_MARKED = "finding:marked"
    ALERT_RAISED = "alert:raised"
    ALERT_RAISED_AGAIN = "alert:raised_again"
    ALERT_ACKNOWLEDGED = "alert:acknowledged"
    ALERT_HANDED_OVER = "alert:handed_over"
    ALERT_LET_GO = "alert:let_go"
    ALERT_CLOSED = "alert:closed"
    ALERT_SCRIPT_READ = "alert:script_read"
    ALERT_TOLD = "alert:told"
    DOCUMENT_MADE = "document:made"
    DOCUMENT_DOWNLOADED = "document:downloaded"
    PACK_MADE = "pack:made"
    DAY_READ = "day:read"
    WORKLIST_READ = "worklist:read"
    TABLET_ENROLLED = "tablet:enrolled"
    TABLET_REMOVED = "tablet:removed"
    WALK_IN_CODE_MADE = "walk_in:code_made"
    WALK_IN_CODE_USED = "walk_in:code_used"
    SETTING_CHANGED = "setting:changed"
    SAFETY_APPROVED = "safety:approved"
    SAFETY_APPROVAL_WITHDRAWN = "safety:approval_withdrawn"
    FIGURES_READ = "figures:read"
    STAFF_ADDED = "staff:added"
    STAFF_SIGNED_IN = "staff:signed_in"
    STAFF_SIGN_IN_REFUSED = "staff:sign_in_refused"
    STAFF_SIGNED_OUT = "staff:signed_out"
    STAFF_PASSWORD_CHANGED = "staff:password_changed"  # noqa: S105  (a name, no password)
    STAFF_DEACTIVATED = "staff:deactivated"
    STAFF_ROLE_CHANGED = "staff:role_changed"
    STAFF_REACTIVATED = "staff:reactivated"
    STAFF_LINK_MADE = "staff:link_made"
    STAFF_LINK_USED = "staff:link_used"
    STAFF_DENIED = "staff:denied"


@dataclass(frozen=True)
class Actor:
    """Who did it, as the audit names them; `user_id` is set for a member of staff."""

    name: str
    user_id: UUID | None = None

    @classmethod
    def patient(cls, intake: Intake) -> "Actor":
        """Whoever holds the link of this intake and knows the date of birth."""
        return cls(f"patient:{intake.id}")

    @classmethod
    def staff(cls, user: User) -> "Actor":
        """A member of staff who is signed in."""
        return cls(f"staff:{user.id}", user.id)


SYSTEM = Actor("system")
# Somebody who has not shown who they are.
NOBODY = Actor("nobody")


@dataclass(frozen=True)
class Deed:
    """What somebody did, to be written when the operation commits."""

    action: Action
    actor: Actor
    on: Identified | None
    at: datetime
    detail: Mapping[str, object]


@dataclass(frozen=True)
class Broken:
    """A place where a chain does not hold; `seq` None means its end."""

    stream: str
    seq: int | None
    what: str


def write(session: Session, keys: Keys, deeds: Sequence[Deed]) -> None:
    """Add what was done to its chains.

    Last of all and always in the same order: two requests that lock the ends of chains in between their other
    rows, each in its own order, would wait for each other for ever.
    """
    if not deeds:
        return
    # A new row learns what it belongs to when it is flushed.
    session.flush()
    for stream in sorted({_stream_of(each.on) for each in deeds}):
        head = _locked_head(session, stream)
        for each in deeds:
            if _stream_of(each.on) == stream:
                _append(session, keys, head, each)


def verify(session: Session, keys: Keys) -> tuple[Broken, ...]:
    """Every place where the record was changed, cut or made by another key; empty when it is whole."""
    return tuple(_breaks(session, keys))


def _breaks(session: Session, keys: Keys) -> Iterator[Broken]:
    heads = {head.stream: head for head in session.scalars(select(AuditHead))}
    ends: dict[str, tuple[int, str]] = {}
    for each in session.scalars(select(AuditEvent).order_by(AuditEvent.stream, AuditEvent.seq)):
        seq, mac = ends.get(each.stream, (0, START))
        if each.seq != seq + 1:
            yield Broken(each.stream, each.seq, "an event before it is missing")
        elif not hmac.compare_digest(each.mac, _mac(each, mac, keys)):
            yield Broken(each.stream, each.seq, "it was changed")
        ends[each.stream] = (each.seq, each.mac)
    for stream in sorted({*heads, *ends}):
        end = (heads[stream].seq, heads[stream].mac) if stream in heads else None
        if ends.get(stream, (0, START)) != end:
            yield Broken(stream, None, "its end is missing")


def _append(session: Session, keys: Keys, head: AuditHead, deed: Deed) -> None:
    written = AuditEvent(
        stream=head.stream,
        seq=head.seq + 1,
        at=deed.at,
        actor=deed.actor.name,
        action=deed.action,
        about=f"{deed.on.__tablename__}:{deed.on.id}" if deed.on is not None else "",
        detail=json.dumps(deed.detail, default=str, sort_keys=True),
        key_number=keys.current,
    )
    written.mac = _mac(written, head.mac, keys)
    head.seq, head.mac = written.seq, written.mac
    session.add(written)


def _mac(event: AuditEvent, before: str, keys: Keys) -> str:
    said = [
        before,
        event.stream,
        event.seq,
        event.at.isoformat(),
        event.actor,
        event.action,
        event.about,
        event.detail,
    ]
    secret = keys.secret(Purpose.AUDIT, event.key_number)
    return hmac.digest(secret, json.dumps(said).encode(), "sha256").hex()


def _locked_head(session: Session, stream: str) -> AuditHead:
    insert_if_missing(session, AuditHead, {"stream": stream, "seq": 0, "mac": START})
    chosen = select(AuditHead).where(AuditHead.stream == stream).with_for_update()
    return session.scalars(chosen.execution_options(populate_existing=True)).one()


def _stream_of(on: Identified | None) -> str:
    match on:
        case Appointment():
            return f"appointment:{on.id}"
        case Intake() | Invitation():
            return f"appointment:{on.appointment_id}"
        case Alert() | Document() | FindingOutcome():
            return f"appointment:{on.intake.appointment_id}"
        case Patient():
            return f"patient:{on.id}"
        case User():
            return f"staff:{on.id}"
        case WebSession() if on.user_id:
            return f"staff:{on.user_id}"
        case _:
            return "system"
