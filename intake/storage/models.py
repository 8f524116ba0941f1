"""What is kept, row by row.

In the clear: ids, times, states and urgency, which the day's list sorts by. Sealed: whatever says who
somebody is or how they are. Every column names the class of what it holds (`info["class"]`).
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, LargeBinary, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, mapped_column, relationship

from intake.red_flags import Urgency
from intake.storage.encryption import BYTES, DAY, JSON, TEXT, Sealed
from intake.storage.types import Moment, Rank, word_of


class Kind(StrEnum):
    """The classes of what columns hold; they decide how long it is kept and who may see it."""

    HEALTH = "health"
    IDENTITY = "identity"
    OPERATIONAL = "operational"
    SECRET = "secret"  # noqa: S105  (a name, no secret)
    AUDIT = "audit"


class AppointmentState(StrEnum):
    """Whether the patient is expected."""

    BOOKED = "booked"
    CANCELLED = "cancelled"


class InvitationState(StrEnum):
    """Whether a link still opens the form; a new one replaces the one before."""

    OPEN = "open"
    REPLACED = "replaced"
    REVOKED = "revoked"


class IntakeStatus(StrEnum):
    """How far the patient's form has come."""

    NOT_OPENED = "not_opened"
    OPENED = "opened"
    IN_PROGRESS = "in_progress"
    LEFT_URGENT = "left_urgent"
    SENT = "sent"


class AlertState(StrEnum):
    """How far staff have come with an alert."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


class DocumentState(StrEnum):
    """Whether a document still has to be made."""

    PENDING = "pending"
    READY = "ready"


class Role(StrEnum):
    """What somebody does here; it decides what they may do."""

    RECEPTION = "reception"
    CLINICIAN = "clinician"
    ADMIN = "admin"


class SessionKind(StrEnum):
    """Whose browser it is."""

    PATIENT = "patient"
    STAFF = "staff"


class MessageKind(StrEnum):
    """What the outbox has to do."""

    RENDER_DOCUMENT = "render_document"


def kept(kind: Kind, *arguments: Any, **options: Any) -> MappedColumn[Any]:
    """A column that says what class of thing it holds."""
    return mapped_column(*arguments, info={"class": kind}, **options)


def sealed(kind: Kind, **options: Any) -> MappedColumn[Any]:
    """The column behind a Sealed attribute."""
    return kept(kind, LargeBinary, **options)


def points_at(column: str, kind: Kind = Kind.OPERATIONAL, **options: Any) -> MappedColumn[Any]:
    """A foreign key, with the index that SQLite and PostgreSQL do not make by themselves."""
    return kept(kind, ForeignKey(column), index=True, **options)


def new_id() -> UUID:
    """A fresh id, made here and not by the database: what is sealed is bound to it."""
    return uuid4()


class Row(DeclarativeBase):
    """Anything kept."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Moment,
        Urgency: Rank(Urgency),
        AppointmentState: word_of(AppointmentState),
        InvitationState: word_of(InvitationState),
        IntakeStatus: word_of(IntakeStatus),
        AlertState: word_of(AlertState),
        DocumentState: word_of(DocumentState),
        Role: word_of(Role),
        SessionKind: word_of(SessionKind),
        MessageKind: word_of(MessageKind),
    }


class Identified(Row):
    """A row with an id of its own."""

    __abstract__ = True

    id: Mapped[UUID] = kept(Kind.OPERATIONAL, primary_key=True, sort_order=-1)

    def __init__(self, **values: Any) -> None:
        super().__init__(**{"id": new_id(), **values})


class Patient(Identified):
    """A person with a back, as the clinic knows them."""

    __tablename__ = "patient"

    name_sealed: Mapped[bytes] = sealed(Kind.IDENTITY)
    date_of_birth_sealed: Mapped[bytes] = sealed(Kind.IDENTITY)
    sex_at_birth_sealed: Mapped[bytes | None] = sealed(Kind.IDENTITY)
    phone_sealed: Mapped[bytes | None] = sealed(Kind.IDENTITY)
    email_sealed: Mapped[bytes | None] = sealed(Kind.IDENTITY)
    number_sealed: Mapped[bytes | None] = sealed(Kind.IDENTITY)
    created_at: Mapped[datetime] = kept(Kind.OPERATIONAL)

    name: Sealed[str] = Sealed(TEXT)
    date_of_birth: Sealed[date] = Sealed(DAY)
    sex_at_birth: Sealed[str | None] = Sealed(TEXT)
    phone: Sealed[str | None] = Sealed(TEXT)
    email: Sealed[str | None] = Sealed(TEXT)
    number: Sealed[str | None] = Sealed(TEXT)

    appointments: Mapped[list["Appointment"]] = relationship(back_populates="patient")


