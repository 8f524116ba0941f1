"""Dates in a file: read like all others, refused in words. A file with the month first gives itself away."""

import re
from collections.abc import Iterable
from datetime import date

from intake.config import LANGUAGES
from intake.i18n import current_language, gettext
from intake.text import day, number

_SLASHED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/[0-9]{2,4}")


class UncertainDate(Exception):
    """No date can be read there; `why` says it in words."""

    def __init__(self, why: str) -> None:
        super().__init__("not a day")
        self.why = why


def day_in(text: str) -> date:
    """The day in "2026-11-30", "30/11/2026" or "30 November 2026". Raises UncertainDate."""
    try:
        return day.read(text, languages=(current_language(), *LANGUAGES))
    except day.NotADay as problem:
        raise UncertainDate(_in_words(problem.reason, text)) from None


def month_first(texts: Iterable[str]) -> str | None:
    """A date that can only be meant with the month first, such as "11/30/2026"; None when there is none."""
    return next((text for text in texts if _only_month_first(text)), None)


def slashed(text: str) -> bool:
    """It is written with slashes, as some countries write the day first and others the month."""
    return bool(_SLASHED.fullmatch(number.in_ascii(text)))


def _only_month_first(text: str) -> bool:
    found = _SLASHED.fullmatch(number.in_ascii(text))
    return found is not None and int(found[2]) > 12 >= int(found[1]) > 0


def _in_words(reason: day.DayReason, text: str) -> str:
    if reason is day.DayReason.SERIAL:
        return gettext(
            "“%(text)s” is how a spreadsheet counts days. Give the column a date format and save again.",
            text=text,
        )
    if reason is day.DayReason.SHORT_YEAR:
        return gettext("“%(text)s”: the year needs four figures.", text=text)
    if reason is day.DayReason.OTHER_CALENDAR:
        return gettext("“%(text)s”: write the year as it is counted here, such as 1962.", text=text)
    return gettext("“%(text)s” is no date. Write it as 2026-11-30 or 30/11/2026.", text=text)
