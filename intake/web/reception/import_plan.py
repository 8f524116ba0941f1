"""What an import would do: row by row, before anything is done."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace

from intake.config import Settings
from intake.i18n import gettext, ngettext
from intake.services.appointments import identifiers, importing
from intake.services.appointments.importing import Contents, Expected
from intake.services.appointments.importing.rows import number_column
from intake.services.appointments.matching import NOBODY_ALIKE, Directory, PersonMatch, WhoChoice, match_rows
from intake.services.context import Operation
from intake.storage.models import Appointment, AppointmentState
from intake.text.record_number import NUMBER_OF
from intake.web.facts import sexes
from intake.web.reception.import_who import Boxes, choice_in, remark_on
from intake.web.reception.row_check import USUAL_MINUTES, Checked, check


@dataclass(frozen=True)
class PlanLine:
    """One row of the file. `standing` is the appointment that it made in an earlier import.

    `more` is what the file says besides; `remarks` is what reception should know before it is imported.
    `match` is who it could be about, and `choice` what was said of that. `waits_for` is the row that has to
    be told apart first: this one where nobody has said who it is about, or one that it repeats.
    """

    checked: Checked
    standing: Appointment | None = None
    more: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    match: PersonMatch = NOBODY_ALIKE
    choice: WhoChoice | None = None
    waits_for: int | None = None

    @property
    def number(self) -> int:
        """Its row in the table, or its place in the calendar."""
        return self.checked.row.number

    @property
    def expected(self) -> Expected | None:
        """What it asks for, of whom that was said; None when it is left out."""
        wanted = self.checked.expected
        return replace(wanted, number=self.number, choice=self.choice) if wanted else None


@dataclass(frozen=True)
class ImportPlan:
    """Every row of a file, and the columns that are not read."""

    lines: tuple[PlanLine, ...]
    unread: tuple[str, ...]

    @property
    def left_out(self) -> list[PlanLine]:
        """The rows that cannot be imported."""
        return [line for line in self.lines if line.expected is None]

    @property
    def new(self) -> list[PlanLine]:
        """The rows that would make an appointment."""
        return [line for line in self.lines if line.expected and line.standing is None]

    @property
    def there(self) -> list[PlanLine]:
        """The rows that made one before."""
        return [line for line in self.lines if line.standing is not None]

    @property
    def ready(self) -> list[PlanLine]:
        """The new rows that can be made as they are."""
        return [line for line in self.new if line.waits_for is None]

    @property
    def not_told_apart(self) -> list[PlanLine]:
        """The new rows of which nobody has said who they are about."""
        return [line for line in self.new if line.waits_for is not None]

    @property
    def expected(self) -> list[Expected]:
        """What can be made of the file, whether it is in already or not."""
        return [line.expected for line in self.lines if line.expected and line.waits_for is None]

    @property
    def fingerprint(self) -> str:
        """It changes with anything that would be imported, so that what was looked at is what is done.

        Safety: and with who could be taken for whom, which may be others than when the rows were shown. What
        was said of that is not in it: it is what the page was to ask.
        """
        done = [
            (asdict(line.checked.expected), line.remarks, sorted(line.match.version_tokens))
            for line in self.new
            if line.checked.expected
        ]
        told = json.dumps(done, default=str, sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()

    @property
    def button(self) -> str:
        """What pressing it does."""
        imports = ngettext("Import %(num)s appointment", "Import %(num)s appointments", len(self.new))
        if not self.left_out:
            return imports
        without = ngettext("%(num)s row is left out", "%(num)s rows are left out", len(self.left_out))
        return f"{imports}; {without}"


def make_plan(op: Operation, contents: Contents, answers: Mapping[str, str]) -> ImportPlan:
    """Hold the rows of a file against what is here; `answers` are the boxes of the page before."""
    rows = check(contents.rows, settings=op.settings, now=op.now)
    there = importing.known(op, [row.expected.source for row in rows if row.expected])
    new = [
        (row.row.number, row.expected.booking.person)
        for row in rows
        if row.expected and row.expected.source not in there
    ]
    matches = match_rows(Directory(op), new)
    waiting: dict[int, int] = {}

    def line(row: Checked) -> PlanLine:
        if row.expected is None or row.wanted is None:
            return PlanLine(row)
        more = _more(row.expected, op.settings)
        standing = there.get(row.expected.source)
        if standing is not None:
            return PlanLine(row, standing, more, _differences(row.expected, standing))
        number, match = row.row.number, matches[row.row.number]
        choice = choice_in(answers, Boxes.of_row(number), match)
        waits_for = _waits_for(number, match, choice, waiting)
        if waits_for is not None:
            waiting[number] = waits_for
        return PlanLine(row, None, more, tuple(map(remark_on, match.others)), match, choice, waits_for)

    return ImportPlan(tuple(map(line, rows)), (*contents.unread, *_of_no_system(rows, op.settings)))


def _waits_for(
    number: int, match: PersonMatch, choice: WhoChoice | None, waiting: Mapping[int, int]
) -> int | None:
    """Which row has to be told apart before this one can be made."""
    if match.is_question and choice is None:
        return number
    certain = match.certain
    chosen = match.candidate(choice.who) if choice else certain
    return waiting.get(match.repeats or (chosen.row if chosen and chosen.row else 0))


def _of_no_system(rows: Iterable[Checked], settings: Settings) -> list[str]:
    """The columns with numbers of a record system that the clinic has not named."""
    columns = {column for row in rows for column in row.row.cells if number_column(column)}
    return sorted(columns - {NUMBER_OF + system for system in identifiers.systems(settings)})


def _more(expected: Expected, settings: Settings) -> tuple[str, ...]:
    booking = expected.booking
    sex = next((str(option.text) for option in sexes() if option.id == booking.sex_at_birth), None)
    minutes = gettext("%(minutes)s minutes", minutes=expected.minutes)
    said = (
        minutes if expected.minutes != USUAL_MINUTES else None,
        sex,
        gettext("number %(number)s", number=booking.number) if booking.number else None,
        *(f"{identifiers.name_of(system, settings)} {value}" for system, value in booking.numbers),
        gettext("language %(code)s", code=expected.language)
        if expected.language != settings.language
        else None,
        gettext("needs: %(needs)s", needs=booking.needs) if booking.needs else None,
    )
    return tuple(each for each in said if each)


def _differences(expected: Expected, standing: Appointment) -> tuple[str, ...]:
    if standing.state is AppointmentState.CANCELLED:
        return (gettext("It was cancelled here, and stays cancelled."),)
    patient = standing.patient
    here = standing.starts_at, standing.minutes, standing.with_whom, patient.name, patient.date_of_birth
    wanted = expected.booking
    said = wanted.starts_at, expected.minutes, wanted.with_whom, wanted.name, wanted.date_of_birth
    return () if here == said else (gettext("It differs from what stands here. Change it by hand."),)