class Appointment(Identified):
    """A visit: when, and with whom. It has one intake."""

    __tablename__ = "appointment"

    patient_id: Mapped[UUID] = points_at("patient.id")
    starts_at: Mapped[datetime] = kept(Kind.OPERATIONAL, index=True)
    minutes: Mapped[int] = kept(Kind.OPERATIONAL)
    with_whom: Mapped[str] = kept(Kind.OPERATIONAL, String(200))
    state: Mapped[AppointmentState] = kept(Kind.OPERATIONAL)
    made_at: Mapped[datetime] = kept(Kind.OPERATIONAL)

    patient: Mapped[Patient] = relationship(back_populates="appointments")
    intake: Mapped["Intake"] = relationship(back_populates="appointment")
    invitations: Mapped[list["Invitation"]] = relationship(
        back_populates="appointment", order_by="Invitation.made_at"
    )


class Invitation(Identified):
    """A personal link. Only the fingerprint of its secret is kept."""

    __tablename__ = "invitation"

    appointment_id: Mapped[UUID] = points_at("appointment.id")
    secret_hash: Mapped[str] = kept(Kind.SECRET, String(64), unique=True)
    state: Mapped[InvitationState] = kept(Kind.OPERATIONAL)
    tries: Mapped[int] = kept(Kind.OPERATIONAL)
    made_at: Mapped[datetime] = kept(Kind.OPERATIONAL)
    expires_at: Mapped[datetime] = kept(Kind.OPERATIONAL)
    identified_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)

    appointment: Mapped[Appointment] = relationship(back_populates="invitations")


class Intake(Identified):
    """The patient's form: one sealed sheet of all they wrote, and the summary frozen at sending."""

    __tablename__ = "intake"

    appointment_id: Mapped[UUID] = kept(Kind.OPERATIONAL, ForeignKey("appointment.id"), unique=True)
    status: Mapped[IntakeStatus] = kept(Kind.OPERATIONAL, index=True)
    percent: Mapped[int] = kept(Kind.OPERATIONAL)
    urgency: Mapped[Urgency | None] = kept(Kind.HEALTH)
    version: Mapped[int] = kept(Kind.OPERATIONAL)
    language: Mapped[str] = kept(Kind.OPERATIONAL, String(16))
    sheet_sealed: Mapped[bytes] = sealed(Kind.HEALTH)
    summary_sealed: Mapped[bytes | None] = sealed(Kind.HEALTH)
    questionnaire_version: Mapped[str | None] = kept(Kind.OPERATIONAL, String(64))
    rules_version: Mapped[str | None] = kept(Kind.OPERATIONAL, String(64))
    receipt: Mapped[str | None] = kept(Kind.OPERATIONAL, String(16), unique=True)
    opened_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)
    last_saved_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)
    left_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)
    sent_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)

    sheet: Sealed[dict[str, Any]] = Sealed(JSON)
    summary: Sealed[dict[str, Any] | None] = Sealed(JSON)

    appointment: Mapped[Appointment] = relationship(back_populates="intake")
    alerts: Mapped[list["Alert"]] = relationship(back_populates="intake", order_by="Alert.raised_at")
    documents: Mapped[list["Document"]] = relationship(back_populates="intake")

    # Two writers that slip past the row lock cannot both win: the second finds another version and fails.
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (as SQLAlchemy wants it)


class User(Identified):
    """Somebody who works here."""

    __tablename__ = "staff_user"

    email_blind: Mapped[str] = kept(Kind.IDENTITY, String(32), unique=True)
    email_sealed: Mapped[bytes] = sealed(Kind.IDENTITY)
    name_sealed: Mapped[bytes] = sealed(Kind.IDENTITY)
    role: Mapped[Role] = kept(Kind.OPERATIONAL)
    password_hash: Mapped[str] = kept(Kind.SECRET, String(200))
    active: Mapped[bool] = kept(Kind.OPERATIONAL)
    made_at: Mapped[datetime] = kept(Kind.OPERATIONAL)
    last_sign_in_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)

    name: Sealed[str] = Sealed(TEXT)
    email: Sealed[str] = Sealed(TEXT)


class Alert(Identified):
    """A finding that somebody must act on. It cannot be closed without an outcome."""

    __tablename__ = "alert"
    # One for each rule and urgency of an intake: what rises higher needs to be looked at again.
    __table_args__ = (UniqueConstraint("intake_id", "blind"),)

    intake_id: Mapped[UUID] = points_at("intake.id")
    blind: Mapped[str] = kept(Kind.HEALTH, String(32))
    rule_sealed: Mapped[bytes] = sealed(Kind.HEALTH)
    certainty_sealed: Mapped[bytes] = sealed(Kind.HEALTH)
    outcome_sealed: Mapped[bytes | None] = sealed(Kind.HEALTH)
    urgency: Mapped[Urgency] = kept(Kind.HEALTH)
    state: Mapped[AlertState] = kept(Kind.OPERATIONAL, index=True)
    raised_at: Mapped[datetime] = kept(Kind.OPERATIONAL)
    acknowledged_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)
    acknowledged_by_id: Mapped[UUID | None] = points_at("staff_user.id")
    closed_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)
    closed_by_id: Mapped[UUID | None] = points_at("staff_user.id")

    rule: Sealed[str] = Sealed(TEXT)
    certainty: Sealed[str] = Sealed(TEXT)
    outcome: Sealed[str | None] = Sealed(TEXT)

    intake: Mapped[Intake] = relationship(back_populates="alerts")
    acknowledged_by: Mapped[User | None] = relationship(foreign_keys=acknowledged_by_id)
    closed_by: Mapped[User | None] = relationship(foreign_keys=closed_by_id)


