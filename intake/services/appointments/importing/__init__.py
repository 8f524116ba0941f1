"""Appointments that come in as a file: a table (CSV, .xlsx) or a calendar (iCalendar).

    rows        what all are read into
    contents    which of them it is
    letters     bytes into text, or the encoding asked
    workbook    a sheet of a workbook into the text of a table
    table       text into lines, headings, columns and rows
    headings    what record systems call their columns
    mapping     what the columns hold, guessed
    values      the cells of a row; times, dates, words and damage are what they are read with
    choices     what reception said about a file
    shapes      what was said, remembered for the next file with the same headings
    calendar    a calendar, with its attendees and event_words
    changes     what a later file says of what an earlier one made
    taking_in   the appointments made, each once, and their links

Reading is pure and takes any file: what cannot be a row says why in words. What a row asks for is checked
like the form by hand, where that form is.
"""

from intake.services.appointments.importing.changes import Act, Expected, FileChanges, FileRow, Offer, Visit
from intake.services.appointments.importing.choices import Choices
from intake.services.appointments.importing.contents import check_name, read, text_of
from intake.services.appointments.importing.letters import LettersAsked
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
from intake.services.appointments.importing.workbook import SheetAsked

__all__ = [
    "COLUMNS",
    "LARGEST",
    "MOST_ROWS",
    "Act",
    "Choices",
    "Contents",
    "Expected",
    "FileChanges",
    "FileRow",
    "ImportRow",
    "LettersAsked",
    "Offer",
    "SheetAsked",
    "TakenIn",
    "Unreadable",
    "Version",
    "Visit",
    "brought_in",
    "check_name",
    "done_by",
    "known",
    "made_at",
    "read",
    "send_links",
    "take_in",
    "text_of",
    "without_link",
]
