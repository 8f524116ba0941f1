"""A row of a file, checked like the form by hand: what it asks for, or every reason why it cannot be."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from werkzeug.datastructures import MultiDict

from intake.config import Settings
from intake.i18n import format_day, gettext
from intake.services.appointments import identifiers
from intake.services.appointments.booking import USUAL_MINUTES, Booking
from intake.services.appointments.importing import Expected, ImportRow
from intake.services.appointments.importing.dates import (
    UncertainDate,
    day_in,
    evidence,
    month_first,
    slashed,
)
from intake.text import record_number
from intake.text.record_number import NUMBER_OF
from intake.web import reasons
from intake.web.facts import sexes
from intake.web.reception.appointment_form import AppointmentForm

# How long a cell can be, in characters.
LONGEST_CELLS = {
    "name": 200,
    "phone": 50,
    "email": 200,
    "clinician": 200,
    "number": 50,
    "needs": 500,
    "id": 500,
}
# Where the form by hand has the same under another name.
BOXES = {"date": "day", "date_of_birth": "dob_day", "clinician": "with_whom"}
COLUMN_OF = {box: column for column, box in BOXES.items()}
DATES = ("date", "date_of_birth")


@dataclass(frozen=True)
class Checked:
    """A row, what the form by hand makes of it, and what it asks for; None when `reasons` are against it.

    `faults` has the reasons by our column, for those that a column can be blamed for. `gone_by`: nothing is
    wrong with it but that its time has gone by.
    """

    row: ImportRow
    wanted: Booking | None = None
    expected: Expected | None = None
    reasons: tuple[str, ...] = ()
    faults: Mapping[str, str] = field(default_factory=dict)
    gone_by: bool = False


def check(rows: Iterable[ImportRow], *, settings: Settings, now: datetime) -> tuple[Checked, ...]:
    """Every row, in its order."""
    rows = tuple(rows)
    wrong_way = month_first(row.cells[column] for row in rows for column in DATES)
    settled = evidence(row.cells[column] for row in rows for column in DATES).day_first
    each_checked = [_RowCheck(row, wrong_way, settings, now).result() for row in rows]
    if not settled and not wrong_way:
        each_checked = list(map(_with_open_dates, each_checked))
    return tuple(_once(each_checked))


class _RowCheck:
    """One pass over a row that gathers what is wrong instead of stopping at the first."""

    def __init__(self, row: ImportRow, wrong_way: str | None, settings: Settings, now: datetime) -> None:
        self.row, self.cells = row, row.cells
        self.wrong_way, self.settings, self.now = wrong_way, settings, now
        self.reasons: dict[str, str] = {}
        self.numbers: tuple[tuple[str, str], ...] = ()
        self.gone_by = False

    def result(self) -> Checked:
        if self.row.problems:
            return Checked(self.row, reasons=self.row.problems)
        for column, why in self.row.faults.items():
            self._wrong(column, why)
        self._look_at_the_letters()
        form = self._form()
        language = self._language()
        self.numbers = tuple(self._numbers())
        wanted = form.booking()
        starts_at = self._starts_at(wanted)
        for box, why in form.problems:
            self.reasons.setdefault(box, why)
        if wanted is None or self.reasons:
            return self._refused(form)
        return Checked(self.row, wanted, self._expected(wanted, starts_at, language))

    def _refused(self, form: AppointmentForm) -> Checked:
        faults = {COLUMN_OF.get(box, box): why for box, why in self.reasons.items()}
        gone_by = len(self.reasons) == 1 and (self.gone_by or _is_past(form))
        return Checked(
            self.row, reasons=tuple(dict.fromkeys(self.reasons.values())), faults=faults, gone_by=gone_by
        )

    def _look_at_the_letters(self) -> None:
        for column, words in self.cells.items():
            limit = LONGEST_CELLS.get(column, 50)
            if len(words) > limit:
                why = gettext(
                    "“%(column)s” can have at most %(limit)s characters", column=column, limit=limit
                )
            elif words.startswith(("=", "@")):
                why = gettext("“%(column)s” begins like a formula of a spreadsheet", column=column)
            elif "\ufffd" in words:
                why = gettext("“%(column)s” holds a letter that cannot be read", column=column)
            else:
                continue
            self._wrong(column, why)

    def _form(self) -> AppointmentForm:
        """The form by hand with the row in its boxes."""
        day, born = self._day("date"), self._day("date_of_birth")
        typed = {
            "name": self.cells["name"],
            "sex_at_birth": self._sex(),
            "phone": self.cells["phone"],
            "email": self.cells["email"],
            "day": day.isoformat() if day else "",
            "time": self._time(),
            "with_whom": self.cells["clinician"],
            "minutes": self.cells["minutes"],
        }
        if born:
            typed |= {"dob_day": f"{born.day}", "dob_month": f"{born.month}", "dob_year": f"{born.year:04}"}
        today = self.settings.today(self.now)
        return AppointmentForm(MultiDict(typed), zone=self.settings.zone, today=today)

    def _day(self, column: str) -> date | None:
        text = self.cells[column]
        if not text:
            return None
        if self.wrong_way and slashed(text):
            why = gettext(
                "In this file the month seems to come first (“%(date)s”). Write dates as 2026-11-30.",
                date=self.wrong_way,
            )
            self._wrong(column, why)
            return None
        try:
            return day_in(text)
        except UncertainDate as reason:
            self._wrong(column, reason.why)
            return None

    def _time(self) -> str:
        text = self.cells["time"]
        if re.fullmatch(r"0?[.,][0-9]+", text):
            why = gettext(
                "“%(text)s” is how a spreadsheet counts hours. Give the column a time format.", text=text
            )
            self._wrong("time", why)
        return re.sub(r"^([0-9]{1,2}:[0-9]{2}):00$", r"\1", text)

    def _sex(self) -> str:
        chosen = self.cells["sex_at_birth"].casefold()
        known = [option.id for option in sexes()]
        if chosen and chosen not in known:
            why = gettext("The sex recorded at birth is one of these: %(known)s", known=", ".join(known))
            self._wrong("sex_at_birth", why)
        return chosen

    def _language(self) -> str:
        chosen = self.cells["language"].casefold() or self.settings.language
        if self.cells["language"] and chosen not in self.settings.offered:
            offered = ", ".join(self.settings.offered)
            self._wrong("language", gettext("The language is one of these: %(offered)s", offered=offered))
        return chosen

    def _numbers(self) -> Iterator[tuple[str, str]]:
        """The numbers of the other record systems that the clinic has named."""
        for system, name in identifiers.systems(self.settings).items():
            try:
                read = record_number.read(system, self.cells.get(NUMBER_OF + system, ""))
            except record_number.NotARecordNumber as problem:
                self._wrong(NUMBER_OF + system, f"{name}: {reasons.RECORD_NUMBER[problem.reason]}")
            else:
                yield from [(system, read)] if read else []

    def _starts_at(self, wanted: Booking | None) -> datetime:
        if wanted is None:
            return self.now
        starts_at = self.row.starts_at or wanted.starts_at
        if starts_at <= self.now:
            self._wrong("time", gettext("The time of the appointment has gone by"))
            self.gone_by = True
        return starts_at

    def _expected(self, wanted: Booking, starts_at: datetime, language: str) -> Expected:
        booking = replace(
            wanted,
            starts_at=starts_at,
            number=self.cells["number"] or None,
            needs=self.cells["needs"] or None,
            numbers=self.numbers,
        )
        minutes = wanted.minutes or USUAL_MINUTES
        return Expected(self.row.source or _person_then(booking), booking, minutes, language)

    def _wrong(self, column: str, why: str) -> None:
        self.reasons.setdefault(BOXES.get(column, column), why)


def _with_open_dates(checked: Checked) -> Checked:
    """Safety: where nothing in a calendar tells which way round its dates are, how each was read is said."""
    row = checked.row
    open_dates = [text for column in DATES if slashed(text := row.cells[column]) and evidence([text]).open]
    said = [
        gettext("“%(text)s” is read as %(day)s. Check it.", text=text, day=format_day(day_in(text)))
        for text in open_dates
        if checked.expected is not None
    ]
    return replace(checked, row=replace(row, remarks=(*row.remarks, *said))) if said else checked


def _once(rows: Iterable[Checked]) -> Iterator[Checked]:
    """The rows, the second of two that are the same one refused; who does not come is in nobody's way."""
    seen: dict[str, int] = {}
    for row in rows:
        expected = row.expected
        if expected is None or row.row.cancelled:
            yield row
            continue
        keys = expected.source, _person_then(expected.booking)
        first = next((seen[key] for key in keys if key in seen), None)
        if first is not None:
            why = gettext("It appears twice in this file: it is row %(number)s already", number=first)
            row = replace(row, expected=None, reasons=(why,))
        else:
            seen |= dict.fromkeys(keys, row.row.number)
        yield row


def _is_past(form: AppointmentForm) -> bool:
    return bool(form.day.errors) and form.day.data is not None and form.day.data < form.today


def _person_then(booking: Booking) -> str:
    """What recognises a row that brings no id of its own."""
    return f"person {booking.name.casefold()} {booking.date_of_birth} {booking.starts_at.timestamp():.0f}"