class Document(Identified):
    """A rendering of a frozen summary; pending until its bytes are there."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("intake_id", "format"),)

    intake_id: Mapped[UUID] = points_at("intake.id")
    format: Mapped[str] = kept(Kind.OPERATIONAL, String(16))
    state: Mapped[DocumentState] = kept(Kind.OPERATIONAL)
    content_sealed: Mapped[bytes | None] = sealed(Kind.HEALTH, deferred=True)
    sha256: Mapped[str | None] = kept(Kind.OPERATIONAL, String(64))
    asked_at: Mapped[datetime] = kept(Kind.OPERATIONAL)
    made_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)

    content: Sealed[bytes | None] = Sealed(BYTES)

    intake: Mapped[Intake] = relationship(back_populates="documents")


class WebSession(Identified):
    """A browser that is let in. Only the fingerprint of its token is kept."""

    __tablename__ = "web_session"

    token_hash: Mapped[str] = kept(Kind.SECRET, String(64), unique=True)
    kind: Mapped[SessionKind] = kept(Kind.OPERATIONAL)
    user_id: Mapped[UUID | None] = points_at("staff_user.id")
    intake_id: Mapped[UUID | None] = points_at("intake.id")
    invitation_id: Mapped[UUID | None] = points_at("invitation.id")
    started_at: Mapped[datetime] = kept(Kind.OPERATIONAL)
    seen_at: Mapped[datetime] = kept(Kind.OPERATIONAL)
    revoked_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)

    user: Mapped[User | None] = relationship()
    intake: Mapped[Intake | None] = relationship()
    invitation: Mapped[Invitation | None] = relationship()


class SignInThrottle(Row):
    """Wrong passwords for an e-mail address, whether or not somebody here has it."""

    __tablename__ = "sign_in_throttle"

    email_blind: Mapped[str] = kept(Kind.IDENTITY, String(32), primary_key=True)
    tries: Mapped[int] = kept(Kind.OPERATIONAL)
    since: Mapped[datetime] = kept(Kind.OPERATIONAL)


class Message(Identified):
    """Work owed, written with what made it owed. The row is the truth; a job is only a nudge."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("kind", "ref", "slot"),
        Index(None, "done_at", "dead_at", "not_before"),
    )

    kind: Mapped[MessageKind] = kept(Kind.OPERATIONAL)
    ref: Mapped[UUID] = kept(Kind.OPERATIONAL)
    slot: Mapped[str] = kept(Kind.OPERATIONAL, String(40))
    made_at: Mapped[datetime] = kept(Kind.OPERATIONAL)
    not_before: Mapped[datetime] = kept(Kind.OPERATIONAL)
    lease_until: Mapped[datetime | None] = kept(Kind.OPERATIONAL)
    attempts: Mapped[int] = kept(Kind.OPERATIONAL)
    done_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)
    dead_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)
    last_error: Mapped[str | None] = kept(Kind.OPERATIONAL, String(120))


class AuditHead(Row):
    """The end of one chain of audit events; locked while the next is added."""

    __tablename__ = "audit_head"

    stream: Mapped[str] = kept(Kind.AUDIT, String(64), primary_key=True)
    seq: Mapped[int] = kept(Kind.AUDIT)
    mac: Mapped[str] = kept(Kind.AUDIT, String(64))


class AuditEvent(Identified):
    """Who did what to what, and when. Ids and counts, never what anybody said."""

    __tablename__ = "audit_event"
    __table_args__ = (UniqueConstraint("stream", "seq"),)

    stream: Mapped[str] = kept(Kind.AUDIT, String(64))
    seq: Mapped[int] = kept(Kind.AUDIT)
    at: Mapped[datetime] = kept(Kind.AUDIT, index=True)
    actor: Mapped[str] = kept(Kind.AUDIT, String(64))
    action: Mapped[str] = kept(Kind.AUDIT, String(40))
    about: Mapped[str] = kept(Kind.AUDIT, String(64))
    detail: Mapped[str] = kept(Kind.AUDIT, Text)
    key_number: Mapped[int] = kept(Kind.AUDIT)
    mac: Mapped[str] = kept(Kind.AUDIT, String(64))


class KeyCheck(Row):
    """How the database recognises the keys it was written with."""

    __tablename__ = "key_check"

    number: Mapped[int] = kept(Kind.SECRET, primary_key=True, autoincrement=False)
    value: Mapped[str] = kept(Kind.SECRET, String(64))
