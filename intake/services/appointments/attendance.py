"""Where a patient is on the day of the appointment: arrived, in the room, left, each noted by one press.

A step is noted once and keeps its time; the last one can be taken back. Steps that nobody noted stay empty.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from intake.config import Settings
from intake.services.audit import Action
from intake.services.context import Operation
from intake.storage.models import Appointment, AppointmentState

# A visit may go on after midnight; a list that was left open until the next morning notes nothing.
AFTER_THE_DAY = timedelta(hours=12)


class NotExpectedHere(Exception):
    """The appointment was cancelled, its day has not come, or is over."""


class AttendanceStep(StrEnum):
    """What is noted of a patient, in this order."""

    ARRIVED = "arrived"
    IN_ROOM = "in_room"
    LEFT = "left"


class Presence(StrEnum):
    """Where a patient is, by the last step that was noted."""

    EXPECTED = "expected"
    WAITING = "waiting"
    IN_ROOM = "in_room"
    LEFT = "left"


_AFTER = {
    AttendanceStep.ARRIVED: Presence.WAITING,
    AttendanceStep.IN_ROOM: Presence.IN_ROOM,
    AttendanceStep.LEFT: Presence.LEFT,
}
_NOTED = {
    AttendanceStep.ARRIVED: Action.APPOINTMENT_ARRIVED,
    AttendanceStep.IN_ROOM: Action.APPOINTMENT_IN_ROOM,
    AttendanceStep.LEFT: Action.APPOINTMENT_LEFT,
}


@dataclass(frozen=True)
class Attendance:
    """When each step was noted; None: it was not."""

    arrived_at: datetime | None = None
    in_room_at: datetime | None = None
    left_at: datetime | None = None

    @classmethod
    def of(cls, appointment: Appointment) -> "Attendance":
        """What was noted of an appointment."""
        return cls(appointment.arrived_at, appointment.in_room_at, appointment.left_at)

    @property
    def last(self) -> AttendanceStep | None:
        """The last step that was noted."""
        return next((step for step in reversed(AttendanceStep) if self.at(step)), None)

    @property
    def presence(self) -> Presence:
        """Where the patient is."""
        return _AFTER[self.last] if self.last else Presence.EXPECTED

    @property
    def since(self) -> datetime | None:
        """Since when."""
        return self.at(self.last) if self.last else None

    @property
    def next(self) -> tuple[AttendanceStep, ...]:
        """The steps that can come now: whoever waits may also leave unseen."""
        if self.last is None:
            return (AttendanceStep.ARRIVED,)
        return tuple(AttendanceStep)[tuple(AttendanceStep).index(self.last) + 1 :]

    def at(self, step: AttendanceStep) -> datetime | None:
        """When the step was noted."""
        noted: datetime | None = getattr(self, f"{step}_at")
        return noted


NOT_COME = Attendance()


def is_expected(starts_at: datetime, noted: Attendance, *, settings: Settings, now: datetime) -> bool:
    """It is the day of the appointment, or the hours after it."""
    today, tomorrow = settings.day_bounds(settings.today(now))
    last = max(starts_at, noted.since or starts_at)
    return starts_at < tomorrow and (starts_at >= today or last > now - AFTER_THE_DAY)


def note(op: Operation, appointment: Appointment, step: AttendanceStep) -> None:
    """Note a step now; one that was noted already, or came before another, stays as it is.

    Raises NotExpectedHere.
    """
    _lock(op, appointment)
    noted = Attendance.of(appointment)
    expected = is_expected(appointment.starts_at, noted, settings=op.settings, now=op.now)
    if appointment.state is AppointmentState.CANCELLED or not expected:
        raise NotExpectedHere
    if noted.last in tuple(AttendanceStep)[tuple(AttendanceStep).index(step) :]:
        return
    setattr(appointment, f"{step}_at", op.now)
    op.record(_NOTED[step], appointment)


def take_back(op: Operation, appointment: Appointment, step: AttendanceStep) -> None:
    """The step was noted by mistake. Only the last one is taken back."""
    _lock(op, appointment)
    if Attendance.of(appointment).last is not step:
        return
    setattr(appointment, f"{step}_at", None)
    op.record(Action.APPOINTMENT_STEP_TAKEN_BACK, appointment, step=step.value)


def forget(appointment: Appointment) -> None:
    """The appointment was moved to another day: nobody has come for it yet."""
    appointment.arrived_at = appointment.in_room_at = appointment.left_at = None


def _lock(op: Operation, appointment: Appointment) -> None:
    """Wait until nobody else changes this appointment, and see what they left."""
    op.session.flush()
    op.session.refresh(appointment, with_for_update=True)
