"""The exact upper bound of a proportion (Clopper and Pearson), for a few hundred people."""

from math import comb

_SURE = 0.95
_STEPS = 60


def upper_bound(found: int, of: int, sure: float = _SURE) -> float:
    """The highest proportion that seeing no more than `found` of `of` does not rule out, one-sided.

    1 when nobody was looked at.
    """
    if found >= of:
        return 1.0
    low, high = found / of, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _at_most(found, of, middle) > 1 - sure:
            low = middle
        else:
            high = middle
    return high


def _at_most(found: int, of: int, proportion: float) -> float:
    """The chance of `found` or fewer of `of`."""
    return sum(
        comb(of, count) * proportion**count * (1 - proportion) ** (of - count) for count in range(found + 1)
    )
