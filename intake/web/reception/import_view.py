"""What a file would do, as the page shows it: plain values, worked out from the plan."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from intake.services.appointments.importing import Expected
from intake.web.reception.import_changes import NOTHING_TAKEN_UP, ChangesView, TakenUp
from intake.web.reception.import_plan import ImportPlan, PlanLine


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
    appointment_id: UUID | None
    name_here: str

    @classmethod
    def of(cls, line: PlanLine, expected: Expected) -> "ImportLine":
        """The row with what the clinic has of it already."""
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
    """Every row of a file by what would become of it; `unread` are the columns that are not read."""

    new: tuple[ImportLine, ...]
    there: tuple[ImportLine, ...]
    left_out: tuple[LeftOutLine, ...]
    unread: tuple[str, ...]
    outdated: int
    changes: ChangesView
    fingerprint: str
    button: str

    @classmethod
    def of(cls, plan: ImportPlan, chosen: TakenUp = NOTHING_TAKEN_UP) -> "ImportView":
        """The page of this plan, with what was ticked on it before."""
        return cls(
            new=tuple(ImportLine.of(each, each.expected) for each in plan.new if each.expected),
            there=tuple(ImportLine.of(each, each.expected) for each in plan.there if each.expected),
            left_out=tuple(
                LeftOutLine(each.number, each.checked.row.cells["name"], each.checked.reasons)
                for each in plan.left_out
            ),
            unread=plan.contents.unread,
            outdated=plan.contents.outdated,
            changes=ChangesView.of(plan, chosen),
            fingerprint=plan.fingerprint,
            button=plan.button,
        )
