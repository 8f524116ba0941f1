"""The cells of a row as the form by hand would have them: one name, one day, one time, and so on.

What cannot be read stays as it is written, with a fault of its column; nothing is dropped without a remark.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from intake.i18n import gettext
from intake.services.appointments.importing import damage, times, words
from intake.services.appointments.importing.dates import (
    Century,
    Order,
    UncertainDate,
    day_in,
    two_centuries,
)
from intake.services.appointments.importing.headings import ColumnRole, plain
from intake.services.appointments.importing.rows import COLUMNS, ImportRow
from intake.services.appointments.importing.times import Clock, Moment
from intake.text import number
from intake.text.record_number import NUMBER_OF

# An appointment is never a hundred years ago: of two figures of a year it is the one that lies about now.
_FAR_AHEAD = timedelta(days=20 * 365)
_LONGEST_PHONES = 50


@dataclass(frozen=True)
class Manner:
    """How a file writes things. `orders` has the way round of days by role; `letters` are those of its sexes.

    `region` is the clinic's country, for telephone numbers; None when not known.
    """

    zone: ZoneInfo
    today: date | None = None
    region: str | None = None
    orders: Mapping[ColumnRole, Order | None] = field(default_factory=dict)
    century: Century | None = None
    comes: Mapping[str, bool] = field(default_factory=dict)
    letters: frozenset[str] = frozenset()


def row_of(number: int, cells: Mapping[ColumnRole, Sequence[str]], manner: Manner) -> ImportRow:
    """The row of a table; `cells` has what stands in the columns of each role."""
    return _Row(number, cells, manner).result()


def with_numbers(row: ImportRow, numbers: Mapping[str, str], manner: Manner) -> ImportRow:
    """The row with its numbers of other record systems, read like any number."""
    read = {cell: _read(cell, text, manner) for cell, text in numbers.items()}
    faults = {cell: each.fault for cell, each in read.items() if each.fault}
    remarks = tuple(each.remark for each in read.values() if each.remark)
    cells = {cell: each.text for cell, each in read.items()}
    return replace(
        row,
        cells={**row.cells, **cells},
        faults={**row.faults, **faults},
        remarks=(*row.remarks, *remarks),
    )


def mended(row: ImportRow, typed: Mapping[str, str], manner: Manner) -> ImportRow:
    """The row with what was typed over its cells, by our own names of columns; it is read like the file."""
    typed = {name: said for name, said in typed.items() if said != row.cells.get(name, said)}
    faults = {name: why for name, why in row.faults.items() if name not in typed}
    cells, remarks = dict(row.cells), list(row.remarks)
    for name, said in typed.items():
        read = _read(name, said, manner)
        cells[name] = read.text
        if read.fault:
            faults[name] = read.fault
        remarks.extend(filter(None, [read.remark]))
    starts_at = None if typed.keys() & {"date", "time"} else row.starts_at
    return replace(
        row, cells=cells, faults=faults, remarks=tuple(dict.fromkeys(remarks)), starts_at=starts_at
    )


class _Row:
    """One pass over the cells of a row, that gathers faults and remarks by column."""

    def __init__(self, number: int, cells: Mapping[ColumnRole, Sequence[str]], manner: Manner) -> None:
        self.number, self.written, self.manner = number, cells, manner
        self.cells = dict.fromkeys(COLUMNS, "")
        self.faults: dict[str, str] = {}
        self.remarks: list[str] = []

    def result(self) -> ImportRow:
        self._take("name", self._name())
        self._take("date_of_birth", self._first(ColumnRole.DATE_OF_BIRTH))
        for role in (
            ColumnRole.SEX,
            ColumnRole.EMAIL,
            ColumnRole.NUMBER,
            ColumnRole.CLINICIAN,
            ColumnRole.LANGUAGE,
            ColumnRole.NEEDS,
            ColumnRole.ID,
        ):
            self._take(role.value, self._first(role))
        self._phones()
        starts_at = self._when()
        source = f"sheet {self.cells['id']}" if self.cells["id"] else None
        return ImportRow(
            self.number,
            self.cells,
            starts_at,
            source,
            faults=self.faults,
            remarks=tuple(dict.fromkeys(self.remarks)),
            cancelled=self._cancelled(),
        )

    def _first(self, role: ColumnRole) -> str:
        return next(iter(self.written.get(role, ())), "")

    def _take(self, name: str, text: str) -> None:
        read = _read(name, text, self.manner)
        self.cells[name] = read.text
        if read.fault:
            self.faults[name] = read.fault
        self.remarks.extend(filter(None, [read.remark]))

    def _name(self) -> str:
        parts = [
            self._first(role)
            for role in (ColumnRole.FIRST_NAME, ColumnRole.MIDDLE_NAME, ColumnRole.LAST_NAME)
        ]
        whole = words.whole_name(self._first(ColumnRole.NAME))
        # Of a whole name beside a last one, nothing is lost.
        return whole if whole and not parts[0] else " ".join(filter(None, parts)) or whole

    def _phones(self) -> None:
        found = [*self.written.get(ColumnRole.PHONE, ()), *self.written.get(ColumnRole.OTHER_PHONE, ())]
        if not found:
            return
        read = {each: _read("phone", each, self.manner) for each in found if not damage.is_blank(each)}
        faults = [each.fault for each in read.values() if each.fault]
        self.remarks.extend(each.remark for each in read.values() if each.remark)
        numbers = {number.digits_of(each.text) or each.text: each.text for each in read.values()}
        said = ", ".join(numbers.values())
        if len(said) > _LONGEST_PHONES and len(numbers) > 1:
            kept = next(iter(numbers.values()))
            rest = said.removeprefix(kept).strip(", ")
            self.remarks.append(gettext("Only one telephone number is taken. Left out: %(rest)s", rest=rest))
            said = kept
        self.cells["phone"] = said
        if faults:
            self.faults["phone"] = faults[0]

    def _when(self) -> datetime | None:
        """Day, time and minutes; the exact moment where the file says how far it is from UTC."""
        stretch = times.split(self._first(ColumnRole.DATE_TIME))
        day_cell, time_cell = times.split(self._first(ColumnRole.DATE)), self._first(ColumnRole.TIME)
        clock = times.clock_alone(time_cell)
        clock = clock or (None if time_cell else stretch.clock or day_cell.clock)
        self._take("date", stretch.day or day_cell.day)
        self._take("time", f"{clock.at:%H:%M}" if clock else time_cell)
        until = stretch.until or times.split(time_cell).until
        self._minutes(clock, stretch.day or day_cell.day, until)
        return self._moment(clock)

    def _minutes(self, clock: Clock | None, day: str, until: Clock | None) -> None:
        said = self._first(ColumnRole.MINUTES)
        ends = times.split(self._first(ColumnRole.END))
        until = until or ends.clock or times.bare(self._first(ColumnRole.END))
        if not damage.is_blank(said) or clock is None or until is None:
            self._take("minutes", said)
            return
        length = datetime.combine(date.min, until.at) - datetime.combine(date.min, clock.at)
        length += self._nights(day, ends)
        lasts = int(length.total_seconds() // 60)
        if lasts <= 0:
            self.faults["minutes"] = gettext("It ends before it begins.")
        self.cells["minutes"] = str(max(lasts, 0))

    def _nights(self, day: str, ends: Moment) -> timedelta:
        """How many days lie between the day of the beginning and that of the end."""
        if not ends.day:
            return timedelta(0)
        try:
            begins_on = self._appointment_day(day, ColumnRole.DATE_TIME)
            return self._appointment_day(ends.day, ColumnRole.END) - begins_on
        except UncertainDate:
            return timedelta(0)

    def _appointment_day(self, text: str, role: ColumnRole) -> date:
        orders = self.manner.orders
        return day_in(
            text,
            order=orders.get(role, orders.get(ColumnRole.DATE)),
            century=Century.LAST_HUNDRED_YEARS,
            today=_about_now(self.manner),
        )

    def _moment(self, clock: Clock | None) -> datetime | None:
        if clock is None or clock.offset is None or "date" in self.faults or not self.cells["date"]:
            return None
        there = timezone(clock.offset)
        begins = datetime.combine(date.fromisoformat(self.cells["date"]), clock.at, there)
        here = begins.astimezone(self.manner.zone)
        self.cells |= {"date": f"{here.date()}", "time": f"{here:%H:%M}"}
        return here

    def _cancelled(self) -> bool:
        if any(map(words.says_yes, self.written.get(ColumnRole.CANCELLED, ()))):
            return True
        read = [(each, self._comes(each)) for each in self.written.get(ColumnRole.STATUS, ())]
        unknown = next((said for said, comes in read if comes is None), None)
        if unknown is not None:
            why = gettext("Status “%(status)s”: it is not known whether the patient comes.", status=unknown)
            self.faults["status"] = why
        return any(comes is False for _, comes in read)

    def _comes(self, status: str) -> bool | None:
        return self.manner.comes.get(plain(status), words.comes(status))


def _read(name: str, text: str, manner: Manner) -> damage.Mended:
    """A cell of one of our columns."""
    if name != "name" and damage.is_blank(text):
        return damage.Mended("")
    if fault := damage.error_in(text):
        return damage.Mended(text, fault=fault)
    read = _number if name.startswith(NUMBER_OF) else _READERS.get(name)
    return read(text, manner) if read else damage.Mended(text)


def _birth(text: str, manner: Manner) -> damage.Mended:
    order = manner.orders.get(ColumnRole.DATE_OF_BIRTH, Order.DAY_FIRST)
    moment = times.split(text)
    words_of_day = moment.day or text
    try:
        day = day_in(words_of_day, order=order, century=manner.century, today=manner.today)
        if moment.clock and moment.clock.offset is not None:
            day = _born_on(text, day, moment.clock, manner)
    except UncertainDate as reason:
        return damage.Mended(text, fault=reason.why)
    years = two_centuries(words_of_day, manner.today) if manner.today else None
    if years is None:
        return damage.Mended(f"{day}")
    other = next(year for year in years if year != day.year)
    remark = gettext(
        "“%(text)s” is read as %(year)s. Check that it is not %(other)s.",
        text=text,
        year=day.year,
        other=other,
    )
    return damage.Mended(f"{day}", remark=remark)


def _born_on(text: str, day: date, clock: Clock, manner: Manner) -> date:
    """The day of birth in a moment: programs write an English 15 July as "1962-07-14T23:00:00Z"."""
    offset = clock.offset or timedelta(0)
    here = datetime.combine(day, clock.at, timezone(offset)).astimezone(manner.zone)
    if here.date() == day or clock.at == time(0):
        return day
    if here.time() == time(0):
        return here.date()
    why = gettext("“%(text)s” is a moment, and it is not sure of which day. Write the date alone.", text=text)
    raise UncertainDate(why)


def _day(text: str, manner: Manner) -> damage.Mended:
    orders = manner.orders
    order = orders.get(ColumnRole.DATE_TIME, orders.get(ColumnRole.DATE, Order.DAY_FIRST))
    try:
        return damage.Mended(
            f"{day_in(text, order=order, century=Century.LAST_HUNDRED_YEARS, today=_about_now(manner))}"
        )
    except UncertainDate as reason:
        return damage.Mended(text, fault=reason.why)


def _time(text: str, _: Manner) -> damage.Mended:
    clock = times.bare(text)
    return damage.Mended(f"{clock.at:%H:%M}" if clock else text)


def _minutes(text: str, _: Manner) -> damage.Mended:
    lasts = times.minutes(text)
    return damage.Mended(text if lasts is None else str(lasts))


def _sex(text: str, manner: Manner) -> damage.Mended:
    found = words.sex(text, manner.letters)
    if found != "":
        return damage.Mended(text if found is None else found)
    return damage.Mended("", remark=gettext("Sex “%(text)s”: left open; the patient is asked.", text=text))


def _phone(text: str, manner: Manner) -> damage.Mended:
    return damage.phone(text, manner.region)


def _number(text: str, _: Manner) -> damage.Mended:
    return damage.long_number(text)


def _language(text: str, _: Manner) -> damage.Mended:
    return damage.Mended(words.language(text))


def _about_now(manner: Manner) -> date | None:
    """The day by which a year of an appointment with two figures is read; None where it cannot be."""
    return manner.today + _FAR_AHEAD if manner.today else None


_READERS: Mapping[str, Callable[[str, Manner], damage.Mended]] = {
    "date_of_birth": _birth,
    "date": _day,
    "time": _time,
    "minutes": _minutes,
    "sex_at_birth": _sex,
    "phone": _phone,
    "number": _number,
    "id": _number,
    "language": _language,
}


def cells_of(roles: Iterable[ColumnRole], line: Sequence[str]) -> dict[ColumnRole, list[str]]:
    """What stands in a line, by what its columns hold; cells that are missing are empty."""
    found: dict[ColumnRole, list[str]] = {}
    for place, role in enumerate(roles):
        if role:
            found.setdefault(role, []).append(line[place] if place < len(line) else "")
    return found
