"""A file as it was uploaded or pasted: its letters, and whether it is a table, a workbook or a calendar."""

import re
from dataclasses import replace
from pathlib import PurePath
from zoneinfo import ZoneInfo

from intake.i18n import gettext
from intake.services.appointments.importing import calendar, letters, table, values, workbook
from intake.services.appointments.importing.choices import Choices
from intake.services.appointments.importing.letters import Opened
from intake.services.appointments.importing.rows import LARGEST, Contents, Unreadable
from intake.services.appointments.importing.values import Manner
from intake.text import free

# How the names of files end that are taken: a workbook, and what is text.
WORKBOOK, OF_TEXT = ".xlsx", (".csv", ".tsv", ".txt", ".ics")
# An older or locked workbook, and a PDF.
_OTHER_KINDS = (b"\xd0\xcf\x11\xe0", b"%PDF")
# They end a line of words and no row of a file: some programs have them inside of cells.
_BREAKS_IN_A_CELL = re.compile("[\v\f\x1c-\x1e\u2028\u2029]")


def check_name(name: str, content: bytes) -> None:
    """Raise Unreadable unless the ending of a file's name is one of ours, and its content agrees with it.

    Nothing else is taken from the name.
    """
    ending = PurePath(name).suffix.lower()
    if content.startswith(_OTHER_KINDS):
        # Whatever it is called, `text_of` says what to do with it.
        return
    if ending not in (WORKBOOK, *OF_TEXT):
        raise Unreadable(
            gettext("Choose a file whose name ends in %(endings)s.")
            % {"endings": ", ".join((WORKBOOK, *OF_TEXT))}
        )
    if content.startswith(workbook.SIGNATURE) != (ending == WORKBOOK):
        why = gettext("The file is not what its name says. Save it again as .xlsx or as “CSV UTF-8”.")
        raise Unreadable(why)


def text_of(content: bytes, *, encoding: str | None = None, sheet: str | None = None) -> Opened:
    """The text of an uploaded file.

    Raises Unreadable, LettersAsked where the file is not UTF-8 and no `encoding` is given, and SheetAsked
    where a workbook has several tables and no `sheet` is.
    """
    if len(content) > LARGEST:
        raise Unreadable(_too_large())
    if content.startswith(workbook.SIGNATURE):
        return workbook.opened(content, sheet)
    if content.startswith(_OTHER_KINDS):
        why = gettext(
            "This is no table and no calendar, or it is locked with a password. "
            "In a spreadsheet choose “Save as” and “.xlsx” or “CSV UTF-8”."
        )
        raise Unreadable(why)
    opened = letters.opened(
        calendar.unfolded(content) if calendar.is_calendar(content) else content, encoding
    )
    return replace(opened, text=_BREAKS_IN_A_CELL.sub(" ", opened.text))


def read(
    text: str, *, zone: ZoneInfo, ours: frozenset[str] = frozenset(), choices: Choices | None = None
) -> Contents:
    """The rows in a text; `zone` is for times that name none. Raises Unreadable.

    `ours` are the e-mail addresses of the clinic and its people, folded.
    """
    text, choices = free.cleaned(_BREAKS_IN_A_CELL.sub(" ", text)), choices or Choices()
    if len(text.encode()) > LARGEST:
        raise Unreadable(_too_large())
    if not text.strip():
        raise Unreadable(gettext("Paste the appointments, or choose a file."))
    manner = Manner(zone, choices.today, choices.region, century=choices.century, comes=choices.comes)
    if re.match(r"\s*BEGIN:VCALENDAR\b", text, re.IGNORECASE):
        return _mended(calendar.read(text.lstrip(), zone, ours), choices, manner)
    return table.read(text, choices, manner)


def _mended(contents: Contents, choices: Choices, manner: Manner) -> Contents:
    """The rows of a calendar with what was typed over their cells; a table does it by itself."""
    typed = choices.mended
    rows = (values.mended(row, typed.get(row.number, {}), manner) for row in contents.rows)
    return replace(contents, rows=tuple(rows)) if typed else contents


def _too_large() -> str:
    return gettext("This is larger than 1 MB. Divide the file.")
