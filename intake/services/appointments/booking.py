"""Visits: made with their patient and an empty intake, changed, cancelled."""

import hashlib
from collections.abc import Collection
from dataclasses import astuple, dataclass, fields, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, joinedload

from intake.questionnaire import QUESTIONS
from intake.services.appointments import attendance, identifiers, known_facts
from intake.services.appointments.clinicians import Clinicians
from intake.services.appointments.matching import PersonFacts
from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.drawing import write_drawn
from intake.services.forms.draft import Draft, write
from intake.services.forms.walking import known_of
from intake.services.invitations import links
from intake.services.messages import reminders
from intake.storage.models import (
    CLINIC,
    Appointment,
    AppointmentState,
    Import,
    Intake,
    IntakeStatus,
    Patient,
    User,
    new_reference,
)
from intake.text.record_number import NUMBER_OF

USUAL_MINUTES = 20
SHORTEST, LONGEST = 5, 240


class AppointmentChanged(Exception):
    """Somebody else changed the appointment after it was shown; nothing was changed now."""


@dataclass(frozen=True, kw_only=True)
class Booking:
    """What was agreed with a patient. `starts_at` is aware; `sex_at_birth` an option of that question.

    `minutes` and `language` (of the form) None: as they are, or as usual for a new one. `numbers` are those
    of record systems besides the clinic's own, by the id of the system.
    """

    name: str
    date_of_birth: date
    sex_at_birth: str | None = None
    number: str | None = None
    phone: str | None = None
    email: str | None = None
    needs: str | None = None
    numbers: tuple[tuple[str, str], ...] = ()
    starts_at: datetime
    with_whom: str = ""
    minutes: int | None = None
    language: str | None = None

    @classmethod
    def of(cls, appointment: Appointment) -> "Booking":
        """What stands now."""
        known = vars(PersonFacts.of(appointment.patient))
        return cls(
            **known,
            starts_at=appointment.starts_at,
            with_whom=appointment.with_whom,
            minutes=appointment.minutes,
            language=appointment.intake.language,
        )

    @property
    def person(self) -> PersonFacts:
        """What it says of who comes."""
        return PersonFacts(**{fact.name: getattr(self, fact.name) for fact in fields(PersonFacts)})

    @property
    def version_token(self) -> str:
        """A fingerprint, posted with a form: it tells when somebody else was faster."""
        return hashlib.sha256(repr(astuple(self)).encode()).hexdigest()[:16]


def make(
    op: Operation,
    booking: Booking,
    *,
    patient: Patient | None = None,
    take: frozenset[str] = frozenset(),
    minutes: int = 20,
    language: str = "en",
    source: str | None = None,
    came_by: Import | None = None,
) -> Appointment:
    """Book a patient in, with an intake that nobody has opened, and with reminders.

    `patient` is who comes when the clinic knows them: what is known of them stays, but for the facts of the
    booking that are to be taken over (`take`, by the names of `matching`). `source` recognises a row of the
    import it `came_by`: each is made once. Raises BadAnswer when `sex_at_birth` is no option of its question.
    """
    if booking.sex_at_birth is not None:
        QUESTIONS["sex_at_birth"].parse(booking.sex_at_birth)
    if patient is None:
        patient = Patient(name=booking.name.strip(), date_of_birth=booking.date_of_birth, created_at=op.now)
        take = frozenset(booking.person.facts)
    known = known_of(patient)
    take_over(op, patient, booking.person, take)
    if inspect(patient).persistent:
        known_facts.follow(op, patient, known)
    tried: list[Appointment] = []

    def appointment_called(reference: str) -> Appointment:
        for other in tried:
            # Its reference was taken; the patient has one appointment by this, not two.
            other.patient = None  # type: ignore[assignment]
        tried[:] = [
            Appointment(
                patient=patient,
                starts_at=booking.starts_at,
                minutes=booking.minutes or minutes,
                with_whom=booking.with_whom,
                clinician=clinician,
                reference=reference,
                state=AppointmentState.BOOKED,
                made_at=op.now,
                identifiers=[identifiers.imported_as(op, source)] if source else [],
                came_by=came_by,
            )
        ]
        intake = Intake(status=IntakeStatus.NOT_OPENED, percent=0, language=booking.language or language)
        write(intake, Draft())
        tried[0].intake = intake
        return tried[0]

    was_known, clinician = inspect(patient).persistent, _named(op, booking.with_whom)
    write_drawn(op.session, Appointment.reference, new_reference, appointment_called)
    appointment = tried[0]
    taken = {"taken": " ".join(sorted(take))} if was_known and take else {}
    op.record(Action.APPOINTMENT_MADE, appointment, **taken)
    reminders.plan(op, appointment)
    return appointment


def take_over(op: Operation, patient: Patient, said: PersonFacts, take: Collection[str]) -> None:
    """Write these facts of what is said over what is known of the patient; a blank erases nothing."""
    for fact, value in said.facts.items():
        if fact not in take or not value:
            continue
        if fact == "number":
            identifiers.name_patient(op, patient, CLINIC, str(value))
        elif fact.startswith(NUMBER_OF):
            identifiers.name_patient(op, patient, fact.removeprefix(NUMBER_OF), str(value))
        else:
            setattr(patient, fact, value)


