"""What an import would do: row by row, before anything is done."""

import hashlib
import json
from dataclasses import asdict, dataclass

from intake.config import Settings
from intake.i18n import format_day, gettext, ngettext
from intake.services.appointments import importing
from intake.services.appointments.importing import Contents, Expected
from intake.services.appointments.patients import Directory
from intake.services.context import Operation
from intake.storage.models import Appointment, AppointmentState, Patient
from intake.web.reception.appointment_form import sexes
from intake.web.reception.row_check import USUAL_MINUTES, Checked, check


@dataclass(frozen=True)
class PlanLine:
    """One row of the file. `standing` is the appointment that it made in an earlier import.

    `more` is what the file says besides; `remarks` is what reception should know before it is imported.
    """

    checked: Checked
    standing: Appointment | None = None
    more: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        """Its row in the table, or its place in the calendar."""
        return self.checked.row.number

    @property
    def expected(self) -> Expected | None:
        """What it asks for; None when it is left out."""
        return self.checked.expected

    @property
    def cancelled(self) -> bool:
        """The file says that the patient does not come, or did not."""
        return self.checked.row.cancelled


@dataclass(frozen=True)
class ImportPlan:
    """Every row of a file, the columns that are not read, and `notes` on what the file is like."""

    lines: tuple[PlanLine, ...]
    unread: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def cancelled(self) -> list[PlanLine]:
        """The rows of those who do not come, or did not."""
        return [line for line in self.lines if line.cancelled]

    @property
    def gone_by(self) -> list[PlanLine]:
        """The rows that have nothing wrong but their time."""
        return [line for line in self.lines if line.checked.gone_by and not line.cancelled]

    @property
    def left_out(self) -> list[PlanLine]:
        """The rows that cannot be imported as they stand."""
        lines = (line for line in self.lines if line.expected is None and not line.cancelled)
        return [line for line in lines if not line.checked.gone_by]

    @property
    def new(self) -> list[PlanLine]:
        """The rows that would make an appointment."""
        lines = (line for line in self.lines if line.expected and not line.cancelled)
        return [line for line in lines if line.standing is None]

    @property
    def there(self) -> list[PlanLine]:
        """The rows that made one before."""
        return [line for line in self.lines if line.standing is not None and not line.cancelled]

    @property
    def expected(self) -> list[Expected]:
        """What the file asks for, whether it is in already or not."""
        return [line.expected for line in self.lines if line.expected and not line.cancelled]

    @property
    def fingerprint(self) -> str:
        """It changes with anything that would be imported, so that what was looked at is what is done.

        Safety: and with who is taken for whom, which may be somebody else than when the rows were shown.
        """
        done = [(asdict(line.expected), line.remarks) for line in self.new if line.expected]
        told = json.dumps(done, default=str, sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()

    @property
    def button(self) -> str:
        """What pressing it does."""
        imports = ngettext("Import %(num)s appointment", "Import %(num)s appointments", len(self.new))
        out = len(self.left_out) + len(self.gone_by) + len(self.cancelled)
        if not out:
            return imports
        without = ngettext("%(num)s row is left out", "%(num)s rows are left out", out)
        return f"{imports}; {without}"


def make_plan(op: Operation, contents: Contents) -> ImportPlan:
    """Hold the rows of a file against what is here."""
    rows = check(contents.rows, settings=op.settings, now=op.now)
    there = importing.known(op, [row.expected.source for row in rows if row.expected])
    directory = Directory(op.session)

    def line(row: Checked) -> PlanLine:
        if row.expected is None or row.wanted is None:
            return PlanLine(row)
        more = _more(row.expected, op.settings)
        noted = row.row.remarks
        standing = there.get(row.expected.source)
        if standing is not None:
            return PlanLine(row, standing, more, (*noted, *_differences(row.expected, standing)))
        return PlanLine(row, None, more, (*noted, *_resembles(row.expected, directory)))

    return ImportPlan(tuple(map(line, rows)), contents.unread, contents.notes)


def _more(expected: Expected, settings: Settings) -> tuple[str, ...]:
    booking = expected.booking
    sex = next((str(option.text) for option in sexes() if option.id == booking.sex_at_birth), None)
    minutes = gettext("%(minutes)s minutes", minutes=expected.minutes)
    said = (
        minutes if expected.minutes != USUAL_MINUTES else None,
        sex,
        gettext("number %(number)s", number=booking.number) if booking.number else None,
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


def _resembles(expected: Expected, directory: Directory) -> tuple[str, ...]:
    """What the clinic knows of somebody like this."""
    name, born = expected.booking.name, expected.booking.date_of_birth
    same = directory.same(name, born, expected.booking.number)
    if same is not None:
        return (gettext("Known here: another appointment of %(who)s.", who=_in_words(same)),)
    alike = directory.alike(name, born)
    return tuple(
        gettext("Is this another person? Known here is %(who)s.", who=_in_words(each)) for each in alike
    )


def _in_words(patient: Patient) -> str:
    """ "Iris Example, born 9 March 1962"."""
    return gettext("%(name)s, born %(day)s", name=patient.name, day=format_day(patient.date_of_birth))
