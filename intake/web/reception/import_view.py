"""What a file would do, as the page shows it: plain values, worked out from the plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from intake.config import Settings
from intake.services.appointments.importing import Expected
from intake.web.reception.import_changes import ChangesView, TakenUp
from intake.web.reception.import_plan import ImportPlan, PlanLine
from intake.web.reception.import_who import Boxes, WhoView, who_of


@dataclass(frozen=True)
class Asking:
    """What was answered and ticked on the page before, and whether what is not answered yet was `missed`."""

    answers: Mapping[str, str]
    taken_up: TakenUp
    settings: Settings
    missed: bool = False


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

    @classmethod
    def of(cls, line: PlanLine, expected: Expected, asking: Asking) -> "ImportLine":
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
        )


@dataclass(frozen=True)
class LeftOutLine:
    """A row that cannot be imported, and why; `name` as the file has it."""

    number: int
    name: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ImportView:
    """Every row of a file by what would become of it; `unread` are the columns that are not read.

    `questions` says of how many rows somebody has to say who they are about.
    """

    new: tuple[ImportLine, ...]
    there: tuple[ImportLine, ...]
    left_out: tuple[LeftOutLine, ...]
    unread: tuple[str, ...]
    questions: int
    outdated: int
    changes: ChangesView
    fingerprint: str
    button: str

    @classmethod
    def of(cls, plan: ImportPlan, asking: Asking) -> "ImportView":
        """The page of this plan, with what was ticked on it before."""
        return cls(
            new=tuple(ImportLine.of(each, each.expected, asking) for each in plan.new if each.expected),
            there=tuple(ImportLine.of(each, each.expected, asking) for each in plan.there if each.expected),
            left_out=tuple(
                LeftOutLine(each.number, each.checked.row.cells["name"], each.checked.reasons)
                for each in plan.left_out
            ),
            unread=plan.contents.unread,
            questions=sum(each.match.is_question for each in plan.new),
            outdated=plan.contents.outdated,
            changes=ChangesView.of(plan, asking.taken_up),
            fingerprint=plan.fingerprint,
            button=plan.button,
        )
