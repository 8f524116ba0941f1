"""Appointments that come in as a file: a table (CSV) or a calendar (iCalendar).

    rows        what both are read into
    contents    which of them it is, and its letters
    table       a table
    calendar    a calendar, with its attendees and event_words
    dates       dates as people write them, the day first
    changes     what a later file says of what an earlier one made
    taking_in   the appointments made, each once, and their links

Reading is pure and takes any file: what cannot be a row says why in words. What a row asks for is checked
like the form by hand, where that form is.
"""

from intake.services.appointments.importing.changes import Act, Expected, FileChanges, FileRow, Offer, Visit
from intake.services.appointments.importing.contents import read, text_of
from intake.services.appointments.importing.rows import (
    COLUMNS,
    LARGEST,
    MOST_ROWS,
    Contents,
    ImportRow,
    Unreadable,
    Version,
)
from intake.services.appointments.importing.taking_in import (
    TakenIn,
    brought_in,
    done_by,
    known,
    made_at,
    send_links,
    take_in,
    without_link,
)

__all__ = [
    "COLUMNS",
    "LARGEST",
    "MOST_ROWS",
    "Act",
    "Contents",
    "Expected",
    "FileChanges",
    "FileRow",
    "ImportRow",
    "Offer",
    "TakenIn",
    "Unreadable",
    "Version",
    "Visit",
    "brought_in",
    "done_by",
    "known",
    "made_at",
    "read",
    "send_links",
    "take_in",
    "text_of",
    "without_link",
]
