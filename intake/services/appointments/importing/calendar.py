"""A calendar of appointments (iCalendar, RFC 5545): one event for each.

The title is the name. The date of birth, and whatever else is known, stand in lines of the description
("born 27/3/1962", "phone: 07700 900123"), because calendars have no place of their own for them.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component

from intake.i18n import gettext
from intake.services.appointments.importing.dates import UncertainDate, day_in
from intake.services.appointments.importing.rows import COLUMNS, Contents, ImportRow, Unreadable, check_many
from intake.text import free

# How people call the lines of a description.
LABELS = {
    "phone": "phone",
    "telephone": "phone",
    "tel": "phone",
    "mobile": "phone",
    "email": "email",
    "e-mail": "email",
    "mail": "email",
    "clinician": "clinician",
    "number": "number",
    "sex": "sex_at_birth",
    "sex at birth": "sex_at_birth",
    "language": "language",
    "needs": "needs",
}
# What an event is read by. One of these that is broken spoils the event; None is a line that is none at all.
LOOKED_AT = {
    None,
    *("DTSTART", "DTEND", "DURATION", "UID", "RECURRENCE-ID", "RRULE", "RDATE", "STATUS"),
    *("SUMMARY", "DESCRIPTION", "ATTENDEE", "ORGANIZER", "X-DATE-OF-BIRTH"),
}
# In one line, with what sets it off from a name: "(born 27/3/1962)", ", DOB: 1962-03-27".
_BORN = re.compile(
    r"[(\[,;–-]{0,2} ?\b(?:born(?: on)?|d\.?o\.?b\b\.?|date of birth) ?:? ?"
    r"(\d{1,4}(?:[/.-]\d{1,4}){2}|\d{1,2}(?:st|nd|rd|th|\.)? ?[^\W\d]+\.? ?\d{4})[)\]]?",
    re.IGNORECASE,
)


class _Spoilt(Exception):
    """The event can be no appointment; `why` says it in words."""

    def __init__(self, why: str) -> None:
        super().__init__("spoilt")
        self.why = why


def read(text: str, *, zone: ZoneInfo) -> Contents:
    """Every event of the calendars in a text; `zone` is for times that name none. Raises Unreadable."""
    check_many(_written(text, "VEVENT"))
    return Contents(tuple(_row(number, event, zone) for number, event in enumerate(_events(text), 1)))


def _events(text: str) -> list[Component]:
    try:
        calendars = Calendar.from_ical(text, multiple=True)
        events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    except Exception:
        # Whatever it is that the parser stumbles over: the file is broken.
        raise Unreadable(_broken()) from None
    # One that was cut off is not there at all.
    if len(calendars) != _written(text, "VCALENDAR") or len(events) != _written(text, "VEVENT"):
        raise Unreadable(_broken())
    return events


def _written(text: str, kind: str) -> int:
    return len(re.findall(rf"^BEGIN:{kind}[ \t]*$", text, re.IGNORECASE | re.MULTILINE))


def _broken() -> str:
    return gettext("This calendar is broken or not complete. Export it again.")


def _row(number: int, event: Component, zone: ZoneInfo) -> ImportRow:
    cells = dict.fromkeys(COLUMNS, "")
    try:
        # One that is not broken can still hold what its own library stumbles over.
        cells |= _said(event)
        starts_at = _starts_at(event, zone)
        cells |= _when(event, starts_at, zone)
        _check(event, cells)
        return ImportRow(number, cells, starts_at if starts_at.tzinfo else None, _source(event))
    except _Spoilt as spoilt:
        return ImportRow(number, cells, problems=(spoilt.why,))
    except Exception:
        return ImportRow(number, cells, problems=(gettext("This event is broken."),))


def _said(event: Component) -> dict[str, str]:
    """What title, description and the people of the event say."""
    title, described = _one_line_of(event, "SUMMARY"), _text(event, "DESCRIPTION")
    return {
        "name": free.one_line(_BORN.sub(" ", title)).strip(" ,;-–"),
        "date_of_birth": _born(_one_line_of(event, "X-DATE-OF-BIRTH"), title, free.one_line(described)),
        "email": _mailto(event),
        "clinician": _organiser(event),
        **dict(_lines(described)),
    }


def _born(own: str, *said: str) -> str:
    """The one date of birth of an event, as written; "" when it has none."""
    dates = [*filter(None, [own]), *(found[1] for text in said for found in _BORN.finditer(text))]
    if len({_day_or_words(each) for each in dates}) > 1:
        raise _Spoilt(gettext("It has two dates of birth."))
    return dates[0] if dates else ""


def _day_or_words(text: str) -> date | str:
    try:
        return day_in(text)
    except UncertainDate:
        return text


def _lines(described: str) -> Iterator[tuple[str, str]]:
    for line in described.splitlines():
        label, colon, words = line.partition(":")
        column = LABELS.get(free.one_line(label).casefold())
        if column and colon and words.strip():
            yield column, free.one_line(words)


def _check(event: Component, cells: dict[str, str]) -> None:
    """Raise _Spoilt for an event that is no appointment, or not one that is going to be."""
    if any(name in LOOKED_AT for name, _ in event.errors):
        raise _Spoilt(gettext("A line of this event cannot be read."))
    if _text(event, "STATUS").strip().upper() == "CANCELLED":
        raise _Spoilt(
            gettext("It is cancelled in the calendar. If it is in here already, cancel it by hand.")
        )
    if event.get("RRULE") is not None or event.get("RDATE") is not None:
        raise _Spoilt(gettext("It repeats. Only single appointments can be imported: make it by hand."))
    if not cells["date_of_birth"]:
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


def _mailto(event: Component) -> str:
    """The address of whoever takes part, other than whoever invited."""
    people = event.get("ATTENDEE")
    addresses = {_address(each) for each in (people if isinstance(people, list) else [people])}
    others = addresses - {"", _address(event.get("ORGANIZER"))}
    # Safety: the link goes there. Of two people, one is not the patient.
    return others.pop() if len(others) == 1 else ""


def _address(person: object) -> str:
    kind, _, address = str(person or "").partition(":")
    return free.one_line(address) if kind.casefold() == "mailto" else ""


def _organiser(event: Component) -> str:
    organiser = event.get("ORGANIZER")
    return free.one_line(str(organiser.params.get("CN", ""))) if hasattr(organiser, "params") else ""


def _text(event: Component, name: str) -> str:
    words = event.get(name)
    return "\n".join(map(str, words)) if isinstance(words, list) else str(words or "")


def _one_line_of(event: Component, name: str) -> str:
    return free.one_line(_text(event, name))
