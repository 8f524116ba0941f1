"""Scored scales: ids, response values and scoring. Pure.

The wording of instruments is their owners' and lies outside this repository; nothing here is asked by itself.
A missing item means "not scored": never zero, never scaled up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

FREQUENCY = {"not_at_all": 0, "several_days": 1, "more_than_half": 2, "nearly_every_day": 3}
BOTHER = {"not_at_all": 0, "slightly": 0, "moderately": 0, "very_much": 1, "extremely": 1}


@dataclass(frozen=True)
class Score:
    """A value with its range; `shown` is rounded half up to one decimal."""

    value: Fraction
    least: int
    most: int

    @property
    def shown(self) -> str:
        exact = Decimal(self.value.numerator) / Decimal(self.value.denominator)
        return str(exact.quantize(Decimal("0.1"), ROUND_HALF_UP))


@dataclass(frozen=True)
class StartBack:
    """STarT Back: total 0 to 9, distress 0 to 5, and the published group: low, medium or high."""

    total: int
    distress: int

    @property
    def level(self) -> str:
        if self.total <= 3:
            return "low"
        return "high" if self.distress >= 4 else "medium"


def peg(items: Sequence[int | None]) -> Score | None:
    """PEG: the mean of three items of 0 to 10 (Krebs 2009). None when an item is missing."""
    given = [item for item in items if item is not None]
    return Score(Fraction(sum(given), 3), 0, 10) if len(given) == 3 else None


def start_back(agrees: Sequence[int | None], bother: str | None) -> StartBack | None:
    """STarT Back from eight agree (1) or disagree (0) items and the bother item. None when one is missing."""
    given = [agree for agree in agrees if agree is not None]
    if len(given) < 8 or bother is None:
        return None
    items = [*given, BOTHER[bother]]
    return StartBack(total=sum(items), distress=sum(items[4:]))


def phq2(items: Sequence[str | None]) -> Score | None:
    """PHQ-2: 0 to 6; 3 or more is the published cut-off. None when an item is missing."""
    return _frequencies(items, FREQUENCY)


def gad2(items: Sequence[str | None]) -> Score | None:
    """GAD-2: 0 to 6; 3 or more is the published cut-off. None when an item is missing."""
    return _frequencies(items, FREQUENCY)


def pain_change_matters(earlier: int, later: int) -> bool:
    """A drop of 2 points or of 30% on the 0 to 10 scale (Ostelo, Spine 2008)."""
    drop = earlier - later
    return drop > 0 and (drop >= 2 or drop * 10 >= earlier * 3)


def _frequencies(items: Sequence[str | None], values: Mapping[str, int]) -> Score | None:
    given = [values[item] for item in items if item is not None]
    return Score(Fraction(sum(given)), 0, 6) if len(given) == 2 else None
