"""Times of the day and lengths as record systems write them: "9:00am", "09:00 Uhr", "9h30", "1 hr 15 min".

A cell may hold a day, a time, both, or a stretch ("1 Dec 2026 9:00am - 9:30am"); `split` parts them without
reading the day. What is left over stands in the day, where it is refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time, timedelta

from intake.text import free, number

_OFFSET = r"(?P<offset>z\b|utc\b|gmt\b|[+\-\N{MINUS SIGN}][0-9]{2}:?[0-9]{2}\b)"
_HALF = r"(?P<half>[ap]\.?\s?m\b\.?)"
_CLOCK = re.compile(
    r"(?<![0-9.,:/-])(?P<hour>[0-9]{1,2})"
    rf"(?:[:](?P<minute>[0-9]{{2}})(?::(?P<second>[0-9]{{2}})(?:[.,][0-9]+)?)?(?:\s?{_HALF}|\s?(?:uhr|hrs?|h)\b)?"
    rf"|(?:[.](?P<minute2>[0-9]{{2}}))?\s?(?:{_HALF.replace('half', 'half2')}|uhr\b)"
    r"|\s?h\s?(?P<minute3>[0-9]{2})?\b)"
    rf"(?![0-9:])(?:\s?{_OFFSET})?",
    re.IGNORECASE,
)
# Only where nothing else stands in the cell, or a day with its year before it: "0940", "9.40".
_BARE = re.compile(r"(?P<hour>[01]?[0-9]|2[0-3])[.]?(?P<minute>[0-5][0-9])(?:[.:]00)?")
_AFTER_A_YEAR = re.compile(r"(?P<day>.*[0-9]{4})\s(?P<clock>(?:[01][0-9]|2[0-3])[0-5][0-9])")
_COMPACT = re.compile(
    r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})T(?P<hour>[0-9]{2}):?(?P<minute>[0-9]{2})"
    rf"(?::?[0-9]{{2}})?\s?{_OFFSET}?",
    re.IGNORECASE,
)
# What stands between a day and its time, or at the ends of either.
_BETWEEN = re.compile(
    r"^(?:[\s,;|·–—-]|(?:at|um|à|a las|alle|om|às|o godz\.?|to|bis|tot|von|from)\b)+"
    r"|(?:[\s,;|·–—-]|\b(?:at|um|à|a las|alle|om|às|o godz\.?|to|bis|tot|von|from))+$",
    re.IGNORECASE,
)
# "0.25" is a quarter of a day to a spreadsheet, and no time on a clock.
_PART_OF_A_DAY = re.compile(r"0?[.,][0-9]+")
_ZONE = re.compile(r"\(?[A-Z]{2,5}\)?")
_ONE_NOUGHT = re.compile(r"(?<=[0-9])[.,]0+$")
_HOURS = (
    r"(?P<hours>[0-9]{1,2}(?:[.,][0-9]{1,2})?)\s?"
    r"(?:h|hr|hrs|hours?|std\.?|stunden?|heures?|horas?|ore|uur|godz\.?)"
)
_MINUTES = r"(?P<minutes>[0-9]{1,3})\s?(?:m|min|mins|minutes?|minuten|minutos|minuti|minuty?)?\.?"
_LENGTH = re.compile(rf"(?:{_HOURS}\b)?\s?(?:(?:and|und|et|y|e|en|i)\s)?(?:{_MINUTES})?", re.IGNORECASE)
_CLOCK_LENGTH = re.compile(r"(?P<hours>[0-9]{1,2}):(?P<minutes>[0-9]{2})(?::00)?")
_ISO_LENGTH = re.compile(r"PT(?:(?P<hours>[0-9]{1,2})H)?(?:(?P<minutes>[0-9]{1,3})M)?(?:0S)?", re.IGNORECASE)


# "09:00-09:30" is a stretch; only behind seconds or a "T" is "-09:30" how far it is from UTC.
_STRETCH = re.compile(
    r"(?<![0-9:T])(?P<from>[0-9]{1,2}:[0-9]{2}(?:\s?[ap]\.?m\b\.?)?)\s?-\s?(?=[0-9]{1,2}:[0-9]{2}(?![0-9]))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Clock:
    """A time of the day; `offset` is how far from UTC it says it is, None where it does not say."""

    at: time
    offset: timedelta | None = None


@dataclass(frozen=True)
class Moment:
    """What stands in a cell: the words of a day ("" for none), a time and, of a stretch, its end."""

    day: str
    clock: Clock | None = None
    until: Clock | None = None


def split(text: str) -> Moment:
    """The parts of a cell that says when. A year is never a time: "27 March 1900" has none."""
    plain = _STRETCH.sub(r"\g<from> – ", number.in_ascii(free.seen(text)))
    if (compact := _COMPACT.fullmatch(plain)) and (clock := _clock(compact)):
        return Moment(f"{compact['year']}-{compact['month']}-{compact['day']}", clock)
    plain = re.sub(r"(?<=[0-9])T(?=[0-9])", " ", plain)
    if (after := _AFTER_A_YEAR.fullmatch(plain)) and (clock := bare(after["clock"])):
        return Moment(_trimmed(after["day"]), clock)
    found = [(each.span(), clock) for each in _CLOCK.finditer(plain) if (clock := _clock(each))]
    if not found or len(found) > 2:
        return Moment(plain)
    until = found[1][1] if len(found) > 1 else None
    return Moment(_without(plain, [span for span, _ in found]), found[0][1], until)


def bare(text: str) -> Clock | None:
    """The time in a cell that holds nothing else: also "0940" and "9.40". None where there is none."""
    plain = number.in_ascii(free.seen(text))
    if _PART_OF_A_DAY.fullmatch(plain):
        return None
    if found := _BARE.fullmatch(plain):
        return Clock(time(int(found["hour"]), int(found["minute"])))
    if _ONE_NOUGHT.search(plain):
        return None
    moment = split(plain)
    return moment.clock if moment.clock and not moment.day else None


def clock_alone(text: str) -> Clock | None:
    """The time in the cell of a time; None where a zone stands beside it that is not known ("9:00 EST")."""
    moment = split(text)
    return None if _ZONE.fullmatch(moment.day) else moment.clock or bare(text)


def minutes(text: str) -> int | None:
    """How long it takes: "30", "30 min", "0:30", "1 hr 15 min", "PT30M". None for other words."""
    plain = number.in_ascii(free.seen(text))
    found = next(
        (each for form in (_CLOCK_LENGTH, _ISO_LENGTH, _LENGTH) if (each := form.fullmatch(plain))), None
    )
    if not found or not (found["hours"] or found["minutes"]):
        return None
    hours = float((found["hours"] or "0").replace(",", "."))
    total = hours * 60 + int(found["minutes"] or 0)
    return round(total) if total == round(total) else None


def _clock(found: re.Match[str]) -> Clock | None:
    """The time that was found; None where no clock shows it."""
    parts = found.groupdict()
    hour = int(parts["hour"])
    minute = int(
        next((parts[each] for each in ("minute", "minute2", "minute3") if parts.get(each)), None) or 0
    )
    half = (parts.get("half") or parts.get("half2") or "")[:1].casefold()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or int(parts.get("second") or 0) not in (0, None):
        return None
    return Clock(time(hour, minute), _offset(parts.get("offset")))


def _offset(words: str | None) -> timedelta | None:
    if not words:
        return None
    digits = number.digits_of(words)
    if not digits:
        return timedelta(0)
    length = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return length if words.startswith("+") else -length


def _without(plain: str, spans: list[tuple[int, int]]) -> str:
    return _trimmed(" ".join(_rests(plain, spans)))


def _rests(plain: str, spans: list[tuple[int, int]]) -> Iterator[str]:
    end = 0
    for start, stop in spans:
        yield _trimmed(plain[end:start])
        end = stop
    yield _trimmed(plain[end:])


def _trimmed(words: str) -> str:
    return _BETWEEN.sub("", words).strip()
