"""A calendar of appointments (iCalendar, RFC 5545): one event for each.

The title is the name. The date of birth, and whatever else is known, stand in lines of the description
("born 27/3/1962", "phone: 07700 900123"), because calendars have no place of their own for them. Of several
versions of an event the newest counts, whatever their order.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component

from intake.i18n import gettext
from intake.services.appointments.importing import attendees, event_words
from intake.services.appointments.importing.rows import (
    COLUMNS,
    Contents,
    ImportRow,
    Unreadable,
    Version,
    check_many,
)
from intake.text import free

# What an event is read by. One of these that is broken spoils the event; None is a line that is none at all.
LOOKED_AT = {
    None,
    *("DTSTART", "DTEND", "DURATION", "UID", "RECURRENCE-ID", "RRULE", "RDATE", "STATUS"),
    *("SUMMARY", "DESCRIPTION", "ATTENDEE", "ORGANIZER", "X-DATE-OF-BIRTH"),
}
# HTML beside the description, or instead of it.
_STYLED = ("X-ALT-DESC", "STYLED-DESCRIPTION")
# A calendar that is a message (RFC 5546) is about its events alone; the others list what stands.
_MESSAGES = ("REQUEST", "CANCEL", "ADD")
_ANSWERS = ("REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH")
# A number of changes that no calendar counts up to, and no database refuses.
_MOST_CHANGES = 2**31
_ESCAPED = re.compile(r"\\([nN,;\\])")
# "/freeassociation.sourceforge.net/Europe/Berlin" is Europe/Berlin (RFC 5545, 3.2.19).
_ZONE_OF_A_PROGRAM = re.compile(
    r'\b(TZID[=:]"?)/[\w.-]+/(?:(?:Tzfile|[0-9_]+)/)?(?=[A-Z]\w+/[A-Z])', re.IGNORECASE
)
_FOLD = re.compile(rb"(?:\r\n|\n|\r)[ \t]")


class _Spoilt(Exception):
    """The event can be no appointment; `why` says it in words."""

    def __init__(self, why: str) -> None:
        super().__init__("spoilt")
        self.why = why


def is_calendar(content: bytes) -> bool:
    """These bytes begin like a calendar."""
    return re.match(rb"(?:\xef\xbb\xbf)?\s*BEGIN:VCALENDAR\b", content, re.IGNORECASE) is not None


def unfolded(content: bytes) -> bytes:
    """The lines in one piece: programs fold them by bytes, in the middle of a letter too (section 3.1)."""
    return _FOLD.sub(b"", content)


def read(text: str, zone: ZoneInfo, ours: frozenset[str] = frozenset()) -> Contents:
    """Every event of the calendars in a text; `zone` is for times that name none. Raises Unreadable.

    `ours` are e-mail addresses of the clinic and its people: nobody there is a patient.
    """
    check_many(_written(text, "VEVENT"))
    calendars = _calendars(text)
    events = [(calendar, event) for calendar in calendars for event in calendar.walk("VEVENT")]
    rows = [_row(number, each, zone, ours) for number, each in enumerate(events, 1)]
    versions = _versions(rows)
    outdated = sum(_is_outdated(row, versions[row.source]) for row in rows if row.source)
    newest = sorted(_newest(versions), key=lambda row: row.number)
    return Contents(tuple(newest), shape=_shape(calendars), outdated=outdated)


def _calendars(text: str) -> Sequence[Component]:
    text = _ZONE_OF_A_PROGRAM.sub(r"\1", text)
    try:
        calendars = Calendar.from_ical(text, multiple=True)
        events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    except Exception:
        # Whatever it is that the parser stumbles over: the file is broken.
        raise Unreadable(_broken()) from None
    # One that was cut off is not there at all.
    if len(calendars) != _written(text, "VCALENDAR") or len(events) != _written(text, "VEVENT"):
        raise Unreadable(_broken())
    return calendars


def _written(text: str, kind: str) -> int:
    return len(re.findall(rf"^BEGIN:{kind}[ \t]*$", text, re.IGNORECASE | re.MULTILINE))


def _shape(calendars: Iterable[Component]) -> str:
    """Whose export it is; "" where one of them is a message about single events."""
    if any(_method(each) in (*_MESSAGES, *_ANSWERS) for each in calendars):
        return ""
    named = {(_one_line_of(each, "PRODID"), _one_line_of(each, "X-WR-CALNAME")) for each in calendars}
    return f"calendar {sorted(named)}"


def _method(calendar: Component) -> str:
    return _one_line_of(calendar, "METHOD").upper()


def _versions(rows: Iterable[ImportRow]) -> dict[str | None, list[ImportRow]]:
    """The rows by the event that they are of; None: it has no name."""
    by_source: dict[str | None, list[ImportRow]] = defaultdict(list)
    for row in rows:
        by_source[row.source].append(row)
    return by_source


def _is_outdated(row: ImportRow, versions: Iterable[ImportRow]) -> bool:
    return any(row.version.is_older_than(other.version) for other in versions)


def _newest(by_source: Mapping[str | None, list[ImportRow]]) -> Iterator[ImportRow]:
    """Of several versions of an event the newest.

    Where two differ and do not say which is newer, both are there: it is for people to say.
    """
    for source, versions in by_source.items():
        if source is None:
            yield from versions
            continue
        last = [row for row in versions if not _is_outdated(row, versions)]
        if len({_said_by(row) for row in last}) > 1:
            why = gettext("There are different versions of this event, and they do not say which is newer.")
            yield from (replace(row, problems=(*row.problems, why), cancelled=False) for row in last)
        else:
            yield last[-1]


def _said_by(row: ImportRow) -> tuple[object, ...]:
    return row.starts_at, tuple(sorted(row.cells.items())), row.problems, row.cancelled


def _broken() -> str:
    return gettext("This calendar is broken or not complete. Export it again.")


def _row(number: int, parts: tuple[Component, Component], zone: ZoneInfo, ours: frozenset[str]) -> ImportRow:
    calendar, event = parts
    row = ImportRow(number, dict.fromkeys(COLUMNS, ""))
    try:
        # One that is not broken can still hold what its own library stumbles over.
        row = replace(
            row,
            source=_source(event),
            version=_version(calendar, event),
            cancelled=_is_cancelled(calendar, event),
            organiser=attendees.organiser_name(event),
            cells={**row.cells, "name": _name(event)},
        )
        row = replace(row, cells={**row.cells, **_said(event, ours)})
        starts_at = _starts_at(event, zone)
        row = replace(
            row,
            cells={**row.cells, **_when(event, starts_at, zone)},
            starts_at=starts_at if starts_at.tzinfo else None,
        )
        _check(calendar, event, row)
        return row
    except _Spoilt as spoilt:
        return replace(row, problems=(spoilt.why,))
    except Exception:
        return replace(row, problems=(gettext("This event is broken."),), cancelled=False)


def _name(event: Component) -> str:
    return event_words.name_in(_title(event))


def _title(event: Component) -> str:
    return free.one_line(event_words.plain(_one_line_of(event, "SUMMARY")))


def _said(event: Component, ours: frozenset[str]) -> dict[str, str]:
    """What title, description and the people of the event say."""
    described = [event_words.plain(words) for words in _descriptions(event)]
    return {
        "date_of_birth": _born(_one_line_of(event, "X-DATE-OF-BIRTH"), _title(event), *described),
        "email": attendees.patient_address(event, ours),
        **event_words.lines("\n".join(described)),
    }


def _descriptions(event: Component) -> Iterator[str]:
    """The description as it is written, then as programs write it for show."""
    yield _text(event, "DESCRIPTION")
    for name in _STYLED:
        # Unknown to the library, which leaves "\\n" and "\\," in it as they are.
        yield _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], _text(event, name))


def _born(own: str, *said: str) -> str:
    """The one date of birth of an event, as written; "" when it has none."""
    dates = [*filter(None, [own]), *event_words.births(said)]
    if len({event_words.day_or_words(each) for each in dates}) > 1:
        raise _Spoilt(gettext("It has two dates of birth."))
    return dates[0] if dates else ""


def _is_cancelled(calendar: Component, event: Component) -> bool:
    """By the message it came in, by its state, or by what programs put before the title."""
    state = _one_line_of(event, "STATUS").upper()
    return (
        _method(calendar) == "CANCEL"
        or state in ("CANCELLED", "CANCELED")
        or event_words.is_off(_title(event))
    )


def _version(calendar: Component, event: Component) -> Version:
    """What it says of its version. In a message the stamp is when that was written (RFC 5546, 2.1.5)."""
    names = ("DTSTAMP", "LAST-MODIFIED") if _method(calendar) in _MESSAGES else ("LAST-MODIFIED", "DTSTAMP")
    stamps = [stamp for name in names if (stamp := _moment(event, name)) is not None]
    counted = event.get("SEQUENCE")
    said = counted if isinstance(counted, list) else [counted]
    counts = [each for each in said if isinstance(each, int) and 0 <= each < _MOST_CHANGES]
    return Version(max(counts, default=0), stamps[0] if stamps else None)


def _moment(event: Component, name: str) -> datetime | None:
    found = getattr(event.get(name), "dt", None)
    return found.astimezone(UTC) if isinstance(found, datetime) and found.tzinfo else None


def _check(calendar: Component, event: Component, row: ImportRow) -> None:
    """Raise _Spoilt for an event that is no appointment."""
    if any(name in LOOKED_AT for name, _ in event.errors):
        raise _Spoilt(gettext("A line of this event cannot be read."))
    if _method(calendar) in _ANSWERS:
        raise _Spoilt(gettext("It is an answer to an invitation. It makes and changes no appointment."))
    if getattr(event.get("RECURRENCE-ID"), "params", {}).get("RANGE"):
        raise _Spoilt(
            gettext("It changes the rest of a series. Look for its appointments, change them by hand.")
        )
    if row.cancelled:
        return
    if event.get("RRULE") is not None or event.get("RDATE") is not None:
        raise _Spoilt(gettext("It repeats. Only single appointments can be imported: make it by hand."))
    if not row.cells["date_of_birth"]:
        raise _Spoilt(
            gettext(
                "There is no date of birth. Write it into the title or the description: “born 27/3/1962”."
            )
        )


def _starts_at(event: Component, zone: ZoneInfo) -> datetime:
    """When it begins, by the clinic's clock; without a zone when it names none."""
    start = event.get("DTSTART")
    if start is None or "DTSTART" in [name for name, _ in event.errors] or isinstance(start, list):
        raise _Spoilt(gettext("It does not say when it begins."))
    if not isinstance(start.dt, datetime):
        raise _Spoilt(gettext("It lasts the whole day. An appointment needs a time."))
    if start.dt.tzinfo is None:
        if "TZID" in start.params:
            raise _Spoilt(gettext("It names a time zone that is not known here."))
        return start.dt
    here = start.dt.astimezone(ZoneInfo("UTC")).astimezone(start.dt.tzinfo)
    if here.replace(tzinfo=None) != start.dt.replace(tzinfo=None):
        raise _Spoilt(gettext("The clocks go forward that night: there is no such time"))
    return start.dt.astimezone(zone)


