"""Dates as people write them: "27/3/1962", "27. 3. 1962", "1962-03-27", "27th March 1962".

Numbers have the day before the month, or the year first; a month in letters may come first. A date that
could mean another day is refused: years have four digits, no month is guessed, and no year is converted.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from enum import Enum
from functools import cache

from babel import Locale, dates

from intake.text import free, names, number

PARTS = ("day", "month", "year")
# Nobody who comes was born before it.
EARLIEST_BIRTH = date(1900, 1, 1)
_FIRST_YEAR = 1000
# The years of our time as other calendars count them: Persian and Islamic, Buddhist, Jewish.
_OTHER_CALENDARS = (range(1250, 1500), range(2400, 2700), range(5600, 5900))
_PARTED = r"(\s?[./,-]\s?|\s|(?<=[0-9])(?=[^\W0-9])|(?<=[^\W0-9])(?=[0-9]))"
# The letters of many scripts have marks above and below that are no letters by themselves; "ม.ค." has dots.
_NAME = r"[^\W0-9][^\s0-9/,-]*"
_WRITTEN = re.compile(rf"([0-9]+|{_NAME})\.?{_PARTED}([0-9]+|{_NAME})\.?{_PARTED}([0-9]+)\.?")
_LONGEST = 60
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# "27th", "3rd", "27日", "of March": said with a date, and no part of it.
_ORDINALS = re.compile(
    r"(?<=[0-9])(?:st|nd|rd|th|er|re|ère|de|e|è|ème|º|ª|°|:e|:a|-?го|-?е|[年月日년월일])(?!\w)", re.IGNORECASE
)
_SAID_WITH = re.compile(r"\b(?:of|de|del|ngày|tháng|thg|năm)\b|(?<=[0-9])\s(?:г|р|ж)\b\.?", re.IGNORECASE)
# "1962年3月27日" has the words for year and month where others have a mark.
_COUNTED = re.compile(r"(?<=[0-9])\s?[年月년월]\s?(?=[0-9])")
# What other keyboards have in place of "-", "/", "." and ",".
_MARKS = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−－", "-"),
        **dict.fromkeys("／⁄∕", "/"),
        **dict.fromkeys("．。", "."),
        **dict.fromkeys("，،、", ","),
    }
)
# "'62": a year without its century.
_LEFT_OUT = re.compile(r"(?<![^\W_])['’‘](?=[0-9]{2}(?![0-9]))")
_SERIAL = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?")
_SHORTEST_NAME = 3


class DayReason(Enum):
    """Why the words are not the day asked for."""

    EMPTY = "empty"
    NO_DATE = "not a date"
    NO_SUCH_DAY = "not in the calendar"
    SHORT_YEAR = "a year without its century"
    OTHER_CALENDAR = "a year as another calendar counts"
    SERIAL = "a spreadsheet's count of days"
    TOO_EARLY = "before the first day asked for"
    TOO_LATE = "after the last day asked for"


class NotADay(ValueError):
    """The words are no day in the range; `reason` says why, `parts` what is wrong of day, month and year.

    `boxes` are those of the three in which it stands: the same, unless one box holds a whole date.
    """

    def __init__(
        self, reason: DayReason, parts: tuple[str, ...] = PARTS, boxes: tuple[str, ...] | None = None
    ) -> None:
        super().__init__(reason.value)
        self.reason, self.parts, self.boxes = reason, parts, boxes or parts


def read(
    words: str, *, languages: Iterable[str], least: date | None = None, most: date | None = None
) -> date:
    """The day in the words, from `least` to `most`; `languages` may name its month. Raises NotADay."""
    return _of_one(words, tuple(languages), least, most)


def of_parts(
    day: str,
    month: str,
    year: str,
    *,
    languages: Iterable[str],
    least: date | None = None,
    most: date | None = None,
) -> date:
    """The day in three boxes, as `read` would give it; one box may hold all of it. Raises NotADay."""
    typed = {part: words for part, words in zip(PARTS, (day, month, year), strict=True) if free.seen(words)}
    if not typed:
        raise NotADay(DayReason.EMPTY)
    together = " ".join(typed.values())
    if len(typed) < len(PARTS) and _written(_plain_date(together)):
        try:
            return _of_one(together, tuple(languages), least, most)
        except NotADay as problem:
            raise NotADay(problem.reason, problem.parts, tuple(typed)) from None
    return _of_three({"day": day, "month": month, "year": year}, tuple(languages), least, most)


def _of_one(words: str, languages: tuple[str, ...], least: date | None, most: date | None) -> date:
    plain = _plain_date(words)
    if not plain:
        raise NotADay(DayReason.EMPTY)
    if _SERIAL.fullmatch(plain):
        raise NotADay(DayReason.SERIAL)
    found = _written(plain)
    if not found:
        raise NotADay(DayReason.NO_DATE)
    first, one, second, other, third = found.groups()
    if len({one.strip(), other.strip()} - {""}) > 1:
        raise NotADay(DayReason.NO_DATE)
    parts = _in_order(first, second, third)
    return _of_three(dict(zip(PARTS, parts, strict=True)), languages, least, most)


def _of_three(
    parts: dict[str, str], languages: tuple[str, ...], least: date | None, most: date | None
) -> date:
    numbers = {
        "day": _figures(_plain_date(parts["day"])),
        "month": _month(parts["month"], languages),
        "year": _figures(_plain_date(parts["year"])),
    }
    day, month, year = (numbers[part] for part in PARTS)
    if day is None or month is None or year is None:
        raise NotADay(DayReason.NO_DATE, tuple(part for part in PARTS if numbers[part] is None))
    if year < _FIRST_YEAR:
        raise NotADay(DayReason.SHORT_YEAR, ("year",))
    if any(year in years for years in _OTHER_CALENDARS):
        raise NotADay(DayReason.OTHER_CALENDAR, ("year",))
    return _within(_real(day, month, year), least, most)


def iso(words: str) -> date:
    """The day as programs write it, "1962-03-27" and nothing else: in addresses and files. Raises NotADay.

    It may have the digits of any script, for somebody may have typed it.
    """
    words = number.in_ascii(words)
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
        raise NotADay(DayReason.TOO_EARLY, ("year",) if day.year < least.year else PARTS)
    if most is not None and day > most:
        raise NotADay(DayReason.TOO_LATE, ("year",) if day.year > most.year else PARTS)
    return day


def _real(day: int, month: int, year: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        wrong = "day" if 1 <= month <= 12 else "month"
        raise NotADay(DayReason.NO_SUCH_DAY, (wrong,)) from None


def _written(plain: str) -> re.Match[str] | None:
    return _WRITTEN.fullmatch(plain) if len(plain) <= _LONGEST else None


def _plain_date(words: str) -> str:
    """The words of a date without what is only said with it, in the marks and digits of ASCII."""
    plain = _COUNTED.sub("-", _bare(number.in_ascii(free.seen(words)).translate(_MARKS)))
    return " ".join(_SAID_WITH.sub(" ", _ORDINALS.sub("", _LEFT_OUT.sub("", plain))).split())


def _bare(words: str) -> str:
    """The words without the brackets and marks that a copied line has around them."""
    return words.lstrip('([{<“"').rstrip(')]}>”",;:!')


def _figures(words: str) -> int | None:
    """The number of a part; "12." is the 12th in many languages."""
    try:
        return number.read(free.seen(words).removesuffix("."), least=0, most=9999)
    except number.NotANumber:
        return None


def _month(words: str, languages: tuple[str, ...]) -> int | None:
    """The month by its number, its name, or enough letters to tell it from the others."""
    if (figures := _figures(_plain_date(words))) is not None:
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
