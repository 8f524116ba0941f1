"""What the columns of a table hold, guessed from headings and cells. Reception has the last word."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from intake.services.appointments.importing import words
from intake.services.appointments.importing.dates import has_a_day
from intake.services.appointments.importing.headings import SEVERAL, ColumnRole, plain, role_of
from intake.services.appointments.importing.rows import COLUMNS, REQUIRED, number_column
from intake.services.appointments.importing.times import bare, split
from intake.text import record_number
from intake.text.record_number import NUMBER_OF

_WHEN = (ColumnRole.DATE, ColumnRole.TIME, ColumnRole.DATE_TIME, ColumnRole.END)
_NAMES = (ColumnRole.NAME, ColumnRole.FIRST_NAME, ColumnRole.LAST_NAME)
_OF_THE_APPOINTMENT = re.compile(r"\b(?:appointment|appt|termin|rdv|rendez|cita|visit|session|start)")
_MIDNIGHT = (0, 0)


@dataclass(frozen=True)
class Column:
    """A column of a table: what names it, its cells that are not empty, and what it holds."""

    heading: str
    cells: tuple[str, ...]
    role: ColumnRole = ColumnRole.NOTHING


def guessed(columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns with the most likely role of each."""
    if is_own(columns):
        return tuple(replace(each, role=_own_role(each)) for each in columns)
    found = [replace(each, role=_by_cells(each, role_of(each.heading))) for each in columns]
    return tuple(_once(_when_once(_names(found))))


def is_own(columns: Sequence[Column]) -> bool:
    """The table has the columns of our own template, whatever else it has."""
    named = {_own_name(each.heading) for each in columns}
    return named.issuperset(REQUIRED)


def missing(columns: Sequence[Column]) -> tuple[str, ...]:
    """Which of our own columns cannot be filled from these."""
    roles = {each.role for each in columns}
    ways = {
        "date": ({ColumnRole.DATE}, {ColumnRole.DATE_TIME}),
        "time": ({ColumnRole.TIME}, {ColumnRole.DATE_TIME}),
        "name": ({ColumnRole.NAME}, {ColumnRole.LAST_NAME}, {ColumnRole.FIRST_NAME}),
        "date_of_birth": ({ColumnRole.DATE_OF_BIRTH},),
    }
    return tuple(name for name in REQUIRED if not any(way <= roles for way in ways[name]))


def twice(columns: Sequence[Column]) -> tuple[str, ...]:
    """The headings of those that hold the same, where a table can have only one such column."""
    roles = [each.role for each in columns if each.role not in SEVERAL]
    return tuple(each.heading for each in columns if roles.count(each.role) > 1)


def number_cell(column: Column, systems: Collection[str]) -> str | None:
    """The cell for a number of one of these record systems, by the name of its column; None: of no other."""
    named = number_column(column.heading)
    if named is not None:
        return named if named.removeprefix(NUMBER_OF) in systems else None
    system = record_number.meant(column.heading, systems)
    return NUMBER_OF + system if system else None


def _own_name(heading: str) -> str:
    return plain(heading).replace(" ", "_")


def _own_role(column: Column) -> ColumnRole:
    name = _own_name(column.heading)
    if name in COLUMNS:
        return ColumnRole(name)
    if number_column(column.heading):
        return ColumnRole.RECORD_NUMBER
    role = role_of(column.heading)
    return role if role in (ColumnRole.STATUS, ColumnRole.CANCELLED) else ColumnRole.NOTHING


def _by_cells(column: Column, role: ColumnRole) -> ColumnRole:
    """The role that the cells allow; a column without cells has the one of its heading."""
    if number_column(column.heading):
        return ColumnRole.RECORD_NUMBER
    if not column.cells:
        return role
    if role in _WHEN:
        return _when(column, role)
    if role in (ColumnRole.STATUS, ColumnRole.NOTHING):
        return ColumnRole.STATUS if _says_who_comes(column, role) else ColumnRole.NOTHING
    return role


def _says_who_comes(column: Column, role: ColumnRole) -> bool:
    """Half of its words are known statuses; under any heading where one is that somebody does not come."""
    said = [words.comes(each) for each in {plain(cell) for cell in column.cells}]
    known = [each for each in said if each is not None]
    return 2 * len(known) >= len(said) and (role is ColumnRole.STATUS or False in known)


def _when(column: Column, role: ColumnRole) -> ColumnRole:
    """Headings such as "Start" do not tell days from times; cells do."""
    moments = [split(cell) for cell in column.cells]
    days = any(moment.day and has_a_day(moment.day) for moment in moments)
    clocks = [
        clock
        for cell, moment in zip(column.cells, moments, strict=True)
        if (clock := moment.clock or bare(cell))
    ]
    times = any((clock.at.hour, clock.at.minute) != _MIDNIGHT for clock in clocks)
    if role is ColumnRole.END:
        return role if clocks else ColumnRole.NOTHING
    if days:
        return ColumnRole.DATE_TIME if times else ColumnRole.DATE
    if clocks:
        return ColumnRole.TIME
    return ColumnRole.NOTHING if role is ColumnRole.DATE_TIME else role


def _names(columns: list[Column]) -> list[Column]:
    """In some languages the heading of a last name is that of a whole one: the other columns tell."""
    roles = {each.role for each in columns}
    if ColumnRole.NAME in roles and ColumnRole.FIRST_NAME in roles:
        instead = ColumnRole.NOTHING if ColumnRole.LAST_NAME in roles else ColumnRole.LAST_NAME
        return [replace(each, role=instead) if each.role is ColumnRole.NAME else each for each in columns]
    if ColumnRole.NAME in roles and ColumnRole.LAST_NAME in roles:
        # "Name" beside "Surname" is the first one, unless whole names stand in it.
        whole = any(" " in cell for each in columns if each.role is ColumnRole.NAME for cell in each.cells)
        was, is_now = (
            (ColumnRole.LAST_NAME, ColumnRole.NOTHING) if whole else (ColumnRole.NAME, ColumnRole.FIRST_NAME)
        )
        return [replace(each, role=is_now) if each.role is was else each for each in columns]
    if len(roles & {*_NAMES}) == 1 and ColumnRole.NAME not in roles:
        return [replace(each, role=ColumnRole.NAME) if each.role in _NAMES else each for each in columns]
    return columns


def _when_once(columns: list[Column]) -> list[Column]:
    """A column with day and time needs none of those that have only one of them."""
    if not any(each.role is ColumnRole.DATE_TIME for each in columns):
        return columns
    named = {each.role for each in columns if _OF_THE_APPOINTMENT.search(plain(each.heading))}
    apart = {ColumnRole.DATE, ColumnRole.TIME} <= named and ColumnRole.DATE_TIME not in named
    # "Booking date" with a time is when somebody booked, where "Appointment date" and "time" stand beside it.
    spare = (ColumnRole.DATE_TIME,) if apart else (ColumnRole.DATE, ColumnRole.TIME)
    return [replace(each, role=ColumnRole.NOTHING) if each.role in spare else each for each in columns]


def _once(columns: list[Column]) -> list[Column]:
    """Of two columns for the same, the first that has any cells; of days, the one of the appointment."""
    kept: list[Column] = []
    for column in columns:
        alike = [each for each in columns if each.role is column.role]
        filled = [each for each in alike if each.cells] or alike
        named = [each for each in filled if _OF_THE_APPOINTMENT.search(plain(each.heading))]
        first = (named if named and column.role in _WHEN else filled)[0]
        spare = column.role not in SEVERAL and column is not first
        kept.append(replace(column, role=ColumnRole.NOTHING) if spare else column)
    return kept
