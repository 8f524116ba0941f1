"""Patients as the clinic knows them: told apart before one is booked, and found again on the telephone.

Names and dates of birth are sealed, so whoever looks for one reads them all. A small clinic has a few
thousand: `make bench` says how long that takes.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from intake.services import identifiers
from intake.services.progress import Progress
from intake.storage.models import CLINIC, Appointment, Intake, Patient

MOST_ALIKE = 8
MOST_FOUND = 40
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Visit:
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
    visits: tuple[Visit, ...]


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
        self._by_name[_name_of(patient.name)].append(patient)
        self._by_birth[patient.date_of_birth].append(patient)

    def alike(self, name: str, date_of_birth: date) -> list[Patient]:
        """Whoever could be taken for this person, by name or by date of birth; the likeliest first."""
        named, born = self._by_name.get(_name_of(name), []), self._by_birth.get(date_of_birth, [])
        both = [each for each in named if each in born]
        return list(dict.fromkeys([*both, *named, *born]))

    def same(self, name: str, date_of_birth: date, number: str | None) -> Patient | None:
        """The one who has both; None when nobody has, or several, or the clinic's numbers differ."""
        named = self._by_name.get(_name_of(name), [])
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


def search(session: Session, asked: str) -> tuple[Known, ...]:
    """Patients by the beginnings of their names, a date of birth, the clinic's number or a reference.

    At most 40, whoever comes next or came last first. Nothing typed finds nobody.
    """
    pointed_at = _by_reference(session, asked) | identifiers.patients_called(session, CLINIC, asked)
    fits = _test_for(asked)
    patients = [each for each in session.scalars(select(Patient)) if each.id in pointed_at or fits(each)]
    last = select(Appointment.patient_id, func.max(Appointment.starts_at)).group_by(Appointment.patient_id)
    at = {id: starts_at for id, starts_at in session.execute(last) if starts_at}
    # Only of those who are shown: half a name may fit thousands.
    latest = sorted(patients, key=lambda patient: at.get(patient.id, _NEVER), reverse=True)
    return _with_visits(session, latest[:MOST_FOUND])


def date_in(text: str) -> date | None:
    """The day somebody typed: 27/3/1962, 27.3.1962, 27 3 1962 or 1962-03-27; None when it is none."""
    parts = [int(part) for part in re.findall(r"[0-9]+", text)[:4]]
    if len(parts) != 3 or re.search(r"[^0-9\s./-]", text):
        return None
    year, month, day = parts if parts[0] > 31 else reversed(parts)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _test_for(asked: str) -> Callable[[Patient], bool]:
    born = date_in(asked)
    if born is not None:
        return lambda patient: patient.date_of_birth == born
    words = _words(asked)

    def fits(patient: Patient) -> bool:
        named = _words(patient.name)
        return bool(words) and all(any(each.startswith(word) for each in named) for word in words)

    return fits


def _by_reference(session: Session, asked: str) -> frozenset[UUID]:
    reference = "".join(asked.split()).upper()
    chosen = select(Appointment.patient_id).where(Appointment.reference == reference)
    return frozenset(session.scalars(chosen)) if reference else frozenset()


def _with_visits(session: Session, patients: Iterable[Patient]) -> tuple[Known, ...]:
    chosen = {each.id: each for each in patients}
    visits: dict[UUID, list[Visit]] = {id: [] for id in chosen}
    intake = joinedload(Appointment.intake)
    theirs = (
        select(Appointment)
        .where(Appointment.patient_id.in_(chosen))
        .options(intake.defer(Intake.sheet_sealed).defer(Intake.summary_sealed))
        .order_by(Appointment.starts_at.desc())
    )
    for each in session.scalars(theirs) if chosen else ():
        visits[each.patient_id].append(
            Visit(each.id, each.starts_at, each.with_whom, each.reference, Progress.of(each))
        )
    numbers = identifiers.numbers_of(session, chosen)
    return tuple(
        Known(id, each.name, each.date_of_birth, numbers.get(id), each.phone, tuple(visits[id]))
        for id, each in chosen.items()
    )


def _name_of(name: str) -> tuple[str, ...]:
    """A name without a single letter is only the same as itself."""
    return tuple(sorted(_words(name))) or (name,)


def _words(name: str) -> list[str]:
    """The words of a name without accents, points and capitals: "Ó’Brien-Ñandú" is "obrien", "nandu".

    Safety: only what is written over and under letters is left aside. In many scripts a mark is a vowel, or
    makes another letter: without it, two people would have one name.
    """
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", name) if not _is_accent(letter))
    joined = re.sub(r"['’`]", "", plain.casefold())
    return "".join(each if _is_of_a_word(each) else " " for each in joined).split()


def _is_accent(letter: str) -> bool:
    """By its combining class: an accent (200 and up), or a point of Hebrew, Arabic or Syriac (10 to 36)."""
    place = unicodedata.combining(letter)
    return place >= 200 or 10 <= place <= 36


def _is_of_a_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_" or unicodedata.category(letter).startswith("M")
