"""Who is who: nobody is taken for another by likeness, and nothing known is overwritten unseen."""

from collections.abc import Sequence
from datetime import date, timedelta
from threading import Barrier, Thread
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as properties
from hypothesis import strategies as st

from intake.config import Settings
from intake.services.appointments import booking, importing
from intake.services.appointments.booking import Booking
from intake.services.appointments.importing import Expected
from intake.services.appointments.matching import (
    ANOTHER,
    Decision,
    Directory,
    Likeness,
    NotToldApart,
    PersonFacts,
    PersonMatch,
    WhoChanged,
    WhoChoice,
    decide,
    match_rows,
)
from intake.storage import Database
from intake.storage.models import Patient, User
from intake.text import names
from tests.acting import acting, looking
from tests.services.conftest import BORN, NOW, Invited

Person = PersonFacts
NEW_YEAR = date(1980, 1, 1)
MARIA = Person("Maria Garciamade", NEW_YEAR, "female", phone="07700 900123")
MARIO = Person("Maria Garciamade", NEW_YEAR, "male", phone="07700 900999")
ALI = Person("Ali Hassan", NEW_YEAR)
HASSAN = Person("Hassan Ali", NEW_YEAR, email="hassan.ali@two.example")


def known(database: Database, *people: Person) -> list[UUID]:
    with acting(database) as op:
        made = [booking.make(op, booked(person)) for person in people]
        op.commit()
    return [each.patient_id for each in made]


def booked(person: Person) -> Booking:
    return Booking(**vars(person), starts_at=NOW + timedelta(days=3))


def match(database: Database, person: Person, settings: Settings | None = None) -> PersonMatch:
    with looking(database, settings=settings) as op:
        return Directory(op).match(person)


def rows_matched(database: Database, *people: Person) -> list[PersonMatch]:
    with looking(database) as op:
        found = match_rows(Directory(op), list(enumerate(people, 1)))
    return [found[number] for number in sorted(found)]


def said_of(found: PersonMatch, who: str, *take: str) -> WhoChoice:
    return WhoChoice(who, frozenset(take), found.version_tokens)


def imports(database: Database, by: User, rows: Sequence[tuple[Person, WhoChoice | None]]) -> list[Patient]:
    """Take them in as one file, in this order, and give the patients there are then."""
    with acting(database, by=by) as op:
        importing.take_in(
            op,
            [
                Expected(f"{person} {place}", booked(person), 20, "en", place, choice)
                for place, (person, choice) in enumerate(rows, 1)
            ],
        )
        op.commit()
    return patients(database)


def patients(database: Database) -> list[Patient]:
    with database.reading() as session:
        found = list(session.query(Patient).order_by(Patient.created_at))
        for each in found:
            assert each.identifiers is not None
    return found


@pytest.mark.parametrize(
    ("one", "other"), [(MARIA, MARIO), (ALI, HASSAN), (ALI, Person("Mr Ali Hassan", NEW_YEAR))]
)
def test_somebody_who_is_only_alike_is_a_question(database: Database, one: Person, other: Person) -> None:
    (there,) = known(database, one)

    found = match(database, other)

    assert found.is_question
    assert [each.patient_id for each in found.asked] == [there]
    with pytest.raises(NotToldApart):
        decide(found, None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Person("Anna Canary", NEW_YEAR), Person("Anna Canary", date(1981, 1, 10))),
        (Person("Anna Canary", NEW_YEAR), Person("Anna Canari", NEW_YEAR)),
        (Person("Anna Canary", NEW_YEAR), Person("Anna Finch", NEW_YEAR)),
        (
            Person("Anna Canary", NEW_YEAR, phone="07700 900123"),
            Person("A.", NEW_YEAR, phone="+447700900123"),
        ),
        (Person("Anna Canary", NEW_YEAR, number="12"), Person("Bruno Finch", BORN, number="12")),
    ],
)
def test_a_slip_in_a_name_or_a_date_is_a_question_too(database: Database, one: Person, other: Person) -> None:
    known(database, one)

    assert match(database, other, Settings.from_environment({})).is_question


