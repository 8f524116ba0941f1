"""A table of appointments in steps: text, lines of cells, the line of headings, what columns hold, rows.

Separators are commas, semicolons, tabs or bars. Title lines above the headings and totals below the rows are
left out, and it is said. What is not sure (which column is which, day or month first, the century, an unknown
status) is asked through `TableReading`; the rows are read as far as they can be.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from intake.i18n import gettext
from intake.services.appointments.importing import mapping, values, words
from intake.services.appointments.importing.choices import Choices
from intake.services.appointments.importing.dates import Evidence, Order, both_readings, evidence
from intake.services.appointments.importing.headings import ColumnRole, plain, role_of
from intake.services.appointments.importing.mapping import Column
from intake.services.appointments.importing.rows import (
    Contents,
    ImportRow,
    Unreadable,
    check_many,
)
from intake.services.appointments.importing.times import split
from intake.services.appointments.importing.values import Manner
from intake.spreadsheet import words_in
from intake.text import free

SEPARATORS = (",", ";", "\t", "|")
MOST_COLUMNS = 100
# The headings stand within so many lines; so many known ones make a line of headings.
_TOP, _FEWEST_KNOWN = 30, 2
_SAMPLES = 3
_MOST_STATUSES = 20
# How numbers are kept from a spreadsheet: ="0770" and '0770.
_AS_TEXT = re.compile(r"^(?:=\"([^\"]*)\"|'([0-9].*))$")
_LONGEST_STATUS = 60
_SAID_SEPARATOR = re.compile(r'\s*"?sep=(.)"?[^\S\n]*\n', re.IGNORECASE)
_TOTAL = re.compile(
    r"(?:grand |sub )?totals?\b|(?:gesamt|summe|sum|somme|totale|totaal|razem|suma|anzahl|count)\b|"
    r"number of (?:appointments|records|patients|rows)|"
    r"[0-9]+ (?:appointments?|records?|rows?|termine|patients?)\b|"
    r"(?:end of (?:report|list|file)|page [0-9]+|printed|generated|exported|report run|records? found)\b",
)
_DATED = (ColumnRole.DATE_TIME, ColumnRole.DATE, ColumnRole.DATE_OF_BIRTH, ColumnRole.END)


@dataclass(frozen=True)
class Line:
    """A line of a table, numbered as a spreadsheet does, with its cells."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Openness:
    """A date that can be read both ways, and what it would be with the day and with the month first."""

    text: str
    day_first: date
    month_first: date


@dataclass(frozen=True)
class TableReading:
    """How a table was understood, and what has to be asked.

    `header` is the number of the line that names the columns, 0 where none does; `tops` are lines that could.
    `shape` is the same for every file with these headings; "" without any. `own` is our template. `missing`
    are our columns that nothing fills, `twice` the headings of columns that hold the same. `gender` are
    headings that may mean another thing than the sex recorded at birth. `told_elsewhere` are dates of other
    columns that have only one reading.
    """

    columns: tuple[Column, ...]
    header: int
    tops: tuple[Line, ...]
    shape: str
    own: bool
    missing: tuple[str, ...]
    twice: tuple[str, ...]
    gender: tuple[str, ...]
    open_days: tuple[Openness, ...] = ()
    told_elsewhere: tuple[str, ...] = ()
    short_years: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()

    @property
    def roles(self) -> tuple[ColumnRole, ...]:
        """What each column holds."""
        return tuple(each.role for each in self.columns)

    @property
    def asks(self) -> bool:
        """Something has to be said before the rows can be looked at."""
        return bool(self.missing or self.twice or self.open_days or self.short_years or self.statuses)


def read(text: str, choices: Choices, manner: Manner) -> Contents:
    """The rows of a table; empty lines count, as in a spreadsheet, but are none. Raises Unreadable."""
    lines = lines_of(text)
    header = _header(lines, choices)
    below, totals = _parted([line for line in lines if line.number > header])
    check_many(len(below))
    bare = _columns(lines, header, below)
    columns = _with_roles(bare, choices.roles) or mapping.guessed(bare)
    found = {each.role: evidence(_days(each), each.heading) for each in columns if each.role in _DATED}
    manner = replace(
        manner,
        orders={role: _order(each, choices.order) for role, each in found.items()},
        letters=words.letters_of(
            cell for each in columns if each.role is ColumnRole.SEX for cell in each.cells
        ),
    )
    reading = _reading(columns, header, lines, found, choices, manner)
    rows = tuple(_row(line, columns, choices, manner) for line in below)
    unread = tuple(each.heading for each in columns if each.heading and not _is_read(each, choices))
    notes = (*_above(lines, header), *_below(totals), *_contradictions(columns, found))
    shape = f"table {reading.shape}" if reading.shape else ""
    return Contents(() if reading.missing or reading.twice else rows, unread, notes, reading, shape)


