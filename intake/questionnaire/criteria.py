"""The one vocabulary for "when": branching and red flags are written in it.

A criterion is a value, not a function, so it explains itself: its verdict carries the answers that decided it. Truth
is a chain of four. *And* is the minimum, *or* the maximum, `at_least(k, ...)` the k-th largest; so a rule comes out
YES when the patient's yeses fire it, NOT_SURE when it needs a "not sure", UNANSWERED when a blank could fire it.
"""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from math import inf
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
class Cause:
    """An answer that decided: the question, and of a choice only the options that the criterion names."""

    question_id: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """A truth and the answers that decided it."""

    truth: Truth
    causes: tuple[Cause, ...]

    @property
    def because(self) -> tuple[str, ...]:
        """The ids of the questions that decided it, each once."""
        return tuple(dict.fromkeys(cause.question_id for cause in self.causes))


class Facts(Protocol):
    """What a criterion may look at."""

    on: date
    features: frozenset[str]

    def value(self, question_id: str, /) -> Value | None:
        """The answer that counts, or None."""

    def is_closed(self, question_id: str, /) -> bool:
        """The question is not asked, because what opens it was answered "no"."""


class Criterion(ABC):
    """A condition on the answers. Join with `&` and `|`.

    `truth` stops as soon as it is decided; `verdict` looks at everything and says why. They never differ.
    """

    @abstractmethod
    def truth(self, facts: Facts) -> Truth:
        """Whether it holds."""

    @abstractmethod
    def verdict(self, facts: Facts) -> Verdict:
        """Whether it holds, and the answers that decided it."""

    @abstractmethod
    def question_ids(self) -> Iterator[str]:
        """The ids of all questions it may look at."""

    def has_alternatives(self) -> bool:
        """Different answers can make it hold, so that its name alone does not say what was answered."""
        return False

    @abstractmethod
    def as_data(self) -> list[object]:
        """The criterion as plain JSON, the same in every process and every Python."""

    def __and__(self, other: Criterion) -> Criterion:
        return Both((*_parts(self, Both), *_parts(other, Both)))

    def __or__(self, other: Criterion) -> Criterion:
        return Either((*_parts(self, Either), *_parts(other, Either)))


class Atom(Criterion):
    """A criterion that looks at one answer."""

    question_id: str

    def verdict(self, facts: Facts) -> Verdict:
        return Verdict(self.truth(facts), (Cause(self.question_id, self.deciding(facts)),))

    def deciding(self, facts: Facts) -> tuple[str, ...]:
        """The options that decided, of those the criterion names."""
        return ()

    def question_ids(self) -> Iterator[str]:
        yield self.question_id


@dataclass(frozen=True)
class Yes(Atom):
    """The patient said yes. "Prefer not to say" is unanswered; "does not apply" is no."""

    question_id: str

    def truth(self, facts: Facts) -> Truth:
        value = facts.value(self.question_id)
        if value is None:
            return Truth.NO if facts.is_closed(self.question_id) else Truth.UNANSWERED
        return _SAID.get(value, Truth.UNANSWERED)

    def as_data(self) -> list[object]:
        return ["yes", self.question_id]


@dataclass(frozen=True)
class Chosen(Atom):
    """The answer is, or contains, one of these options.

    Safety: "not sure" ticked in a list is NOT_SURE for each of its options, whichever the criterion names.
    """

    question_id: str
    options: tuple[str, ...]

    def truth(self, facts: Facts) -> Truth:
        value = facts.value(self.question_id)
        if value is None:
            return Truth.NO if facts.is_closed(self.question_id) else Truth.UNANSWERED
        if isinstance(value, tuple):
            if any(option in self.options for option in value):
                return Truth.YES
            return Truth.NOT_SURE if "not_sure" in value else Truth.NO
        if value in self.options:
            return Truth.YES
        return Truth.UNANSWERED if value == "prefer_not_say" else Truth.NO

    def deciding(self, facts: Facts) -> tuple[str, ...]:
        value = facts.value(self.question_id)
        if not isinstance(value, tuple):
            return ()
        named = tuple(option for option in value if isinstance(option, str) and option in self.options)
        return named or (("not_sure",) if "not_sure" in value else ())

    def has_alternatives(self) -> bool:
        return len(self.options) > 1

    def as_data(self) -> list[object]:
        return ["chosen", self.question_id, sorted(self.options)]


