"""Who comes, when, and the link they come by."""

import secrets
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from intake.storage.audit_details import new_salt
from intake.storage.encryption import DAY, JSON, TEXT, Sealed
from intake.storage.models.row import Bound, DataClass, Identified, column, foreign_key, sealed
from intake.storage.models.states import AppointmentState, InvitationState
from intake.storage.types import IndexColumn
from intake.text import code

if TYPE_CHECKING:
    from intake.storage.models.forms import Intake
    from intake.storage.models.staff import User


REFERENCE_LETTERS = 6
# The record systems we know of: the clinic's own, and files of appointments.
CLINIC, IMPORT = "clinic", "import"


def new_reference() -> str:
    """Six letters and digits that name an appointment on the telephone."""
    return "".join(secrets.choice(code.LETTERS) for _ in range(REFERENCE_LETTERS))


class Patient(Bound):
    """A person with a back, as the clinic knows them."""

    __tablename__ = "patient"
    BOUND = ()

    name_sealed: Mapped[bytes] = sealed(DataClass.IDENTITY)
    date_of_birth_sealed: Mapped[bytes] = sealed(DataClass.IDENTITY)
    sex_at_birth_sealed: Mapped[bytes | None] = sealed(DataClass.IDENTITY)
    phone_sealed: Mapped[bytes | None] = sealed(DataClass.IDENTITY)
    email_sealed: Mapped[bytes | None] = sealed(DataClass.IDENTITY)
    needs_sealed: Mapped[bytes | None] = sealed(DataClass.HEALTH)
    created_at: Mapped[datetime] = column(DataClass.OPERATIONAL)

    name: Sealed[str] = Sealed(TEXT)
    date_of_birth: Sealed[date] = Sealed(DAY)
    sex_at_birth: Sealed[str | None] = Sealed(TEXT)
    phone: Sealed[str | None] = Sealed(TEXT)
    email: Sealed[str | None] = Sealed(TEXT)
    needs: Sealed[str | None] = Sealed(TEXT)

    appointments: Mapped[list["Appointment"]] = relationship(back_populates="patient")
    identifiers: Mapped[list["PatientIdentifier"]] = relationship(cascade="all, delete-orphan")

    def called_by(self, system: str) -> str | None:
        """What this record system calls them; None: it does not know them."""
        return next(
            (identifier.value for identifier in self.identifiers if identifier.system == system), None
        )

    @property
    def number(self) -> str | None:
        """The clinic's own number of them."""
        return self.called_by(CLINIC)


class PatientIdentifier(Bound):
    """What a record `system` calls a patient; `value_hmac` finds them by it."""

    __tablename__ = "patient_identifier"
    __table_args__ = (UniqueConstraint("patient_id", "system"), Index(None, "system", "value_hmac"))
    BOUND = ("patient_id", "system", "value_hmac")

    patient_id: Mapped[UUID] = foreign_key("patient.id")
    system: Mapped[str] = column(DataClass.OPERATIONAL, String(40))
    value_sealed: Mapped[bytes] = sealed(DataClass.IDENTITY)
    value_hmac: Mapped[str] = column(DataClass.IDENTITY, IndexColumn)

    value: Sealed[str] = Sealed(TEXT)


class PatientJoin(Bound):
    """Two records of one person: the one `joined` is part of the one `kept`, until they are parted.

    The joined record stays as it is and has no appointments meanwhile. `before` is what the kept one said
    before the joining and `after` what it has said since, by the names of its facts.
    """

    __tablename__ = "patient_join"
    BOUND = ("kept_id", "joined_id")

    kept_id: Mapped[UUID] = foreign_key("patient.id")
    joined_id: Mapped[UUID] = column(DataClass.OPERATIONAL, ForeignKey("patient.id"), unique=True)
    made_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    made_by_id: Mapped[UUID | None] = foreign_key("staff_user.id")
    before_sealed: Mapped[bytes] = sealed(DataClass.HEALTH)
    after_sealed: Mapped[bytes] = sealed(DataClass.HEALTH)

    before: Sealed[dict[str, str | None]] = Sealed(JSON)
    after: Sealed[dict[str, str | None]] = Sealed(JSON)

    kept: Mapped[Patient] = relationship(foreign_keys=[kept_id])
    joined: Mapped[Patient] = relationship(foreign_keys=[joined_id])
    appointments: Mapped[list["JoinedAppointment"]] = relationship(
        back_populates="join", cascade="all, delete-orphan"
    )


