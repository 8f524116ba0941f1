"""Two records that turn out to be one person: joined at the desk, and parted again when that was a mistake.

The kept record gets the facts that were chosen, and every appointment. The joined one stays as it is, without
appointments, so that parting gives back exactly what was. Safety: a wrong joining must not show one patient
to another, so whatever goes to the patient of an appointment booked before stays as it was booked
(`Appointment.as_booked`): the date of birth its link asks for, what its form knows, where its messages and
calls go, and what is offered again from an earlier form.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from intake.services.appointments import known_facts
from intake.services.appointments.matching import PersonFacts, one_at_a_time
from intake.services.appointments.patients import Known, with_visits
from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.forms.walking import known_of
from intake.storage.models import (
    REFERENCE_LETTERS,
    Appointment,
    JoinedAppointment,
    Patient,
    PatientJoin,
)
from intake.text import code

# What can be chosen; numbers are not among them, since each record keeps its own.
FACTS = ("name", "date_of_birth", "sex_at_birth", "phone", "email", "needs")
_AS_BOOKED = ("date_of_birth", "sex_at_birth", "phone", "email")


class JoinRefusal(StrEnum):
    """Why two records cannot be joined, or parted, now."""

    SAME = "same"
    JOINED = "joined"
    KEEPS_OTHERS = "keeps_others"
    LATER_FIRST = "later_first"


class CannotJoin(Exception):
    """`reason` says why."""

    def __init__(self, reason: JoinRefusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


class RecordsChanged(Exception):
    """Something is different from what was looked at; nothing was done."""


@dataclass(frozen=True)
class PatientRecord:
    """One record as the desk sees it: who it is, and when they come. `visits` hold no answer."""

    patient_id: UUID
    person: PersonFacts
    known: Known
    created_at: datetime


@dataclass(frozen=True)
class TwoRecords:
    """Two records side by side. `differing` are the facts of which one has to be chosen."""

    one: PatientRecord
    other: PatientRecord
    differing: tuple[str, ...]
    version_token: str


@dataclass(frozen=True)
class JoinedRecords:
    """A joining that can be undone: what would stand again, and what has come since.

    `restored` are the facts of the kept record that would change back, `since` the visits that were booked
    since; to whose record they belong has to be said.
    """

    join_id: UUID
    made_at: datetime
    kept: PatientRecord
    joined: PatientRecord
    restored: tuple[tuple[str, str | None, str | None], ...]
    since: tuple[UUID, ...]
    refusal: JoinRefusal | None
    version_token: str


def patient_of(session: Session, reference: str) -> UUID | None:
    """The patient of the appointment with this reference; None when there is none."""
    try:
        read = code.read(reference, REFERENCE_LETTERS)
    except code.NotACode:
        return None
    return session.scalar(select(Appointment.patient_id).where(Appointment.reference == read))


def two_records(op: Operation, one_id: UUID, other_id: UUID) -> TwoRecords | None:
    """Both side by side; None when one of them is gone. Raises CannotJoin."""
    one, other = op.session.get(Patient, one_id), op.session.get(Patient, other_id)
    if one is None or other is None:
        return None
    _check(op.session, one, other)
    records = _record(op.session, one), _record(op.session, other)
    facts = [each.person.facts for each in records]
    # What only the record to be kept knows stays.
    differing = tuple(fact for fact in FACTS if facts[1][fact] and facts[0][fact] != facts[1][fact])
    return TwoRecords(*records, differing, _token(*records))


def join(op: Operation, kept_id: UUID, joined_id: UUID, take: Collection[str], *, version_token: str) -> None:
    """Make one patient of two; the facts of the joined record named in `take` go over those of the kept one.

    Raises CannotJoin or RecordsChanged.
    """
    one_at_a_time(op)
    kept, joined = _locked(op.session, kept_id, joined_id)
    _check(op.session, kept, joined)
    records = _record(op.session, kept), _record(op.session, joined)
    if version_token not in (_token(*records), _token(*reversed(records))):
        raise RecordsChanged
    made = PatientJoin(
        kept=kept, joined=joined, made_at=op.now, made_by_id=op.actor.user_id, before=_facts(kept), after={}
    )
    op.session.add(made)
    for appointment in _appointments(op.session, [kept.id, joined.id]):
        op.session.add(_as_booked(made, appointment, op.now))
        appointment.patient = kept
    for fact in FACTS:
        if fact in take and (value := getattr(joined, fact)) is not None:
            setattr(kept, fact, value)
    made.after = _facts(kept)
    taken = " ".join(fact for fact in FACTS if fact in take)
    for record, other in ((kept, joined), (joined, kept)):
        op.record(Action.PATIENTS_JOINED, record, other=other.id, kept=kept.id, taken=taken)
    op.session.flush()


def all_joined(op: Operation) -> tuple[JoinedRecords, ...]:
    """Every joining that stands, the latest first."""
    stmt = select(PatientJoin).order_by(PatientJoin.made_at.desc(), PatientJoin.id)
    return tuple(_joined(op.session, each) for each in op.session.scalars(stmt))


def joined_records(op: Operation, join_id: UUID) -> JoinedRecords | None:
    """One joining; None when it is undone already."""
    found = op.session.get(PatientJoin, join_id)
    return _joined(op.session, found) if found is not None else None


def part(op: Operation, join_id: UUID, to_joined: Collection[UUID], *, version_token: str) -> None:
    """Make two patients again of one: each gets back what it had before.

    `to_joined` are the appointments made since that belong to the joined record. Raises CannotJoin where a
    later joining has to be undone first, or RecordsChanged.
    """
    one_at_a_time(op)
    found = op.session.get(PatientJoin, join_id)
    if found is None:
        raise RecordsChanged
    kept, joined = _locked(op.session, found.kept_id, found.joined_id)
    shown = _joined(op.session, found)
    if shown.refusal is not None:
        raise CannotJoin(shown.refusal)
    if shown.version_token != version_token or not set(to_joined) <= set(shown.since):
        raise RecordsChanged
    appointments = _appointments(op.session, [kept.id])
    before = {each.id: known_of(each.as_booked) for each in appointments}
    was = {row.appointment_id: row.patient_id for row in found.appointments}
    for appointment in appointments:
        theirs = was.get(appointment.id) == joined.id or appointment.id in to_joined
        appointment.patient = joined if theirs else kept
    _restore(kept, found.before)
    for record, other in ((kept, joined), (joined, kept)):
        op.record(Action.PATIENTS_PARTED, record, other=other.id, kept=kept.id, moved=len(to_joined))
    op.session.delete(found)
    op.session.flush()
    for appointment in appointments:
        op.session.expire(appointment, ["joinings"])
        known_facts.follow_one(op, appointment, before[appointment.id])


def _check(session: Session, one: Patient, other: Patient) -> None:
    if one.id == other.id:
        raise CannotJoin(JoinRefusal.SAME)
    ids = [one.id, other.id]
    if session.scalar(select(PatientJoin.id).where(PatientJoin.joined_id.in_(ids)).limit(1)):
        raise CannotJoin(JoinRefusal.JOINED)
    kept = session.scalars(select(PatientJoin.kept_id).where(PatientJoin.kept_id.in_(ids))).all()
    if set(kept) == set(ids) or other.id in kept:
        raise CannotJoin(JoinRefusal.KEEPS_OTHERS)


def _locked(session: Session, one_id: UUID, other_id: UUID) -> tuple[Patient, Patient]:
    """Both, as nobody else changes them now. Raises RecordsChanged when one is gone."""
    stmt = select(Patient).where(Patient.id.in_([one_id, other_id])).order_by(Patient.id).with_for_update()
    found = {each.id: each for each in session.scalars(stmt.execution_options(populate_existing=True))}
    if one_id not in found or other_id not in found:
        raise RecordsChanged
    return found[one_id], found[other_id]


def _appointments(session: Session, patient_ids: Sequence[UUID]) -> list[Appointment]:
    stmt = select(Appointment).where(Appointment.patient_id.in_(patient_ids)).order_by(Appointment.id)
    locked = stmt.with_for_update().execution_options(populate_existing=True)
    return list(session.scalars(locked))


def _as_booked(join: PatientJoin, appointment: Appointment, now: datetime) -> JoinedAppointment:
    facts = {fact: getattr(appointment.as_booked, fact) for fact in _AS_BOOKED}
    return JoinedAppointment(
        join=join, appointment=appointment, patient_id=appointment.patient_id, made_at=now, **facts
    )


def _record(session: Session, patient: Patient) -> PatientRecord:
    (known,) = with_visits(session, [patient])
    return PatientRecord(patient.id, PersonFacts.of(patient), known, patient.created_at)


def _joined(session: Session, join: PatientJoin) -> JoinedRecords:
    kept, joined = _record(session, join.kept), _record(session, join.joined)
    was = {row.appointment_id for row in join.appointments}
    now, before = _facts(join.kept), join.before
    later = select(PatientJoin.id).where(
        PatientJoin.kept_id == join.kept_id,
        or_(
            PatientJoin.made_at > join.made_at,
            (PatientJoin.made_at == join.made_at) & (PatientJoin.id > join.id),
        ),
    )
    refusal = JoinRefusal.LATER_FIRST if session.scalar(later.limit(1)) else None
    return JoinedRecords(
        join_id=join.id,
        made_at=join.made_at,
        kept=kept,
        joined=joined,
        restored=tuple((fact, now[fact], before[fact]) for fact in FACTS if now[fact] != before[fact]),
        since=tuple(visit.appointment_id for visit in kept.known.visits if visit.appointment_id not in was),
        refusal=refusal,
        version_token=_token(kept, joined),
    )


def _token(*records: PatientRecord) -> str:
    said = [(each.person, [(visit.appointment_id) for visit in each.known.visits]) for each in records]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _facts(patient: Patient) -> dict[str, str | None]:
    values = {fact: getattr(patient, fact) for fact in FACTS}
    return {fact: value.isoformat() if isinstance(value, date) else value for fact, value in values.items()}


def _restore(patient: Patient, facts: dict[str, str | None]) -> None:
    for fact, value in facts.items():
        restored = date.fromisoformat(value) if fact == "date_of_birth" and value else value
        if getattr(patient, fact) != restored:
            setattr(patient, fact, restored)
