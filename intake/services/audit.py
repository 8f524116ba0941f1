"""Who did what, written in the same transaction as the deed.

Each appointment and each member of staff has a chain of events of its own (`audit_chain`). Ids and counts
only: never what anybody said. What could tell an answer is sealed, and is gone with the answers (`history`).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.services import audit_chain
from intake.storage.audit_details import APPOINTMENT, FOLLOWS, WRITTEN_AS, FullDeed, open_deeds, seal_deeds
from intake.storage.audit_total import Broken
from intake.storage.encryption import Keys, Tampered, WrongKey, keys_of
from intake.storage.models import (
    Alert,
    Appointment,
    Attempt,
    AuditEvent,
    Document,
    Erasure,
    FindingOutcome,
    HandOver,
    Identified,
    Intake,
    Invitation,
    LaterNote,
    Patient,
    Role,
    User,
    WebSession,
)

SYSTEM_STREAM = "system"


class Action(StrEnum):
    """Everything that is recorded."""

    APPOINTMENT_MADE = "appointment:made"
    APPOINTMENT_CHANGED = "appointment:changed"
    APPOINTMENT_CANCELLED = "appointment:cancelled"
    APPOINTMENT_BOOKED_AGAIN = "appointment:booked_again"
    APPOINTMENT_ARRIVED = "appointment:arrived"
    APPOINTMENT_IN_ROOM = "appointment:in_room"
    APPOINTMENT_LEFT = "appointment:left"
    APPOINTMENT_STEP_TAKEN_BACK = "appointment:step_taken_back"
    APPOINTMENT_ERASED = "appointment:erased"
    PATIENT_LOOKED_FOR = "patient:looked_for"
    PATIENT_ERASED = "patient:erased"
    PATIENTS_JOINED = "patient:joined"
    PATIENTS_PARTED = "patient:parted"
    APPOINTMENTS_IMPORTED = "appointments:imported"
    PATIENTS_SEARCHED = "patients:searched"
    INVITATION_MADE = "invitation:made"
    INVITATION_IDENTIFIED = "invitation:identified"
    INVITATION_WRONG_DATE = "invitation:wrong_date"
    INVITATION_CLOSED = "invitation:closed"
    INVITATION_TRIES_ALLOWED = "invitation:tries_allowed"
    INVITATION_PRINTED = "invitation:printed"
    INVITATION_SHOWN = "invitation:shown"
    MESSAGE_ENQUEUED = "message:owed"
    MESSAGE_SENT = "message:sent"
    MESSAGE_FAILED = "message:failed"
    MESSAGE_CANCELLED = "message:cancelled"
    INTAKE_OPENED = "intake:opened"
    INTAKE_RESUMED = "intake:resumed"
    INTAKE_WORKED_ON = "intake:worked_on"
    INTAKE_PAGE_SAVED = "intake:page_saved"
    INTAKE_TOLD_BEFORE_FILLED_IN = "intake:told_before_filled_in"
    INTAKE_INTERRUPTED = "intake:interrupted"
    INTAKE_DOUBTS_SHOWN = "intake:doubts_shown"
    INTAKE_CHOSE = "intake:chose"
    INTAKE_LEFT = "intake:left"
    INTAKE_HANDED_OVER_UNFINISHED = "intake:handed_over_unfinished"
    INTAKE_SENT = "intake:sent"
    INTAKE_READ = "intake:read"
    INTAKE_COPY_READ = "intake:copy_read"
    INTAKE_MARKED_READ = "intake:marked_read"
    INTAKE_READ_TAKEN_BACK = "intake:read_taken_back"
    INTAKE_CORRECTED = "intake:corrected"
    INTAKE_ASKED_AGAIN = "intake:asked_again"
    INTAKE_FILLED_IN_TOGETHER = "intake:filled_in_together"
    INTAKE_WRONG_DATE_AT_DESK = "intake:wrong_date_at_desk"
    FINDING_MARKED = "finding:marked"
    ALERT_RAISED = "alert:raised"
    ALERT_RAISED_AGAIN = "alert:raised_again"
    ALERT_ACKNOWLEDGED = "alert:acknowledged"
    ALERT_HANDED_OVER = "alert:handed_over"
    ALERT_RELEASED = "alert:let_go"
    ALERT_CLOSED = "alert:closed"
    ALERT_SCRIPT_READ = "alert:script_read"
    ALERT_PUT_RIGHT = "alert:put_right"
    ALERT_OPENED_AGAIN = "alert:opened_again"
    ALERT_TOLD = "alert:told"
    CALL_TRIED = "call:tried"
    CALL_NOTE_ADDED = "call:note_added"
    CALL_OFFERED = "call:offered"
    CALL_DECLINED = "call:declined"
    CALL_OFFER_WITHDRAWN = "call:offer_withdrawn"
    DOCUMENT_MADE = "document:made"
    DOCUMENT_DOWNLOADED = "document:downloaded"
    PACK_MADE = "pack:made"
    DAY_READ = "day:read"
    WORKLIST_READ = "worklist:read"
    TABLET_ENROLLED = "tablet:enrolled"
    TABLET_REMOVED = "tablet:removed"
    WALK_IN_CODE_MADE = "walk_in:code_made"
    WALK_IN_CODE_USED = "walk_in:code_used"
    JOB_TRIED_AGAIN = "job:tried_again"
    TRIAL_MESSAGE_SENT = "trial_message:sent"
    SETTING_CHANGED = "setting:changed"
    SAFETY_APPROVED = "safety:approved"
    SAFETY_APPROVAL_WITHDRAWN = "safety:approval_withdrawn"
    FIGURES_READ = "figures:read"
    ANSWERS_LOOKED_AT = "answers:looked_at"
    ANSWERS_EXPORTED = "answers:exported"
    CLINICIAN_NAME_DECIDED = "clinician_name:decided"
    CLINICIAN_NAME_FORGOTTEN = "clinician_name:forgotten"
    STAFF_ADDED = "staff:added"
    STAFF_SIGNED_IN = "staff:signed_in"
    STAFF_SIGN_IN_REFUSED = "staff:sign_in_refused"
    STAFF_SIGNED_OUT = "staff:signed_out"
    STAFF_BROWSERS_FORGOTTEN = "staff:browsers_forgotten"
    STAFF_PASSWORD_CHANGED = "staff:password_changed"  # noqa: S105  (a name, no password)
    STAFF_DEACTIVATED = "staff:deactivated"
    STAFF_ROLE_CHANGED = "staff:role_changed"
    STAFF_WORKS_AS = "staff:works_as"
    STAFF_REACTIVATED = "staff:reactivated"
    STAFF_LINK_MADE = "staff:link_made"
    STAFF_LINK_USED = "staff:link_used"
    STAFF_FACTOR_BEGUN = "staff:factor_begun"
    STAFF_FACTOR_ADDED = "staff:factor_added"
    STAFF_FACTOR_REMOVED = "staff:factor_removed"
    STAFF_FACTORS_DROPPED = "staff:factors_dropped"
    STAFF_RECOVERY_CODES_MADE = "staff:recovery_codes_made"
    STAFF_RECOVERY_CODE_USED = "staff:recovery_code_used"
    STAFF_PASSKEY_REFUSED = "staff:passkey_refused"
    STAFF_DENIED = "staff:denied"
    STAFF_IDENTITY_TIED = "staff:identity_tied"
    STAFF_IDENTITY_UNTIED = "staff:identity_untied"
    STAFF_EMERGENCY_SIGN_IN = "staff:emergency_sign_in"
    RECORD_SEALED = "record:sealed"
    KEY_ADDED = "key:added"
    SEALED_AGAIN = "key:sealed_again"
    KEY_REMOVED = "key:removed"
    RESTORE_ACCEPTED = "record:restore_accepted"
    BACKUP_PUT_BACK = "backup:put_back"
    HELD_MESSAGES_RELEASED = "messages:released"
    HELD_MESSAGES_DROPPED = "messages:dropped"
    STAFF_PERMISSION_GIVEN = "staff:permission_given"
    STAFF_PERMISSION_TAKEN = "staff:permission_taken"
    AUDIT_READ = "audit:read"
    AUDIT_EXPORTED = "audit:exported"
    PATIENT_COPY_MADE = "patient:copy_made"
    PATIENT_ERASED_ON_REQUEST = "patient:erased_on_request"
    ERASURE_LOOKED_UP = "erasure:looked_up"


@dataclass(frozen=True)
class Actor:
    """Who did it, as the audit names them; `user_id` and `role` are set for a member of staff."""

    name: str
    user_id: UUID | None = None
    role: Role | None = None

    @classmethod
    def patient(cls, intake: Intake) -> "Actor":
        """Whoever holds the link of this intake and knows the date of birth."""
        return cls(f"patient:{intake.id}")

    @classmethod
    def staff(cls, user: User, role: Role | None = None) -> "Actor":
        """A member of staff in this role; whoever has only one needs not say it."""
        return cls(f"staff:{user.id}", user.id, role or (min(user.roles) if len(user.roles) == 1 else None))


SYSTEM = Actor("system")
# Somebody who has not shown who they are.
NOBODY = Actor("nobody")


@dataclass(frozen=True)
class Recorded:
    """One deed as it can be read now."""

    stream: str
    at: datetime
    action: str
    about: str
    actor: str
    detail: Mapping[str, Any]
    role: str | None = None


class Readable(StrEnum):
    """How much of an event can be read: all, what stands in the clear once the rest is erased, or less."""

    WHOLE = "whole"
    ERASED = "erased"
    BROKEN = "broken"


@dataclass(frozen=True)
class ReadEvent:
    """One event with what was done in it, as far as it can be read."""

    event: AuditEvent
    readable: Readable
    deeds: tuple[Recorded, ...]


@dataclass(frozen=True)
class Deed:
    """What somebody did, to be written when the operation commits."""

    action: Action
    actor: Actor
    on: Identified | None
    at: datetime
    detail: Mapping[str, object]


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
        Recorded(event.stream, event.at, deed.action, deed.about, deed.actor, deed.detail, event.role)
        for event in events
        for deed in _deeds(keys_of(session), salts.get(event.stream), event)
    )
    return tuple(each for each in found if not actions or each.action in actions)


def read(session: Session, events: Sequence[AuditEvent]) -> tuple[ReadEvent, ...]:
    """These events, each opened where that can be done; others are there as they stand in the clear."""
    ids = {each.stream.removeprefix(APPOINTMENT) for each in events if each.stream.startswith(APPOINTMENT)}
    stmt = select(Appointment.id, Appointment.detail_salt).where(Appointment.id.in_(map(UUID, ids)))
    salts = {f"{APPOINTMENT}{id}": salt for id, salt in session.execute(stmt)}
    return tuple(_read(keys_of(session), salts.get(event.stream), event) for event in events)


def _read(keys: Keys, salt: bytes | None, event: AuditEvent) -> ReadEvent:
    readable = Readable.WHOLE
    if event.stream.startswith(APPOINTMENT) and salt is None:
        readable = Readable.ERASED
    try:
        deeds = _deeds(keys, salt, event)
    except (Tampered, WrongKey, ValueError, TypeError):
        readable, deeds = Readable.BROKEN, [FullDeed(event.action, event.about, event.actor, {})]
    found = (Recorded(event.stream, event.at, *_parts(deed)) for deed in deeds)
    return ReadEvent(event, readable, tuple(found))


def _parts(deed: FullDeed) -> tuple[str, str, str, Mapping[str, Any]]:
    return deed.action, deed.about, deed.actor, deed.detail


def erased(session: Session) -> set[UUID]:
    """The appointments that were erased, for the file outside the database that a restore reads."""
    stmt = select(AuditEvent.about).where(AuditEvent.action == Action.APPOINTMENT_ERASED)
    return {UUID(about.removeprefix(APPOINTMENT)) for about in session.scalars(stmt)}


def write(session: Session, deeds: Sequence[Deed]) -> None:
    """Add what was done to its chains.

    Last of all and always in the same order: two requests that lock the ends of chains in between their other
    rows, each in its own order, would wait for each other for ever.
    """
    if not deeds:
        return
    # A new row learns what it belongs to when it is flushed.
    session.flush()
    for stream in sorted({_stream_of(deed.on) for deed in deeds}):
        head = audit_chain.locked_head(session, stream)
        of_stream = [deed for deed in deeds if _stream_of(deed.on) == stream]
        for together in _together(of_stream):
            audit_chain.append(session, head, _written(session, stream, together))


def verify(session: Session) -> tuple[Broken, ...]:
    """Every place where the record was changed, cut or made by another key; empty when it is whole."""
    return tuple(audit_chain.breaks(session))


def _together(deeds: list[Deed]) -> list[list[Deed]]:
    """What is written as one event: how many things happened at once could tell an answer as well."""
    found: list[list[Deed]] = []
    for deed in sorted(deeds, key=lambda each: each.action in FOLLOWS):
        for one in found:
            same = deed.action in WRITTEN_AS and in_the_clear(one[0].action) == in_the_clear(deed.action)
            if deed.action in FOLLOWS or (same and one[0].actor == deed.actor):
                one.append(deed)
                break
        else:
            found.append([deed])
    return found


def _written(session: Session, stream: str, together: list[Deed]) -> AuditEvent:
    keys, first = keys_of(session), together[0]
    written = AuditEvent(
        at=first.at,
        actor=first.actor.name,
        role=first.actor.role,
        action=in_the_clear(first.action),
        about=stream if first.action in WRITTEN_AS else _about(first.on),
        detail="{}",
        key_number=keys.current,
    )
    if not stream.startswith(APPOINTMENT):
        written.detail = json.dumps(first.detail, default=str, sort_keys=True)
        return written
    appointment = session.get(Appointment, UUID(stream.removeprefix(APPOINTMENT)))
    if appointment is not None:
        full = [_in_full(each) for each in together]
        written.detail_sealed = seal_deeds(keys, appointment.detail_salt, written.id, full)
    return written


def _in_full(deed: Deed) -> FullDeed:
    return FullDeed(deed.action, _about(deed.on), deed.actor.name, dict(deed.detail))


def _deeds(keys: Keys, salt: bytes | None, event: AuditEvent) -> list[FullDeed]:
    if event.detail_sealed is None or salt is None:
        return [FullDeed(event.action, event.about, event.actor, json.loads(event.detail))]
    return open_deeds(keys, salt, event.id, event.detail_sealed)


def in_the_clear(action: str) -> str:
    """What is written for this action outside of what is sealed."""
    return WRITTEN_AS.get(action, action)


def _about(on: Identified | None) -> str:
    return f"{on.__tablename__}:{on.id}" if on is not None else ""


def _stream_of(on: Identified | None) -> str:
    match on:
        case Appointment():
            return f"appointment:{on.id}"
        case Intake() | Invitation():
            return f"appointment:{on.appointment_id}"
        case Alert() | Attempt() | Document() | FindingOutcome() | HandOver() | LaterNote():
            return f"appointment:{on.intake.appointment_id}"
        case Patient():
            return f"patient:{on.id}"
        case User():
            return f"staff:{on.id}"
        case WebSession() if on.user_id:
            return f"staff:{on.user_id}"
        case Erasure():
            return f"erasure:{on.id}"
        case _:
            return SYSTEM_STREAM
