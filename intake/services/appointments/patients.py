"""Patients as the clinic knows them, found again on the telephone.

Names and dates of birth are sealed, so whoever looks for one reads them all. A small clinic has a few
thousand: `make bench` says how long that takes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from intake.config import LANGUAGES
from intake.i18n import current_language
from intake.services.appointments import identifiers
from intake.services.appointments.progress import Progress
from intake.services.context import Operation
from intake.storage.models import CLINIC, REFERENCE_LETTERS, Appointment, Intake, Patient
from intake.text import code, day, names

MOST_FOUND = 40
_NEVER = datetime.min.replace(tzinfo=UTC)


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


def search(op: Operation, asked: str) -> tuple[Known, ...]:
    """Patients by the beginnings of their names, a date of birth, the clinic's number or a reference.

    At most 40, whoever comes next or came last first. Nothing typed finds nobody.
    """
    pointed_at = _by_reference(op.session, asked) | identifiers.patients_called(op, CLINIC, asked)
    fits = _test_for(asked)
    patients = [each for each in op.session.scalars(select(Patient)) if each.id in pointed_at or fits(each)]
    last = select(Appointment.patient_id, func.max(Appointment.starts_at)).group_by(Appointment.patient_id)
    at = {id: starts_at for id, starts_at in op.session.execute(last) if starts_at}
    # Only of those who are shown: half a name may fit thousands.
    latest = sorted(patients, key=lambda patient: at.get(patient.id, _NEVER), reverse=True)
    return with_visits(op.session, latest[:MOST_FOUND])


def _test_for(asked: str) -> Callable[[Patient], bool]:
    born = _day_in(asked)
    if born is not None:
        return lambda patient: patient.date_of_birth == born
    words = names.words(asked)

    def fits(patient: Patient) -> bool:
        return names.begin(words, patient.name)

    return fits


def _day_in(asked: str) -> date | None:
    try:
        return day.read(asked, languages=(current_language(), *LANGUAGES))
    except day.NotADay:
        return None


def _by_reference(session: Session, asked: str) -> frozenset[UUID]:
    try:
        reference = code.read(asked, REFERENCE_LETTERS)
    except code.NotACode:
        return frozenset()
    stmt = select(Appointment.patient_id).where(Appointment.reference == reference)
    return frozenset(session.scalars(stmt))


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
