"""The forms that a patient sent before this one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from intake.services.context import Operation
from intake.storage.models import Appointment, Intake, IntakeStatus
from intake.summary import Summary

MOST = 8


@dataclass(frozen=True)
class EarlierForm:
    """A record handed over before. `edition` is set when it is an earlier record of the same form."""

    intake: Intake
    at: datetime
    summary: Summary
    edition: int | None = None

    @property
    def intake_id(self) -> UUID:
        """The form it is a record of."""
        return self.intake.id


def forms_before(op: Operation, intake: Intake) -> tuple[EarlierForm, ...]:
    """The last few forms that the same patient sent before this one, the oldest first."""
    stmt = (
        select(Intake)
        .join(Intake.appointment)
        .where(
            Appointment.patient_id == intake.appointment.patient_id,
            Intake.id != intake.id,
            Intake.status == IntakeStatus.SENT,
            Intake.sent_at < (intake.sent_at or op.now),
        )
        .order_by(Intake.sent_at.desc())
        .limit(MOST)
    )
    found = [
        EarlierForm(each, each.sent_at, Summary.from_json(each.summary))
        for each in op.session.scalars(stmt)
        if each.sent_at is not None and each.summary is not None
    ]
    return tuple(reversed(found))


def last_form(intake: Intake, before: tuple[EarlierForm, ...]) -> EarlierForm | None:
    """What to compare with: what stood before the patient was asked again, else the last visit's form."""
    asked_again = [edition for edition in intake.editions if edition.reason is None]
    if asked_again and intake.status is IntakeStatus.SENT:
        last = asked_again[-1]
        return EarlierForm(intake, last.handed_over_at, Summary.from_json(last.summary), last.number)
    return before[-1] if before else None