def _when(event: Component, starts_at: datetime, zone: ZoneInfo) -> dict[str, str]:
    lasts = _lasts(event, starts_at, zone)
    return {
        "date": f"{starts_at.date()}",
        "time": f"{starts_at:%H:%M}",
        "minutes": "" if lasts is None else str(int(lasts.total_seconds() // 60)),
    }


def _lasts(event: Component, starts_at: datetime, zone: ZoneInfo) -> timedelta | None:
    duration, end = event.get("DURATION"), event.get("DTEND")
    if duration is not None and isinstance(duration.dt, timedelta):
        return duration.dt
    if end is None or not isinstance(end.dt, date):
        return None
    if not isinstance(end.dt, datetime):
        raise _Spoilt(gettext("It ends with a day and no time."))
    begins, ends = (each if each.tzinfo else each.replace(tzinfo=zone) for each in (starts_at, end.dt))
    return ends.astimezone(ZoneInfo("UTC")) - begins.astimezone(ZoneInfo("UTC"))


def _source(event: Component) -> str | None:
    """What calendars know an event by; a changed one of a series also by the day it was meant for."""
    uid = _one_line_of(event, "UID")
    again = event.get("RECURRENCE-ID")
    which = again.to_ical().decode() if again is not None else ""
    return f"calendar {uid} {which}".rstrip() if uid else None


def _text(event: Component, name: str) -> str:
    words = event.get(name)
    return "\n".join(map(str, words)) if isinstance(words, list) else str(words or "")


def _one_line_of(event: Component, name: str) -> str:
    return free.one_line(_text(event, name))
