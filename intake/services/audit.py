"""Who did what, written in the same transaction as the deed.

Each appointment and each member of staff has a chain of events of its own (`audit_chain`). Ids and counts
only: never what anybody said. What could tell an answer is sealed, and is gone with the answers (`history`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from intake.services import audit_chain
from intake.storage import UNCOMMITTED
from intake.storage.audit_details import APPOINTMENT, FOLLOWS, WRITTEN_AS, Deed, open_deeds, seal_deeds
from intake.storage.audit_total import Broken
from intake.storage.encryption import Keys
from intake.storage.models import (
    Alert,
    Appointment,
    AuditEvent,
    Document,
    FindingOutcome,
    Identified,
    Intake,
    Invitation,
    Patient,
    User,
    WebSession,
)

NOTED = "noted"
SYSTEM_STREAM = "system"


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
    INTAKE_WORKED_ON = "intake:worked_on"
    INTAKE_PAGE_SAVED = "intake:page_saved"
    INTAKE_INTERRUPTED = "intake:interrupted"
    INTAKE_DOUBTS_SHOWN = "intake:doubts_shown"
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
    RECORD_SEALED = "record:sealed"
    RESTORE_ACCEPTED = "record:restore_accepted"


@dataclass(frozen=True)
class Actor:
    """Who did it, as the audit names them."""

    name: str

    @classmethod
    def patient(cls, intake: Intake) -> "Actor":
        """Whoever holds the link of this intake and knows the date of birth."""
        return cls(f"patient:{intake.id}")

    @classmethod
    def staff(cls, user: User) -> "Actor":
        """A member of staff who is signed in."""
        return cls(f"staff:{user.id}")

    @classmethod
    def nobody(cls) -> "Actor":
        """Somebody who has not shown who they are."""
        return cls("nobody")


SYSTEM = Actor("system")


@dataclass(frozen=True)
class Recorded:
    """One deed as it can be read now."""

    stream: str
    at: datetime
    action: str
    about: str
    actor: str
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class _Noted:
    """A deed that is written down when the session commits."""

    action: Action
    by: Actor
    on: Identified | None
    at: datetime
    detail: Mapping[str, object]


def record(
    session: Session,
    action: Action,
    *,
    by: Actor,
    on: Identified | None = None,
    now: datetime,
    **detail: str | int | UUID | None,
) -> None:
    """Note a deed for the chain that `on` belongs to; `detail` holds ids and counts, never what was said.

    It is written when the session commits, in the same transaction.
    """
    if not session.in_transaction():
        session.begin()
    session.info.setdefault(NOTED, []).append(_Noted(action, by, on, now, detail))
    session.info[UNCOMMITTED] = True


def history(session: Session, *actions: Action) -> tuple[Recorded, ...]:
    """What was done, in full where it can still be read, oldest first.

    Only these `actions`, if any are given. What was erased is there as it stands in the clear.
    """
    events = session.scalars(select(AuditEvent).order_by(AuditEvent.at, AuditEvent.stream, AuditEvent.seq))
    salts = {
        f"{APPOINTMENT}{id}": salt
        for id, salt in session.execute(select(Appointment.id, Appointment.detail_salt))
    }
    found = (
        Recorded(each.stream, each.at, deed.action, deed.about, deed.actor, deed.detail)
        for each in events
        for deed in _deeds(session.info["keys"], salts.get(each.stream), each)
    )
    return tuple(each for each in found if not actions or each.action in actions)


def verify(session: Session) -> tuple[Broken, ...]:
    """Every place where the record was changed, cut or made by another key; empty when it is whole."""
    return tuple(audit_chain.breaks(session))


@event.listens_for(Session, "before_commit", insert=True)
def _write_down(session: Session) -> None:
    """Add what was noted to its chains.

    Last of all and always in the same order: two requests that lock the ends of chains in between their other
    rows, each in its own order, would wait for each other for ever.
    """
    noted: list[_Noted] = session.info.pop(NOTED, [])
    if not noted:
        return
    # A new row learns what it belongs to when it is flushed.
    session.flush()
    for stream in sorted({_stream_of(each.on) for each in noted}):
        head = audit_chain.locked_head(session, stream)
        of_stream = [each for each in noted if _stream_of(each.on) == stream]
        for together in _together(of_stream):
            audit_chain.append(session, head, _written(session, stream, together))


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(NOTED, None)


def _together(noted: list[_Noted]) -> list[list[_Noted]]:
    """What is written as one event: how many things happened at once could tell an answer as well."""
    found: list[list[_Noted]] = []
    for each in sorted(noted, key=lambda each: each.action in FOLLOWS):
        for one in found:
            same = each.action in WRITTEN_AS and _in_the_clear(one[0].action) == _in_the_clear(each.action)
            if each.action in FOLLOWS or (same and one[0].by == each.by):
                one.append(each)
                break
        else:
            found.append([each])
    return found


def _written(session: Session, stream: str, together: list[_Noted]) -> AuditEvent:
    keys: Keys = session.info["keys"]
    first = together[0]
    written = AuditEvent(
        at=first.at,
        actor=first.by.name,
        action=_in_the_clear(first.action),
        about=stream if first.action in WRITTEN_AS else _about(first.on),
        detail="{}",
        key_number=keys.current,
    )
    if not stream.startswith(APPOINTMENT):
        written.detail = json.dumps(first.detail, default=str, sort_keys=True)
        return written
    appointment = session.get(Appointment, UUID(stream.removeprefix(APPOINTMENT)))
    if appointment is not None:
        deeds = [Deed(each.action, _about(each.on), each.by.name, dict(each.detail)) for each in together]
        written.detail_sealed = seal_deeds(keys, appointment.detail_salt, written.id, deeds)
    return written


def _deeds(keys: Keys, salt: bytes | None, event: AuditEvent) -> list[Deed]:
    if event.detail_sealed is None or salt is None:
        return [Deed(event.action, event.about, event.actor, json.loads(event.detail))]
    return open_deeds(keys, salt, event.id, event.detail_sealed)


def _in_the_clear(action: str) -> str:
    return WRITTEN_AS.get(action, action)


def _about(on: Identified | None) -> str:
    return f"{on.__tablename__}:{on.id}" if on is not None else ""


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
            return SYSTEM_STREAM
