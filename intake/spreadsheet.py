"""Cells of a spreadsheet that stay text: none is taken for a formula, and each is read back as it was.

A program takes a cell that begins with certain signs for a formula, and may run it. Such a cell gets an
apostrophe in front, which the program does not show.
"""

import csv
import io
import re
from collections.abc import Iterable

UTF_8 = "\ufeff"
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_PROTECTED = re.compile(r"'(?='*[=+\-@\t\r])")


def table(rows: Iterable[Iterable[object]]) -> str:
    """The rows as CSV. The mark at its beginning tells a spreadsheet that it is UTF-8."""
    return UTF_8 + lines(rows)


def lines(rows: Iterable[Iterable[object]]) -> str:
    """The rows without that mark, to go on with."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([cell(each) for each in row])
    return out.getvalue()


def cell(value: object) -> str:
    """The value as text that no spreadsheet takes for a formula; None is an empty cell, a number a number."""
    if isinstance(value, int | float):
        return str(value)
    words = "" if value is None else str(value)
    return "'" + words if _FORMULA.match(words) else words


def words_in(written: str) -> str:
    """What was written into a cell, without the apostrophe that protected it."""
    return written[1:] if _PROTECTED.match(written) else written
