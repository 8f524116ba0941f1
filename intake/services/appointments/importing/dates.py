"""Dates in a file: which way round a column writes them, and the day in each, or in words why there is none.

Safety: a wrong date of birth opens no form, and a wrong day loses an appointment. Whether the day or the
month comes first is told by a date of the same column that has only one reading, or asked; never guessed.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from babel import Locale

from intake.config import LANGUAGES
from intake.i18n import current_language, format_day, gettext
from intake.services.appointments.importing.headings import HEADINGS
from intake.text import day, free, number

# What parts day and month; a point is used only where the day comes first.
_NUMBERS = re.compile(r"([0-9]{1,2})\s?([/.\-\s])\s?([0-9]{1,2})\s?\2\s?([0-9]{4}|[0-9]{2})")
_SLASHED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/[0-9]{2,4}")
_SHORT_YEAR = re.compile(r"(.*[^\W\d].*[^0-9])'?([0-9]{2})")
_ONLY_A_YEAR = re.compile(r"(?:1[89]|20)[0-9]{2}")
_SERIAL = re.compile(r"([0-9]{5})(?:[.,][0-9]+)?")
_FORMAT = re.compile(r"\b(d{1,2}|m{1,2})\s?[/.-]\s?(d{1,2}|m{1,2})\s?[/.-]\s?y{2,4}\b", re.IGNORECASE)
# What a date is said with in a cell, and is no part of it: the day's name before it.
_FIRST_WORD = re.compile(r"([^\W\d_]+)\.?,?\s+(.+)")
# "27-Mar-1962 (64y)", as some systems put the age beside it.
_AGE = re.compile(
    r"\s*[(\[](?:age:?\s?)?[0-9]{1,3}\s?(?:[^\W\d]+\.?\s?){0,2}(?:[0-9]{1,2}\s?[^\W\d]+)?[)\]]$", re.I
)
_IN_ONE = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_EXAMPLES = 3
# A spreadsheet's day 1 is 1 January 1900, but it has a 29 February in that year.
_EPOCH = date(1899, 12, 30)


class UncertainDate(Exception):
    """No date can be read there; `why` says it in words."""

    def __init__(self, why: str) -> None:
        super().__init__("not a day")
        self.why = why


class Order(StrEnum):
    """Which of the two comes first."""

    DAY_FIRST = "day"
    MONTH_FIRST = "month"


class Century(StrEnum):
    """What a year of birth with two figures means."""

    LAST_HUNDRED_YEARS = "last"
    NINETEEN_HUNDREDS = "1900"


@dataclass(frozen=True)
class Evidence:
    """What the dates of one column show.

    `day_first` and `month_first` are the first date that can only be read that way; `open` are examples of
    those that can be read both ways, `short` of those whose year has two figures. None and () for none.
    """

    day_first: str | None = None
    month_first: str | None = None
    open: tuple[str, ...] = ()
    short: tuple[str, ...] = ()

    @property
    def contradicts(self) -> bool:
        """Both ways stand in one column."""
        return self.day_first is not None and self.month_first is not None

    @property
    def order(self) -> Order | None:
        """What one date settles for all; None where none does, or where two contradict each other."""
        if self.contradicts or not (self.day_first or self.month_first):
            return None
        return Order.DAY_FIRST if self.day_first else Order.MONTH_FIRST


def evidence(texts: Iterable[str], heading: str = "") -> Evidence:
    """What the dates of a column show; the heading may say it too ("DOB (dd/mm/yyyy)")."""
    plain = [_plain(text) for text in texts]
    found = [(text, match) for text in plain if (match := _NUMBERS.fullmatch(text))]
    day_first = next((text for text, it in found if int(it[1]) > 12 >= int(it[3]) > 0), None)
    month_first = next((text for text, it in found if int(it[3]) > 12 >= int(it[1]) > 0), None)
    if not day_first and not month_first and (said := _FORMAT.search(heading)):
        first, second = said[1][0].casefold(), said[2][0].casefold()
        day_first = said[0] if (first, second) == ("d", "m") else None
        month_first = said[0] if (first, second) == ("m", "d") else None
    both_ways = (text for text, it in found if _is_open(it))
    short = (text for text in plain if ((it := _NUMBERS.fullmatch(text)) and len(it[4]) == 2) or _short(text))
    return Evidence(day_first, month_first, _first_of(both_ways), _first_of(short))


def day_in(
    text: str,
    *,
    order: Order | None = Order.DAY_FIRST,
    century: Century | None = None,
    today: date | None = None,
) -> date:
    """The day in "2026-11-30", "30/11/2026", "Mon 30 November 2026" or "11/30/2026". Raises UncertainDate.

    `order` is for those that can be read both ways: None refuses only them. `century` and `today` are for
    years of birth with two figures: without them they are refused.
    """
    plain = _plain(text)
    if found := _NUMBERS.fullmatch(plain):
        return _of_numbers(text, found, order, _year(found[4], century, today))
    if found := _IN_ONE.fullmatch(plain):
        plain = "-".join(found.groups())
    if (short := _short(plain)) and (year := _year(short[2], century, today)):
        plain = f"{short[1]}{year}"
    return _of_words(text, plain)


def month_first(texts: Iterable[str]) -> str | None:
    """A date that can only be meant with the month first, such as "11/30/2026"; None when there is none."""
    return next((text for text in texts if _only_month_first(text)), None)


def slashed(text: str) -> bool:
    """It is written with slashes, as some countries write the day first and others the month."""
    return bool(_SLASHED.fullmatch(number.in_ascii(text)))


def both_readings(text: str) -> tuple[date, date]:
    """The day in a date that can be read both ways: with the day first, with the month first."""
    found = _NUMBERS.fullmatch(_plain(text))
    assert found is not None
    year = int(found[4]) if len(found[4]) == 4 else 2000 + int(found[4])
    return date(year, int(found[3]), int(found[1])), date(year, int(found[1]), int(found[3]))


def two_centuries(text: str, today: date) -> tuple[int, int] | None:
    """The two years that a year of birth with two figures may be, where both are possible."""
    found = _NUMBERS.fullmatch(_plain(text)) or _short(_plain(text))
    years = found[found.lastindex or 0] if found else ""
    if len(years) != 2 or 2000 + int(years) > today.year:
        return None
    return 2000 + int(years), 1900 + int(years)


def has_a_day(text: str) -> bool:
    """The words look like a day, whichever way it is read."""
    if _NUMBERS.fullmatch(_plain(text)) or _short(_plain(text)):
        return True
    try:
        day_in(text)
    except UncertainDate:
        return False
    return True


def _of_numbers(text: str, found: re.Match[str], order: Order | None, year: int | None) -> date:
    if year is None:
        raise UncertainDate(_in_words(day.DayReason.SHORT_YEAR, text))
    first, second = int(found[1]), int(found[3])
    if first > 12 or (found[2] == "." and second <= 12):
        order = Order.DAY_FIRST
    elif second > 12 and order is None:
        order = Order.MONTH_FIRST
    elif order is None and first != second:
        why = gettext(
            "“%(text)s”: is the day or the month first? Write the month in letters, such as 3 April 2026.",
            text=text,
        )
        raise UncertainDate(why)
    month, of_month = (first, second) if order is Order.MONTH_FIRST else (second, first)
    try:
        return date(year, month, of_month)
    except ValueError:
        raise UncertainDate(_in_words(day.DayReason.NO_SUCH_DAY, text)) from None


def _of_words(text: str, plain: str) -> date:
    languages = (current_language(), *LANGUAGES, *HEADINGS)
    try:
        return day.read(plain, languages=languages)
    except day.NotADay as problem:
        named = _FIRST_WORD.fullmatch(plain)
        if named and named[1].casefold() in _weekdays():
            with suppress(day.NotADay):
                return day.read(named[2], languages=languages)
        raise UncertainDate(_in_words(problem.reason, text)) from None


def _year(figures: str, century: Century | None, today: date | None) -> int | None:
    if len(figures) == 4:
        return int(figures)
    if century is None or today is None:
        return None
    year = 1900 + int(figures)
    if century is Century.LAST_HUNDRED_YEARS and year + 100 <= today.year:
        year += 100
    return year


def _only_month_first(text: str) -> bool:
    found = _SLASHED.fullmatch(number.in_ascii(text))
    return found is not None and int(found[2]) > 12 >= int(found[1]) > 0


def _is_open(found: re.Match[str]) -> bool:
    first, second = int(found[1]), int(found[3])
    return found[2] != "." and first != second and 0 < first <= 12 and 0 < second <= 12


def _short(plain: str) -> re.Match[str] | None:
    """ "27 Mar 62": a month in letters, and a year with two figures."""
    found = _SHORT_YEAR.fullmatch(plain)
    return found if found and re.search(r"[0-9].*[^\W\d]|[^\W\d].*[0-9]", found[1]) else None


def _plain(text: str) -> str:
    return _AGE.sub("", number.in_ascii(free.seen(text)))


def _first_of(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))[:_EXAMPLES]


@cache
def _weekdays() -> frozenset[str]:
    names = (
        name
        for language in HEADINGS
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated", "short")
        for name in Locale.parse(language).days[context].get(width, {}).values()
    )
    return frozenset(name.rstrip(".").casefold() for name in names)


def _in_words(reason: day.DayReason, text: str) -> str:
    if reason is day.DayReason.SERIAL and (found := _SERIAL.fullmatch(_plain(text))):
        return gettext(
            "“%(text)s” is how a spreadsheet counts days; it may be %(day)s. "
            "Give the column a date format and save again.",
            text=text,
            day=format_day(_EPOCH + timedelta(days=int(found[1]))),
        )
    if _ONLY_A_YEAR.fullmatch(_plain(text)):
        return gettext("“%(text)s” is only a year. Day and month are missing.", text=text)
    if reason is day.DayReason.SHORT_YEAR:
        return gettext("“%(text)s”: the year needs four figures.", text=text)
    if reason is day.DayReason.OTHER_CALENDAR:
        return gettext("“%(text)s”: write the year as it is counted here, such as 1962.", text=text)
    return gettext("“%(text)s” is no date. Write it as 2026-11-30 or 30/11/2026.", text=text)
