"""Dates as people write them. The day comes before the month; a date that may mean another day is refused."""

import re
from collections.abc import Iterable
from datetime import date

from intake.i18n import gettext

_SPREADSHEETS_OWN = re.compile(r"[0-9]{5}([.,][0-9]+)?")
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})([/.])([0-9]{1,2})\2([0-9]{2,4})")


class NotADay(Exception):
    """No date can be read there; `why` says it in words."""

    def __init__(self, why: str) -> None:
        super().__init__("not a day")
        self.why = why


def day_in(text: str) -> date:
    """The day in "2026-11-30", "30/11/2026" or "30.11.2026". Raises NotADay."""
    if _SPREADSHEETS_OWN.fullmatch(text):
        why = gettext(
            "“%(text)s” is how a spreadsheet counts days. Give the column a date format and save again.",
            text=text,
        )
        raise NotADay(why)
    year, month, day = _parts(text) or ("", "", "")
    if len(year) in (2, 3):
        raise NotADay(gettext("“%(text)s”: the year needs four figures.", text=text))
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        why = gettext("“%(text)s” is no date. Write it as 2026-11-30 or 30/11/2026.", text=text)
        raise NotADay(why) from None


def month_first(texts: Iterable[str]) -> str | None:
    """A date that can only be meant with the month first, such as "11/30/2026"; None when there is none."""
    return next((text for text in texts if slashed(text) and _only_month_first(text)), None)


def slashed(text: str) -> bool:
    """It is written with slashes, as some countries write the day first and others the month."""
    return "/" in text and bool(_DAY_FIRST.fullmatch(text))


def _only_month_first(text: str) -> bool:
    _, month, day = _parts(text) or ("", "0", "0")
    return int(month) > 12 >= int(day) > 0


def _parts(text: str) -> tuple[str, str, str] | None:
    """(year, month, day) as figures."""
    if found := _YEAR_FIRST.fullmatch(text):
        return found[1], found[2], found[3]
    if found := _DAY_FIRST.fullmatch(text):
        return found[4], found[3], found[1]
    return None
