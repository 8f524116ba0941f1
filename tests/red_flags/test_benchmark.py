"""The review patients get the tiers that the README beside them says, person by person."""

import pytest

from intake.cli.safety_benchmark import DEVELOPMENT, Person, groups, misses, read_person

PEOPLE = [read_person(line) for line in DEVELOPMENT.read_bytes().splitlines()]
# Of each set: serious, with contact, in range; first look, in range; ordinary, in range, SAME_DAY or more.
TABLE = {
    1: (49, 49, 49, 14, 14, 20, 20, 1),
    2: (51, 51, 51, 15, 15, 51, 51, 7),
    3: (62, 59, 58, 16, 15, 72, 71, 1),
}
# By name, because a rule that loses one and gains another would leave the numbers as they are.
OUTSIDE = {"s_acs_taxi", "s_suicide", "s_strangle", "s_sah", "h_anorexia", "h_passive_death"}


@pytest.mark.parametrize("number", list(TABLE))
def test_a_set_has_the_figures_of_its_readme(number: int) -> None:
    serious, _, first, ordinary = groups(person for person in PEOPLE if person.set == number)

    assert TABLE[number] == (
        len(serious),
        sum(person.contact for person in serious),
        inside(serious),
        len(first),
        inside(first),
        len(ordinary),
        inside(ordinary),
        sum(person.contact for person in ordinary),
    )


def test_exactly_these_people_are_outside_their_range() -> None:
    assert {person.id for person in misses(PEOPLE)} == OUTSIDE


def test_no_ordinary_person_is_sent_to_hospital() -> None:
    assert not [person.id for person in PEOPLE if person.ordinary and person.tier > 3]


def inside(people: list[Person]) -> int:
    return sum(person.inside for person in people)
