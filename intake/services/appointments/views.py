"""An appointment, its patient and its link as staff see them, without anything the patient answered.

Safety: an Intake decrypts what is asked of it, so no page of reception is given one.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from intake.config import Settings
from intake.services.invitations import links
from intake.storage.models import Appointment, Invitation, Patient, Route


@dataclass(frozen=True)
class PatientView:
    """A patient as the clinic knows them; None is not known."""

    name: str
    date_of_birth: date
    number: str | None
    phone: str | None
    email: str | None

    @classmethod
    def of(cls, patient: Patient) -> "PatientView":
        """The patient of this row."""
        return cls(patient.name, patient.date_of_birth, patient.number, patient.phone, patient.email)


@dataclass(frozen=True)
class BookedOtherwise:
    """What goes to the patient of an appointment as it was booked, before two records were joined.

    None where it is the same as what is known now. `asks_for_another_date`: its link asks for the date of
    birth that was known then.
    """

    asks_for_another_date: bool
    phone: str | None
    email: str | None

    @classmethod
    def of(cls, appointment: Appointment) -> "BookedOtherwise | None":
        """What differs for this appointment; None when nothing does."""
        booked, known = appointment.as_booked, appointment.patient
        differs = cls(
            booked.date_of_birth != known.date_of_birth,
            booked.phone if booked.phone != known.phone else None,
            booked.email if booked.email != known.email else None,
        )
        return differs if any(vars(differs).values()) else None


@dataclass(frozen=True)
class AppointmentView:
    """A visit and whose it is. `route` is how the answers of its form come in."""

    id: UUID
    intake_id: UUID
    patient_id: UUID
    patient: PatientView
    starts_at: datetime
    with_whom: str
    reference: str
    route: Route

    @classmethod
    def of(cls, appointment: Appointment) -> "AppointmentView":
        """The visit of this row."""
        return cls(
            id=appointment.id,
            intake_id=appointment.intake.id,
            patient_id=appointment.patient_id,
            patient=PatientView.of(appointment.patient),
            starts_at=appointment.starts_at,
            with_whom=appointment.with_whom,
            reference=appointment.reference,
            route=appointment.intake.route,
        )


@dataclass(frozen=True)
class LinkView:
    """The link that opens the form now. `address` and `code` are None where they were never kept.

    `locked`: a wrong date of birth was given too often.
    """

    made_at: datetime
    expires_at: datetime
    printed_at: datetime | None
    locked: bool
    address: str | None
    code: str | None

    @classmethod
    def of(cls, invitation: Invitation, settings: Settings) -> "LinkView":
        """The link of this row, whole, to be copied."""
        return cls(
            made_at=invitation.made_at,
            expires_at=invitation.expires_at,
            printed_at=invitation.printed_at,
            locked=invitation.tries >= links.TRIES,
            address=links.link(settings, invitation.token) if invitation.token else None,
            code=links.spelt(invitation.code) if invitation.code else None,
        )
