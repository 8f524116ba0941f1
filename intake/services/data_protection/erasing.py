"""One patient erased on request, before the time is over, and the proof that it was done.

What is erased, and that nothing is under an open alert, is retention's to say. The proof holds counts and
kinds, and nothing that tells who it was.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from intake.config import Settings
from intake.i18n import Words
from intake.i18n import lazy as _
from intake.services import audit_chain
from intake.services.appointments.matching import one_at_a_time
from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.operations import retention
from intake.services.operations.retention import AlertOpen
from intake.storage.models import (
    Alert,
    AlertState,
    Appointment,
    Attempt,
    AuditEvent,
    Document,
    Edition,
    Erasure,
    ErasureReason,
    Intake,
    Invitation,
    Job,
    LaterNote,
    Patient,
    PatientJoin,
    Row,
)
from intake.text import code

REFERENCE = 8
REASONS: dict[ErasureReason, Words] = {
    ErasureReason.ASKED: _("The patient asked for it, or somebody who may ask for them"),
    ErasureReason.MISTAKE: _("It was a mistake: a test, or nobody’s record"),
    ErasureReason.DUTY: _("The law, or whoever answers for data protection here, asks for it"),
}
# In the order in which they are told.
COUNTED: dict[str, Words] = {
    "records": _("Records of the person"),
    "appointments": _("Appointments"),
    "forms": _("Forms with answers"),
    "editions": _("Earlier versions of forms"),
    "alerts": _("Alerts"),
    "calls": _("Tries to phone, and notes about calls"),
    "documents": _("Documents"),
    "links": _("Links"),
    "messages": _("Messages"),
}


class ErasingChanged(Exception):
    """Something is different from what was looked at; nothing was erased."""


@dataclass(frozen=True)
class ErasedKind:
    """How much of one kind."""

    words: Words
    number: int


@dataclass(frozen=True)
class DatedVisit:
    """An appointment that will go."""

    appointment_id: UUID
    starts_at: datetime
    reference: str


@dataclass(frozen=True)
class ToBeErased:
    """What would go. `alert_open`: somebody must act first, and nothing is erased."""

    patient_id: UUID
    name: str
    date_of_birth: date
    visits: tuple[DatedVisit, ...]
    kinds: tuple[ErasedKind, ...]
    alert_open: bool
    version_token: str


@dataclass(frozen=True)
class ErasureProof:
    """What is left to say. `event_hash` is the seal of the event in the audit, None where that is missing.

    `holds`: the event is what was written. `gone_by`: until when the last backup with it is gone; None where
    the clinic makes its backups by other means.
    """

    erasure_id: UUID
    reference: str
    erased_at: datetime
    erased_by: str
    reason: Words
    kinds: tuple[ErasedKind, ...]
    event_id: UUID | None
    event_hash: str | None
    holds: bool
    gone_by: date | None


def to_be_erased(op: Operation, patient_id: UUID) -> ToBeErased | None:
    """What would go if this patient was erased now; None when they are gone, or joined to another record."""
    patient = op.session.get(Patient, patient_id)
    if patient is None or _is_joined(op, patient_id):
        return None
    visits = visits_of(op, patient_id)
    return ToBeErased(
        patient_id=patient_id,
        name=patient.name,
        date_of_birth=patient.date_of_birth,
        visits=visits,
        kinds=_kinds(_counts(op, patient_id)),
        alert_open=_alert_open(op, patient_id),
        version_token=_token(patient_id, visits),
    )


def erase(op: Operation, patient_id: UUID, reason: ErasureReason, *, version_token: str) -> Erasure:
    """Erase everything about this patient, all or nothing. Raises AlertOpen or ErasingChanged."""
    one_at_a_time(op)
    # Every form first, as whoever saves a page does, then the patient, whom a new booking would lock.
    theirs = select(Intake.id).join(Intake.appointment).where(Appointment.patient_id == patient_id)
    op.session.execute(theirs.order_by(Intake.id).with_for_update(of=Intake))
    locked = select(Patient).where(Patient.id == patient_id).with_for_update()
    patient = op.session.scalars(locked).one_or_none()
    shown = to_be_erased(op, patient_id)
    if patient is None or shown is None or shown.version_token != version_token:
        raise ErasingChanged
    if shown.alert_open:
        raise AlertOpen
    counts = _counts(op, patient_id)
    for visit in shown.visits:
        retention.erase(op, visit.appointment_id)
    if not shown.visits:
        retention.erase_patient(op, patient)
    made = Erasure(
        reference="".join(secrets.choice(code.LETTERS) for _ in range(REFERENCE)),
        erased_at=op.now,
        erased_by_id=op.actor.user_id,
        reason=reason,
        counts=json.dumps(counts, sort_keys=True),
    )
    op.session.add(made)
    op.record(Action.PATIENT_ERASED_ON_REQUEST, made, reason=reason.value, **counts)
    op.session.flush()
    return made


def find(op: Operation, reference: str) -> Erasure | None:
    """What was erased under this reference, however it is spelt."""
    try:
        read = code.read(reference, REFERENCE)
    except code.NotACode:
        return None
    return op.session.scalars(select(Erasure).where(Erasure.reference == read)).one_or_none()


def proof_of(op: Operation, erasure_id: UUID) -> ErasureProof | None:
    """The proof; None when there is none of this id."""
    found = op.session.get(Erasure, erasure_id)
    if found is None:
        return None
    stream = f"erasure:{found.id}"
    first = select(AuditEvent).where(AuditEvent.stream == stream).order_by(AuditEvent.seq).limit(1)
    event = op.session.scalars(first).one_or_none()
    return ErasureProof(
        erasure_id=found.id,
        reference=found.reference,
        erased_at=found.erased_at,
        erased_by=found.erased_by.name if found.erased_by else "",
        reason=REASONS[found.reason],
        kinds=_kinds(json.loads(found.counts)),
        event_id=event.id if event is not None else None,
        event_hash=event.mac if event is not None else None,
        holds=event is not None and not audit_chain.breaks_in(op.session, [stream]),
        gone_by=backups_gone_by(op.settings, found.erased_at),
    )


def backups_gone_by(settings: Settings, erased_at: datetime) -> date | None:
    """The day from which no backup of the clinic's schedule holds it, while backups go on being made.

    So many of the newest are kept, and as many of the last ones of a day; there is one a day at least.
    """
    if settings.backup_folder is None:
        return None
    apart = max(timedelta(days=1), timedelta(minutes=settings.backup_every))
    return settings.today(erased_at + settings.backup_keep * apart + timedelta(days=1))


def _is_joined(op: Operation, patient_id: UUID) -> bool:
    stmt = select(PatientJoin.id).where(PatientJoin.joined_id == patient_id)
    return op.session.scalar(stmt.limit(1)) is not None


def visits_of(op: Operation, patient_id: UUID) -> tuple[DatedVisit, ...]:
    """The appointments of this person, the latest first."""
    columns = Appointment.id, Appointment.starts_at, Appointment.reference
    stmt = select(*columns).where(Appointment.patient_id == patient_id)
    return tuple(DatedVisit(*row) for row in op.session.execute(stmt.order_by(Appointment.starts_at.desc())))


def _alert_open(op: Operation, patient_id: UUID) -> bool:
    theirs = Appointment.patient_id == patient_id, Alert.state != AlertState.CLOSED
    stmt = select(Alert.id).join(Alert.intake).join(Intake.appointment).where(*theirs)
    return op.session.scalar(stmt.limit(1)) is not None


def _counts(op: Operation, patient_id: UUID) -> dict[str, int]:
    visits = select(Appointment.id).where(Appointment.patient_id == patient_id)
    forms = select(Intake.id).where(Intake.appointment_id.in_(visits))
    joined = PatientJoin.kept_id == patient_id

    def many(model: type[Row], *where: ColumnElement[bool]) -> int:
        return op.session.scalar(select(func.count()).select_from(model).where(*where)) or 0

    return {
        "records": 1 + many(PatientJoin, joined),
        "appointments": many(Appointment, Appointment.patient_id == patient_id),
        "forms": many(Intake, Intake.id.in_(forms), Intake.last_saved_at.is_not(None)),
        "editions": many(Edition, Edition.intake_id.in_(forms)),
        "alerts": many(Alert, Alert.intake_id.in_(forms)),
        "calls": many(Attempt, Attempt.intake_id.in_(forms))
        + many(LaterNote, LaterNote.intake_id.in_(forms)),
        "documents": many(Document, Document.intake_id.in_(forms)),
        "links": many(Invitation, Invitation.appointment_id.in_(visits)),
        "messages": many(Job, Job.appointment_id.in_(visits)),
    }


def _kinds(counts: Mapping[str, int]) -> tuple[ErasedKind, ...]:
    return tuple(ErasedKind(words, counts[name]) for name, words in COUNTED.items() if counts.get(name))


def _token(patient_id: UUID, visits: Iterable[DatedVisit]) -> str:
    said = [str(patient_id), *sorted(str(each.appointment_id) for each in visits)]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]
