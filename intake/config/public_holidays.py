"""The public holidays of a country or region, by the library `holidays`: which days, and their names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from babel import Locale


@dataclass(frozen=True)
class HolidayCalendar:
    """The holidays of a country, "GB", or of a region of it, "SCT"; worked out year by year."""

    country: str
    region: str = ""

    def of_year(self, year: int, language: str = "") -> Mapping[date, str]:
        """The days of a year in order, with their names in `language` where the library has them."""
        return _of_year(self.country, self.region, year, language)

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day in self.of_year(day.year)


@dataclass(frozen=True)
class ClosedDays:
    """The days on which the clinic is closed: those of its `own`, and holidays on which it is not open.

    Safety: what closes the clinic by itself is a list that anybody can look up, never a guess.
    """

    own: frozenset[date] = frozenset()
    holidays: HolidayCalendar | None = None
    open_on: frozenset[date] = frozenset()

    def __contains__(self, day: object) -> bool:
        holiday = self.holidays is not None and day not in self.open_on and day in self.holidays
        return holiday or day in self.own


def countries(language: str) -> dict[str, str]:
    """The code of each country whose holidays are known, with its name, in the order of names."""
    names = Locale.parse(language).territories
    named = {code: names.get(code, code) for code in _regions()}
    return dict(sorted(named.items(), key=lambda each: each[1].casefold()))


def regions(country: str) -> dict[str, str]:
    """The code of each region of a country that has holidays of its own, with its name."""
    if country not in _regions():
        return {}
    aliases = {code: name for name, code in _calendar(country, "", ()).subdivisions_aliases.items()}
    return {code: aliases.get(code, code) for code in _regions()[country]}


@lru_cache(maxsize=1)
def _regions() -> dict[str, list[str]]:
    # It costs a moment, and a clinic that names no country never needs it.
    from holidays import list_supported_countries

    return list_supported_countries(include_aliases=False)


@lru_cache(maxsize=64)
def _of_year(country: str, region: str, year: int, language: str) -> dict[date, str]:
    known = _calendar(country, region, ())
    # A holiday may be kept in the year before or after its own.
    years = [each for each in (year - 1, year, year + 1) if known.start_year <= each <= known.end_year]
    found = _calendar(country, region, years, _spoken(known, language))
    return {day: found[day] for day in sorted(found) if day.year == year}


def _calendar(country: str, region: str, years: Any, language: str | None = None) -> Any:
    from holidays import country_holidays

    return country_holidays(country, region or None, years, expand=False, language=language)


def _spoken(calendar: Any, language: str) -> str | None:
    """The library's name of a language: "en" is en_GB or en_US there. None: the country's own."""
    return next(_alike(calendar, language), calendar.default_language)


def _alike(calendar: Any, language: str) -> Iterator[str]:
    wanted = language.replace("-", "_")
    for way in (wanted, f"{wanted}_{calendar.country}", f"{wanted}_GB", f"{wanted}_US"):
        yield from (each for each in calendar.supported_languages if each == way)
    yield from (each for each in calendar.supported_languages if each.partition("_")[0] == wanted)