@dataclass(frozen=True)
class Ticked(Atom):
    """One of these options is ticked in the list. For branching only: "not sure" ticks none of them."""

    question_id: str
    options: tuple[str, ...]

    def truth(self, facts: Facts) -> Truth:
        value = facts.value(self.question_id)
        ticked = isinstance(value, tuple) and any(option in self.options for option in value)
        return Truth.YES if ticked else Truth.NO

    def as_data(self) -> list[object]:
        return ["ticked", self.question_id, sorted(self.options)]


@dataclass(frozen=True)
class Several(Atom):
    """More than one was chosen."""

    question_id: str

    def truth(self, facts: Facts) -> Truth:
        value = facts.value(self.question_id)
        if value is None:
            return Truth.UNANSWERED
        return Truth.YES if isinstance(value, tuple) and len(value) > 1 else Truth.NO

    def as_data(self) -> list[object]:
        return ["several", self.question_id]


@dataclass(frozen=True)
class NotChosen(Atom):
    """The answer is none of these options.

    Safety: for branching only, and what is not answered yet closes nothing, so a blank is YES here.
    """

    question_id: str
    options: tuple[str, ...]

    def truth(self, facts: Facts) -> Truth:
        return Truth.NO if facts.value(self.question_id) in self.options else Truth.YES

    def as_data(self) -> list[object]:
        return ["not_chosen", self.question_id, sorted(self.options)]


@dataclass(frozen=True)
class AllNo(Criterion):
    """Everything that is asked of these was answered "no", and something of them was asked."""

    ids: tuple[str, ...]

    def truth(self, facts: Facts) -> Truth:
        said = [facts.value(id) for id in self.ids if not facts.is_closed(id)]
        return Truth.YES if said and all(value == "no" for value in said) else Truth.NO

    def verdict(self, facts: Facts) -> Verdict:
        return Verdict(self.truth(facts), tuple(Cause(id) for id in self.ids if facts.value(id) is not None))

    def question_ids(self) -> Iterator[str]:
        return iter(self.ids)

    def as_data(self) -> list[object]:
        return ["all_no", list(self.ids)]


@dataclass(frozen=True)
class Compared(Criterion):
    """A number compared with a limit, or with another number; a missing number is unanswered."""

    quantity: Quantity
    holds: Callable[[float, float], bool]
    limit: float | Quantity

    def truth(self, facts: Facts) -> Truth:
        number = self.quantity.measure(facts)
        limit = self.limit.measure(facts) if isinstance(self.limit, Quantity) else self.limit
        if number is None or limit is None:
            return Truth.NO if self.quantity.is_closed(facts) else Truth.UNANSWERED
        holds = self.holds(float(number), float(limit))
        if isinstance(number, AtMost):
            # The true number may be smaller: below a limit it is certain or unsure, above one unsure or out.
            return _UNSURE_OF_AT_MOST[self.holds in (operator.lt, operator.le), holds]
        return Truth.YES if holds else Truth.NO

    def verdict(self, facts: Facts) -> Verdict:
        compared = [self.quantity, *([self.limit] if isinstance(self.limit, Quantity) else [])]
        causes = (Cause(id) for quantity in compared for id in quantity.deciding(facts))
        return Verdict(self.truth(facts), tuple(dict.fromkeys(causes)))

    def question_ids(self) -> Iterator[str]:
        yield from self.quantity.ids
        if isinstance(self.limit, Quantity):
            yield from self.limit.ids

    def as_data(self) -> list[object]:
        limit = self.limit.name if isinstance(self.limit, Quantity) else self.limit
        return ["compare", self.quantity.name, SIGNS[self.holds], limit]


