"""Everybody the clinic knows, folded to be found, in the memory of this process and nowhere else.

Names and dates of birth are sealed, so the database cannot look for them. They are opened once, when somebody
is first looked for, and again only of those who were written since (`storage/search_changes.py`).
"""

import threading
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from itertools import product
from uuid import UUID

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from intake.services.appointments.word_table import WordTable
from intake.storage import Database
from intake.storage.encryption import keys_of
from intake.storage.models import Appointment, Patient, PatientIdentifier
from intake.storage.search_changes import IndexVersion, changed_since, version
from intake.text import folding

UUID_BYTES = 16
# At a place that is free.
NOBODY = bytes(UUID_BYTES).hex()
AT_ONCE = 500
# Fewer signs of what a record system calls somebody are all of it.
SHORTEST_BEGINNING = 4
# So many words may be written as one, when no more than so many are looked for.
MOST_TOGETHER, MOST_WORDS = 3, 8
# When more have changed, all are read anew: sorting in one by one would take longer.
MOST_CHANGES = 20_000


@dataclass(frozen=True)
class Wanted:
    """What somebody is looked for by.

    `words` in their spellings, and without titles in `untitled`; days of birth; endings of telephone numbers.
    With `words`, days and endings narrow them down. `mark`: what a record system calls them.
    """

    words: tuple[tuple[str, ...], ...] = ()
    untitled: tuple[tuple[str, ...], ...] = ()
    days: frozenset[date] = frozenset()
    endings: frozenset[str] = frozenset()
    mark: str = ""


@dataclass(frozen=True)
class _Person:
    patient_id: UUID
    born: date
    last_visit: int
    names: frozenset[str]
    numbers: frozenset[str]
    marks: frozenset[str]


