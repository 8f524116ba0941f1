"""A table of appointments (CSV): commas, semicolons or tabs; its first line names the columns."""

import csv
import io
import re
from collections.abc import Sequence

from intake.i18n import gettext
from intake.services.appointments.importing.rows import (
    COLUMNS,
    REQUIRED,
    Contents,
    ImportRow,
    Unreadable,
    check_many,
    number_column,
)
from intake.spreadsheet import words_in
from intake.text import free

SEPARATORS = (",", ";", "\t")


def read(text: str) -> Contents:
    """The rows of a table; empty lines count, as in a spreadsheet, but are none. Raises Unreadable."""
    numbered = [(number, line) for number, line in enumerate(_lines(text), 1) if any(map(str.strip, line))]
    if not numbered:
        raise Unreadable(gettext("There is no appointment in it."))
    names = [_name(each) for each in numbered[0][1]]
    _check_header(names)
    check_many(len(numbered) - 1)
    rows = tuple(_row(number, names, line) for number, line in numbered[1:])
    unread = (name for name in names if name and name not in (*COLUMNS, number_column(name)))
    return Contents(rows, tuple(unread), shape=f"table {names}")


def _lines(text: str) -> list[list[str]]:
    # Strict: a quotation mark that is never closed would otherwise swallow every row behind it.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        return list(reader)
    except csv.Error:
        why = gettext(
            'Line %(number)s cannot be read. Look for a quotation mark (") that is not closed, '
            "or that stands inside a cell.",
            number=reader.line_num,
        )
        raise Unreadable(why) from None


def _separator(text: str) -> str:
    """The sign that makes the most known names out of the first line."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    return max(SEPARATORS, key=lambda sign: len({_name(each) for each in first.split(sign)} & {*COLUMNS}))


def _name(cell: str) -> str:
    """A column's name however its letters and blanks are written: "Date of birth" is date_of_birth."""
    name = re.sub(r"[\s_-]+", "_", cell.strip().strip('"').strip().casefold())
    return number_column(name) or name


def _check_header(names: Sequence[str]) -> None:
    missing = [each for each in REQUIRED if each not in names]
    if missing:
        why = gettext(
            "The first line must name the columns. These are missing: %(names)s.", names=", ".join(missing)
        )
        raise Unreadable(why)
    twice = sorted({name for name in names if name in COLUMNS and names.count(name) > 1})
    if twice:
        raise Unreadable(gettext("These columns are there twice: %(names)s.", names=", ".join(twice)))


def _row(number: int, names: Sequence[str], line: Sequence[str]) -> ImportRow:
    cells = dict.fromkeys((*COLUMNS, *filter(None, map(number_column, names))), "")
    cells.update({name: _words(each) for name, each in zip(names, line, strict=False) if name in cells})
    problems = []
    if any(map(str.strip, line[len(names) :])):
        why = gettext(
            "The row has more cells than the first line. "
            "Put a cell that holds a “,” or “;” in quotation marks."
        )
        problems.append(why)
    source = f"sheet {cells['id']}" if cells["id"] else None
    return ImportRow(number, cells, source=source, problems=tuple(problems))


def _words(cell: str) -> str:
    return free.one_line(words_in(cell.strip()))
