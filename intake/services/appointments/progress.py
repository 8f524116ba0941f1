"""How far a form has come, as every list and page shows it: a state, and when it came about."""

from dataclasses import dataclass
from datetime import datetime

from intake.services.forms.asking_again import is_pending
from intake.storage.models import Appointment, AppointmentState, IntakeStatus


@dataclass(frozen=True)
class Progress:
    """`pages_done` of about `pages`: answers open and close pages. `percent` 0 to 100.

    `asked_again_at`: the safety questions were asked again, and their answers have not been sent.
    """

    state: IntakeStatus
    percent: int
    pages_done: int
    pages: int
    opened_at: datetime | None
    last_saved_at: datetime | None
    left_at: datetime | None
    sent_at: datetime | None
    amended_at: datetime | None
    asked_again_at: datetime | None
    cancelled: bool

    @classmethod
    def of(cls, appointment: Appointment) -> "Progress":
        """How far the form of an appointment has come."""
        intake = appointment.intake
        return cls(
            state=intake.status,
            percent=intake.percent,
            pages_done=intake.pages_done,
            pages=intake.pages,
            opened_at=intake.opened_at,
            last_saved_at=intake.last_saved_at,
            left_at=intake.left_at,
            sent_at=intake.sent_at,
            amended_at=intake.amended_at,
            asked_again_at=intake.asked_again_at if is_pending(intake) else None,
            cancelled=appointment.state is AppointmentState.CANCELLED,
        )