def test_a_birthday_alone_asks_nothing_and_is_remarked_on(database: Database) -> None:
    known(database, Person("Anna Canary", NEW_YEAR))

    found = match(database, Person("Bruno Finch", NEW_YEAR))

    assert not found.is_question
    assert [each.likeness for each in found.others] == [Likeness.BIRTH]
    assert decide(found, None).patient_id is None


def test_the_number_of_a_record_system_says_who_it_is(database: Database) -> None:
    (there,) = known(database, Person("Anna Canary", NEW_YEAR, number="12", phone="07700 900123"))

    written = Person("CANARY, Anna (Mrs)", NEW_YEAR, number="12", phone="07700 900999")
    same = match(database, Person("Anna Canary", NEW_YEAR, number="12", email="a@b.example"))

    assert decide(match(database, written), None) == Decision(there)
    assert decide(same, None).patient_id == there
    assert decide(same, None).take == {"email"}


@pytest.mark.parametrize(
    "other",
    [
        Person("Anna Canary", NEW_YEAR, "male", number="12"),
        Person("Anna Canary", BORN, number="12"),
        Person("Anna Finch", NEW_YEAR, number="12"),
    ],
)
def test_a_number_does_not_say_it_when_name_birth_or_sex_differ(database: Database, other: Person) -> None:
    known(database, Person("Anna Canary", NEW_YEAR, "female", number="12"))

    assert match(database, other).is_question


def test_the_same_number_of_another_system_says_nothing(database: Database) -> None:
    known(database, Person("Anna Canary", NEW_YEAR, number="12"))

    found = match(database, Person("Bruno Finch", BORN, numbers=(("hospital", "12"),)))

    assert found == PersonMatch()


def test_one_of_two_who_have_a_number_is_a_question(database: Database) -> None:
    anna = Person("Anna Canary", NEW_YEAR, number="12")
    known(database, anna, anna)

    assert match(database, anna).is_question


def test_rows_of_one_file_are_held_against_each_other(database: Database) -> None:
    first, second, third = rows_matched(database, MARIA, MARIO, MARIA)

    assert not first.asked
    assert second.is_question
    assert [each.row for each in second.asked] == [1]
    assert (third.repeats, third.is_question) == (1, False)


def test_two_rows_that_were_said_to_be_two_are_two(database: Database, reception: User) -> None:
    _, second = rows_matched(database, MARIA, MARIO)

    made = imports(database, reception, [(MARIA, None), (MARIO, said_of(second, ANOTHER))])

    assert {(each.sex_at_birth, each.phone) for each in made} == {
        ("female", "07700 900123"),
        ("male", "07700 900999"),
    }


def test_two_rows_that_were_said_to_be_one_are_one_and_keep_what_was_first(
    database: Database, reception: User
) -> None:
    _, second = rows_matched(database, MARIA, MARIO)

    (made,) = imports(database, reception, [(MARIA, None), (MARIO, said_of(second, "row-1"))])

    assert (made.sex_at_birth, made.phone) == ("female", "07700 900123")


def test_nobody_is_joined_while_nobody_says_so(database: Database, reception: User) -> None:
    known(database, ALI)

    with pytest.raises(NotToldApart):
        imports(database, reception, [(HASSAN, None)])

    assert [each.email for each in patients(database)] == [None]


def test_what_is_known_stays_unless_the_new_is_taken(database: Database, reception: User) -> None:
    (there,) = known(database, MARIA)
    found = match(database, MARIO)

    (kept,) = imports(database, reception, [(MARIO, said_of(found, str(there), "phone"))])

    assert (kept.sex_at_birth, kept.phone) == ("female", "07700 900999")


def test_a_blank_erases_nothing(database: Database, reception: User) -> None:
    full = Person("Anna Canary", NEW_YEAR, "female", "12", "07700 900123", "a@b.example", "a chair")
    (there,) = known(database, full)
    bare = Person("Anna Canary", NEW_YEAR)
    every = said_of(match(database, bare), str(there), *full.facts)

    (kept,) = imports(database, reception, [(bare, every)])

    assert Person.of(kept) == full


