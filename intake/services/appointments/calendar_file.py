"""The appointment as a file for the patient's own calendar (iCalendar, RFC 5545).

Others see a calendar: on a screen at work, in a family's shared one. It says where to be and when, and no
word of why; no name, nothing that leads to the form.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from intake.i18n import gettext


@dataclass(frozen=True)
class CalendarEntry:
    """What stands in the file. `place` is the clinic's address, line by line; empty when it is not known."""

    appointment_id: UUID
    starts_at: datetime
    minutes: int
    clinic: str
    telephone: str
    place: Sequence[str] = ()


def calendar_file(entry: CalendarEntry, *, zone: ZoneInfo, now: datetime) -> bytes:
    """The file, in the current language, by the clinic's clock. A later one replaces an earlier one."""
    event = Event()
    event.add("uid", _uid(entry.appointment_id))
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", entry.starts_at.astimezone(zone))
    event.add("dtend", (entry.starts_at + timedelta(minutes=entry.minutes)).astimezone(zone))
    event.add("summary", gettext("Appointment, %(clinic)s", clinic=entry.clinic))
    event.add("description", gettext("To change it, call the clinic on %(number)s.", number=entry.telephone))
    event.add("class", "PRIVATE")
    if entry.place:
        event.add("location", ", ".join(entry.place))
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Backstory//Appointment//EN")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    # Only the clock changes around the visit; all since 1970 would be most of the file.
    around = entry.starts_at.date()
    calendar.add_missing_timezones(around - timedelta(days=366), around + timedelta(days=366))
    return bytes(calendar.to_ical())


def _uid(appointment_id: UUID) -> str:
    """The same for each file of one appointment. It says nothing: no name, no host, no id of ours."""
    return hashlib.sha256(b"calendar file of " + appointment_id.bytes).hexdigest()[:32]
