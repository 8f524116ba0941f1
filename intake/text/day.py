"""Dates as people write them: "27/3/1962", "27. 3. 1962", "1962-03-27", "27th March 1962".

Numbers have the day before the month, or the year first; a month in letters may come first. A date that
could mean another day is refused: years have four digits, and no month is guessed.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from enum import Enum
from functools import cache

from babel import Locale, dates

from intake.text import free, names, number

PARTS = ("day", "month", "year")
_FIRST_YEAR = 1000
_PARTED = r"(\s?[./,-]\s?|\s|(?<=[0-9])(?=[^\W0-9])|(?<=[^\W0-9])(?=[0-9]))"
_WRITTEN = re.compile(rf"([0-9]+|[^\W0-9]\w*)\.?{_PARTED}([0-9]+|[^\W0-9]\w*)\.?{_PARTED}([0-9]+)\.?")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# "27th", "3rd", "of March": said with a date, and no part of it.
_ORDINALS = re.compile(r"(?<=[0-9])(?:st|nd|rd|th|er|º|ª)\b", re.IGNORECASE)
_SAID_WITH = re.compile(r"\b(?:of|de|del)\b", re.IGNORECASE)
_SERIAL = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?")
_SHORTEST_NAME = 3


class DayReason(Enum):
    """Why the words are not the day asked for."""

    EMPTY = "empty"
    NO_DATE = "not a date"
    NO_SUCH_DAY = "not in the calendar"
    SHORT_YEAR = "a year without its century"
    SERIAL = "a spreadsheet's count of days"
    TOO_EARLY = "before the first day asked for"
    TOO_LATE = "after the last day asked for"


class NotADay(ValueError):
    """The words are no day in the range; `reason` says why, `parts` what is wrong of day, month and year."""

    def __init__(self, reason: DayReason, parts: tuple[str, ...] = PARTS) -> None:
        super().__init__(reason.value)
        self.reason, self.parts = reason, parts


def read(
    words: str, *, languages: Iterable[str], least: date | None = None, most: date | None = None
) -> date:
    """The day in the words, from `least` to `most`; `languages` may name its month. Raises NotADay."""
    plain = number.in_ascii(free.seen(words))
    if not plain:
        raise NotADay(DayReason.EMPTY)
    if _SERIAL.fullmatch(plain):
        raise NotADay(DayReason.SERIAL)
    found = _WRITTEN.fullmatch(" ".join(_SAID_WITH.sub(" ", _ORDINALS.sub("", plain)).split()))
    if not found:
        raise NotADay(DayReason.NO_DATE)
    first, one, second, other, third = found.groups()
    if len({one.strip(), other.strip()} - {""}) > 1:
        raise NotADay(DayReason.NO_DATE)
    day, month, year = _in_order(first, second, third)
    return of_parts(day, month, year, languages=languages, least=least, most=most)


def of_parts(
    day: str,
    month: str,
    year: str,
    *,
    languages: Iterable[str],
    least: date | None = None,
    most: date | None = None,
) -> date:
    """The day in three boxes, as `read` would give it. Raises NotADay."""
    if not any(map(free.seen, (day, month, year))):
        raise NotADay(DayReason.EMPTY)
    numbers = {"day": _figures(day), "month": _month(month, tuple(languages)), "year": _figures(year)}
    unread = tuple(part for part in PARTS if numbers[part] is None)
    if unread:
        raise NotADay(DayReason.NO_DATE, unread)
    if (numbers["year"] or 0) < _FIRST_YEAR:
        raise NotADay(DayReason.SHORT_YEAR, ("year",))
    return _within(_real(numbers["day"] or 0, numbers["month"] or 0, numbers["year"] or 0), least, most)


def iso(words: str) -> date:
    """The day as programs write it, "1962-03-27" and nothing else: in addresses and files. Raises NotADay."""
    # `fromisoformat` alone would take "20261122" and weeks as well.
    if not _ISO.fullmatch(words):
        raise NotADay(DayReason.NO_DATE)
    try:
        return date.fromisoformat(words)
    except ValueError:
        raise NotADay(DayReason.NO_SUCH_DAY) from None


def _in_order(first: str, second: str, third: str) -> tuple[str, str, str]:
    """(day, month, year): the year first when it has the digits of one, a month in letters wherever it is."""
    if len(first) > 2 and first.isdigit():
        return third, second, first
    if not first[0].isdigit():
        return second, first, third
    return first, second, third


def _within(day: date, least: date | None, most: date | None) -> date:
    if least is not None and day < least:
        raise NotADay(DayReason.TOO_EARLY)
    if most is not None and day > most:
        raise NotADay(DayReason.TOO_LATE)
    return day


def _real(day: int, month: int, year: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        wrong = "day" if 1 <= month <= 12 else "month"
        raise NotADay(DayReason.NO_SUCH_DAY, (wrong,)) from None


def _figures(words: str) -> int | None:
    """The number of a part; "12." is the 12th in many languages."""
    try:
        return number.read(free.seen(words).removesuffix("."), least=0, most=9999)
    except number.NotANumber:
        return None


def _month(words: str, languages: tuple[str, ...]) -> int | None:
    """The month by its number, its name, or enough letters to tell it from the others."""
    if (figures := _figures(words)) is not None:
        return figures
    wanted = _plain(words)
    for language in dict.fromkeys(languages):
        named = _names_of_months(language)
        if wanted in named:
            return named[wanted]
        begun = {month for name, month in named.items() if name.startswith(wanted)}
        if len(wanted) >= _SHORTEST_NAME and len(begun) == 1:
            return begun.pop()
    return None


@cache
def _names_of_months(language: str) -> dict[str, int]:
    return {_plain(name): month for name, month in _named(Locale.parse(language))}


def _named(locale: Locale) -> Iterator[tuple[str, int]]:
    # As it stands alone, and as it stands in a date: many languages decline it.
    for context in ("stand-alone", "format"):
        for width in ("wide", "abbreviated"):
            for month, name in dates.get_month_names(width, context, locale).items():
                yield name, int(month)


def _plain(words: str) -> str:
    return "".join(names.words(words))