class PatientIndex:
    """The index of one database; every process has its own. Threads take turns."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._version: IndexVersion | None = None
        self._replaced = database.replaced

    def find(self, wanted: Wanted, *, most: int) -> tuple[UUID, ...]:
        """Whoever fits, at most so many: without a slip before with one, then whoever comes or came last."""
        with self._lock:
            self._bring_up_to_date()
            ranks = self._ranked(wanted)
            first = sorted(ranks, key=lambda place: (ranks[place], -self._last_visits[place], place))
            return tuple(self._id_at(place) for place in first[:most])

    def bring_up_to_date(self) -> None:
        """Read whoever was written since; everybody, when nobody was read yet."""
        with self._lock:
            self._bring_up_to_date()

    def __len__(self) -> int:
        return len(self._born) - len(self._free) if self._version else 0

    def _bring_up_to_date(self) -> None:
        with self._database.reading() as session:
            now, before = version(session), self._version
            if self._database.replaced != self._replaced:
                # Another file has taken the place of the one that was read.
                before, self._replaced = None, self._database.replaced
            if now == before:
                return
            changed = changed_since(session, before.number) if before and before.number < now.number else []
            if before is None or now.number < before.number or len(changed) > MOST_CHANGES:
                self._clear()
                self._take_in(_read(session))
            else:
                gone = self._erased(session) if now.erased != before.erased else set()
                self._leave_out(gone | self._places_of(changed))
                self._take_in(_read(session, changed))
            self._version = now

    def _clear(self) -> None:
        self._version = None
        self._ids, self._free = bytearray(), list[int]()
        self._born, self._last_visits = array("I"), array("I")
        self._names, self._numbers, self._marks = WordTable(), WordTable(), WordTable()

    def _take_in(self, people: Iterable[_Person]) -> None:
        names, numbers, marks = list[tuple[str, int]](), list[tuple[str, int]](), list[tuple[str, int]]()
        for person in people:
            place = self._place_for(person)
            names += ((word, place) for word in person.names)
            # A number is known by its end.
            numbers += ((digits[::-1], place) for digits in person.numbers)
            marks += ((mark, place) for mark in person.marks)
        for table, entries in ((self._names, names), (self._numbers, numbers), (self._marks, marks)):
            table.add(entries)

    def _place_for(self, person: _Person) -> int:
        if self._free:
            place = self._free.pop()
        else:
            place = len(self._born)
            self._born.append(0)
            self._last_visits.append(0)
            self._ids += bytes(UUID_BYTES)
        self._ids[place * UUID_BYTES : (place + 1) * UUID_BYTES] = person.patient_id.bytes
        self._born[place], self._last_visits[place] = person.born.toordinal(), person.last_visit
        return place

    def _leave_out(self, places: set[int]) -> None:
        if not places:
            return
        for place in places:
            self._ids[place * UUID_BYTES : (place + 1) * UUID_BYTES] = bytes(UUID_BYTES)
            self._born[place] = self._last_visits[place] = 0
        for table in (self._names, self._numbers, self._marks):
            table.remove(places)
        self._free += places

    def _places_of(self, patient_ids: Iterable[UUID]) -> set[int]:
        wanted = {each.hex for each in patient_ids}
        return {place for place, id in enumerate(self._everybody()) if id in wanted} if wanted else set()

    def _erased(self, session: Session) -> set[int]:
        # As text that is the same in both databases: a hundred thousand objects would take a second.
        stmt = select(func.replace(cast(Patient.id, String), "-", ""))
        there = {*session.scalars(stmt), NOBODY}
        return {place for place, id in enumerate(self._everybody()) if id not in there}

    def _everybody(self) -> list[str]:
        """The id at each place, in hexadecimal digits."""
        ids, digits = self._ids.hex(), 2 * UUID_BYTES
        return [ids[at : at + digits] for at in range(0, len(ids), digits)]

    def _id_at(self, place: int) -> UUID:
        return UUID(bytes=bytes(self._ids[place * UUID_BYTES : (place + 1) * UUID_BYTES]))

    def _ranked(self, wanted: Wanted) -> dict[int, int]:
        """Who fits, and how well: 0 is best."""
        whole = len(wanted.mark) < SHORTEST_BEGINNING
        marked = self._marks.exactly(wanted.mark) if whole else self._marks.beginning(wanted.mark)
        born = _days(self._born, wanted.days)
        called = set[int]().union(*(self._numbers.beginning(ending[::-1]) for ending in wanted.endings))
        if not wanted.words:
            return dict.fromkeys(marked | born | called, 0)
        ranks = self._named(wanted.untitled)
        if wanted.untitled != wanted.words:
            ranks = {place: 2 * rank + 1 for place, rank in ranks.items()}
            ranks |= {place: 2 * rank for place, rank in self._named(wanted.words).items()}
        if wanted.days or wanted.endings:
            narrow = born if wanted.days else called
            ranks = {place: rank for place, rank in ranks.items() if place in narrow}
        return {**ranks, **dict.fromkeys(marked, 0)}

    def _named(self, words: tuple[tuple[str, ...], ...]) -> dict[int, int]:
        """Who has all of these words, and with how many slips; some together may be one: "van der Berg".

        Such a one has no slip: a letter of its own would be one of the word before it, as in "Zoe X".
        """
        whole = cache(self._with_word)
        slipped = cache(self._slipped)
        ranks = dict[int, int]()
        for some, together in _with_some_together(words):
            found = [
                (whole(spellings), set[int]() if at == together else slipped(spellings))
                for at, spellings in enumerate(some)
            ]
            for place in set[int].intersection(*(exact | near for exact, near in found)):
                rank = sum(place not in exact for exact, _ in found)
                ranks[place] = min(rank, ranks.get(place, rank))
        return ranks

    def _with_word(self, spellings: tuple[str, ...]) -> set[int]:
        return set[int]().union(*(self._begins(each) | self._in_parts(each) for each in spellings))

    def _begins(self, word: str) -> set[int]:
        return self._names.beginning(word)

    def _in_parts(self, word: str, most: int = MOST_TOGETHER) -> set[int]:
        """Who has the word as several, as "de la Tour" is found by "Delatour"."""
        found = set[int]()
        for at in range(1, len(word) - 1):
            first = self._names.exactly(word[:at])
            if first:
                rest = word[at:]
                more = self._in_parts(rest, most - 1) if most > 2 else set[int]()
                found |= first & (self._names.beginning(rest) | more)
        return found

    def _slipped(self, spellings: tuple[str, ...]) -> set[int]:
        return set[int]().union(*map(self._names.slipped, spellings))


def _with_some_together(
    words: tuple[tuple[str, ...], ...],
) -> Iterator[tuple[tuple[tuple[str, ...], ...], int | None]]:
    """The words as they are, and each time with two or more of them, one after the other, as one.

    With the place of that one; None for the words as they are.
    """
    yield words, None
    if len(words) > MOST_WORDS:
        return
    for many in range(2, MOST_TOGETHER + 1):
        for at in range(len(words) - many + 1):
            one = tuple(map("".join, product(*words[at : at + many])))
            yield (*words[:at], one, *words[at + many :]), at


def _days(born: "array[int]", days: frozenset[date]) -> set[int]:
    ordinals = {each.toordinal() for each in days}
    return {place for place, day in enumerate(born) if day in ordinals} if ordinals else set()


def _read(session: Session, only: list[UUID] | None = None) -> Iterator[_Person]:
    """What is known of these patients; of everybody, without a list."""
    if only is None:
        yield from _opened(session, None)
    else:
        for start in range(0, len(only), AT_ONCE):
            yield from _opened(session, only[start : start + AT_ONCE])


def _opened(session: Session, only: list[UUID] | None) -> Iterator[_Person]:
    visits, marks, ring = _last_visits(session, only), _marks_of(session, only), keys_of(session).ring
    table = Patient.__tablename__
    stmt = select(Patient.id, Patient.name_sealed, Patient.date_of_birth_sealed, Patient.phone_sealed)
    for id, name, born, phone in session.execute(stmt if only is None else stmt.where(Patient.id.in_(only))):
        said = Patient.phone.opened(ring, table, id, phone) if phone else None
        yield _Person(
            patient_id=id,
            born=Patient.date_of_birth.opened(ring, table, id, born),
            last_visit=visits.get(id, 0),
            names=folding.named(Patient.name.opened(ring, table, id, name)),
            numbers=folding.numbers(said) if said else frozenset(),
            marks=frozenset(marks.get(id, ())),
        )


def _last_visits(session: Session, only: list[UUID] | None) -> dict[UUID, int]:
    """When each of them comes next or came last, in minutes of our time."""
    stmt = select(Appointment.patient_id, func.max(Appointment.starts_at)).group_by(Appointment.patient_id)
    rows = session.execute(stmt if only is None else stmt.where(Appointment.patient_id.in_(only)))
    return {id: _minutes(starts_at) for id, starts_at in rows}


def _minutes(starts_at: datetime) -> int:
    return max(0, int(starts_at.astimezone(UTC).timestamp() // 60))


def _marks_of(session: Session, only: list[UUID] | None) -> Mapping[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    kept, ring = PatientIdentifier, keys_of(session).ring
    stmt = select(kept.id, kept.patient_id, kept.value_sealed)
    for id, patient_id, sealed in session.execute(
        stmt if only is None else stmt.where(kept.patient_id.in_(only))
    ):
        value = folding.mark(kept.value.opened(ring, kept.__tablename__, id, sealed))
        if value:
            found.setdefault(patient_id, []).append(value)
    return found
