"""What record systems call a patient and an appointment, each in a row of its own, found again by an HMAC.

The value is sealed. Its HMAC is made of the system and the value, so the same number in two systems is two.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from intake.config import Settings
from intake.services.context import Operation
from intake.storage.encryption import HmacIndex
from intake.storage.models import (
    CLINIC,
    IMPORT,
    AppointmentIdentifier,
    Patient,
    PatientIdentifier,
    PatientJoin,
)
from intake.text import number, record_number


def systems(settings: Settings) -> dict[str, str]:
    """The record systems that the clinic named besides its own: what each is called, by its id."""
    return {record_number.system_of(name): name for name in settings.record_systems}


def name_of(system: str, settings: Settings) -> str:
    """What the clinic calls a record system; one that it names no longer is called by its id."""
    return systems(settings).get(system, system)


def name_patient(op: Operation, patient: Patient, system: str, value: str | None) -> None:
    """From now on `system` calls this patient `value`; None: it does not know them."""
    if patient.called_by(system) == value:
        return
    if inspect(patient).persistent:
        # One after the other: two who give the same patient a number at once would both add a row.
        op.session.execute(select(Patient.id).where(Patient.id == patient.id).with_for_update())
        op.session.refresh(patient, ["identifiers"])
    found = next((identifier for identifier in patient.identifiers if identifier.system == system), None)
    if value is None:
        if found is not None:
            patient.identifiers.remove(found)
        return
    if found is None:
        found = PatientIdentifier(system=system)
        patient.identifiers.append(found)
    found.value, found.value_hmac = value, patient_hmac(op, system, value)


def patients_called(op: Operation, system: str, value: str) -> frozenset[UUID]:
    """The ids of the patients whom `system` calls `value`, whatever its capitals; none where it is empty.

    Whoever has it by a record that was joined to theirs is found by it too.
    """
    if not value.strip():
        return frozenset()
    its = PatientIdentifier.value_hmac == patient_hmac(op, system, value)
    stmt = select(PatientIdentifier.patient_id).where(PatientIdentifier.system == system, its)
    kept = kept_of(op.session)
    return frozenset(kept.get(each, each) for each in op.session.scalars(stmt))


def kept_of(session: Session) -> dict[UUID, UUID]:
    """By the id of a record that was joined to another, the id of that one."""
    stmt = select(PatientJoin.joined_id, PatientJoin.kept_id)
    return {each.joined_id: each.kept_id for each in session.execute(stmt)}


def all_numbers(op: Operation, patient: Patient) -> tuple[tuple[str, str], ...]:
    """Every number of theirs with the name of its record system, those of records joined to theirs too.

    The name of the clinic's own is "".
    """
    joined = select(PatientJoin.joined_id).where(PatientJoin.kept_id == patient.id)
    ids = [patient.id, *op.session.scalars(joined)]
    stmt = select(PatientIdentifier).where(PatientIdentifier.patient_id.in_(ids))
    found = {(each.system != CLINIC, each.system, each.value) for each in op.session.scalars(stmt)}
    return tuple(
        ("" if system == CLINIC else name_of(system, op.settings), value)
        for _, system, value in sorted(found)
    )


def patient_hmac(op: Operation, system: str, value: str) -> HmacIndex:
    """What finds whom `system` calls `value`, whatever its capitals."""
    return op.hmac_index(*patient_index_parts(system, value))


def patient_index_parts(system: str, value: str) -> tuple[str, ...]:
    """Of what the HMAC is made by which a patient is found."""
    return ("patient identifier", system, number.in_ascii(value).strip().casefold())


def numbers_of(session: Session, patient_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The clinic's own numbers of these patients, of those who have one."""
    theirs = PatientIdentifier.patient_id.in_(list(patient_ids)), PatientIdentifier.system == CLINIC
    return {
        identifier.patient_id: identifier.value
        for identifier in session.scalars(select(PatientIdentifier).where(*theirs))
    }


def imported_as(op: Operation, source: str) -> AppointmentIdentifier:
    """What recognises an appointment as this row of an import."""
    return AppointmentIdentifier(system=IMPORT, value=source, value_hmac=import_hmac(op, source))


def imported(op: Operation, sources: Iterable[str]) -> dict[str, UUID]:
    """The ids of the appointments that these rows of an import made already, by source."""
    by_hmac = {each: source for source in sources for each in import_hmac(op, source).every}
    identifier = AppointmentIdentifier
    stmt = select(identifier.value_hmac, identifier.appointment_id).where(
        identifier.system == IMPORT, identifier.value_hmac.in_(by_hmac)
    )
    return {by_hmac[hmac]: appointment_id for hmac, appointment_id in op.session.execute(stmt)}


def rows_of_imports(op: Operation, sources: Iterable[str]) -> dict[str, AppointmentIdentifier]:
    """What is kept of these rows of an import, by source, of those that made an appointment."""
    by_hmac = {each: source for source in sources for each in import_hmac(op, source).every}
    identifier = AppointmentIdentifier
    stmt = select(identifier).where(identifier.system == IMPORT, identifier.value_hmac.in_(by_hmac))
    return {by_hmac[each.value_hmac]: each for each in op.session.scalars(stmt)}


def import_hmac(op: Operation, source: str) -> HmacIndex:
    """What is looked for to recognise a row of an import; it tells nothing of the row."""
    # As version 0.1 made it: of rows that came in then nothing else is known.
    return op.hmac_index(*import_index_parts(source))


def import_index_parts(source: str) -> tuple[str, ...]:
    """Of what the HMAC is made by which a row of an import is recognised."""
    return ("import source", source)
