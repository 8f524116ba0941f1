"""Who is who: whom a booking or a row of a file could mean of those the clinic knows, and how sure that is.

Safety: nobody is taken for another by likeness. The number of a record system tells who it is while name,
date of birth and sex agree; whatever else is alike is a question, without an answer chosen before. A wrong
"another" makes two records of one person, which can be joined; a wrong "same" shows one patient to another.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from rapidfuzz.distance import Levenshtein
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from intake.services.appointments import identifiers
from intake.services.context import Operation
from intake.storage.encryption import HmacIndex
from intake.storage.models import CLINIC, Patient, PatientIdentifier, PatientJoin
from intake.text import names, telephone
from intake.text.record_number import NUMBER_OF

MOST = 8
ANOTHER = "somebody else"
# What a booking says of a person, in the order it is shown; then come NUMBER_OF and a system.
FACTS = ("name", "date_of_birth", "sex_at_birth", "number", "phone", "email", "needs")
# A number is not taken for theirs when one of these differs.
_WHO_THEY_ARE = ("name", "date_of_birth", "sex_at_birth")
_LONG_ENOUGH_FOR_A_SLIP = 4
_ONE_WRITER = 0x6261636B776869


class WhoChanged(Exception):
    """Somebody could be meant who did not stand on the page, or not as they did: ask again."""


class NotToldApart(Exception):
    """Nobody has said who it is."""


class Likeness(StrEnum):
    """Why somebody could be meant."""

    NUMBER = "number"
    NAME_AND_BIRTH = "name_and_birth"
    NAME = "name"
    BIRTH = "birth"


@dataclass(frozen=True)
class PersonFacts:
    """What is known of somebody: FACTS by name, and the numbers that other record systems have for them."""

    name: str
    date_of_birth: date
    sex_at_birth: str | None = None
    number: str | None = None
    phone: str | None = None
    email: str | None = None
    needs: str | None = None
    numbers: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, patient: Patient) -> "PersonFacts":
        """The patient of this row, without the records that were joined to it."""
        others = sorted((each.system, each.value) for each in patient.identifiers if each.system != CLINIC)
        facts = {fact: getattr(patient, fact) for fact in FACTS}
        return cls(**facts, numbers=tuple(others))

    @property
    def facts(self) -> Mapping[str, str | date | None]:
        """Every fact by its name, numbers too."""
        others = {NUMBER_OF + system: value for system, value in self.numbers}
        return {fact: getattr(self, fact) for fact in FACTS} | others

    @property
    def called(self) -> tuple[tuple[str, str], ...]:
        """Every number of theirs with its system, the clinic's first."""
        return (*([(CLINIC, self.number)] if self.number else []), *self.numbers)


@dataclass(frozen=True)
class Difference:
    """A fact that would change: what is known, None when nothing is, and what is new."""

    fact: str
    known: str | date | None
    new: str | date


@dataclass(frozen=True)
class Candidate:
    """Somebody who could be meant: a patient, or whoever an earlier `row` of the same file is about.

    `differences` are the facts that "the same" could change. `version_token` changes with whatever is known
    of them, and with what is new.
    """

    key: str
    patient_id: UUID | None
    row: int | None
    person: PersonFacts
    likeness: Likeness
    differences: tuple[Difference, ...]
    version_token: str

    @property
    def certain(self) -> bool:
        """A record system calls them the same, and nothing that says who they are differs.

        A name may be written in another way: a record system puts the family name first, and a title to it.
        """
        conflicts = {
            each.fact
            for each in self.differences
            if each.known is not None
            and not (each.fact == "name" and names.same(str(each.known), str(each.new)))
        }
        return self.likeness is Likeness.NUMBER and not conflicts & set(_WHO_THEY_ARE)

    @property
    def usually_taken(self) -> frozenset[str]:
        """What "the same" fills in unless somebody says otherwise: only what was not known."""
        return frozenset(each.fact for each in self.differences if each.known is None)


@dataclass(frozen=True)
class PersonMatch:
    """Who a booking or a row could mean, the likeliest first; `repeats` is the row that it repeats.

    `asked` are those that must be told apart; of `others` only the date of birth is the same. `by_hand`: all
    are asked about, and one who is certain too, since what was typed may differ.
    """

    asked: tuple[Candidate, ...] = ()
    others: tuple[Candidate, ...] = ()
    repeats: int | None = None
    by_hand: bool = False

    @property
    def certain(self) -> Candidate | None:
        """The one whom a record system calls the same, where nothing speaks against it.

        Rows of the file count where no patient is called so; then all of them must be the same.
        """
        if self.by_hand:
            return None
        numbered = [each for each in self.asked if each.likeness is Likeness.NUMBER]
        patients = [each for each in numbered if each.patient_id is not None]
        agree = len(patients) <= 1 and all(each.certain for each in patients or numbered)
        return (patients or numbered)[0] if numbered and agree else None

    @property
    def is_question(self) -> bool:
        """Somebody has to say who it is."""
        return bool(self.asked) and self.certain is None and self.repeats is None

    @property
    def version_tokens(self) -> frozenset[str]:
        """What stands on a page that shows this."""
        return frozenset(each.version_token for each in self.asked)

    def candidate(self, key: str) -> Candidate | None:
        """The one with this key among those that must be told apart."""
        return next((each for each in self.asked if each.key == key), None)


