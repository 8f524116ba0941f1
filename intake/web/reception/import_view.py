"""What a file would do, as the page shows it: plain values, worked out from the plan."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from intake.config import Settings
from intake.i18n import Words
from intake.i18n import lazy as _
from intake.services.appointments import identifiers
from intake.services.appointments.importing import Expected
from intake.text.record_number import NUMBER_OF
from intake.web.reception.import_changes import ChangesView, TakenUp
from intake.web.reception.import_choices import FileSaid
from intake.web.reception.import_plan import ImportPlan, PlanLine
from intake.web.reception.import_who import Boxes, WhoView, who_of


@dataclass(frozen=True)
class Asking:
    """What was answered and ticked on the page before, and whether what is not answered yet was `missed`."""

    answers: Mapping[str, str]
    taken_up: TakenUp
    settings: Settings
    missed: bool = False


# The boxes of a row, and what is said above each.
BOXES: dict[str, Words] = {
    "name": _("Name"),
    "date_of_birth": _("Date of birth"),
    "date": _("Date of the appointment"),
    "time": _("Time"),
    "minutes": _("Minutes"),
    "sex_at_birth": _("Sex recorded at birth"),
    "phone": _("Telephone"),
    "email": _("E-mail"),
    "number": _("Patient number"),
    "clinician": _("Clinician"),
    "language": _("Language"),
    "needs": _("What the patient needs"),
    "id": _("Number of the appointment"),
}
# No request may bring more boxes than the server takes; the rows behind come when these are put right.
MOST_BOXES = 150


@dataclass(frozen=True)
class CellBox:
    """A cell that can be put right: its column, what stands in it, and what is wrong; "" when nothing is."""

    name: str
    label: str
    shown: str
    error: str


@dataclass(frozen=True)
class ImportLine:
    """A row that asks for an appointment. `appointment_id` is the one that it made before, if it did."""

    number: int
    name: str
    date_of_birth: date
    starts_at: datetime
    with_whom: str
    phone: str | None
    email: str | None
    more: tuple[str, ...]
    remarks: tuple[str, ...]
    who: WhoView
    appointment_id: UUID | None
    name_here: str
    boxes: tuple[CellBox, ...]

    @classmethod
    def of(
        cls, line: PlanLine, expected: Expected, asking: Asking, cells: tuple[CellBox, ...]
    ) -> "ImportLine":
        """The row with what the clinic has of it already, and who it may be about."""
        return cls(
            number=line.number,
            name=expected.booking.name,
            date_of_birth=expected.booking.date_of_birth,
            starts_at=expected.booking.starts_at,
            with_whom=expected.booking.with_whom,
            phone=expected.booking.phone,
            email=expected.booking.email,
            more=line.more,
            remarks=line.remarks,
            who=who_of(
                asking.answers,
                Boxes.of_row(line.number),
                line.match,
                asking.settings,
                waits_for=line.waits_for if line.waits_for != line.number else None,
                missing=asking.missed,
            ),
            appointment_id=line.state.appointment_id if line.state else None,
            name_here=line.state.name if line.state else "",
            boxes=cells,
        )


@dataclass(frozen=True)
class LeftOutLine:
    """A row that is not imported, and why; `name` and `when` as the file has them.

    `reasons` are those that no box says.
    """

    number: int
    name: str
    when: str
    reasons: tuple[str, ...]
    boxes: tuple[CellBox, ...]

    @classmethod
    def of(cls, line: PlanLine, boxes: tuple[CellBox, ...]) -> "LeftOutLine":
        """The row with its boxes."""
        cells, checked = line.checked.row.cells, line.checked
        said = {box.error for box in boxes}
        reasons = tuple(each for each in checked.reasons if each not in said)
        when = " ".join(filter(None, [cells["date"], cells["time"]]))
        return cls(line.number, cells["name"], when, reasons, boxes)


@dataclass(frozen=True)
class ImportView:
    """Every row of a file by what would become of it; `unread` are the columns that are not read.

    `notes` says what the file is like. `carried` rides along unseen: (name, value) pairs. `questions` says of
    how many rows somebody has to say who they are about.
    """

    new: tuple[ImportLine, ...]
    there: tuple[ImportLine, ...]
    left_out: tuple[LeftOutLine, ...]
    gone_by: tuple[LeftOutLine, ...]
    cancelled: tuple[LeftOutLine, ...]
    unread: tuple[str, ...]
    notes: tuple[str, ...]
    questions: int
    outdated: int
    changes: ChangesView
    fingerprint: str
    button: str
    carried: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, plan: ImportPlan, said: FileSaid, asking: Asking) -> "ImportView":
        """The page of this plan, with what was said and ticked on it before."""
        boxes = _boxes(plan, said, asking.settings)
        return cls(
            new=tuple(_lines(plan.new, asking, boxes)),
            there=tuple(_lines(plan.there, asking, boxes)),
            left_out=tuple(LeftOutLine.of(each, boxes.get(each.number, ())) for each in plan.left_out),
            gone_by=tuple(LeftOutLine.of(each, boxes.get(each.number, ())) for each in plan.gone_by),
            cancelled=tuple(LeftOutLine.of(each, ()) for each in plan.cancelled),
            unread=plan.contents.unread,
            notes=(*said.notes, *plan.contents.notes),
            questions=sum(each.match.is_question for each in plan.new),
            outdated=plan.contents.outdated,
            changes=ChangesView.of(plan, asking.taken_up),
            fingerprint=plan.fingerprint,
            button=plan.button,
            carried=said.carried,
        )


def _lines(
    lines: Iterable[PlanLine], asking: Asking, boxes: dict[int, tuple[CellBox, ...]]
) -> Iterator[ImportLine]:
    for line in lines:
        if line.expected:
            yield ImportLine.of(line, line.expected, asking, boxes.get(line.number, ()))


def _boxes(plan: ImportPlan, said: FileSaid, settings: Settings) -> dict[int, tuple[CellBox, ...]]:
    """The boxes by row: all of a row that was opened, and those that have a mistake of one left out."""
    found: dict[int, tuple[CellBox, ...]] = {}
    left = MOST_BOXES
    opened = [line for line in plan.lines if line.number in said.opened and not line.cancelled]
    for line in (*opened, *plan.left_out):
        boxes = tuple(_boxes_of(line, settings, opened=line.number in said.opened))
        if line.number not in found and len(boxes) <= left:
            found[line.number] = boxes
            left -= len(boxes)
    return found


def _boxes_of(line: PlanLine, settings: Settings, *, opened: bool) -> Iterator[CellBox]:
    row, faults = line.checked.row, line.checked.faults
    if row.problems:
        return
    others = {NUMBER_OF + system: name for system, name in identifiers.systems(settings).items()}
    for column, label in {**BOXES, **others}.items():
        if column not in row.cells:
            continue
        if opened or column in faults:
            yield CellBox(column, str(label), row.cells[column], faults.get(column, ""))
