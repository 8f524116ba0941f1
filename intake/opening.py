"""When somebody at the clinic can pick up the telephone, read from the words of its settings."""

import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIMES = re.compile(r"(\d{1,2})[:.]([0-5]\d)\s*(?:-|–|to)\s*(\d{1,2})[:.]([0-5]\d)", re.IGNORECASE)


@dataclass(frozen=True)
class Span:
    """One stretch of opening: `weekday` 0 is Monday; minutes are counted from midnight, up to 1440."""

    weekday: int
    opens: int
    closes: int


@dataclass(frozen=True)
class Opening:
    """When somebody at the clinic can pick up the telephone."""

    spans: tuple[Span, ...]
    closed_on: Container[date] = frozenset()

    @classmethod
    def parse(cls, words: str, closed_on: Container[date] = frozenset()) -> "Opening":
        """Read "Mon-Fri 08:00-18:00, Sat 09:00-12:00"; raises ValueError saying what is not understood."""
        spans: list[Span] = []
        days: list[int] = []
        for part in re.split(r"[,;]", words):
            named, times = _days_and_times(part)
            # "Mon, Wed 08:00-12:00" names two days; "Mon 08:00-12:00, 13:00-17:00" gives one day two spans.
            days = [*days, *named] if named and days and not _ends_with_times(spans, days) else named or days
            spans += [_span(day, opens, closes) for day in days for opens, closes in times]
        if not spans or not _ends_with_times(spans, days):
            raise ValueError("it needs days and times, such as Mon-Fri 08:00-18:00")
        return cls(tuple(spans), closed_on)

    def opens_on(self, day: date) -> bool:
        """The clinic opens at some time of this day."""
        return day not in self.closed_on and any(span.weekday == day.weekday() for span in self.spans)

    def covers(self, local: datetime, until: datetime) -> bool:
        """The clinic is open from `local` until then, whatever stretches that takes."""
        while (closes := self.closes_at(local)) is not None:
            if closes >= until:
                return True
            local = closes
        return False

    def closes_at(self, local: datetime) -> datetime | None:
        """When the stretch that `local` falls into ends; None while closed."""
        ends = [end for start, end in self._of(local.date(), local) if start <= local < end]
        return max(ends, default=None)

    def next_opening(self, local: datetime) -> datetime | None:
        """The next moment after `local` at which the clinic opens; None if it does not within a month."""
        for days in range(32):
            spans = self._of(local.date() + timedelta(days=days), local)
            starts = [start for start, _ in spans if start > local]
            if starts:
                return min(starts)
        return None

    def _of(self, day: date, local: datetime) -> list[tuple[datetime, datetime]]:
        if day in self.closed_on:
            return []
        midnight = datetime.combine(day, time(0), local.tzinfo)
        return [
            (midnight + timedelta(minutes=span.opens), midnight + timedelta(minutes=span.closes))
            for span in self.spans
            if span.weekday == day.weekday()
        ]


def _days_and_times(part: str) -> tuple[list[int], list[tuple[int, int]]]:
    found = ([int(number) for number in match] for match in _TIMES.findall(part))
    times = [(hour * 60 + minute, until * 60 + late) for hour, minute, until, late in found]
    named: list[int] = []
    for word in re.sub(r"\s*(?:-|–|\bto\b)\s*", "-", _TIMES.sub(" ", part).strip()).split():
        first, *last = (_weekday(name) for name in word.split("-"))
        reach = (last[-1] - first) % 7 if last else 0
        named += [(first + step) % 7 for step in range(reach + 1)]
    return named, times


def _weekday(name: str) -> int:
    short = name.strip(" .").lower()
    for index, day in enumerate(_WEEKDAYS):
        if len(short) >= 3 and day.startswith(short):
            return index
    raise ValueError(f"{name!r} is no day of the week; write it like Mon-Fri 08:00-18:00, Sat 09:00-12:00")


def _ends_with_times(spans: list[Span], days: list[int]) -> bool:
    return bool(days) and any(span.weekday == days[-1] for span in spans)


def _span(day: int, opens: int, closes: int) -> Span:
    if closes > 24 * 60 or opens >= closes:
        raise ValueError("a time of closing must come after its time of opening, by 24:00 at the latest")
    return Span(day, opens, closes)