NOBODY_ALIKE = PersonMatch()


@dataclass(frozen=True)
class WhoChoice:
    """What somebody said: the key of a candidate, or ANOTHER, and the facts whose new value is to be taken.

    `looked_at` are the version tokens of those who stood on the page.
    """

    who: str
    take: frozenset[str] = frozenset()
    looked_at: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Decision:
    """Who it is: a known patient, whoever an earlier row made, or, with neither, somebody new."""

    patient_id: UUID | None = None
    row: int | None = None
    take: frozenset[str] = frozenset()


def decide(match: PersonMatch, choice: WhoChoice | None) -> Decision:
    """Who it is. Raises NotToldApart, or WhoChanged.

    Safety: an answer holds for those who stood on the page, as they were then.
    """
    if match.repeats is not None:
        return Decision(row=match.repeats)
    if choice is None:
        certain = match.certain
        if match.is_question:
            raise NotToldApart
        return _same(certain, certain.usually_taken) if certain else Decision()
    if not match.version_tokens <= choice.looked_at:
        raise WhoChanged
    if choice.who == ANOTHER:
        return Decision()
    chosen = match.candidate(choice.who)
    if chosen is None:
        raise WhoChanged
    return _same(chosen, choice.take)


def agree(fact: str, one: str | date | None, other: str | date | None, region: str | None) -> bool:
    """Two values of a fact say the same; `region` is the country of telephone numbers."""
    if not (isinstance(one, str) and isinstance(other, str)):
        return one == other
    if fact == "phone":
        return one == other or _dialled(one, region) == _dialled(other, region) != frozenset()
    if fact == "name":
        return one == other
    return one.strip().casefold() == other.strip().casefold()


def _dialled(words: str, region: str | None) -> frozenset[str]:
    return frozenset(each.dialled for each in telephone.numbers_in(words, region))


def one_at_a_time(op: Operation) -> None:
    """Wait until nobody else books or joins anybody: two at once would not see whom the other adds.

    First of all in a transaction, before any row is locked; SQLite lets one write at a time anyway.
    """
    if op.session.get_bind().dialect.name == "postgresql":
        op.session.execute(select(func.pg_advisory_xact_lock(_ONE_WRITER)))