@dataclass(frozen=True)
class Both(Criterion):
    """All of them: the minimum."""

    parts: tuple[Criterion, ...]

    def truth(self, facts: Facts) -> Truth:
        lowest = Truth.YES
        for part in self.parts:
            truth = part.truth(facts)
            if truth < lowest:
                if truth == Truth.NO:
                    return truth
                lowest = truth
        return lowest

    def verdict(self, facts: Facts) -> Verdict:
        verdicts = [part.verdict(facts) for part in self.parts]
        truth = min(v.truth for v in verdicts)
        deciding = verdicts if truth >= Truth.NOT_SURE else [v for v in verdicts if v.truth == truth]
        return Verdict(truth, _union(deciding))

    def has_alternatives(self) -> bool:
        return any(part.has_alternatives() for part in self.parts)

    def question_ids(self) -> Iterator[str]:
        return _all_ids(self.parts)

    def as_data(self) -> list[object]:
        return ["all", [part.as_data() for part in self.parts]]


@dataclass(frozen=True)
class AtLeast(Criterion):
    """At least `count` of them: the k-th largest."""

    count: int
    parts: tuple[Criterion, ...]

    def truth(self, facts: Facts) -> Truth:
        truths = sorted((part.truth(facts) for part in self.parts), reverse=True)
        return truths[self.count - 1]

    def verdict(self, facts: Facts) -> Verdict:
        verdicts = [part.verdict(facts) for part in self.parts]
        truth = sorted((v.truth for v in verdicts), reverse=True)[self.count - 1]
        return Verdict(truth, _union([v for v in verdicts if v.truth >= truth]))

    def has_alternatives(self) -> bool:
        return self.count < len(self.parts) or any(part.has_alternatives() for part in self.parts)

    def question_ids(self) -> Iterator[str]:
        return _all_ids(self.parts)

    def as_data(self) -> list[object]:
        return ["at_least", self.count, [part.as_data() for part in self.parts]]


class Either(AtLeast):
    """Any of them: the maximum."""

    def __init__(self, parts: tuple[Criterion, ...]) -> None:
        super().__init__(1, parts)

    def truth(self, facts: Facts) -> Truth:
        highest = Truth.NO
        for part in self.parts:
            truth = part.truth(facts)
            if truth > highest:
                if truth == Truth.YES:
                    return truth
                highest = truth
        return highest


@dataclass(frozen=True)
class Always(Criterion):
    """Asked of everybody."""

    def truth(self, facts: Facts) -> Truth:
        return Truth.YES

    def verdict(self, facts: Facts) -> Verdict:
        return Verdict(Truth.YES, ())

    def question_ids(self) -> Iterator[str]:
        return iter(())

    def as_data(self) -> list[object]:
        return ["always"]


@dataclass(frozen=True)
class Feature(Criterion):
    """The clinic has switched this feature on."""

    name: str

    def truth(self, facts: Facts) -> Truth:
        return Truth.YES if self.name in facts.features else Truth.NO

    def verdict(self, facts: Facts) -> Verdict:
        return Verdict(self.truth(facts), ())

    def question_ids(self) -> Iterator[str]:
        return iter(())

    def as_data(self) -> list[object]:
        return ["feature", self.name]


class AtMost(float):
    """An upper bound of a number that the patient is not sure of."""


