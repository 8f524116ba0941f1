"""A workbook (.xlsx) made into the text of a table: one sheet of it, with days, times and numbers as seen.

Nothing in it is run or followed: formulas give the value they were saved with, links to elsewhere are not
opened. What unpacks to far more than it is, or brings declarations of its own (XML entities), is refused.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook

from intake.i18n import gettext
from intake.services.appointments.importing.letters import Opened
from intake.services.appointments.importing.rows import Unreadable
from intake.spreadsheet import cell as protected

SIGNATURE = b"PK\x03\x04"
# What a workbook of 500 appointments needs is far below these.
_MOST_PARTS, _MOST_UNPACKED = 500, 24 * 1024 * 1024
_MOST_LINES, _MOST_CELLS = 2000, 120
_MINUTE = timedelta(minutes=1)
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*\bhidden=[\"'](?:1|true)[\"']")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\bref=[\"'][A-Z]+([0-9]+):[A-Z]+([0-9]+)[\"']")
# Cells that are numbers to the spreadsheet, and so exact only to 15 figures.
_EXACT, _LONGEST = 15, 22


class SheetAsked(Exception):
    """More than one sheet has a table in it; `names` are theirs."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__("which sheet")
        self.names = names


@dataclass(frozen=True)
class _Sheet:
    name: str
    lines: tuple[tuple[str, ...], ...]


def opened(content: bytes, sheet: str | None = None) -> Opened:
    """The table of a workbook as text. Raises Unreadable, and SheetAsked where several have one."""
    parts = _unpacked(content)
    try:
        sheets, hidden = _sheets(content)
    except Unreadable:
        raise
    except Exception:
        # Whatever it is that the library stumbles over: the file is broken.
        raise Unreadable(_broken()) from None
    filled = [each for each in sheets if each.lines]
    if not filled:
        raise Unreadable(gettext("There is no appointment in it."))
    chosen = next((each for each in filled if each.name == sheet), filled[0] if len(filled) == 1 else None)
    if chosen is None:
        raise SheetAsked(tuple(each.name for each in filled))
    return Opened(_text(chosen.lines), tuple(_notes(chosen, filled, hidden, parts)))


