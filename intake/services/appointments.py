"""Visits: made with their patient and an empty intake, moved, cancelled."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session, joinedload

from intake.config import Settings
from intake.questionnaire import QUESTIONS
from intake.services import audit, invitations, reminders
from intake.services.audit import Action, Actor
from intake.services.sheet import Sheet, write
from intake.storage.models import (
    Appointment,
    AppointmentState,
    Intake,
    IntakeStatus,
    Patient,
)


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
) -> Appointment:
    """Book a patient in, with an intake that nobody has opened, and with reminders.

    `sex_at_birth` is an option of that question.
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


def cancel(session: Session, appointment: Appointment, *, by: Actor, now: datetime) -> None:
    """The patient is not coming: the link closes. What they wrote is kept."""
    if appointment.state is AppointmentState.CANCELLED:
        return
    appointment.state = AppointmentState.CANCELLED
    audit.record(session, Action.APPOINTMENT_CANCELLED, by=by, on=appointment, now=now)
    invitations.revoke(session, appointment, by=by, now=now)
    reminders.cancel(session, appointment, why="cancelled", now=now)
