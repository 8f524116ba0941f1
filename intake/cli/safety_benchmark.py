"""`flask --app wsgi safety-benchmark [FILE]`: whom the rules reach of people whose need is known.

The tier is that of the rules alone: no free text, no contradictions, no note of missing answers.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import click

from intake.cli.binomial import upper_bound
from intake.cli.cases import BadCase, read_case, read_object
from intake.cli.screen import numbered
from intake.questionnaire.journey import Journey
from intake.red_flags import SAFETY_VERSION, Urgency, screen
from intake.resources import SOURCE_TREE

DEVELOPMENT = SOURCE_TREE / "tests" / "red_flags" / "benchmark" / "patients.jsonl"
NO_ESTIMATE = (
    "These people were used in development: the rules were mended on them. "
    "The figures are no estimate of whom the rules miss among others."
)


@dataclass(frozen=True)
class Person:
    """A made-up person, what a careful clinician would accept, and what the rules say. 0 is no tier."""

    id: str
    set: int | str
    at_least: int
    at_most: int
    story: str
    tier: int

    @property
    def serious(self) -> bool:
        """Needs contact today or now."""
        return self.at_least >= Urgency.SAME_DAY

    @property
    def emergency(self) -> bool:
        return self.at_least == Urgency.EMERGENCY

    @property
    def first_look(self) -> bool:
        """Need not be phoned, but should be looked at first."""
        return self.at_least == Urgency.PRIORITY

    @property
    def ordinary(self) -> bool:
        return self.at_least < Urgency.PRIORITY

    @property
    def contact(self) -> bool:
        """Gets contact today or now."""
        return self.tier >= Urgency.SAME_DAY

    @property
    def inside(self) -> bool:
        """Within what a careful clinician would accept."""
        return self.at_least <= self.tier <= self.at_most


@click.command("safety-benchmark")
@click.argument("file", type=click.File("rb"), required=False)
def safety_benchmark_command(file: BinaryIO | None) -> None:
    """Say whom the rules reach and miss among the people in FILE, or the development sets without one.

    FILE holds JSON Lines {"id", "set", "on", "at_least", "at_most", "story", "answers"}. A bad line is told
    by its number and left out, and the exit code is 1.
    """
    people, bad = _read(file) if file else _read_development()
    for problem in bad:
        click.echo(problem, err=True)
    for line in report(people, blind=file is not None):
        click.echo(line)
    if bad:
        raise click.exceptions.Exit(1)


def report(people: list[Person], *, blind: bool) -> Iterator[str]:
    """The figures of each set and every miss; for people never seen before the upper bounds as well."""
    yield f"Safety version {SAFETY_VERSION}. Rules alone, {len(people)} people."
    if not blind:
        yield NO_ESTIMATE
    sets = list(dict.fromkeys(person.set for person in people))
    for name in sets:
        yield f"Set {name}: {figures([person for person in people if person.set == name])}"
    if len(sets) > 1:
        yield f"All: {figures(people)}"
    if blind:
        yield from _bounds(people)
    yield from map(_miss, misses(people))


def figures(people: list[Person]) -> str:
    """Contact, emergencies, first look and over-triage of these people, in one line."""
    serious, emergencies, first, ordinary = groups(people)
    return (
        f"contact found {_of(serious, 'contact')}, in range {_of(serious, 'inside')}; "
        f"emergencies found {_of(emergencies, 'inside')}; first look in range {_of(first, 'inside')}; "
        f"ordinary in range {_of(ordinary, 'inside')}, SAME_DAY or more {_of(ordinary, 'contact')}"
    )


def groups(people: Iterable[Person]) -> tuple[list[Person], list[Person], list[Person], list[Person]]:
    """The serious, the emergencies among them, those for a first look, and the ordinary ones."""
    everybody = list(people)
    return (
        [person for person in everybody if person.serious],
        [person for person in everybody if person.emergency],
        [person for person in everybody if person.first_look],
        [person for person in everybody if person.ordinary],
    )


def misses(people: Iterable[Person]) -> Iterator[Person]:
    """Who is outside what a careful clinician would accept."""
    return (person for person in people if not person.inside)


def _bounds(people: list[Person]) -> Iterator[str]:
    serious, emergencies, _, ordinary = groups(people)
    yield _bound("need contact and do not get it", serious, [p for p in serious if not p.contact])
    yield _bound("emergencies below EMERGENCY", emergencies, [p for p in emergencies if not p.inside])
    yield _bound("ordinary and SAME_DAY or more", ordinary, [p for p in ordinary if p.contact])


def _bound(what: str, among: list[Person], found: list[Person]) -> str:
    bound = upper_bound(len(found), len(among))
    return f"{what}: {len(found)} of {len(among)}; 95 % upper bound {100 * bound:.1f} %"


def _miss(person: Person) -> str:
    got, wanted = _tier(person.tier), f"{_tier(person.at_least)} to {_tier(person.at_most)}"
    return f"outside: {person.id} (set {person.set}): {got}, wanted {wanted}. {person.story}".strip()


def _of(people: list[Person], holds: str) -> str:
    return f"{sum(getattr(person, holds) for person in people)} of {len(people)}"


def _tier(tier: int) -> str:
    return Urgency(tier).name if tier else "nothing"


def _read_development() -> tuple[list[Person], list[str]]:
    if not DEVELOPMENT.is_file():
        raise click.ClickException("The development sets are part of the tests and not here. Name a FILE.")
    with DEVELOPMENT.open("rb") as file:
        return _read(file)


def _read(file: BinaryIO) -> tuple[list[Person], list[str]]:
    people, bad = [], []
    for number, line in numbered(file):
        try:
            people.append(read_person(line))
        except BadCase as problem:
            bad.append(f"line {number}: {problem}")
    return people, bad


def read_person(line: bytes) -> Person:
    """The person on a line, screened. Raises BadCase."""
    case, document = read_case(line), read_object(line)
    screening = screen(Journey(case.answers, case.on))
    at_least = _tier_of(document, "at_least")
    at_most = _tier_of(document, "at_most")
    if at_most < at_least:
        raise BadCase("at_most lies below at_least", case.id)
    story, name = document.get("story", ""), document.get("set", "1")
    if not isinstance(story, str) or not isinstance(name, str | int):
        raise BadCase("story or set is neither text nor a number", case.id)
    return Person(str(case.id), name, at_least, at_most, story, screening.urgency or 0)


def _tier_of(document: object, name: str) -> int:
    assert isinstance(document, dict)
    if name not in document:
        raise BadCase(f"{name} is missing")
    said = document[name]
    if said is None:
        return 0
    if not isinstance(said, str) or said not in Urgency.__members__:
        raise BadCase(f"{name} is no tier")
    return Urgency[said]