def shape_of(text: str) -> str:
    """What is the same for every file with these headings; "" without any. Raises Unreadable."""
    lines = lines_of(free.cleaned(text))
    header = _header(lines, Choices())
    return _shape(next((line.cells for line in lines if line.number == header), ()))


def lines_of(text: str) -> list[Line]:
    """The lines that have any cells, parted by the sign that finds the most headings."""
    said = _SAID_SEPARATOR.match(text)
    if said:
        text = text[said.end() :]
    signs = (said[1].replace("\\t", "\t"),) if said else SEPARATORS
    sign = max(signs, key=lambda each: _best(_top_lines(text, each)))
    # Strict: a quotation mark that is never closed would otherwise swallow every row behind it.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    try:
        parted = [Line(number, _worded(cells)) for number, cells in enumerate(reader, 1)]
    except csv.Error:
        why = gettext(
            'Line %(number)s cannot be read. Look for a quotation mark (") that is not closed, '
            "or that stands inside a cell.",
            number=reader.line_num,
        )
        raise Unreadable(why) from None
    lines = [line for line in parted if any(line.cells)]
    if not lines:
        raise Unreadable(gettext("There is no appointment in it."))
    if max(len(line.cells) for line in lines) > MOST_COLUMNS:
        why = gettext("There are more than %(most)s columns in it. Leave out those that are not needed.")
        raise Unreadable(why % {"most": MOST_COLUMNS})
    return lines


def _top_lines(text: str, sign: str) -> list[Line]:
    """The first lines, parted by this sign, as far as they can be."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    found: list[Line] = []
    try:
        for number, cells in enumerate(reader, 1):
            found.append(Line(number, _worded(cells)))
            if len(found) == _TOP:
                break
    except csv.Error:
        pass
    return found


def _worded(cells: Sequence[str]) -> tuple[str, ...]:
    said = [free.one_line(words_in(_AS_TEXT.sub(r"\1\2", cell.strip()))) for cell in cells]
    while said and not said[-1]:
        said.pop()
    return tuple(said)


def _best(lines: Sequence[Line]) -> tuple[int, int]:
    """How many headings are known in the best of these lines, and how many cells the widest has."""
    return (
        max((_known(line) for line in lines), default=0),
        max((len(line.cells) for line in lines), default=0),
    )


def _known(line: Line) -> int:
    return len({role_of(cell) for cell in line.cells} - {ColumnRole.NOTHING})


def _header(lines: Sequence[Line], choices: Choices) -> int:
    """The number of the line that names the columns; 0 where none does."""
    if choices.header is not None:
        return choices.header if any(line.number == choices.header for line in lines) else 0
    top = lines[:_TOP]
    best = max(top, key=_known)
    if _known(best) >= _FEWEST_KNOWN:
        return best.number
    # In a language that is not known here: the first full line, if it has no day, number or address in it.
    widest = max(len(line.cells) for line in top)
    first = next(line for line in top if len(line.cells) == widest)
    return 0 if any(map(_is_value, first.cells)) else first.number


def _is_value(cell: str) -> bool:
    return bool(re.search(r"[0-9]{2}|@", cell))


def _parted(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The lines of appointments, and the totals and closing words among and below them."""
    totals = [line for line in lines if _is_total(line)]
    return [line for line in lines if line not in totals], totals


def _is_total(line: Line) -> bool:
    filled = [cell for cell in line.cells if cell]
    alone = len(filled) == 1 and any(map(str.isdigit, filled[0]))
    return len(filled) <= 3 and (alone or bool(_TOTAL.match(plain(filled[0]))))


def _columns(lines: Sequence[Line], header: int, below: Sequence[Line]) -> list[Column]:
    named = next((line.cells for line in lines if line.number == header), ())
    width = len(named) if header else max(len(line.cells) for line in below)
    headings = [
        (named[place] if place < len(named) else "")
        or ("" if header else gettext("Column %(n)s", n=place + 1))
        for place in range(width)
    ]
    return [
        Column(heading, tuple(cell for line in below if (cell := _at(line, place))))
        for place, heading in enumerate(headings)
    ]


def _at(line: Line, place: int) -> str:
    return line.cells[place] if place < len(line.cells) else ""


def _with_roles(columns: Sequence[Column], roles: tuple[ColumnRole, ...] | None) -> tuple[Column, ...] | None:
    if roles is None or len(roles) != len(columns):
        return None
    return tuple(replace(column, role=role) for column, role in zip(columns, roles, strict=True))


