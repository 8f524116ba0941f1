"""The one vocabulary for "when": branching and red flags are written in it.

A criterion is a value, not a function, so it explains itself: its verdict carries the ids that decided it. Truth
is a chain of four. *And* is the minimum, *or* the maximum, `at_least(k, ...)` the k-th largest; so a rule comes out
YES when the patient's yeses fire it, NOT_SURE when it needs a "not sure", UNANSWERED when a blank could fire it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import Protocol

from intake.questionnaire.body import SITE_GROUPS
from intake.questionnaire.values import Value


class Truth(IntEnum):
    """Safety: the order is the meaning. Blank is never "no", and "not sure" is never "no"."""

    NO = 0
    UNANSWERED = 1
    NOT_SURE = 2
    YES = 3


@dataclass(frozen=True)
class Verdict:
    """A truth and the ids of the questions that decided it."""

    truth: Truth
    because: tuple[str, ...]


class Facts(Protocol):
    """What a criterion may look at."""

    on: date
    features: frozenset[str]
    verdicts: dict[int, Verdict]

    def value(self, question_id: str) -> Value | None:
        """The answer that counts, or None."""

    def is_closed(self, question_id: str) -> bool:
        """The question is not asked, because what opens it was answered "no"."""


class Criterion:
    """A condition on the answers. Join with `&` and `|`."""

    def verdict(self, facts: Facts) -> Verdict:
        """The verdict on these facts, worked out once."""
        found = facts.verdicts.get(id(self))
        if found is None:
            found = facts.verdicts[id(self)] = self.judge(facts)
        return found

    def judge(self, facts: Facts) -> Verdict:
        raise NotImplementedError

    def question_ids(self) -> Iterator[str]:
        """The ids of all questions it may look at."""
        raise NotImplementedError

    def __and__(self, other: Criterion) -> Criterion:
        return Both((*_parts(self, Both), *_parts(other, Both)))

    def __or__(self, other: Criterion) -> Criterion:
        return Either((*_parts(self, Either), *_parts(other, Either)))


@dataclass(frozen=True)
class Yes(Criterion):
    """The patient said yes. "Prefer not to say" is unanswered; "does not apply" is no."""

    question_id: str

    def judge(self, facts: Facts) -> Verdict:
        if facts.is_closed(self.question_id):
            return Verdict(Truth.NO, (self.question_id,))
        truth = _SAID.get(facts.value(self.question_id), Truth.UNANSWERED)
        return Verdict(truth, (self.question_id,))

    def question_ids(self) -> Iterator[str]:
        yield self.question_id


@dataclass(frozen=True)
class Chosen(Criterion):
    """The answer is, or contains, one of these options."""

    question_id: str
    options: tuple[str, ...]

    def judge(self, facts: Facts) -> Verdict:
        if facts.is_closed(self.question_id):
            return Verdict(Truth.NO, (self.question_id,))
        value = facts.value(self.question_id)
        if value is None:
            return Verdict(Truth.UNANSWERED, (self.question_id,))
        chosen = value if isinstance(value, tuple) else (value,)
        truth = Truth.YES if any(option in self.options for option in chosen) else Truth.NO
        return Verdict(truth, (self.question_id,))

    def question_ids(self) -> Iterator[str]:
        yield self.question_id


@dataclass(frozen=True)
class Several(Criterion):
    """More than one was chosen."""

    question_id: str

    def judge(self, facts: Facts) -> Verdict:
        value = facts.value(self.question_id)
        if value is None:
            return Verdict(Truth.UNANSWERED, (self.question_id,))
        several = isinstance(value, tuple) and len(value) > 1
        return Verdict(Truth.YES if several else Truth.NO, (self.question_id,))

    def question_ids(self) -> Iterator[str]:
        yield self.question_id


@dataclass(frozen=True)
class NotChosen(Criterion):
    """The answer is none of these options.

    Safety: for branching only, and what is not answered yet closes nothing, so a blank is YES here.
    """

    question_id: str
    options: tuple[str, ...]

    def judge(self, facts: Facts) -> Verdict:
        value = facts.value(self.question_id)
        return Verdict(Truth.NO if value in self.options else Truth.YES, (self.question_id,))

    def question_ids(self) -> Iterator[str]:
        yield self.question_id


@dataclass(frozen=True)
class Compared(Criterion):
    """A number compared with a limit; a missing number is unanswered."""

    quantity: Quantity
    holds: Callable[[float, float], bool]
    limit: float

    def judge(self, facts: Facts) -> Verdict:
        because = (self.quantity.question_id,)
        if facts.is_closed(self.quantity.question_id):
            return Verdict(Truth.NO, because)
        number = self.quantity.measure(facts)
        if number is None:
            return Verdict(Truth.UNANSWERED, because)
        return Verdict(Truth.YES if self.holds(number, self.limit) else Truth.NO, because)

    def question_ids(self) -> Iterator[str]:
        yield self.quantity.question_id


@dataclass(frozen=True)
class Both(Criterion):
    """All of them: the minimum."""

    parts: tuple[Criterion, ...]

    def judge(self, facts: Facts) -> Verdict:
        verdicts = [part.verdict(facts) for part in self.parts]
        truth = min(v.truth for v in verdicts)
        deciding = verdicts if truth >= Truth.NOT_SURE else [v for v in verdicts if v.truth == truth]
        return Verdict(truth, _union(deciding))

    def question_ids(self) -> Iterator[str]:
        return _all_ids(self.parts)


@dataclass(frozen=True)
class AtLeast(Criterion):
    """At least `count` of them: the k-th largest."""

    count: int
    parts: tuple[Criterion, ...]

    def judge(self, facts: Facts) -> Verdict:
        verdicts = [part.verdict(facts) for part in self.parts]
        truth = sorted((v.truth for v in verdicts), reverse=True)[self.count - 1]
        deciding = [v for v in verdicts if v.truth >= truth] if truth > Truth.NO else verdicts
        return Verdict(truth, _union(deciding))

    def question_ids(self) -> Iterator[str]:
        return _all_ids(self.parts)


class Either(AtLeast):
    """Any of them: the maximum."""

    def __init__(self, parts: tuple[Criterion, ...]) -> None:
        super().__init__(1, parts)


@dataclass(frozen=True)
class Always(Criterion):
    """Asked of everybody."""

    def judge(self, facts: Facts) -> Verdict:
        return Verdict(Truth.YES, ())

    def question_ids(self) -> Iterator[str]:
        return iter(())


@dataclass(frozen=True)
class Feature(Criterion):
    """The clinic has switched this feature on."""

    name: str

    def judge(self, facts: Facts) -> Verdict:
        return Verdict(Truth.YES if self.name in facts.features else Truth.NO, ())

    def question_ids(self) -> Iterator[str]:
        return iter(())


@dataclass(frozen=True)
class Quantity:
    """A number that comes from one answer. `measure` gives None while it is not answered."""

    question_id: str
    measure: Callable[[Facts], float | None] = field(repr=False)

    def __ge__(self, limit: float) -> Criterion:
        return Compared(self, operator.ge, limit)

    def __gt__(self, limit: float) -> Criterion:
        return Compared(self, operator.gt, limit)

    def __le__(self, limit: float) -> Criterion:
        return Compared(self, operator.le, limit)

    def __lt__(self, limit: float) -> Criterion:
        return Compared(self, operator.lt, limit)


def yes(question_id: str) -> Criterion:
    """The patient said yes to it."""
    return Yes(question_id)


def chosen(question_id: str, *options: str) -> Criterion:
    """One of these options was chosen."""
    return Chosen(question_id, options)


def not_chosen(question_id: str, *options: str) -> Criterion:
    """None of these options was chosen, or nothing is answered yet. For branching only."""
    return NotChosen(question_id, options)


def several(question_id: str) -> Criterion:
    """More than one option was chosen."""
    return Several(question_id)


def pain_in(*groups: str) -> Criterion:
    """Pain was marked in one of these groups of places (`body.SITE_GROUPS`)."""
    # Sorted, so that the versions of questionnaire and rules are the same in every process.
    return Chosen("sites", tuple(sorted({region for group in groups for region in SITE_GROUPS[group]})))


def number(question_id: str) -> Quantity:
    """The number answered."""
    return Quantity(question_id, lambda facts: _as_number(facts.value(question_id)))


def at_least(count: int, *parts: Criterion) -> Criterion:
    """At least `count` of these hold."""
    return AtLeast(count, parts)


def feature(name: str) -> Criterion:
    """The clinic has switched this feature on."""
    return Feature(name)


def age_on(born: date, on: date) -> int:
    """Whole years on the day `on`."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _age(facts: Facts) -> float | None:
    born = facts.value("dob")
    return age_on(date.fromisoformat(born), facts.on) if isinstance(born, str) else None


