"""What an import would do: row by row, before anything is done."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace

from intake.config import Settings
from intake.i18n import format_day, gettext, ngettext
from intake.services.appointments.booking import USUAL_MINUTES
from intake.services.appointments.clinicians import Account, Clinicians
from intake.services.appointments.diary import Diary, Slot
from intake.services.appointments.importing import Contents, Expected, FileChanges, FileRow, Offer
from intake.services.appointments.importing.changes import RowState
from intake.services.appointments.importing.changes import find as find_changes
from intake.services.appointments.importing.clinician_names import UnknownName, resolved, unknown
from intake.services.appointments.patients import Directory
from intake.services.context import Operation
from intake.storage.models import Patient
from intake.web.reception.appointment_form import sexes
from intake.web.reception.row_check import Checked, check


@dataclass(frozen=True)
class PlanLine:
    """One row of the file. `state` is what there is already of it, or would be changed by it.

    `more` is what the file says besides; `remarks` is what reception should know before it is imported.
    """

    checked: Checked
    state: RowState | None = None
    more: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    offer: Offer | None = None

    @property
    def number(self) -> int:
        """Its row in the table, or its place in the calendar."""
        return self.checked.row.number

    @property
    def expected(self) -> Expected | None:
        """What it asks for; None when it is left out."""
        return self.checked.expected


@dataclass(frozen=True)
class ImportPlan:
    """Every row of a file, what has vanished from it, and the columns that are not read."""

    lines: tuple[PlanLine, ...]
    contents: Contents
    vanished: tuple[Offer, ...] = ()
    unknown_names: tuple[UnknownName, ...] = ()
    accounts: tuple[Account, ...] = ()

    @property
    def left_out(self) -> list[PlanLine]:
        """The rows that cannot be imported."""
        return [line for line in self.lines if line.expected is None and line.offer is None]

    @property
    def new(self) -> list[PlanLine]:
        """The rows that would make an appointment."""
        return [line for line in self.lines if line.expected and line.state is None and line.offer is None]

    @property
    def there(self) -> list[PlanLine]:
        """The rows that made one before, and change nothing."""
        return [line for line in self.lines if line.expected and line.state and line.offer is None]

    @property
    def offers(self) -> tuple[Offer, ...]:
        """What could be done with appointments that are in already."""
        return (*(line.offer for line in self.lines if line.offer is not None), *self.vanished)

    @property
    def expected(self) -> list[Expected]:
        """What the file asks for, whether it is in already or not."""
        return [line.expected for line in (*self.new, *self.there) if line.expected]

    @property
    def rows(self) -> list[FileRow]:
        """Every row with what it asks for."""
        return [FileRow(line.checked.row, line.expected) for line in self.lines]

    @property
    def fingerprint(self) -> str:
        """It changes with anything that would be imported, so that what was looked at is what is done.

        Safety: and with who is taken for whom, which may be somebody else than when the rows were shown.
        """
        done = [(asdict(line.expected), line.remarks) for line in self.new if line.expected]
        told = json.dumps([done, [asdict(each) for each in self.offers]], default=str, sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()

    @property
    def button(self) -> str:
        """What pressing it does."""
        if not self.new and self.offers:
            return gettext("Make the changes that are ticked")
        imports = ngettext("Import %(num)s appointment", "Import %(num)s appointments", len(self.new))
        if self.offers:
            imports = gettext("%(imports)s and make the changes that are ticked", imports=imports)
        if not self.left_out:
            return imports
        without = ngettext("%(num)s row is left out", "%(num)s rows are left out", len(self.left_out))
        return f"{imports}; {without}"


def make_plan(op: Operation, contents: Contents) -> ImportPlan:
    """Hold the rows of a file against what is here."""
    clinicians = Clinicians(op)
    rows = [
        replace(each, expected=resolved(clinicians, each.row, each.expected)) if each.expected else each
        for each in check(contents.rows, settings=op.settings, now=op.now)
    ]
    file_rows = [FileRow(each.row, each.expected) for each in rows]
    changes = find_changes(op, file_rows, contents.shape)
    directory = Directory(op.session)
    lines = [_line(op, each, changes, directory) for each in rows]
    lines = _with_times(op, lines)
    asked = [FileRow(line.checked.row, line.expected) for line in lines if line.state is None or line.offer]
    return ImportPlan(
        tuple(lines), contents, changes.vanished, unknown(clinicians, asked), clinicians.accounts
    )


def _line(op: Operation, row: Checked, changes: FileChanges, directory: Directory) -> PlanLine:
    state = changes.states.get(row.row.number)
    more = _more(row.expected, op.settings) if row.expected else ()
    offer = state.offer if state is not None else changes.paired.get(row.row.number)
    if state is None and row.row.cancelled:
        why = gettext("It is cancelled in the file, and it is not in here.")
        return PlanLine(replace(row, expected=None, reasons=(why,)))
    if row.expected is None and state is not None and state.remarks:
        return PlanLine(replace(row, reasons=state.remarks), state)
    if state is not None or offer is not None:
        return PlanLine(row, state, more, state.remarks if state is not None else (), offer)
    if row.expected is None:
        return PlanLine(row)
    return PlanLine(row, None, more, _resembles(row.expected, directory))


def _with_times(op: Operation, lines: list[PlanLine]) -> list[PlanLine]:
    """The rows with what there is to say about their times, as if the file had its way."""
    slots = {line.number: slot for line in lines if (slot := _slot(line)) is not None}
    diary = Diary(op, slots.values())
    for offer in (line.offer for line in lines if line.offer is not None):
        diary.remove(offer.appointment_id)
    for slot in slots.values():
        diary.add(slot)
    return [
        replace(line, remarks=(*line.remarks, *diary.remarks(slots[line.number])))
        if line.number in slots
        else line
        for line in lines
    ]


def _slot(line: PlanLine) -> Slot | None:
    """The time that a new row asks for, or that an appointment would be moved to."""
    offer, expected = line.offer, line.expected
    if offer is not None:
        if (at := offer.wanted) is None:
            return None
        return Slot(
            at.starts_at,
            at.minutes,
            at.with_whom,
            offer.name,
            offer.date_of_birth,
            appointment_id=offer.appointment_id,
        )
    if expected is None or line.state is not None:
        return None
    wanted = expected.booking
    return Slot(wanted.starts_at, expected.minutes, wanted.with_whom, wanted.name, wanted.date_of_birth)


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
