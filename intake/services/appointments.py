"""Visits: made with their patient and an empty intake, listed by day."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from intake.config import Settings
from intake.questionnaire import QUESTIONS
from intake.red_flags import Urgency
from intake.services import audit, invitations, reminders
from intake.services.audit import Action, Actor
from intake.services.sheet import Sheet, write
from intake.storage.models import (
    Alert,
    AlertState,
    Appointment,
    AppointmentState,
    Intake,
    IntakeStatus,
    Patient,
)


@dataclass(frozen=True)
class DayRow:
    """One line of the day's list. `open_alerts` are not closed, `unowned` of them nobody has taken."""

    appointment_id: UUID
    intake_id: UUID
    starts_at: datetime
    minutes: int
    name: str
    date_of_birth: date
    with_whom: str
    state: IntakeStatus
    percent: int
    urgency: Urgency | None
    open_alerts: int
    unowned: int
    opened_at: datetime | None
    last_saved_at: datetime | None
    sent_at: datetime | None
    cancelled: bool

    @property
    def needs_attention(self) -> bool:
        """Somebody must act, and has not said what came of it."""
        return self.open_alerts > 0


def make(
    session: Session,
    *,
    name: str,
    date_of_birth: date,
    starts_at: datetime,
    by: Actor,
    settings: Settings,
    now: datetime,
    sex_at_birth: str | None = None,
    phone: str | None = None,
    email: str | None = None,
    number: str | None = None,
    minutes: int = 20,
    with_whom: str = "",
    language: str = "en",
    source: str | None = None,
) -> Appointment:
    """Book a patient in, with an intake that nobody has opened, and with reminders.

    `sex_at_birth` is an option of that question. `source` recognises a row of an import: each is made once.
    Raises BadAnswer when it is not.
    """
    if sex_at_birth is not None:
        QUESTIONS["sex_at_birth"].parse(sex_at_birth)
    appointment = Appointment(
        patient=Patient(
            name=name.strip(),
            date_of_birth=date_of_birth,
            sex_at_birth=sex_at_birth,
            phone=phone,
            email=email,
            number=number,
            created_at=now,
        ),
        starts_at=starts_at,
        minutes=minutes,
        with_whom=with_whom,
        state=AppointmentState.BOOKED,
        made_at=now,
        source_blind=blind_of(session, source) if source else None,
    )
    appointment.intake = Intake(status=IntakeStatus.NOT_OPENED, percent=0, language=language)
    write(appointment.intake, Sheet())
    session.add(appointment)
    audit.record(session, Action.APPOINTMENT_MADE, by=by, on=appointment, now=now)
    reminders.plan(session, appointment, settings=settings, now=now)
    return appointment


def find(session: Session, appointment_id: UUID) -> Appointment | None:
    """The appointment with this id, with its patient and intake."""
    whole = joinedload(Appointment.patient), joinedload(Appointment.intake)
    return session.get(Appointment, appointment_id, options=whole)


def blind_of(session: Session, source: str) -> str:
    """What is kept of the key of an imported row: it recognises the row, and tells nothing of it."""
    return str(session.info["keys"].blind("import source", source))


def cancel(session: Session, appointment: Appointment, *, by: Actor, now: datetime) -> None:
    """The patient is not coming: the link closes. What they wrote is kept."""
    if appointment.state is AppointmentState.CANCELLED:
        return
    appointment.state = AppointmentState.CANCELLED
    audit.record(session, Action.APPOINTMENT_CANCELLED, by=by, on=appointment, now=now)
    invitations.revoke(session, appointment, by=by, now=now)
    reminders.cancel(session, appointment, why="cancelled", now=now)


def day_list(session: Session, day: date, *, settings: Settings) -> tuple[DayRow, ...]:
    """Everybody of the clinic's `day`, in the order they come."""
    start, end = settings.day_bounds(day)
    appointments = session.scalars(
        select(Appointment)
        .where(Appointment.starts_at >= start, Appointment.starts_at < end)
        .options(joinedload(Appointment.patient), _intake_without_its_contents())
        .order_by(Appointment.starts_at, Appointment.id)
    ).all()
    alerts = _waiting_alerts(session, appointments)
    return tuple(_row(each, alerts[each.intake.id]) for each in appointments)


def _intake_without_its_contents() -> ORMOption:
    """The list shows how far a form has come, never what it says."""
    intake = joinedload(Appointment.intake)
    return intake.defer(Intake.sheet_sealed).defer(Intake.summary_sealed)


def _waiting_alerts(session: Session, appointments: Sequence[Appointment]) -> dict[UUID, list[AlertState]]:
    """How the alerts of each intake stand that are not closed."""
    found = session.execute(
        select(Alert.intake_id, Alert.state).where(
            Alert.state != AlertState.CLOSED, Alert.intake_id.in_([each.intake.id for each in appointments])
        )
    )
    alerts: dict[UUID, list[AlertState]] = defaultdict(list)
    for intake_id, state in found:
        alerts[intake_id].append(state)
    return alerts


def _row(appointment: Appointment, alerts: list[AlertState]) -> DayRow:
    intake = appointment.intake
    return DayRow(
        appointment_id=appointment.id,
        intake_id=intake.id,
        starts_at=appointment.starts_at,
        minutes=appointment.minutes,
        name=appointment.patient.name,
        date_of_birth=appointment.patient.date_of_birth,
        with_whom=appointment.with_whom,
        state=intake.status,
        percent=intake.percent,
        urgency=intake.urgency,
        open_alerts=len(alerts),
        unowned=alerts.count(AlertState.OPEN),
        opened_at=intake.opened_at,
        last_saved_at=intake.last_saved_at,
        sent_at=intake.sent_at,
        cancelled=appointment.state is AppointmentState.CANCELLED,
    )