@dataclass(frozen=True)
class Quantity:
    """A number that comes from answers. `measure` gives None while it is not answered.

    `ids` are the questions it may look at, the one it stands for first. `otherwise`: when another answer stands in
    for that question.
    """

    name: str
    ids: tuple[str, ...]
    measure: Callable[[Facts], float | None] = field(repr=False)
    otherwise: Criterion | None = None

    def is_closed(self, facts: Facts) -> bool:
        """There is no such number: its question is not asked, and no other answer stands in for it."""
        closed = facts.is_closed(self.ids[0])
        return closed and not (self.otherwise and self.otherwise.truth(facts) == Truth.YES)

    def deciding(self, facts: Facts) -> tuple[str, ...]:
        """The questions whose answers it is made of now."""
        said = tuple(id for id in self.ids if facts.value(id) is not None)
        if facts.value(self.ids[0]) not in (None, "not_sure"):
            return self.ids[:1]
        return said or self.ids[:1]

    def __ge__(self, limit: float | Quantity) -> Criterion:
        return Compared(self, operator.ge, limit)

    def __gt__(self, limit: float | Quantity) -> Criterion:
        return Compared(self, operator.gt, limit)

    def __le__(self, limit: float | Quantity) -> Criterion:
        return Compared(self, operator.le, limit)

    def __lt__(self, limit: float | Quantity) -> Criterion:
        return Compared(self, operator.lt, limit)

    def __sub__(self, years: int) -> Quantity:
        def less(facts: Facts) -> float | None:
            number = self.measure(facts)
            return None if number is None else number - years

        return Quantity(f"{self.name} - {years}", self.ids, less)


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


def ticked(question_id: str, *options: str) -> Criterion:
    """One of these options is ticked; "not sure" is none of them. For branching only."""
    return Ticked(question_id, options)


def answered(question_id: str, *values: str) -> Criterion:
    """The answer as given: it is, or contains, one of these. For contradictions, where a "no" matters."""
    return Chosen(question_id, values)


def all_no(*question_ids: str) -> Criterion:
    """All of these that are asked were answered "no". For contradictions only."""
    return AllNo(question_ids)


def number(question_id: str) -> Quantity:
    """The number answered."""
    return Quantity(question_id, (question_id,), lambda facts: _as_number(facts.value(question_id)))


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


def _on_age(facts: Facts) -> float | None:
    """The age when the pain began. Pain of 3 to 12 months is not asked: it is the age now."""
    if facts.value("on_when") == "m3_12":
        return _age(facts)
    answer = facts.value("on_age")
    if answer != "not_sure":
        return _as_number(answer)
    # Safety: not sure how old they were, but never older than they are now. Without a date of birth, any age.
    now = _age(facts)
    return AtMost(inf if now is None else now)


def _as_number(value: Value | None) -> float | None:
    return value if isinstance(value, int | float) else None


def _parts(criterion: Criterion, kind: type[Both] | type[Either]) -> tuple[Criterion, ...]:
    return criterion.parts if isinstance(criterion, kind) else (criterion,)


def _union(verdicts: list[Verdict]) -> tuple[Cause, ...]:
    """The causes, one for each question, with every option that decided."""
    merged: dict[str, tuple[str, ...]] = {}
    for cause in (cause for verdict in verdicts for cause in verdict.causes):
        merged[cause.question_id] = (*merged.get(cause.question_id, ()), *cause.options)
    return tuple(Cause(id, tuple(dict.fromkeys(options))) for id, options in merged.items())


def _all_ids(parts: tuple[Criterion, ...]) -> Iterator[str]:
    return (id for part in parts for id in part.question_ids())


SIGNS: dict[Callable[[float, float], bool], str] = {
    operator.ge: ">=",
    operator.gt: ">",
    operator.le: "<=",
    operator.lt: "<",
}

# By (below a limit, the bound itself holds).
_UNSURE_OF_AT_MOST = {
    (True, True): Truth.YES,
    (True, False): Truth.NOT_SURE,
    (False, True): Truth.NOT_SURE,
    (False, False): Truth.NO,
}

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

age = Quantity("age", ("dob",), _age)  # whole years on the day of screening
onset_days = Quantity("onset_days", ("on_when",), _onset_days)
# Looked at: the answer, and where it is not asked or not known, the age now.
on_age = Quantity("on_age", ("on_age", "on_when", "dob"), _on_age, Chosen("on_when", ("m3_12",)))
