"""Everybody the rules are tried on, with what must come out: cases, vignettes, stale answers, exact limits.

All that is expected comes from the specification: from the cases and vignettes, and from the limit that the
atom of a case names.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from intake.demo.vignettes import VIGNETTES, answers_of
from intake.questionnaire import QUESTIONS
from intake.questionnaire.answers import Answers
from intake.questionnaire.journey import Journey
from intake.questionnaire.questions import YesNoUnsure
from intake.questionnaire.values import Value
from intake.red_flags import Urgency, rule
from tests.answering import ON
from tests.red_flags.specified import Case, cases, near

# The answers about the beginning, by the most days they count as.
_ONSETS = {3: ("d1_3", "d4_14"), 14: ("d4_14", "w2_6"), 42: ("w2_6", "w6_12"), 84: ("w6_12", "m3_12")}


# These are sure of enough else: what they say of the other questions decides with certainty.
CERTAIN_OTHERWISE = {"R-ACS-7|368", "R-NEU-5|1228", "R-INF-10|1800", "R-INF-10|1804"}
# At these limits another comparison of the same rule decides, so that the limit itself shows nothing.
DECIDED_OTHERWISE = {"R-AAA-1|560", "R-PE-3|793", "R-FX-3|1877", "R-SPA-1|2361", "R-SPA-2|2385"}


@dataclass(frozen=True)
class Person:
    """Answers, and the rules that must fire on them; of `only` one rule it is known, else of all."""

    id: str
    answers: Answers
    on: date
    fires: frozenset[str]
    only: str | None = None

    @property
    def journey(self) -> Journey:
        return Journey(self.answers, self.on)


def everybody() -> Iterator[Person]:
    """All of them."""
    for person in (*_of_cases(), *_of_vignettes()):
        yield person
        yield stale(person)
    yield from limits(cases())
    yield from unsure(cases())


def stale(person: Person) -> Person:
    """The same with a "yes" left behind in every question that is not asked: nothing may come of it."""
    journey = person.journey
    hidden = [q.id for q in QUESTIONS.values() if isinstance(q, YesNoUnsure) and q.id not in journey.counting]
    asked = {question.id for step in (*journey.steps, *journey.more) for question in step.asked}
    left = person.answers.merged({id: "yes" for id in hidden if id not in asked})
    return Person(f"{person.id}, stale", left, person.on, person.fires)


def limits(among: Iterable[Case]) -> Iterator[Person]:
    """The people exactly at the limits of these cases."""
    return (at_the_limit(case) for case in among if case.limit and case.id not in DECIDED_OTHERWISE)


def unsure(among: Iterable[Case]) -> Iterator[Person]:
    """The people of raised cases, not sure of the one "yes" that decides: the rule fires as unsure."""
    for case in among:
        if case.raised and case.yes and case.id not in CERTAIN_OTHERWISE:
            answers = case.answers.merged({case.yes: "not_sure"})
            fires = frozenset({f"{case.rule}?"}) if rule(case.rule).urgency > Urgency.NOTE else frozenset()
            yield Person(f"{case.id} not sure", answers, case.on, fires, only=case.rule)


def at_the_limit(case: Case) -> Person:
    """The person of a case exactly at the limit of its atom: a raised one just inside, a near miss beyond."""
    assert case.limit is not None
    name, sign, limit = case.limit
    value = _edge(name, sign, int(limit), case.raised)
    fires = frozenset({case.rule}) if case.raised else frozenset()
    answers = case.answers.merged(_answered(case, name, value))
    return Person(f"{case.id} at the limit", answers, case.on, fires, only=case.rule)


def _edge(name: str, sign: str, limit: int, inside: bool) -> str | int:
    """The last value for which the comparison holds, or the first for which it does not."""
    if name == "onset_days":
        within, beyond = _ONSETS[limit]
        return within if inside == (sign == "<=") else beyond
    if sign == ">=":
        return limit if inside else limit - 1
    return limit - 1 if inside else limit


def _answered(case: Case, name: str, value: str | int) -> dict[str, Value | None]:
    if name == "age" and isinstance(value, int):
        return {"dob": case.on.replace(year=case.on.year - value).isoformat()}
    question = {"onset_days": "on_when"}.get(name, name)
    if name == "on_age" and case.answers.get("on_when") == "m3_12":
        # It is the age now, then.
        return _answered(case, "age", value)
    return {question: value}


def _of_cases() -> Iterator[Person]:
    both = (*cases(), *near())
    return (Person(case.id, case.answers, case.on, frozenset(case.fires)) for case in both)


def _of_vignettes() -> Iterator[Person]:
    return (Person(case.id, answers_of(case, ON), ON, frozenset(case.fires)) for case in VIGNETTES)
