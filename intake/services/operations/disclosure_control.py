"""Small numbers are hidden, and so is whatever a hidden number could be worked out from.

One case of a rare thing may name somebody in a small town. A count of 1 to 4 is never shown; where a sum
would give it away, another number is hidden with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from intake.i18n import gettext

SMALL = 5
FEW = 20
_NO_LIMIT = 10**9


@dataclass(frozen=True)
class Count:
    """How many. `value` None: hidden; `small` then says that it is 1 to 4."""

    value: int | None
    small: bool = False


NOT_SHOWN = Count(None)


def said(count: Count) -> str:
    """A count in words: never 1 to 4."""
    if count.value is not None:
        return str(count.value)
    return gettext("fewer than %(small)s", small=SMALL) if count.small else gettext("not shown")


def alone(value: int) -> Count:
    """A number that belongs to no sum."""
    return Count(None, small=True) if 0 < value < SMALL else Count(value)


def parts(values: Sequence[int], *, total_shown: bool) -> tuple[Count, ...]:
    """The parts of a whole, whose sum is known if `total_shown`; otherwise nothing may tell it."""
    if not total_shown:
        return (NOT_SHOWN,) * len(values)
    hidden = {at for at, value in enumerate(values) if 0 < value < SMALL}
    while hidden and not _safe(values, hidden):
        others = [at for at, value in enumerate(values) if value and at not in hidden]
        if not others:
            return (NOT_SHOWN,) * len(values)
        hidden.add(min(others, key=lambda at: values[at]))
    return tuple(
        Count(None, small=value < SMALL) if at in hidden else Count(value) for at, value in enumerate(values)
    )


def steps(values: Sequence[int], most_wanted: Sequence[int]) -> tuple[Count, ...]:
    """Numbers that never rise (invited, opened, finished): what is lost between two of them is one as well.

    `most_wanted`: places in the order in which they are tried. Of fewer than FEW nothing is shown.
    """
    if 0 < values[0] < FEW:
        return (NOT_SHOWN,) * len(values)
    shown: set[int] = set()
    for at in most_wanted:
        if _far_enough(values, shown | {at}):
            shown.add(at)
    while shown and not all(_open_between(values, shown, at) for at in range(len(values)) if at not in shown):
        shown.remove(next(at for at in reversed(most_wanted) if at in shown))
    if not shown:
        return (NOT_SHOWN,) * len(values)
    return tuple(
        Count(value) if at in shown else Count(None, small=0 < value < SMALL)
        for at, value in enumerate(values)
    )


def _safe(values: Sequence[int], hidden: set[int]) -> bool:
    """Each hidden number could still be another one, given the sum of them all."""
    total = sum(values[at] for at in hidden)
    if total < SMALL:
        return False
    shown = [value for at, value in enumerate(values) if value and at not in hidden]
    # What is hidden besides was the smallest of the others.
    most = min(shown, default=_NO_LIMIT)
    reach = {at: (1, SMALL - 1) if values[at] < SMALL else (SMALL, most) for at in hidden}
    return all(_least(total, reach, at) < _most(total, reach, at) for at in hidden)


def _least(total: int, reach: Mapping[int, tuple[int, int]], at: int) -> int:
    return max(reach[at][0], total - sum(most for other, (_, most) in reach.items() if other != at))


def _most(total: int, reach: Mapping[int, tuple[int, int]], at: int) -> int:
    return min(reach[at][1], total - sum(least for other, (least, _) in reach.items() if other != at))


def _far_enough(values: Sequence[int], shown: set[int]) -> bool:
    chosen = [values[at] for at in sorted(shown)]
    between = [before - after for before, after in pairwise(chosen)]
    return all(number == 0 or number >= SMALL for number in (*chosen, *between))


def _open_between(values: Sequence[int], shown: set[int], at: int) -> bool:
    """Whoever knows how numbers are hidden still finds two that could stand at this place."""
    above = min((values[other] for other in shown if other < at), default=_NO_LIMIT)
    below = max((values[other] for other in shown if other > at), default=0)
    if 0 < values[at] < SMALL:
        return max(1, below) < min(SMALL - 1, above)
    # It is hidden because it lies close to the one above it or to the one below.
    near = set(range(below + 1, below + SMALL))
    if above < _NO_LIMIT:
        near.update(range(above - SMALL + 1, above))
    least = FEW if at == 0 else SMALL
    return len([number for number in near if least <= number and below <= number <= above]) > 1
