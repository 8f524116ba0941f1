"""Visits: made with their patient and an empty intake, changed, cancelled."""

import hashlib
from dataclasses import astuple, dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, joinedload

from intake.config import Settings
from intake.questionnaire import QUESTIONS
from intake.services import audit, identifiers, invitations, known_facts, reminders
from intake.services.audit import Action, Actor
from intake.services.sheet import Sheet, write
from intake.services.walking import known_of
from intake.storage.models import (
    CLINIC,
    Appointment,
    AppointmentState,
    Import,
    Intake,
    IntakeStatus,
    Patient,
    Role,
    User,
)


class ChangedMeanwhile(Exception):
    """Somebody else changed the appointment after it was shown; nothing was changed now."""


@dataclass(frozen=True)
class Booking:
    """What was agreed with a patient. `starts_at` is aware; `sex_at_birth` an option of that question."""

    name: str
    date_of_birth: date
    sex_at_birth: str | None
    number: str | None
    phone: str | None
    email: str | None
    needs: str | None
    starts_at: datetime
    with_whom: str

    @classmethod
    def of(cls, appointment: Appointment) -> "Booking":
        """What stands now."""
        patient = appointment.patient
        return cls(
            name=patient.name,
            date_of_birth=patient.date_of_birth,
            sex_at_birth=patient.sex_at_birth,
            number=patient.number,
            phone=patient.phone,
            email=patient.email,
            needs=patient.needs,
            starts_at=appointment.starts_at,
            with_whom=appointment.with_whom,
        )

    @property
    def mark(self) -> str:
        """A fingerprint, posted with a form: it tells when somebody else was faster."""
        return hashlib.sha256(repr(astuple(self)).encode()).hexdigest()[:16]


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
    needs: str | None = None,
    minutes: int = 20,
    with_whom: str = "",
    language: str = "en",
    patient: Patient | None = None,
    source: str | None = None,
    came_by: Import | None = None,
) -> Appointment:
    """Book a patient in, with an intake that nobody has opened, and with reminders.

    `patient` is who comes when the clinic knows them: they keep their name and date of birth, and get what
    else is given. `source` recognises a row of the import it `came_by`: each is made once. `sex_at_birth` is
    an option of that question. Raises BadAnswer when it is not.
    """
    if sex_at_birth is not None:
        QUESTIONS["sex_at_birth"].parse(sex_at_birth)
    if patient is None:
        patient = Patient(name=name.strip(), date_of_birth=date_of_birth, created_at=now)
    facts = {"sex_at_birth": sex_at_birth, "phone": phone, "email": email, "needs": needs}
    known = known_of(patient)
    for fact, value in facts.items():
        setattr(patient, fact, value or getattr(patient, fact))
    if number:
        identifiers.name_patient(session, patient, CLINIC, number)
    if inspect(patient).persistent:
        known_facts.follow(session, patient, known, by=by, settings=settings, now=now)
    appointment = Appointment(
        patient=patient,
        starts_at=starts_at,
        minutes=minutes,
        with_whom=with_whom,
        clinician=_named(session, with_whom),
        state=AppointmentState.BOOKED,
        made_at=now,
        identifiers=[identifiers.imported_as(session, source)] if source else [],
        came_by=came_by,
    )
    appointment.intake = Intake(status=IntakeStatus.NOT_OPENED, percent=0, language=language)
    write(appointment.intake, Sheet())
    session.add(appointment)
    audit.record(session, Action.APPOINTMENT_MADE, by=by, on=appointment, now=now)
    reminders.plan(session, appointment, settings=settings, now=now)
    return appointment


def find(session: Session, appointment_id: UUID) -> Appointment | None:
    """The appointment with this id, with its patient and intake."""
    whole = joinedload(Appointment.patient).joinedload(Patient.identifiers), joinedload(Appointment.intake)
    return session.get(Appointment, appointment_id, options=whole)


def change(
    session: Session,
    appointment: Appointment,
    wanted: Booking,
    *,
    seen: str,
    by: Actor,
    settings: Settings,
    now: datetime,
) -> None:
    """Move an appointment, or put right what is known of the patient; link and reminders follow it.

    `seen` is the mark of what was shown. Raises ChangedMeanwhile.
    """
    _lock(session, appointment)
    before = Booking.of(appointment)
    if before == wanted:
        return
    if before.mark != seen:
        raise ChangedMeanwhile
    known = known_of(appointment.patient)
    for fact in ("name", "date_of_birth", "sex_at_birth", "phone", "email", "needs"):
        setattr(appointment.patient, fact, getattr(wanted, fact))
    identifiers.name_patient(session, appointment.patient, CLINIC, wanted.number)
    appointment.starts_at, appointment.with_whom = wanted.starts_at, wanted.with_whom
    if wanted.with_whom != before.with_whom:
        appointment.clinician = _named(session, wanted.with_whom)
    changed = " ".join(box for box in vars(wanted) if getattr(wanted, box) != getattr(before, box))
    audit.record(session, Action.APPOINTMENT_CHANGED, by=by, on=appointment, now=now, changed=changed)
    if wanted.starts_at != before.starts_at:
        invitations.moved(session, appointment)
        reminders.plan(session, appointment, settings=settings, now=now)
    # After the link, as when somebody opens it: in the other order the two could wait for each other.
    known_facts.follow(session, appointment.patient, known, by=by, settings=settings, now=now)


def cancel(session: Session, appointment: Appointment, *, by: Actor, now: datetime) -> None:
    """The patient is not coming: the link closes. What they wrote is kept."""
    _lock(session, appointment)
    if appointment.state is AppointmentState.CANCELLED:
        return
    appointment.state = AppointmentState.CANCELLED
    audit.record(session, Action.APPOINTMENT_CANCELLED, by=by, on=appointment, now=now)
    invitations.revoke(session, appointment, by=by, now=now)
    reminders.cancel(session, appointment, why="cancelled", now=now)


def book_again(
    session: Session, appointment: Appointment, *, by: Actor, settings: Settings, now: datetime
) -> None:
    """It was cancelled by mistake. What was written is there; the old link stays closed."""
    _lock(session, appointment)
    if appointment.state is AppointmentState.BOOKED:
        return
    appointment.state = AppointmentState.BOOKED
    audit.record(session, Action.APPOINTMENT_BOOKED_AGAIN, by=by, on=appointment, now=now)
    reminders.plan(session, appointment, settings=settings, now=now)


def _lock(session: Session, appointment: Appointment) -> None:
    """Wait until nobody else changes this appointment or its patient, and see what they left."""
    session.flush()
    for row, id in ((Appointment, appointment.id), (Patient, appointment.patient_id)):
        chosen = select(row).where(row.id == id).with_for_update()
        session.scalars(chosen.execution_options(populate_existing=True)).one()


def _named(session: Session, with_whom: str) -> User | None:
    """The clinician of this name who works here; None when nobody or more than one has it."""
    name = " ".join(with_whom.split()).casefold()
    clinicians = select(User).where(User.role == Role.CLINICIAN, User.active.is_(True))
    named = (user for user in session.scalars(clinicians) if name)
    found = [user for user in named if " ".join(user.name.split()).casefold() == name]
    return found[0] if len(found) == 1 else None