def test_an_answer_holds_only_for_those_who_stood_on_the_page(database: Database, reception: User) -> None:
    (there,) = known(database, ALI)
    answered = said_of(match(database, HASSAN), ANOTHER)
    same = said_of(match(database, HASSAN), str(there))
    with database.writing() as session:
        session.get_one(Patient, there).phone = "07700 900555"
        session.commit()

    for each in (answered, same):
        with pytest.raises(WhoChanged):
            imports(database, reception, [(HASSAN, each)])


@pytest.mark.faults
def test_two_who_import_one_person_at_once_make_one_patient_and_a_question(
    database: Database, reception: User
) -> None:
    ready, refused = Barrier(2), []

    def take_in(source: str) -> None:
        with acting(database, by=reception) as op:
            ready.wait()
            try:
                importing.take_in(op, [Expected(source, booked(MARIA), 20, "en")])
            except NotToldApart:
                refused.append(source)
                op.rollback()
            else:
                op.commit()

    both = [Thread(target=take_in, args=(source,)) for source in ("one", "other")]
    for each in both:
        each.start()
    for each in both:
        each.join()

    assert len(patients(database)) == len(refused) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("राम", "रोम"), ("নীলা", "নালা"), ("மாலா", "மீலா"), ("เล็ก", "ลูก"), ("たかた", "たかだ"), ("—", "…")],
)
def test_two_people_whose_names_differ_only_in_a_vowel_sign_are_two_people(
    database: Database, one: str, other: str
) -> None:
    known(database, Person(one, BORN))

    assert [each.likeness for each in match(database, Person(one, BORN)).asked] == [Likeness.NAME_AND_BIRTH]
    assert Likeness.NAME_AND_BIRTH not in [
        each.likeness for each in match(database, Person(other, BORN)).asked
    ]


@pytest.mark.parametrize(
    ("written", "also"), [("Núñez", "NUNEZ"), ("Μαρία", "Μαρια"), ("שָׂרָה", "שרה"), ("مُحَمَّد", "محمد")]
)
def test_a_name_is_the_same_with_and_without_accents_and_points(
    database: Database, written: str, also: str
) -> None:
    known(database, Person(written, BORN))

    (found,) = match(database, Person(also, BORN)).asked

    assert (found.person.name, found.likeness) == (written, Likeness.NAME_AND_BIRTH)


def test_whoever_books_by_hand_is_asked_about_everybody(database: Database, anna: Invited) -> None:
    other_day = BORN + timedelta(days=1)
    asked = [
        ("Anna Canary", other_day),
        ("CANARY, anna", other_day),
        ("Änna Cánary", other_day),
        ("Oscar Other", BORN),
        ("Oscar Other", other_day),
        ("Anna", other_day),
    ]

    with looking(database) as op:
        directory = Directory(op)
        found = [len(directory.match_by_hand(Person(name, born)).asked) for name, born in asked]
        himself = directory.match_by_hand(Person("Anna Canary", BORN), besides=anna.appointment.patient_id)

    assert found == [1, 1, 1, 1, 0, 0]
    assert himself.asked == ()


facts = st.sampled_from([None, "1", "2"])
people = st.builds(
    PersonFacts,
    name=st.sampled_from(["Ali Hassan", "Hassan Ali", "Anna Canary"]),
    date_of_birth=st.sampled_from([NEW_YEAR, BORN]),
    sex_at_birth=st.sampled_from([None, "female", "male"]),
    number=facts,
    phone=facts,
    email=facts,
)


@properties(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(other=people, person=people)
def test_whoever_differs_in_name_birth_or_sex_is_never_taken_for_another_unasked(
    database: Database, other: Person, person: Person
) -> None:
    _, found = rows_matched(database, other, person)

    if found.repeats:
        assert other == person
    elif found.certain:
        assert names.same(other.name, person.name)
        assert other.date_of_birth == person.date_of_birth
        assert None in (other.sex_at_birth, person.sex_at_birth) or other.sex_at_birth == person.sex_at_birth
        assert other.number == person.number is not None