def find(session: Session, appointment_id: UUID) -> Appointment | None:
    """The appointment with this id, with its patient and intake."""
    whole = joinedload(Appointment.patient).joinedload(Patient.identifiers), joinedload(Appointment.intake)
    return session.get(Appointment, appointment_id, options=whole)


def change(op: Operation, appointment: Appointment, wanted: Booking, *, version_token: str) -> None:
    """Move an appointment, or put right what is known of the patient; link and reminders follow it.

    `version_token` is that of what was shown. Raises AppointmentChanged.
    """
    _lock(op.session, appointment)
    before = Booking.of(appointment)
    wanted = replace(
        wanted, minutes=wanted.minutes or before.minutes, language=wanted.language or before.language
    )
    wanted = replace(wanted, numbers=_with_unnamed(op, before, wanted))
    if before == wanted:
        return
    if before.version_token != version_token:
        raise AppointmentChanged
    known = known_of(appointment.patient)
    for fact in ("name", "date_of_birth", "sex_at_birth", "phone", "email", "needs"):
        setattr(appointment.patient, fact, getattr(wanted, fact))
    identifiers.name_patient(op, appointment.patient, CLINIC, wanted.number)
    for system in {system for system, _ in (*before.numbers, *wanted.numbers)}:
        identifiers.name_patient(op, appointment.patient, system, dict(wanted.numbers).get(system))
    appointment.starts_at, appointment.with_whom = wanted.starts_at, wanted.with_whom
    appointment.minutes = wanted.minutes or appointment.minutes
    appointment.intake.language = wanted.language or appointment.intake.language
    if wanted.with_whom != before.with_whom:
        appointment.clinician = _named(op, wanted.with_whom)
    changed = " ".join(box for box in vars(wanted) if getattr(wanted, box) != getattr(before, box))
    op.record(Action.APPOINTMENT_CHANGED, appointment, changed=changed)
    if op.settings.today(wanted.starts_at) != op.settings.today(before.starts_at):
        attendance.forget(appointment)
    if wanted.starts_at != before.starts_at:
        links.moved(op.session, appointment)
        reminders.plan(op, appointment)
    # After the link, as when somebody opens it: in the other order the two could wait for each other.
    known_facts.follow(op, appointment.patient, known)
    _put_right_as_booked(op, appointment, before, wanted)


def cancel(op: Operation, appointment: Appointment) -> None:
    """The patient is not coming: the link closes. What they wrote is kept."""
    _lock(op.session, appointment)
    if appointment.state is AppointmentState.CANCELLED:
        return
    appointment.state = AppointmentState.CANCELLED
    op.record(Action.APPOINTMENT_CANCELLED, appointment)
    links.revoke(op, appointment)
    reminders.cancel(op, appointment, why="cancelled")


def book_again(op: Operation, appointment: Appointment) -> None:
    """It was cancelled by mistake. What was written is there; the old link stays closed."""
    _lock(op.session, appointment)
    if appointment.state is AppointmentState.BOOKED:
        return
    appointment.state = AppointmentState.BOOKED
    op.record(Action.APPOINTMENT_BOOKED_AGAIN, appointment)
    reminders.plan(op, appointment)


def _put_right_as_booked(op: Operation, appointment: Appointment, before: Booking, wanted: Booking) -> None:
    """What was put right on an appointment of before two records were joined holds for its record then.

    Safety: not for the appointments of the other record, should the joining have been a mistake.
    """
    facts = ("date_of_birth", "sex_at_birth", "phone", "email")
    changed = [fact for fact in facts if getattr(wanted, fact) != getattr(before, fact)]
    if not appointment.joinings or not changed:
        return
    side = appointment.booked_for
    theirs = [each for each in appointment.patient.appointments if each.booked_for == side]
    for each in sorted(theirs, key=lambda one: one.id):
        known = known_of(each.as_booked)
        for row in each.joinings:
            for fact in changed:
                setattr(row, fact, getattr(wanted, fact))
        known_facts.follow_one(op, each, known)


def _with_unnamed(op: Operation, before: Booking, wanted: Booking) -> tuple[tuple[str, str], ...]:
    """The numbers that are wanted, and those of systems that the clinic names no longer, as they are."""
    named = identifiers.systems(op.settings)
    kept = [(system, value) for system, value in before.numbers if system not in named]
    return tuple(sorted([*kept, *(each for each in wanted.numbers if each[0] in named)]))


def _lock(session: Session, appointment: Appointment) -> None:
    """Wait until nobody else changes this appointment or its patient, and see what they left."""
    session.flush()
    for row, id in ((Appointment, appointment.id), (Patient, appointment.patient_id)):
        stmt = select(row).where(row.id == id).with_for_update()
        session.scalars(stmt.execution_options(populate_existing=True)).one()


def _named(op: Operation, with_whom: str) -> User | None:
    """The clinician of this name who works here; None when nobody or more than one has it."""
    account = Clinicians(op).named(with_whom) if with_whom else None
    return op.session.get(User, account.id) if account is not None else None
