"""What an import would do: row by row, before anything is done."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from intake.config import Settings
from intake.i18n import gettext, ngettext
from intake.services.appointments import identifiers
from intake.services.appointments.booking import USUAL_MINUTES
from intake.services.appointments.clinicians import Account, Clinicians
from intake.services.appointments.diary import Diary, Slot
from intake.services.appointments.importing import Contents, Expected, FileChanges, FileRow, Offer
from intake.services.appointments.importing.changes import RowState
from intake.services.appointments.importing.changes import find as find_changes
from intake.services.appointments.importing.clinician_names import UnknownName, resolved, unknown
from intake.services.appointments.matching import NOBODY_ALIKE, Directory, PersonMatch, WhoChoice, match_rows
from intake.services.context import Operation
from intake.web.facts import sexes
from intake.web.reception.import_who import Boxes, choice_in, remark_on
from intake.web.reception.row_check import Checked, check


@dataclass(frozen=True)
class PlanLine:
    """One row of the file. `state` is what there is already of it, or would be changed by it.

    `more` is what the file says besides; `remarks` is what reception should know before it is imported.
    `match` is who it could be about, and `choice` what was said of that. `waits_for` is the row that has to
    be told apart first: this one where nobody has said who it is about, or one that it repeats.
    """

    checked: Checked
    state: RowState | None = None
    more: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    offer: Offer | None = None
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

    @property
    def is_new(self) -> bool:
        """It asks for an appointment that is not in, and changes none that is."""
        wanted = self.checked.expected is not None and not self.cancelled
        return wanted and self.state is None and self.offer is None

    @property
    def cancelled(self) -> bool:
        """The file says that the patient does not come, or did not."""
        return self.checked.row.cancelled


@dataclass(frozen=True)
class ImportPlan:
    """Every row of a file, what has vanished from it, and the names in it that mean nobody yet."""

    lines: tuple[PlanLine, ...]
    contents: Contents
    vanished: tuple[Offer, ...] = ()
    unknown_names: tuple[UnknownName, ...] = ()
    accounts: tuple[Account, ...] = ()

    @property
    def cancelled(self) -> list[PlanLine]:
        """The rows of those who do not come, or did not, where that changes nothing here."""
        return [line for line in self.lines if line.cancelled and line.offer is None]

    @property
    def gone_by(self) -> list[PlanLine]:
        """The rows that have nothing wrong but their time."""
        return [line for line in self._refused if line.checked.gone_by]

    @property
    def left_out(self) -> list[PlanLine]:
        """The rows that cannot be imported as they stand."""
        return [line for line in self._refused if not line.checked.gone_by]

    @property
    def _refused(self) -> list[PlanLine]:
        lines = (line for line in self.lines if not line.cancelled)
        return [line for line in lines if line.expected is None and line.offer is None]

    @property
    def new(self) -> list[PlanLine]:
        """The rows that would make an appointment."""
        return [line for line in self.lines if line.is_new]

    @property
    def there(self) -> list[PlanLine]:
        """The rows that made one before, and change nothing."""
        lines = (line for line in self.lines if line.expected and not line.cancelled)
        return [line for line in lines if line.state and line.offer is None]

    @property
    def offers(self) -> tuple[Offer, ...]:
        """What could be done with appointments that are in already."""
        return (*(line.offer for line in self.lines if line.offer is not None), *self.vanished)

    @property
    def ready(self) -> list[PlanLine]:
        """The new rows that can be made as they are."""
        return [line for line in self.new if line.waits_for is None]

    @property
    def not_told_apart(self) -> list[PlanLine]:
        """The new rows of which nobody has said who they are about."""
        return [line for line in self.new if line.waits_for is not None]

    @property
    def doable(self) -> list[PlanLine]:
        """The rows that ask for an appointment and can be made, whether they are in already or not."""
        return [*self.ready, *self.there]

    @property
    def rows(self) -> list[FileRow]:
        """Every row with what it asks for."""
        return [FileRow(line.checked.row, line.expected) for line in self.lines]

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
        out = len(self.left_out) + len(self.gone_by) + len(self.cancelled)
        if not out:
            return imports
        without = ngettext("%(num)s row is left out", "%(num)s rows are left out", out)
        return f"{imports}; {without}"


def make_plan(op: Operation, contents: Contents, answers: Mapping[str, str]) -> ImportPlan:
    """Hold the rows of a file against what is here; `answers` are the boxes of the page before."""
    clinicians = Clinicians(op)
    rows = [
        replace(each, expected=resolved(clinicians, each.row, each.expected)) if each.expected else each
        for each in check(contents.rows, settings=op.settings, now=op.now)
    ]
    changes = find_changes(op, [FileRow(each.row, each.expected) for each in rows], contents.shape)
    lines = [_line(op, each, changes) for each in rows]
    lines = _with_times(op, _told_apart(op, lines, answers))
    asked = [FileRow(line.checked.row, line.expected) for line in lines if line.state is None or line.offer]
    return ImportPlan(
        tuple(lines),
        contents,
        changes.vanished,
        unknown(clinicians, asked),
        clinicians.accounts,
    )


def _line(op: Operation, row: Checked, changes: FileChanges) -> PlanLine:
    state = changes.states.get(row.row.number)
    more = _more(row.expected, op.settings) if row.expected else ()
    offer = state.offer if state is not None else changes.paired.get(row.row.number)
    if row.row.cancelled and offer is None:
        why = gettext("It is cancelled in the file, and it is not in here.")
        return PlanLine(replace(row, reasons=state.remarks if state is not None else (why,)), state)
    if row.expected is None and state is not None and state.remarks:
        return PlanLine(replace(row, reasons=state.remarks), state)
    remarks = (*row.row.remarks, *(state.remarks if state is not None else ()))
    return PlanLine(row, state, more, remarks, offer)


def _told_apart(op: Operation, lines: Sequence[PlanLine], answers: Mapping[str, str]) -> list[PlanLine]:
    """The rows, with whom each new one could be about and what was said of that."""
    people = [(line.number, line.expected.booking.person) for line in lines if line.expected and line.is_new]
    matches = match_rows(Directory(op), people)
    waiting: dict[int, int] = {}

    def told(line: PlanLine) -> PlanLine:
        match = matches.get(line.number)
        if match is None:
            return line
        choice = choice_in(answers, Boxes.of_row(line.number), match)
        waits_for = _waits_for(line.number, match, choice, waiting)
        if waits_for is not None:
            waiting[line.number] = waits_for
        remarks = (*line.remarks, *map(remark_on, match.others))
        return replace(line, remarks=remarks, match=match, choice=choice, waits_for=waits_for)

    return list(map(told, lines))


def _waits_for(
    number: int, match: PersonMatch, choice: WhoChoice | None, waiting: Mapping[int, int]
) -> int | None:
    """Which row has to be told apart before this one can be made."""
    if match.is_question and choice is None:
        return number
    certain = match.certain
    chosen = match.candidate(choice.who) if choice else certain
    return waiting.get(match.repeats or (chosen.row if chosen and chosen.row else 0))


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
        *(f"{identifiers.name_of(system, settings)} {value}" for system, value in booking.numbers),
        gettext("language %(code)s", code=expected.language)
        if expected.language != settings.language
        else None,
        gettext("needs: %(needs)s", needs=booking.needs) if booking.needs else None,
    )
    return tuple(each for each in said if each)
