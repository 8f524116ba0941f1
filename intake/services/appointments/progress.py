"""How far a form has come, as every list and page shows it: a state, and when it came about."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from intake.services.forms.asking_again import is_pending
from intake.storage.models import HANDED_OVER, Appointment, AppointmentState, IntakeStatus


class Standing(StrEnum):
    """The one kind of row that a form is on every list: filter, count and words follow from it."""

    NOT_OPENED = "not_opened"
    IN_PROGRESS = "in_progress"
    SENT = "sent"
    ASKED_AGAIN = "asked_again"
    UNFINISHED = "unfinished"
    LEFT_URGENT = "left_urgent"
    CANCELLED = "cancelled"


_STANDINGS = {
    IntakeStatus.NOT_OPENED: Standing.NOT_OPENED,
    IntakeStatus.OPENED: Standing.IN_PROGRESS,
    IntakeStatus.IN_PROGRESS: Standing.IN_PROGRESS,
    IntakeStatus.SENT: Standing.SENT,
    IntakeStatus.UNFINISHED: Standing.UNFINISHED,
    IntakeStatus.LEFT_URGENT: Standing.LEFT_URGENT,
}


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

    @property
    def standing(self) -> Standing:
        """What kind of row it is. Asked again is one of its own: a record was sent, and waits for more."""
        if self.cancelled:
            return Standing.CANCELLED
        handed_over = self.state in HANDED_OVER
        return Standing.ASKED_AGAIN if self.asked_again_at and not handed_over else _STANDINGS[self.state]

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
