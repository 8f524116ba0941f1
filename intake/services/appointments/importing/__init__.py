"""Appointments that come in as a file: a table (CSV) or a calendar (iCalendar).

    rows        what both are read into
    contents    which of them it is, and its letters
    sheet       a table
    calendar    a calendar
    days        dates as people write them, the day first
    taking_in   the appointments made, each once, and their links

Reading is pure and takes any file: what cannot be a row says why in words. What a row asks for is checked
like the form by hand, where that form is.
"""

from intake.services.appointments.importing.contents import read, text_of
from intake.services.appointments.importing.rows import (
    COLUMNS,
    LARGEST,
    MOST_ROWS,
    Contents,
    ImportRow,
    Unreadable,
)
from intake.services.appointments.importing.taking_in import (
    Expected,
    TakenIn,
    brought_in,
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
    "Contents",
    "Expected",
    "ImportRow",
    "TakenIn",
    "Unreadable",
    "brought_in",
    "known",
    "made_at",
    "read",
    "send_links",
    "take_in",
    "text_of",
    "without_link",
]
