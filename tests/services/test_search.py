"""Whom a search finds, and that the index in memory finds whom reading everybody would."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import settings as properties
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from intake.config import Settings
from intake.services.appointments import booking
from intake.services.appointments.booking import Booking
from intake.services.appointments.patient_index import PatientIndex, Wanted
from intake.services.appointments.search import search, wanted
from intake.services.appointments.word_table import WordTable
from intake.services.operations import retention
from intake.storage import Database
from intake.storage.encryption import Keys
from intake.storage.models import Appointment, Patient, PatientChange, PatientIdentifier, new_id
from intake.storage.search_changes import version
from intake.text import folding
from tests.acting import NOW, acting, looking

GB = Settings.from_environment({"BACKSTORY_COUNTRY": "United Kingdom"})


@dataclass(frozen=True)
class Small:
    """A clinic on SQLite, whose reception books and looks for patients."""

    database: Database
    index: PatientIndex

    def books(self, name: str, **how: Any) -> Appointment:
        return book(self.database, name, **how)

    def finds(self, asked: str) -> list[str]:
        return found(self.database, self.index, asked)


@pytest.fixture
def small(sqlite_tables: Path) -> Iterator[Small]:
    with clinic(sqlite_tables) as database:
        yield Small(database, PatientIndex(database))


@pytest.fixture
def index(database: Database) -> PatientIndex:
    return PatientIndex(database)


def book(
    database: Database, name: str, born: date = date(1981, 2, 2), phone: str = "", days: int = 1
) -> Appointment:
    with acting(database, settings=GB) as op:
        wanted = Booking(
            name=name, date_of_birth=born, starts_at=NOW + timedelta(days=days), phone=phone or None
        )
        booked = booking.make(op, wanted)
        op.commit()
    return booked


def called(system: str, value: str) -> PatientIdentifier:
    return PatientIdentifier(system=system, value=value, value_hmac=new_id().hex)


def found(database: Database, index: PatientIndex, asked: str) -> list[str]:
    with looking(database, settings=GB) as op:
        return [each.name for each in search(op, index, asked)]


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("2/2/81", "Łukasz O’Brien-Ñandú"),
        ("2 Feb 1981", "Łukasz O’Brien-Ñandú"),
        ("Lukasz", "Łukasz O’Brien-Ñandú"),
        ("obrien luk", "Łukasz O’Brien-Ñandú"),
        ("O Brien", "Łukasz O’Brien-Ñandú"),
        ("O'Brien", "Łukasz OBrien"),
        ("O'Brien", "Łukasz O Brien"),
        ("brien", "Łukasz O’Brien"),
        ("nandu obrien", "Łukasz O’Brien-Ñandú"),
        ("Mr Lukasz O`Brien", "Łukasz O’Brien"),
        ("Dr. OBRIEN", "Łukasz O’Brien"),
        ("Annemarie", "Anne-Marie Example"),
        ("Anne Marie", "Annemarie Example"),
        ("anne-marie exa", "Annemarie Example"),
        ("delatour", "Jean de la Tour"),
        ("van der berg", "Zoe Vanderberg"),
        ("vanderberg zo", "Zoe van der Berg"),
        ("小明", "王小明"),
        ("王小", "王小明"),
        ("修", "司馬修"),
        ("민수", "김민수"),
        ("Exmaple", "Anna Example"),
        ("Exampl", "Anna Example"),
        ("Eample", "Anna Example"),
        ("Exxample", "Anna Example"),
        ("Axample", "Anna Example"),
        ("Exampel", "Anna Example"),
        ("Examplw", "Anna Example"),
        ("Exmap", "Anna Example"),
        ("Anan Exmaple", "Anna Example"),
        ("example 2/2/81", "Anna Example"),
        ("2 feb 1981 anna", "Anna Example"),
        ("anna 900123", "Anna Example"),
        ("Example +44 7700 900123", "Anna Example"),
        ("07700 900123", "Anna Example"),
        ("0123", "Anna Example"),
        ("Lord", "Lord Example"),
    ],
)
def test_a_patient_is_found_as_somebody_says_it(small: Small, asked: str, name: str) -> None:
    small.books(name, phone="+44 (0)7700 900123")
    small.books("Zebedee Quux", born=date(1950, 1, 1), phone="020 7946 0999")

    assert small.finds(asked) == [name]


def test_two_hundred_letters_are_no_work(small: Small) -> None:
    small.books("Anna de la Tour")

    assert small.finds("a " * 99) == ["Anna de la Tour"]
    assert small.finds("de la tour anna a a a a a") == ["Anna de la Tour"]


@pytest.mark.parametrize(
    "asked",
    [
        "",
        " ",
        "Ana Xample",
        "Exalmpee",
        "Ann Smith",
        "anna 900124",
        "anna 3/2/81",
        "Exmaplx",
        "Mr Nobody",
    ],
)
def test_nobody_is_found_by_two_slips_or_by_half_of_it(small: Small, asked: str) -> None:
    small.books("Anna Sample", phone="07700 900123")
    small.books("Ida Example", phone="07700 900777")

    assert "Anna Sample" not in small.finds(asked)


@pytest.mark.parametrize(
    ("asked", "name"), [("Leo", "Lea Example"), ("Mxa", "Max Example"), ("Lee", "Lei Example")]
)
def test_short_words_have_no_slips(small: Small, asked: str, name: str) -> None:
    small.books(name)

    assert small.finds(asked) == []


def test_a_slip_stands_behind_what_was_typed(small: Small) -> None:
    small.books("Anna Smyth", days=9)
    small.books("Anna Smith", days=1)
    small.books("Anna Smithson", days=2)

    assert small.finds("Smith") == ["Anna Smithson", "Anna Smith", "Anna Smyth"]


def test_a_name_that_is_a_title_stands_before_those_it_was_left_out_for(small: Small) -> None:
    small.books("Tom Other", days=9)
    small.books("Tom Lord", days=1)

    assert small.finds("Tom Lord") == ["Tom Lord", "Tom Other"]


def test_a_patient_is_found_by_what_any_record_system_calls_them(small: Small) -> None:
    booked = small.books("Anna Example")
    with acting(small.database) as op:
        patient = op.session.get_one(Patient, booked.patient_id)
        for system, value in (("hospital", "943 476-5919"), ("clinic", "A7")):
            patient.identifiers.append(called(system, value))
        op.session.flush()
        op.commit()

    for asked in ("9434765919", "943 476 5919", "94347", "a7", "A 7", booked.reference.lower()):
        assert small.finds(asked) == ["Anna Example"]
    assert small.finds("943 476 5918") == []


# ---- brought up to date


def test_what_another_process_wrote_is_found_and_what_it_erased_is_not(
    database: Database, index: PatientIndex
) -> None:
    other = Database(database.writer.url.render_as_string(hide_password=False), database.keys)
    first = book(database, "Anna Example")
    assert found(database, index, "anna") == ["Anna Example"]

    book(other, "Annabel Sample", days=-400)
    with acting(other) as op:
        op.session.get_one(Patient, first.patient_id).name = "Berta Example"
        op.commit()
    assert found(database, index, "anna") == ["Annabel Sample"]
    assert found(database, index, "berta") == ["Berta Example"]

    with acting(other) as op:
        retention.erase(op, first.id)
        op.commit()
    other.dispose()
    index.bring_up_to_date()
    assert index.find(Wanted(words=(("berta",),), untitled=(("berta",),)), most=9) == ()
    assert len(index) == 1


def test_what_is_rolled_back_leaves_no_trace(database: Database, index: PatientIndex) -> None:
    book(database, "Anna Example")
    with database.reading() as session:
        before = version(session)

    with database.writing() as session:
        session.add(Patient(name="Never There", date_of_birth=date(1981, 2, 2), created_at=NOW))
        session.flush()
        session.rollback()

    with database.reading() as session:
        assert version(session) == before
        assert len(session.scalars(select(PatientChange)).all()) == 1
    assert found(database, index, "never") == []


def test_looking_counts_nothing_and_nobody_erased_is_kept_track_of(
    database: Database, index: PatientIndex
) -> None:
    booked = book(database, "Anna Example")
    with acting(database) as op:
        retention.erase(op, booked.id)
        op.commit()

    with database.reading() as session:
        before = version(session)
        assert session.scalars(select(PatientChange)).all() == []
    assert found(database, index, "anna") == []
    with database.reading() as session:
        assert version(session) == before


def test_statements_that_change_many_rows_at_once_are_learnt_of(
    database: Database, index: PatientIndex
) -> None:
    booked = book(database, "Anna Example")
    with acting(database) as op:
        patient = op.session.get_one(Patient, booked.patient_id)
        patient.identifiers.append(called("clinic", "12345"))
        op.session.flush()
        op.commit()
    assert found(database, index, "12345") == ["Anna Example"]

    with database.writing() as session:
        session.execute(delete(PatientIdentifier).where(PatientIdentifier.patient_id == booked.patient_id))
        session.execute(update(Patient).values(phone_sealed=None))
        session.commit()

    assert found(database, index, "12345") == []


# ---- the same as reading everybody

LETTERS = st.sampled_from("abł")
WORDS = st.text(LETTERS, min_size=1, max_size=6)


def one_slip_apart(one: str, other: str) -> bool:
    """As it is defined, letter by letter."""
    if one == other:
        return False
    shorter, longer = sorted((one, other), key=len)
    if len(one) != len(other):
        return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))
    swapped = (one[:at] + one[at + 1] + one[at] + one[at + 2 :] for at in range(len(one) - 1))
    return sum(a != b for a, b in zip(one, other, strict=True)) == 1 or other in swapped


def begins_with_a_slip(asked: str, word: str) -> bool:
    if len(asked) < 4:
        return False
    ends = (at for at in range(len(word)) if word[at] == asked[-1])
    return one_slip_apart(asked, word) or any(one_slip_apart(asked[:-1], word[:at]) for at in ends)


@given(
    st.lists(st.tuples(WORDS, st.integers(0, 9))),
    st.lists(st.tuples(WORDS, st.integers(0, 9))),
    st.sets(st.integers(0, 9)),
    WORDS,
)
@example([("abab", 1)], [], set(), "aabb")
def test_a_table_finds_the_words_that_reading_all_of_them_finds(
    first: list[tuple[str, int]], more: list[tuple[str, int]], gone: set[int], asked: str
) -> None:
    table = WordTable(first)
    table.remove(gone)
    table.add(more)
    entries = [each for each in first if each[1] not in gone] + more

    assert table.exactly(asked) == {place for word, place in entries if word == asked}
    assert table.beginning(asked) == {place for word, place in entries if word.startswith(asked)}
    slipped = {place for word, place in entries if begins_with_a_slip(asked, word)}
    assert table.slipped(asked) - table.beginning(asked) == slipped - table.beginning(asked)


NAMES = st.builds(
    "{} {}".format,
    st.sampled_from(["Anna", "Ąnna", "Hanna", "O'Anna", "Łukasz", "Anne-Marie"]),
    st.sampled_from(["Bell", "Ball", "Lord", "Müller", "Mueller"]),
)
PHONES = st.sampled_from([None, "07700 900123", "+44 7700 900123", "020 7946 0123 or 07700 900456"])
BIRTHS = st.sampled_from([date(1981, 2, 2), date(1912, 2, 2), date(2012, 2, 2)])
NUMBERS = st.sampled_from([None, "12345", "12399"])
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("add"), NAMES, PHONES, BIRTHS, NUMBERS),
        st.tuples(st.just("change"), st.integers(0, 5), NAMES, PHONES, BIRTHS, NUMBERS),
        st.tuples(st.just("erase"), st.integers(0, 5)),
        st.tuples(st.just("undo"), NAMES),
        st.tuples(st.just("search"), st.just(0)),
    ),
    min_size=1,
    max_size=12,
)
WANTED = st.sampled_from(
    [
        "anna",
        "anan",
        "lord",
        "muller",
        "annamarie",
        "annemariebell",
        "an ne mar",
        "2/2/12",
        "900123",
        "12345",
        "1239",
        "mr anna bell",
        "ana ball 2/2/81",
        "hana 900456",
        "o anna",
        "ball",
    ]
)


def scanned(database: Database, sought: Wanted) -> set[UUID]:
    """Whoever fits, by reading everybody and comparing word by word."""

    def in_parts(asked: str, last: str, known: frozenset[str], most: int) -> bool:
        return any(
            asked[:at] in known
            and (last.startswith(asked[at:]) or (most > 2 and in_parts(asked[at:], last, known, most - 1)))
            for at in range(1, len(asked) - 1)
        )

    def begins(spellings: tuple[str, ...], known: frozenset[str], *, slips: bool = True) -> bool:
        return any(
            word.startswith(asked)
            or (slips and begins_with_a_slip(asked, word))
            or in_parts(asked, word, known, 3)
            for asked in spellings
            for word in known
        )

    def named(words: tuple[tuple[str, ...], ...], known: frozenset[str]) -> bool:
        return all(begins(each, known) for each in words) or any(
            begins(tuple(map("".join, product(*words[at : at + many]))), known, slips=False)
            and all(begins(each, known) for each in (*words[:at], *words[at + many :]))
            for many in (2, 3)
            for at in range(len(words) - many + 1)
        )

    def fits(patient: Patient) -> bool:
        marks = [folding.mark(each.value) for each in patient.identifiers]
        if any(
            each.startswith(sought.mark) if len(sought.mark) > 3 else each == sought.mark for each in marks
        ):
            return True
        born = patient.date_of_birth in sought.days
        digits = folding.numbers(patient.phone or "")
        called = any(each.endswith(ending) for each in digits for ending in sought.endings)
        if not sought.words:
            return born or called
        narrowed = (born or not sought.days) and (called or not sought.endings)
        return narrowed and named(sought.untitled, folding.named(patient.name))

    with database.reading() as session:
        return {each.id for each in session.scalars(select(Patient)) if fits(each)}


@properties(max_examples=40)
@given(CHANGES, WANTED)
def test_the_index_finds_whom_reading_everybody_finds(sqlite_tables: Path, changes: list, asked: str) -> None:
    with clinic(sqlite_tables) as database:
        index = PatientIndex(database)
        for change in changes:
            do(database, index, *change)
        with looking(database, settings=GB) as op:
            sought = wanted(op, asked)

        assert set(index.find(sought, most=99)) == scanned(database, sought)
        assert set(PatientIndex(database).find(sought, most=99)) == scanned(database, sought)


@contextmanager
def clinic(tables: Path) -> Iterator[Database]:
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{copy(tables, Path(folder) / 'backstory.db')}", Keys.new())
        database.remember_keys()
        try:
            yield database
        finally:
            database.dispose()


def do(database: Database, index: PatientIndex, what: str, *how) -> None:
    if what == "search":
        index.bring_up_to_date()
        return
    with database.writing() as session:
        everybody = session.scalars(select(Patient).order_by(Patient.created_at, Patient.id)).all()
        if what in ("add", "undo"):
            patient = Patient(
                name=how[0], date_of_birth=date(1981, 2, 2), created_at=datetime.now(NOW.tzinfo)
            )
            session.add(patient)
        elif not everybody:
            return
        else:
            patient = everybody[how[0] % len(everybody)]
        if what == "erase":
            session.delete(patient)
        elif what != "undo":
            patient.name, patient.phone, patient.date_of_birth, number = how[-4:]
            patient.identifiers[:] = []
            session.flush()
            if number:
                patient.identifiers.append(called("clinic", number))
        session.flush()
        if what == "undo":
            session.rollback()
        else:
            session.commit()