def _days(column: Column) -> Iterator[str]:
    for cell in column.cells:
        yield split(cell).day


def _order(found: Evidence, chosen: Order | None) -> Order | None:
    if found.contradicts:
        return None
    return found.order or chosen


def _reading(
    columns: Sequence[Column],
    header: int,
    lines: Sequence[Line],
    found: Mapping[ColumnRole, Evidence],
    choices: Choices,
    manner: Manner,
) -> TableReading:
    undecided = [each for each in found.values() if not each.contradicts and each.order is None]
    open_days = dict.fromkeys(text for each in undecided for text in each.open) if not choices.order else {}
    births = found.get(ColumnRole.DATE_OF_BIRTH)
    short = births.short if births and choices.century is None else ()
    return TableReading(
        tuple(columns),
        header,
        tuple(lines[:_TOP]),
        _shape([each.heading for each in columns]) if header else "",
        mapping.is_own(columns),
        mapping.missing(columns),
        mapping.twice(columns),
        tuple(each.heading for each in columns if plain(each.heading).endswith("gender") and not each.role),
        tuple(Openness(text, *both_readings(text)) for text in list(open_days)[:_SAMPLES]),
        tuple(text for each in found.values() if (text := each.day_first or each.month_first)),
        short,
        _unknown_statuses(columns, manner),
    )


def _shape(headings: Sequence[str]) -> str:
    return "\x1f".join(map(plain, headings))


def _unknown_statuses(columns: Sequence[Column], manner: Manner) -> tuple[str, ...]:
    said = {
        plain(cell): cell for column in columns if column.role is ColumnRole.STATUS for cell in column.cells
    }
    unknown = [cell for key, cell in said.items() if words.comes(cell) is None and key not in manner.comes]
    return tuple(unknown[:_MOST_STATUSES])


def _row(line: Line, columns: Sequence[Column], choices: Choices, manner: Manner) -> ImportRow:
    row = values.row_of(line.number, values.cells_of([each.role for each in columns], line.cells), manner)
    if any(line.cells[len(columns) :]):
        why = gettext(
            "The row has more cells than the first line. "
            "Put a cell that holds a “,” or “;” in quotation marks."
        )
        row = replace(row, problems=(why,))
    numbers = {
        cell: _at(line, place)
        for place, column in enumerate(columns)
        if column.role is ColumnRole.RECORD_NUMBER and (cell := mapping.number_cell(column, choices.systems))
    }
    row = values.with_numbers(row, numbers, manner)
    row = replace(row, remarks=(*row.remarks, *_unread_statuses(line, columns)))
    typed = choices.mended.get(line.number)
    return values.mended(row, typed, manner) if typed else row


def _is_read(column: Column, choices: Choices) -> bool:
    if column.role is ColumnRole.RECORD_NUMBER:
        return mapping.number_cell(column, choices.systems) is not None
    return bool(column.role)


def _unread_statuses(line: Line, columns: Sequence[Column]) -> Iterator[str]:
    """Safety: who has cancelled is not booked because a column is called otherwise than is known here."""
    for place, column in enumerate(columns):
        said = _at(line, place)
        if not column.role and len(said) <= _LONGEST_STATUS and words.comes(said) is False:
            yield gettext(
                "“%(column)s” says “%(status)s”, and that column is not read.",
                column=column.heading,
                status=said,
            )


def _above(lines: Sequence[Line], header: int) -> Iterator[str]:
    above = [line for line in lines if line.number < header]
    if above:
        yield gettext("Left out above the headings: %(lines)s", lines=_quoted(above))


def _below(totals: Sequence[Line]) -> Iterator[str]:
    if totals:
        yield gettext("Left out, because it is a total or a closing line: %(lines)s", lines=_quoted(totals))


def _quoted(lines: Sequence[Line]) -> str:
    said = (gettext("line %(n)s, “%(words)s”", n=line.number, words=_shown(line)) for line in lines)
    return "; ".join(said)


def _shown(line: Line) -> str:
    return " ".join(cell for cell in line.cells if cell)


def _contradictions(columns: Sequence[Column], found: Mapping[ColumnRole, Evidence]) -> Iterator[str]:
    for column in columns:
        each = found.get(column.role)
        if each and each.contradicts:
            yield gettext(
                "In the column “%(column)s” the day comes first in some dates (%(day)s) and the month in "
                "others (%(month)s). Dates that can be read both ways are left out.",
                column=column.heading,
                day=each.day_first,
                month=each.month_first,
            )
