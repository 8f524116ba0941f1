"""A file as it was uploaded or pasted: its letters, and whether it is a table or a calendar."""

import re
from zoneinfo import ZoneInfo

from intake.i18n import gettext
from intake.services.appointments.importing import calendar, table
from intake.services.appointments.importing.rows import LARGEST, Contents, Unreadable
from intake.text import free

# A workbook (a ZIP, or the older kind) and a PDF.
_OTHER_KINDS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")


def text_of(content: bytes) -> str:
    """The text of an uploaded file: UTF-8, UTF-16, or what Windows wrote before them. Raises Unreadable."""
    if len(content) > LARGEST:
        raise Unreadable(_too_large())
    if content.startswith(_OTHER_KINDS):
        why = gettext(
            "This is no CSV file and no calendar. In a spreadsheet choose “Save as” and “CSV UTF-8”."
        )
        raise Unreadable(why)
    return free.decoded(calendar.unfolded(content) if calendar.is_calendar(content) else content)


def read(text: str, *, zone: ZoneInfo, ours: frozenset[str] = frozenset()) -> Contents:
    """The rows in a text; `zone` is for times that name none. Raises Unreadable.

    `ours` are the e-mail addresses of the clinic and its people, folded.
    """
    text = free.cleaned(text)
    if len(text.encode()) > LARGEST:
        raise Unreadable(_too_large())
    if not text.strip():
        raise Unreadable(gettext("Paste the appointments, or choose a file."))
    if re.match(r"\s*BEGIN:VCALENDAR\b", text, re.IGNORECASE):
        return calendar.read(text.lstrip(), zone, ours)
    return table.read(text)


def _too_large() -> str:
    return gettext("This is larger than 1 MB. Divide the file.")
