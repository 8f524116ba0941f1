"""The day as reception sees it: who comes, how far the form is, what they need, what did not arrive."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import ORMOption

from intake.red_flags import Urgency
from intake.services.appointments.attendance import NOT_COME, Attendance, Presence
from intake.services.appointments.progress import Progress
from intake.services.context import Operation
from intake.services.messages import correspondence
from intake.storage.models import Alert, AlertState, Appointment, Intake


@dataclass(frozen=True)
class DayRow:
    """One line of the day's list. `open_alerts` are not closed; `unowned` of them nobody has taken, and
    `overdue` are past their deadline, whoever has them.

    `needs` are what the clinic wrote down and what the patient asked for; `unreached`: the last message to
    the patient has not arrived.
    """

    appointment_id: UUID
    intake_id: UUID
    starts_at: datetime
    minutes: int
    name: str
    date_of_birth: date
    with_whom: str
    form: Progress
    urgency: Urgency | None
    open_alerts: int
    unowned: int
    overdue: int
    needs: tuple[str, ...]
    unreached: bool
    attendance: Attendance = NOT_COME

    @property
    def needs_attention(self) -> bool:
        """Somebody must act, and has not said what came of it."""
        return self.open_alerts > 0

    @property
    def calls_out(self) -> bool:
        """Nobody has it, or whoever has it is late."""
        return self.unowned + self.overdue > 0

    @property
    def is_unreached(self) -> bool:
        """A message that somebody waits for has not arrived."""
        return self.unreached and not self.form.cancelled

    @property
    def presence(self) -> Presence:
        """Where the patient is; nobody waits for an appointment that was cancelled."""
        return Presence.EXPECTED if self.form.cancelled else self.attendance.presence


def day_list(op: Operation, day: date) -> tuple[DayRow, ...]:
    """Everybody of the clinic's `day`, in the order they come."""
    start, end = op.settings.day_bounds(day)
    appointments = op.session.scalars(
        select(Appointment)
        .where(Appointment.starts_at >= start, Appointment.starts_at < end)
        .options(joinedload(Appointment.patient), _intake_without_its_contents())
        .order_by(Appointment.starts_at, Appointment.id)
    ).all()
    alerts = _waiting_alerts(op, appointments)
    unreached = correspondence.failed(op.session, [appointment.id for appointment in appointments])
    return tuple(
        row_of(appointment, alerts[appointment.intake.id], unreached=appointment.id in unreached)
        for appointment in appointments
    )


def row_of(appointment: Appointment, alerts: Sequence[tuple[AlertState, bool]], *, unreached: bool) -> DayRow:
    """The line of an appointment; `alerts` are the states of those not closed, and whether each is late."""
    intake, patient = appointment.intake, appointment.patient
    return DayRow(
        appointment_id=appointment.id,
        intake_id=intake.id,
        starts_at=appointment.starts_at,
        minutes=appointment.minutes,
        name=patient.name,
        date_of_birth=patient.date_of_birth,
        with_whom=appointment.with_whom,
        form=Progress.of(appointment),
        urgency=intake.urgency,
        open_alerts=len(alerts),
        unowned=sum(state is AlertState.OPEN for state, _late in alerts),
        overdue=sum(late for _state, late in alerts),
        needs=needs_of(appointment),
        unreached=unreached,
        attendance=Attendance.of(appointment),
    )


def needs_of(appointment: Appointment) -> tuple[str, ...]:
    """What the clinic wrote down that this patient needs, and what the patient asked for."""
    noted, asked = appointment.patient.needs, appointment.intake.needs
    return (*([noted] if noted else []), *(asked or []))


def _intake_without_its_contents() -> ORMOption:
    """The list shows how far a form has come, never what it says."""
    intake = joinedload(Appointment.intake)
    return intake.defer(Intake.draft_sealed).defer(Intake.summary_sealed)


def _waiting_alerts(
    op: Operation, appointments: Sequence[Appointment]
) -> dict[UUID, list[tuple[AlertState, bool]]]:
    """How the alerts of each intake stand that are not closed, and whether they are late."""
    found = op.session.execute(
        select(Alert.intake_id, Alert.state, Alert.due_at).where(
            Alert.state != AlertState.CLOSED,
            Alert.intake_id.in_([appointment.intake.id for appointment in appointments]),
        )
    )
    alerts: dict[UUID, list[tuple[AlertState, bool]]] = defaultdict(list)
    for intake_id, state, due_at in found:
        alerts[intake_id].append((state, due_at < op.now))
    return alerts