def _onset_days(facts: Facts) -> float | None:
    when = facts.value("on_when")
    return ONSET_DAYS[when] if isinstance(when, str) else None


def _as_number(value: Value | None) -> float | None:
    return value if isinstance(value, int | float) else None


def _parts(criterion: Criterion, kind: type[Both] | type[Either]) -> tuple[Criterion, ...]:
    return criterion.parts if isinstance(criterion, kind) else (criterion,)


def _union(verdicts: list[Verdict]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(id for verdict in verdicts for id in verdict.because))


def _all_ids(parts: tuple[Criterion, ...]) -> Iterator[str]:
    return (id for part in parts for id in part.question_ids())


_SAID: dict[Value | None, Truth] = {
    "yes": Truth.YES,
    "not_sure": Truth.NOT_SURE,
    "no": Truth.NO,
    "not_applicable": Truth.NO,
}

# Days from the onset chosen. Safety: "not sure" counts as recent on purpose.
ONSET_DAYS: dict[str, int] = {
    "today": 0,
    "d1_3": 3,
    "d4_14": 14,
    "w2_6": 42,
    "w6_12": 84,
    "m3_12": 365,
    "y1_plus": 9999,
    "not_sure": 14,
}

ALWAYS: Criterion = Always()

age = Quantity("dob", _age)  # whole years on the day of screening
onset_days = Quantity("on_when", _onset_days)