class JoinedAppointment(Bound):
    """An appointment that was booked before two records were joined: for which of them, and how.

    Safety: what goes to the patient of such an appointment stays as it was booked, in case the joining was a
    mistake: the date of birth that its link asks for, what its form shows as known, where messages go.
    """

    __tablename__ = "joined_appointment"
    __table_args__ = (UniqueConstraint("join_id", "appointment_id"),)
    BOUND = ("join_id", "appointment_id", "patient_id")

    join_id: Mapped[UUID] = foreign_key("patient_join.id")
    appointment_id: Mapped[UUID] = foreign_key("appointment.id")
    patient_id: Mapped[UUID] = foreign_key("patient.id")
    made_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    date_of_birth_sealed: Mapped[bytes] = sealed(DataClass.IDENTITY)
    sex_at_birth_sealed: Mapped[bytes | None] = sealed(DataClass.IDENTITY)
    phone_sealed: Mapped[bytes | None] = sealed(DataClass.IDENTITY)
    email_sealed: Mapped[bytes | None] = sealed(DataClass.IDENTITY)

    date_of_birth: Sealed[date] = Sealed(DAY)
    sex_at_birth: Sealed[str | None] = Sealed(TEXT)
    phone: Sealed[str | None] = Sealed(TEXT)
    email: Sealed[str | None] = Sealed(TEXT)

    join: Mapped[PatientJoin] = relationship(back_populates="appointments")
    appointment: Mapped["Appointment"] = relationship(back_populates="joinings")


class Import(Identified):
    """A file of appointments that was taken in. `made_by` NULL: by whom was not kept at the time.

    `shape_hmac` is the same for files of one kind, NULL where that was not kept or cannot be said. `moved`
    and `cancelled` are how many appointments were changed by it that came in earlier.
    """

    __tablename__ = "appointment_import"

    made_at: Mapped[datetime] = column(DataClass.OPERATIONAL, index=True)
    made_by_id: Mapped[UUID | None] = foreign_key("staff_user.id")
    shape_hmac: Mapped[str | None] = column(DataClass.OPERATIONAL, IndexColumn, index=True)
    moved: Mapped[int] = column(DataClass.OPERATIONAL, default=0)
    cancelled: Mapped[int] = column(DataClass.OPERATIONAL, default=0)


class Appointment(Bound):
    """A visit: when, and with whom. It has one intake.

    `reference` is what people say on the telephone; `import_id` the import it came by, NULL when it was
    booked by hand. `arrived_at`, `in_room_at` and `left_at` are noted at the desk on the day.
    """

    __tablename__ = "appointment"
    BOUND = ("patient_id", "starts_at", "clinician_id", "state")

    patient_id: Mapped[UUID] = foreign_key("patient.id")
    starts_at: Mapped[datetime] = column(DataClass.OPERATIONAL, index=True)
    minutes: Mapped[int] = column(DataClass.OPERATIONAL)
    with_whom: Mapped[str] = column(DataClass.OPERATIONAL, String(200))
    clinician_id: Mapped[UUID | None] = foreign_key("staff_user.id")
    reference: Mapped[str] = column(
        DataClass.OPERATIONAL, String(8), index=True, unique=True, default=new_reference
    )
    import_id: Mapped[UUID | None] = foreign_key("appointment_import.id")
    state: Mapped[AppointmentState] = column(DataClass.OPERATIONAL)
    made_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    arrived_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)
    in_room_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)
    left_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)
    version: Mapped[int] = column(DataClass.OPERATIONAL)
    # Without it nobody reads what the audit has sealed about this appointment; it is erased with the row.
    detail_salt: Mapped[bytes] = column(DataClass.SECRET, LargeBinary, default=new_salt)

    patient: Mapped[Patient] = relationship(back_populates="appointments")
    intake: Mapped["Intake"] = relationship(back_populates="appointment")
    invitations: Mapped[list["Invitation"]] = relationship(
        back_populates="appointment", order_by="Invitation.made_at"
    )
    clinician: Mapped["User | None"] = relationship()
    came_by: Mapped[Import | None] = relationship()
    identifiers: Mapped[list["AppointmentIdentifier"]] = relationship(cascade="all, delete-orphan")
    joinings: Mapped[list[JoinedAppointment]] = relationship(
        back_populates="appointment", order_by=[JoinedAppointment.made_at, JoinedAppointment.id]
    )

    # Two receptionists who change the same appointment: the second finds another version and is told.
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (as SQLAlchemy wants it)

    @property
    def as_booked(self) -> Patient | JoinedAppointment:
        """Whom its link, its form and its messages are for: the patient, as they were before any joining."""
        return self.joinings[0] if self.joinings else self.patient

    @property
    def booked_for(self) -> tuple[UUID | None, UUID]:
        """The same for two appointments that were booked for one record, before or since the same joining."""
        first = self.joinings[0] if self.joinings else None
        return (first.join_id, first.patient_id) if first else (None, self.patient_id)


