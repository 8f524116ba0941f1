"""Words that wake up late: a text is written once, in English, and said in the language of whoever reads it.

The patient reads one language and the note is written in the clinic's, from the same declaration. `speaking`
sets the language for a stretch of work; outside it the language is English.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from typing import TypeAlias

from babel import Locale, dates, lists
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

SOURCE_LANGUAGE = "en"
LOCALE_FOLDER = Path(__file__).parent / "locale"

_language: ContextVar[str] = ContextVar("language", default=SOURCE_LANGUAGE)
_added: dict[str, NullTranslations] = {}


@dataclass(frozen=True)
class Lazy:
    """A text marked for translation where it is written; `str()` says it in the current language."""

    source: str

    def __str__(self) -> str:
        return gettext(self.source)


Words: TypeAlias = str | Lazy


def lazy(source: str) -> Lazy:
    """Mark `source` for translation without saying it yet. Imported as `_` where questions are declared."""
    return Lazy(source)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say every text in `language` (a code such as "en" or "ar") until the block ends."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def current_language() -> str:
    """The code of the language being spoken."""
    return _language.get()


def text_direction() -> str:
    """ "ltr" or "rtl", for the `dir` of a page in the current language."""
    return Locale.parse(current_language()).text_direction


def add_catalogue(language: str, catalogue: NullTranslations) -> None:
    """Offer a catalogue that does not lie in the locale folder (a pseudo-language, in tests)."""
    _added[language] = catalogue


def gettext(source: str, **values: object) -> str:
    """`source` in the current language, its %(name)s filled from `values`."""
    said = _catalogue().gettext(source) if source else ""
    return said % values if values else said


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """`one` or `many` for `num` things, in the current language; %(num)s is filled."""
    return _catalogue().ngettext(one, many, num) % {"num": num, **values}


def fill(words: Words, facts: Mapping[str, str]) -> str:
    """Put the clinic's facts into the {placeholders} of a text; a name that is no fact stays as it is."""
    return re.sub(r"\{(\w+)\}", lambda found: facts.get(found[1], found[0]), str(words))


def format_day(day: date, style: str = "long") -> str:
    """A date in words, day first in English: "9 March 2026"."""
    return dates.format_date(day, style, locale=_locale())


def format_day_of_year(day: date) -> str:
    """The same where the year goes without saying: "9 Mar"."""
    return dates.format_skeleton("MMMd", day, locale=_locale())


def format_time(moment: datetime, zone: tzinfo) -> str:
    """The clock time of `moment` (aware) at the clinic, 24 h: "19:12"."""
    return dates.format_time(moment.astimezone(zone), "HH:mm", locale=_locale())


def format_moment(moment: datetime, zone: tzinfo) -> str:
    """Day and clock time of `moment` (aware) at the clinic: "9 Mar 2026, 19:12"."""
    local = moment.astimezone(zone)
    return f"{dates.format_date(local, 'medium', locale=_locale())}, {format_time(moment, zone)}"


def format_weekday_moment(moment: datetime, zone: tzinfo) -> str:
    """The same with the day of the week, for people who come on it: "Monday, 9 March 2026, 19:12"."""
    local = moment.astimezone(zone)
    return f"{dates.format_date(local, 'full', locale=_locale())}, {format_time(moment, zone)}"


def lower_first(text: str) -> str:
    """The text as it stands inside a sentence; names in capitals ("MRI", "X-ray", "I") keep them."""
    return text[0].lower() + text[1:] if text[1:2].islower() else text


def join(parts: list[str]) -> str:
    """ "a, b and c" in the current language; "a; b, b; c" when a comma stands inside of one."""
    if any("," in part for part in parts):
        return listed(parts)
    return lists.format_list(parts, locale=_locale()) if parts else ""


def listed(words: Iterable[str]) -> str:
    """The words one after the other, so that a comma inside one of them joins nothing."""
    words = list(words)
    return between(words).join(words)


def between(words: Iterable[str]) -> str:
    """What stands between these words of a list: a semicolon when one of them has a comma."""
    return "; " if any("," in said for said in words) else ", "


def _catalogue() -> NullTranslations:
    language = current_language()
    return _added[language] if language in _added else _stored(LOCALE_FOLDER, language)


@cache
def _stored(folder: Path, language: str) -> NullTranslations:
    """Read from what the translators wrote, so that no compiled copy can lag behind it."""
    file = folder / language / "LC_MESSAGES" / "messages.po"
    if not file.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with file.open("rb") as written:
        write_mo(compiled, read_po(written, locale=language, abort_invalid=True))
    compiled.seek(0)
    return Translations(compiled)


def _locale() -> Locale:
    # Day before month for English readers too; "en" alone would give the American order.
    return Locale.parse("en_GB" if current_language() == "en" else current_language())
