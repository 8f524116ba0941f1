"""Patients as the clinic knows them: told apart before one is booked. They are found again by `search`.

Names and dates of birth are sealed, so whoever tells one apart reads them all. A small clinic has a few
thousand: `make bench` says how long that takes.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from intake.services.appointments import identifiers
from intake.services.appointments.progress import Progress
from intake.storage.models import Appointment, Intake, Patient
from intake.text import names

MOST_ALIKE = 8


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


class Directory:
    """Everybody the clinic knows, read once and told apart by name and date of birth.

    Names are the same whatever the order, the accents and the capitals of their words.
    """

    def __init__(self, session: Session) -> None:
        self._by_name: dict[tuple[str, ...], list[Patient]] = defaultdict(list)
        self._by_birth: dict[date, list[Patient]] = defaultdict(list)
        for patient in session.scalars(select(Patient)):
            self.add(patient)

    def add(self, patient: Patient) -> None:
        """This patient is known from now on; one who is known already stays one."""
        if patient in self._by_birth[patient.date_of_birth]:
            return
        self._by_name[names.key(patient.name)].append(patient)
        self._by_birth[patient.date_of_birth].append(patient)

    def alike(self, name: str, date_of_birth: date) -> list[Patient]:
        """Whoever could be taken for this person, by name or by date of birth; the likeliest first."""
        named, born = self._by_name.get(names.key(name), []), self._by_birth.get(date_of_birth, [])
        both = [each for each in named if each in born]
        return list(dict.fromkeys([*both, *named, *born]))

    def same(self, name: str, date_of_birth: date, number: str | None) -> Patient | None:
        """The one who has both; None when nobody has, or several, or the clinic's numbers differ."""
        named = self._by_name.get(names.key(name), [])
        found = [each for each in named if each.date_of_birth == date_of_birth]
        one = found[0] if len(found) == 1 else None
        differs = one is not None and bool(number and one.number and number != one.number)
        return None if differs else one


def alike(
    session: Session, name: str, date_of_birth: date, *, besides: UUID | None = None
) -> tuple[Known, ...]:
    """Whoever could be taken for this person, but for `besides`: the likeliest first, at most eight."""
    found = [each for each in Directory(session).alike(name, date_of_birth) if each.id != besides]
    return _with_visits(session, found[:MOST_ALIKE])


def known(session: Session, patient_ids: Sequence[UUID]) -> tuple[Known, ...]:
    """These patients with their visits, in this order; without those who are not there any more."""
    found = {each.id: each for each in session.scalars(select(Patient).where(Patient.id.in_(patient_ids)))}
    return _with_visits(session, [found[each] for each in patient_ids if each in found])


def _with_visits(session: Session, patients: Iterable[Patient]) -> tuple[Known, ...]:
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
