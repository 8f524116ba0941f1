"""Who comes, when, and the link they come by."""

import secrets
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, relationship

from intake.storage.audit_details import new_salt
from intake.storage.encryption import DAY, TEXT, Sealed
from intake.storage.models.row import Bound, Identified, Kind, kept, points_at, sealed
from intake.storage.models.states import AppointmentState, InvitationState

if TYPE_CHECKING:
    from intake.storage.models.forms import Intake
    from intake.storage.models.staff import User


# No letters or digits that are mistaken for each other when they are read out over the telephone.
PLAIN_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"


def new_reference() -> str:
    """Six letters and digits that name an appointment on the telephone."""
    return "".join(secrets.choice(PLAIN_LETTERS) for _ in range(6))


class Patient(Bound):
    """A person with a back, as the clinic knows them."""

    __tablename__ = "patient"
    BOUND = ()

    name_sealed: Mapped[bytes] = sealed(Kind.IDENTITY)
    date_of_birth_sealed: Mapped[bytes] = sealed(Kind.IDENTITY)
    sex_at_birth_sealed: Mapped[bytes | None] = sealed(Kind.IDENTITY)
    phone_sealed: Mapped[bytes | None] = sealed(Kind.IDENTITY)
    email_sealed: Mapped[bytes | None] = sealed(Kind.IDENTITY)
    number_sealed: Mapped[bytes | None] = sealed(Kind.IDENTITY)
    needs_sealed: Mapped[bytes | None] = sealed(Kind.HEALTH)
    created_at: Mapped[datetime] = kept(Kind.OPERATIONAL)

    name: Sealed[str] = Sealed(TEXT)
    date_of_birth: Sealed[date] = Sealed(DAY)
    sex_at_birth: Sealed[str | None] = Sealed(TEXT)
    phone: Sealed[str | None] = Sealed(TEXT)
    email: Sealed[str | None] = Sealed(TEXT)
    number: Sealed[str | None] = Sealed(TEXT)
    needs: Sealed[str | None] = Sealed(TEXT)

    appointments: Mapped[list["Appointment"]] = relationship(back_populates="patient")


class Appointment(Bound):
    """A visit: when, and with whom. It has one intake.

    `reference` is what people say on the telephone; `source_blind` recognises a row of an import.
    """

    __tablename__ = "appointment"
    BOUND = ("patient_id", "starts_at", "clinician_id", "state")

    patient_id: Mapped[UUID] = points_at("patient.id")
    starts_at: Mapped[datetime] = kept(Kind.OPERATIONAL, index=True)
    minutes: Mapped[int] = kept(Kind.OPERATIONAL)
    with_whom: Mapped[str] = kept(Kind.OPERATIONAL, String(200))
    clinician_id: Mapped[UUID | None] = points_at("staff_user.id")
    reference: Mapped[str] = kept(Kind.OPERATIONAL, String(8), index=True, unique=True, default=new_reference)
    source_blind: Mapped[str | None] = kept(Kind.IDENTITY, String(32), index=True, unique=True)
    state: Mapped[AppointmentState] = kept(Kind.OPERATIONAL)
    made_at: Mapped[datetime] = kept(Kind.OPERATIONAL)
    version: Mapped[int] = kept(Kind.OPERATIONAL)
    # Without it nobody reads what the audit has sealed about this appointment; it is erased with the row.
    detail_salt: Mapped[bytes] = kept(Kind.SECRET, LargeBinary, default=new_salt)

    patient: Mapped[Patient] = relationship(back_populates="appointments")
    intake: Mapped["Intake"] = relationship(back_populates="appointment")
    invitations: Mapped[list["Invitation"]] = relationship(
        back_populates="appointment", order_by="Invitation.made_at"
    )
    clinician: Mapped["User | None"] = relationship()

    # Two receptionists who change the same appointment: the second finds another version and is told.
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (as SQLAlchemy wants it)


class Invitation(Bound):
    """A personal link, and the short code that stands for it on paper.

    It is found by fingerprints. The secrets themselves are kept sealed, so that a reminder can carry them.
    """

    __tablename__ = "invitation"
    BOUND = ("appointment_id", "secret_hash", "code_blind", "state", "expires_at")

    appointment_id: Mapped[UUID] = points_at("appointment.id")
    secret_hash: Mapped[str] = kept(Kind.SECRET, String(64), unique=True)
    token_sealed: Mapped[bytes | None] = sealed(Kind.SECRET)
    code_blind: Mapped[str | None] = kept(Kind.SECRET, String(32), index=True, unique=True)
    code_sealed: Mapped[bytes | None] = sealed(Kind.SECRET)
    state: Mapped[InvitationState] = kept(Kind.OPERATIONAL)
    tries: Mapped[int] = kept(Kind.OPERATIONAL)
    made_at: Mapped[datetime] = kept(Kind.OPERATIONAL)
    expires_at: Mapped[datetime] = kept(Kind.OPERATIONAL)
    identified_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)
    printed_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)

    token: Sealed[str | None] = Sealed(TEXT)
    code: Sealed[str | None] = Sealed(TEXT)

    appointment: Mapped[Appointment] = relationship(back_populates="invitations")


class WalkInCode(Identified):
    """Six letters that open one form on a tablet of the clinic, for a quarter of an hour and once."""

    __tablename__ = "walk_in_code"

    appointment_id: Mapped[UUID] = points_at("appointment.id")
    code_blind: Mapped[str] = kept(Kind.SECRET, String(32), unique=True)
    made_at: Mapped[datetime] = kept(Kind.OPERATIONAL)
    made_by_id: Mapped[UUID] = points_at("staff_user.id")
    expires_at: Mapped[datetime] = kept(Kind.OPERATIONAL)
    used_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)

    appointment: Mapped[Appointment] = relationship()
