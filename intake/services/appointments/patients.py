"""Patients as the clinic knows them, with their visits. They are told apart by `matching`, found by `search`.

Names and dates of birth are sealed, so whoever tells one apart reads them all. A small clinic has a few
thousand: `make bench` says how long that takes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from intake.services.appointments import identifiers
from intake.services.appointments.progress import Progress
from intake.storage.models import Appointment, Intake, Patient


@dataclass(frozen=True)
class BookedVisit:
    """An appointment of somebody who was found."""

    appointment_id: UUID
    starts_at: datetime
    with_whom: str
    reference: str
    form: Progress


@dataclass(frozen=True)
class Known:
    """A patient the clinic knows, with their visits, the latest first."""

    patient_id: UUID
    name: str
    date_of_birth: date
    number: str | None
    phone: str | None
    visits: tuple[BookedVisit, ...]


def known(session: Session, patient_ids: Sequence[UUID]) -> tuple[Known, ...]:
    """These patients with their visits, in this order; without those who are not there any more."""
    found = {each.id: each for each in session.scalars(select(Patient).where(Patient.id.in_(patient_ids)))}
    return with_visits(session, [found[each] for each in patient_ids if each in found])


def with_visits(session: Session, patients: Iterable[Patient]) -> tuple[Known, ...]:
    """These patients, in this order, each with their appointments."""
    chosen = {patient.id: patient for patient in patients}
    visits: dict[UUID, list[BookedVisit]] = {id: [] for id in chosen}
    intake = joinedload(Appointment.intake)
    theirs = (
        select(Appointment)
        .where(Appointment.patient_id.in_(chosen))
        .options(intake.defer(Intake.draft_sealed).defer(Intake.summary_sealed))
        .order_by(Appointment.starts_at.desc())
    )
    for each in session.scalars(theirs) if chosen else ():
        visits[each.patient_id].append(
            BookedVisit(each.id, each.starts_at, each.with_whom, each.reference, Progress.of(each))
        )
    numbers = identifiers.numbers_of(session, chosen)
    return tuple(
        Known(id, each.name, each.date_of_birth, numbers.get(id), each.phone, tuple(visits[id]))
        for id, each in chosen.items()
    )
