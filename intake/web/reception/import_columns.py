"""The page that says what the columns of a table hold, and what else has to be known: plain values."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from intake.i18n import gettext
from intake.services.appointments.importing.dates import Century, Order
from intake.services.appointments.importing.headings import NAMES_OF_ROLES, ColumnRole
from intake.services.appointments.importing.mapping import Column
from intake.services.appointments.importing.table import Line, Openness, TableReading
from intake.web.reception.import_choices import FileSaid

_SAMPLES, _SHOWN = 3, 60


@dataclass(frozen=True)
class ColumnView:
    """A column with its heading, a few of its cells, and what it holds."""

    place: int
    heading: str
    samples: tuple[str, ...]
    role: str


@dataclass(frozen=True)
class OrderExample:
    """A date of the file that can be read both ways."""

    text: str
    day_first: date
    month_first: date


@dataclass(frozen=True)
class StatusView:
    """A word for how somebody stands, and whether they come; None where it was not said."""

    place: int
    words: str
    comes: bool | None


@dataclass(frozen=True)
class TopLine:
    """A line that may name the columns."""

    number: int
    words: str


@dataclass(frozen=True)
class ColumnsView:
    """What is known of a table and what is asked. `known`: what its columns hold was said before.

    `missing` are the names of what nothing fills yet. `told_elsewhere` are dates with only one reading.

    `problems` are (id of a box, words) pairs for what was pressed on without.
    """

    columns: tuple[ColumnView, ...]
    roles: tuple[tuple[str, str], ...]
    known: bool
    header: int
    tops: tuple[TopLine, ...]
    missing: tuple[str, ...]
    twice: tuple[str, ...]
    gender: tuple[str, ...]
    order_examples: tuple[OrderExample, ...]
    told_elsewhere: tuple[str, ...]
    order: str
    short_years: tuple[str, ...]
    century: str
    statuses: tuple[StatusView, ...]
    problems: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, table: TableReading, said: FileSaid, *, pressed: bool = False) -> "ColumnsView":
        """The page of this table; `pressed`: the questions were there already, and are still open."""
        return cls(
            columns=tuple(_column(place, each) for place, each in enumerate(table.columns)),
            known=(said.choices.roles is not None or table.own) and not (table.missing or table.twice),
            roles=tuple((role.value, str(words)) for role, words in NAMES_OF_ROLES.items()),
            header=table.header,
            tops=tuple(map(_top, table.tops)),
            missing=_missing(table),
            twice=table.twice,
            gender=table.gender,
            order_examples=tuple(map(_example, table.open_days)),
            told_elsewhere=table.told_elsewhere,
            order=said.choices.order or "",
            short_years=table.short_years,
            century=said.choices.century or "",
            statuses=tuple(StatusView(place, words, None) for place, words in enumerate(table.statuses)),
            problems=_problems(table) if pressed else (),
        )


def _column(place: int, column: Column) -> ColumnView:
    samples = dict.fromkeys(each[:_SHOWN] for each in column.cells)
    return ColumnView(place, column.heading, tuple(samples)[:_SAMPLES], column.role.value)


def _top(line: Line) -> TopLine:
    return TopLine(line.number, " · ".join(filter(None, line.cells))[:_SHOWN])


def _example(each: Openness) -> OrderExample:
    return OrderExample(each.text, each.day_first, each.month_first)


def _missing(table: TableReading) -> tuple[str, ...]:
    return tuple(str(NAMES_OF_ROLES[ColumnRole(name)]) for name in table.missing)


def _problems(table: TableReading) -> tuple[tuple[str, str], ...]:
    """(id of a box, words) for everything that is still open."""
    return (*_of_columns(table), *_of_questions(table))


def _of_columns(table: TableReading) -> Iterator[tuple[str, str]]:
    for name in _missing(table):
        yield "column-0", gettext("No column holds: %(name)s", name=name)
    for place, each in enumerate(table.columns):
        if each.heading in table.twice:
            yield f"column-{place}", gettext("“%(heading)s” holds the same as another", heading=each.heading)


def _of_questions(table: TableReading) -> Iterator[tuple[str, str]]:
    if table.open_days:
        yield f"order-{Order.DAY_FIRST}", gettext("Say whether the day or the month comes first")
    if table.short_years:
        yield f"century-{Century.LAST_HUNDRED_YEARS}", gettext("Say in which century the patients were born")
    for place, status in enumerate(table.statuses):
        yield f"comes-{place}-yes", gettext("Say what the status “%(status)s” means", status=status)