class AppointmentIdentifier(Bound):
    """What a record `system` calls an appointment; there is one appointment for it, found by `value_hmac`.

    `value` NULL: only the HMAC of it was kept at the time. `sequence` and `changed_at` are of the newest
    version that the system has shown of it; NULL where it counts none.
    """

    __tablename__ = "appointment_identifier"
    __table_args__ = (UniqueConstraint("system", "value_hmac"),)
    BOUND = ("appointment_id", "system", "value_hmac")

    appointment_id: Mapped[UUID] = foreign_key("appointment.id")
    system: Mapped[str] = column(DataClass.OPERATIONAL, String(40))
    value_sealed: Mapped[bytes | None] = sealed(DataClass.IDENTITY)
    value_hmac: Mapped[str] = column(DataClass.IDENTITY, IndexColumn)

    sequence: Mapped[int | None] = column(DataClass.OPERATIONAL)
    changed_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)

    value: Sealed[str | None] = Sealed(TEXT)


class Invitation(Bound):
    """A personal link, and the short code that stands for it on paper.

    It is found by fingerprints. The secrets themselves are kept sealed, so that a reminder can carry them.
    """

    __tablename__ = "invitation"
    BOUND = ("appointment_id", "secret_hash", "code_hmac", "state", "expires_at")

    appointment_id: Mapped[UUID] = foreign_key("appointment.id")
    secret_hash: Mapped[str] = column(DataClass.SECRET, String(64), unique=True)
    token_sealed: Mapped[bytes | None] = sealed(DataClass.SECRET)
    code_hmac: Mapped[str | None] = column(
        DataClass.SECRET, IndexColumn, index=True, unique=True, name="code_blind", key="code_hmac"
    )
    code_sealed: Mapped[bytes | None] = sealed(DataClass.SECRET)
    state: Mapped[InvitationState] = column(DataClass.OPERATIONAL)
    tries: Mapped[int] = column(DataClass.OPERATIONAL)
    made_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    expires_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    identified_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)
    printed_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)

    token: Sealed[str | None] = Sealed(TEXT)
    code: Sealed[str | None] = Sealed(TEXT)

    appointment: Mapped[Appointment] = relationship(back_populates="invitations")


class WalkInCode(Identified):
    """Six letters that open one form on a tablet of the clinic, for a quarter of an hour and once."""

    __tablename__ = "walk_in_code"

    appointment_id: Mapped[UUID] = foreign_key("appointment.id")
    code_hmac: Mapped[str] = column(
        DataClass.SECRET, IndexColumn, unique=True, name="code_blind", key="code_hmac"
    )
    made_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    made_by_id: Mapped[UUID] = foreign_key("staff_user.id")
    expires_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    used_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)

    appointment: Mapped[Appointment] = relationship()