class Directory:
    """Everybody the clinic knows, read once, and the rows of a file that came before the one in question."""

    def __init__(self, op: Operation) -> None:
        self._op = op
        self._region = op.settings.region
        self._by_name: dict[tuple[str, ...], list[_Entry]] = defaultdict(list)
        self._by_birth: dict[date, list[_Entry]] = defaultdict(list)
        self._by_number: dict[tuple[str, str], list[_Entry]] = defaultdict(list)
        self._numbers_of: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self._rows: dict[tuple[object, ...], int] = {}
        kept_of = _kept_of(op.session)
        numbers = _numbers(op.session)
        for patient in op.session.scalars(select(Patient).options(selectinload(Patient.identifiers))):
            kept = kept_of.get(patient.id, patient)
            entry = _Entry(str(kept.id), kept.id, None, patient.name, patient.date_of_birth, _person_of(kept))
            self._add(entry, numbers[patient.id])

    def match(self, person: PersonFacts, besides: UUID | None = None) -> PersonMatch:
        """Whom this could be, but for the patient `besides`."""
        repeats = self._rows.get(_as_a_row(person))
        if repeats is not None:
            return PersonMatch(repeats=repeats)
        found: dict[str, tuple[_Entry, Likeness]] = {}
        for entry, likeness in self._alike(person):
            if entry.patient_id is None or entry.patient_id != besides:
                found.setdefault(entry.key, (entry, likeness))
        candidates = [self._candidate(person, *each) for each in found.values()]
        asked = [each for each in candidates if self._may_be(person, each)]
        others = [each for each in candidates if each not in asked]
        return PersonMatch(tuple(asked[:MOST]), tuple(others[:MOST]))

    def match_by_hand(self, person: PersonFacts, besides: UUID | None = None) -> PersonMatch:
        """The same for somebody who is booked by hand, or put right."""
        found = self.match(person, besides)
        return PersonMatch(asked=(*found.asked, *found.others)[:MOST], by_hand=True)

    def add_row(self, number: int, person: PersonFacts, *, is_patient: bool = False) -> None:
        """Later rows are held against this one too; when it `is_patient`, against that patient instead."""
        if self._rows.setdefault(_as_a_row(person), number) != number or is_patient:
            return
        entry = _Entry(f"row-{number}", None, number, person.name, person.date_of_birth, lambda: person)
        self._add(entry, [(system, self._hmac(system, value)) for system, value in person.called])

    def _add(self, entry: "_Entry", numbers: Iterable[tuple[str, str]]) -> None:
        self._by_name[names.key(entry.name)].append(entry)
        self._by_birth[entry.date_of_birth].append(entry)
        for number in numbers:
            self._by_number[number].append(entry)
            self._numbers_of[entry.key].add(number)

    def _alike(self, person: PersonFacts) -> Iterable[tuple["_Entry", Likeness]]:
        for system, value in person.called:
            for hmac in self._hmac(system, value).every:
                yield from ((entry, Likeness.NUMBER) for entry in self._by_number.get((system, hmac), []))
        named = self._by_name.get(names.key(person.name), [])
        born = self._by_birth.get(person.date_of_birth, [])
        for entry in named:
            if entry.date_of_birth == person.date_of_birth:
                yield entry, Likeness.NAME_AND_BIRTH
        yield from ((entry, Likeness.NAME) for entry in named)
        yield from ((entry, Likeness.BIRTH) for entry in born)

    def _may_be(self, person: PersonFacts, candidate: Candidate) -> bool:
        """They must be told apart; two who share a birthday and nothing else are two."""
        if candidate.likeness is not Likeness.BIRTH:
            return True
        here, there = names.untitled(person.name), names.untitled(candidate.person.name)
        new, known = person.facts, candidate.person.facts
        contacts = (fact for fact in ("phone", "email") if new[fact])
        if any(agree(fact, new[fact], known[fact], self._region) for fact in contacts):
            return True
        return any(_spelt_alike(one, other) for one in here for other in there)

    def _candidate(self, person: PersonFacts, entry: "_Entry", likeness: Likeness) -> Candidate:
        known = entry.person()
        differences = tuple(
            Difference(fact, known.facts.get(fact), new)
            for fact, new in person.facts.items()
            if new
            and not agree(fact, new, known.facts.get(fact), self._region)
            and not self._has(entry, fact, new)
        )
        token = hashlib.sha256(repr((entry.key, known, person)).encode()).hexdigest()[:16]
        return Candidate(entry.key, entry.patient_id, entry.row, known, likeness, differences, token)

    def _has(self, entry: "_Entry", fact: str, new: str | date) -> bool:
        """It is a number that a record which was joined to theirs has."""
        system = CLINIC if fact == "number" else fact.removeprefix(NUMBER_OF) if ":" in fact else None
        if system is None:
            return False
        theirs = self._numbers_of[entry.key]
        return any((system, hmac) in theirs for hmac in self._hmac(system, str(new)).every)

    def _hmac(self, system: str, value: str) -> HmacIndex:
        return identifiers.patient_hmac(self._op, system, value)


@dataclass(frozen=True)
class _Entry:
    """Somebody under one name and date of birth; `person` reads the rest when it is needed."""

    key: str
    patient_id: UUID | None
    row: int | None
    name: str
    date_of_birth: date
    person: Callable[[], PersonFacts] = field(compare=False)


def match_rows(directory: Directory, rows: Sequence[tuple[int, PersonFacts]]) -> dict[int, PersonMatch]:
    """By the number of each row, whom it could mean: somebody known, or one of the rows before it."""
    found = {}
    for number, person in rows:
        found[number] = directory.match(person)
        certain = found[number].certain
        directory.add_row(number, person, is_patient=certain is not None and certain.patient_id is not None)
    return found


def _same(chosen: Candidate, take: frozenset[str]) -> Decision:
    return Decision(chosen.patient_id, chosen.row, take & {each.fact for each in chosen.differences})


def _as_a_row(person: PersonFacts) -> tuple[object, ...]:
    """Equal for two rows that say the same of their patient."""
    said = (str(each or "").strip().casefold() for fact, each in person.facts.items() if fact != "name")
    return names.words(person.name) or person.name, *said, person.numbers


def _person_of(patient: Patient) -> Callable[[], PersonFacts]:
    return lambda: PersonFacts.of(patient)


def _spelt_alike(one: str, other: str) -> bool:
    """One word, or one with a slip in it."""
    if len(one) < 2 or len(other) < 2:
        return False
    slips = 1 if min(len(one), len(other)) >= _LONG_ENOUGH_FOR_A_SLIP else 0
    return Levenshtein.distance(one, other, score_cutoff=slips) <= slips


def _kept_of(session: Session) -> dict[UUID, Patient]:
    """By the id of a record that was joined, the one it is part of, whole."""
    return {join.joined_id: join.kept for join in session.scalars(select(PatientJoin))}


def _numbers(session: Session) -> dict[UUID, list[tuple[str, str]]]:
    found: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    its = PatientIdentifier
    for patient_id, system, hmac in session.execute(select(its.patient_id, its.system, its.value_hmac)):
        found[patient_id].append((system, hmac))
    return found