def _unpacked(content: bytes) -> list[bytes]:
    """The XML of every sheet, once it is sure that the parts are few, small and plain. Raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.infolist()
            if "xl/workbook.xml" not in archive.namelist():
                raise Unreadable(_no_workbook())
            if len(names) > _MOST_PARTS or any(each.flag_bits & 1 for each in names):
                raise Unreadable(_broken())
            return list(_sheet_parts(archive))
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        EOFError,
        RuntimeError,
        OSError,
        ValueError,
        zlib.error,
    ):
        raise Unreadable(_broken()) from None


def _sheet_parts(archive: zipfile.ZipFile) -> Iterator[bytes]:
    """The sheets, unpacked no further than allowed: what an archive says of itself may be untrue."""
    left = _MOST_UNPACKED
    for each in archive.infolist():
        if not each.filename.endswith((".xml", ".rels")):
            continue
        with archive.open(each) as part:
            unpacked = part.read(left + 1)
        left -= len(unpacked)
        if left < 0:
            raise Unreadable(gettext("This workbook unpacks to far more than a table. Save it as CSV UTF-8."))
        # Spreadsheets write UTF-8; in another encoding the words would not be found.
        if b"<!DOCTYPE" in unpacked or b"<!ENTITY" in unpacked or b"\0" in unpacked:
            raise Unreadable(_broken())
        if each.filename.startswith("xl/worksheets/"):
            yield unpacked


def _sheets(content: bytes) -> tuple[list[_Sheet], list[str]]:
    """The sheets that can be seen, and the names of those that are hidden."""
    # Twice: once with what formulas came to, once with the formulas, which stand where no value was saved.
    books = [
        load_workbook(io.BytesIO(content), read_only=True, data_only=values, keep_links=False)
        for values in (True, False)
    ]
    try:
        seen = [each for each in books[0].worksheets if each.sheet_state == "visible"]
        hidden = [each.title for each in books[0].worksheets if each.sheet_state != "visible"]
        return [_Sheet(each.title, _lines(each, books[1][each.title])) for each in seen], hidden
    finally:
        for book in books:
            book.close()


def _lines(sheet: Any, formulas: Any) -> tuple[tuple[str, ...], ...]:
    lines: list[tuple[str, ...]] = []
    # A sheet may say that it is larger than it is, or smaller.
    for each in (sheet, formulas):
        each.reset_dimensions()
    for number, (cells, behind) in enumerate(zip(sheet.iter_rows(), formulas.iter_rows(), strict=True), 1):
        if number > _MOST_LINES or len(cells) > _MOST_CELLS:
            why = gettext(
                "The sheet “%(sheet)s” has more than %(lines)s lines or %(columns)s columns. Divide it.",
                sheet=sheet.title,
                lines=_MOST_LINES,
                columns=_MOST_CELLS,
            )
            raise Unreadable(why)
        lines.append(tuple(_shown(cell, other) for cell, other in zip(cells, behind, strict=False)))
    while lines and not any(lines[-1]):
        lines.pop()
    return tuple(lines) if any(map(any, lines)) else ()


def _shown(cell: Any, formula: Any) -> str:
    """What stands in a cell, as text."""
    value = cell.value
    if value is None:
        return str(formula.value) if formula.value is not None else ""
    return _as_text(value)


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, time):
        return f"{_to_the_minute(datetime.combine(date.min, value)):%H:%M}"
    if isinstance(value, timedelta):
        return f"{int(value / _MINUTE + 0.5) // 60}:{int(value / _MINUTE + 0.5) % 60:02}"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, date):
        return f"{value}"
    return str(value)


def _moment(value: datetime) -> str:
    rounded = _to_the_minute(value)
    return f"{rounded:%Y-%m-%d}" if rounded.time() == time(0) else f"{rounded:%Y-%m-%d %H:%M}"


def _to_the_minute(value: datetime) -> datetime:
    """A time without the seconds that fractions of a day leave behind."""
    down = value.replace(second=0, microsecond=0)
    return down + _MINUTE if value - down >= _MINUTE / 2 and down.year < 9999 else down


def _number(value: float) -> str:
    """A number as it was typed, not as powers of ten; rounded ones keep the noughts that give them away."""
    said = Decimal(f"{value:.{_EXACT}g}")
    return f"{said:f}" if said.is_finite() and abs(said.adjusted()) < _LONGEST else str(value)


def _text(lines: Sequence[tuple[str, ...]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    for line in lines:
        writer.writerow([protected(" ".join(each.split())) for each in line] or [""])
    return out.getvalue()


def _notes(
    chosen: _Sheet, filled: Sequence[_Sheet], hidden: Sequence[str], parts: Sequence[bytes]
) -> Iterator[str]:
    if len(filled) > 1 or hidden:
        yield gettext("The sheet “%(sheet)s” was read.", sheet=chosen.name)
    for name in hidden:
        yield gettext("The sheet “%(sheet)s” is hidden and was not read.", sheet=name)
    if any(_HIDDEN_ROW.search(part) for part in parts):
        yield gettext("Rows that are hidden in the workbook (by a filter, for example) were read too.")
    if any(each[1] != each[2] for part in parts for each in _MERGED.finditer(part)):
        yield gettext(
            "Some cells of the workbook span several rows. "
            "What stands in them was read for the first of these rows only: look at the others."
        )


def _broken() -> str:
    return gettext("This workbook is broken, locked or not complete. Save it again, as .xlsx or CSV UTF-8.")


def _no_workbook() -> str:
    return gettext(
        "This is no workbook that can be read. In a spreadsheet choose “Save as” and “.xlsx” or “CSV UTF-8”."
    )
