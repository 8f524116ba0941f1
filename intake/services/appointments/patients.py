"""Patients as the clinic knows them: told apart before one is booked, and found again on the telephone.

Names and dates of birth are sealed, so whoever looks for one reads them all. A small clinic has a few
thousand: `make bench` says how long that takes.
"""

from collections import defaultdict
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

MOST_ALIKE = 8
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
    return _with_visits(op.session, latest[:MOST_FOUND])


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
