"""What patients wrote, what was made of it, and what somebody must do about it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from intake.red_flags import Urgency
from intake.storage.encryption import BYTES, JSON, TEXT, Codec, Sealed
from intake.storage.models.row import Bound, Identified, Kind, kept, points_at, sealed
from intake.storage.models.states import AlertState, DocumentState, IntakeStatus, Route, Verdict

VERDICT: Codec[Verdict] = Codec(lambda verdict: verdict.encode(), lambda kept: Verdict(kept.decode()))

if TYPE_CHECKING:
    from intake.storage.models.staff import User
    from intake.storage.models.visits import Appointment


class Intake(Bound):
    """The patient's form: one sealed sheet of all they wrote, and the summary frozen at sending.

    `edition` counts the summaries that were handed over; the ones before the last lie in `Edition`.
    """

    __tablename__ = "intake"
    BOUND = ("appointment_id", "status", "urgency")

    appointment_id: Mapped[UUID] = kept(Kind.OPERATIONAL, ForeignKey("appointment.id"), unique=True)
    status: Mapped[IntakeStatus] = kept(Kind.OPERATIONAL, index=True)
    percent: Mapped[int] = kept(Kind.OPERATIONAL)
    pages_done: Mapped[int] = kept(Kind.OPERATIONAL, default=0)
    pages: Mapped[int] = kept(Kind.OPERATIONAL, default=0)
    route: Mapped[Route] = kept(Kind.OPERATIONAL, default=Route.WEB)
    recorded_by_id: Mapped[UUID | None] = points_at("staff_user.id")
    urgency: Mapped[Urgency | None] = kept(Kind.HEALTH)
    version: Mapped[int] = kept(Kind.OPERATIONAL)
    language: Mapped[str] = kept(Kind.OPERATIONAL, String(16))
    sheet_sealed: Mapped[bytes] = sealed(Kind.HEALTH)
    summary_sealed: Mapped[bytes | None] = sealed(Kind.HEALTH)
    needs_sealed: Mapped[bytes | None] = sealed(Kind.HEALTH)
    last_page_sealed: Mapped[bytes | None] = sealed(Kind.HEALTH)
    questionnaire_version: Mapped[str | None] = kept(Kind.OPERATIONAL, String(64))
    rules_version: Mapped[str | None] = kept(Kind.OPERATIONAL, String(64))
    receipt: Mapped[str | None] = kept(Kind.OPERATIONAL, String(16), unique=True)
    opened_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)
    last_saved_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)
    left_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)
    sent_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)
    edition: Mapped[int] = kept(Kind.OPERATIONAL, default=1)
    amended_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)
    amended_by_id: Mapped[UUID | None] = points_at("staff_user.id")
    asked_again_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)
    read_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)
    read_by_id: Mapped[UUID | None] = points_at("staff_user.id")

    sheet: Sealed[dict[str, Any]] = Sealed(JSON)
    summary: Sealed[dict[str, Any] | None] = Sealed(JSON)
    needs: Sealed[list[str] | None] = Sealed(JSON)
    last_page: Sealed[str | None] = Sealed(TEXT)

    appointment: Mapped["Appointment"] = relationship(back_populates="intake")
    alerts: Mapped[list["Alert"]] = relationship(back_populates="intake", order_by="Alert.raised_at")
    documents: Mapped[list["Document"]] = relationship(back_populates="intake")
    editions: Mapped[list["Edition"]] = relationship(back_populates="intake", order_by="Edition.number")
    finding_outcomes: Mapped[list["FindingOutcome"]] = relationship(back_populates="intake")
    recorded_by: Mapped["User | None"] = relationship(foreign_keys=recorded_by_id)
    amended_by: Mapped["User | None"] = relationship(foreign_keys=amended_by_id)
    read_by: Mapped["User | None"] = relationship(foreign_keys=read_by_id)

    # Two writers that slip past the row lock cannot both win: the second finds another version and fails.
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (as SQLAlchemy wants it)


class Edition(Bound):
    """What was handed over before and has been replaced, kept as it was. `author` None: the patient."""

    __tablename__ = "intake_edition"
    BOUND = ("intake_id", "number", "author_id")
    __table_args__ = (UniqueConstraint("intake_id", "number"),)

    intake_id: Mapped[UUID] = points_at("intake.id")
    number: Mapped[int] = kept(Kind.OPERATIONAL)
    sheet_sealed: Mapped[bytes] = sealed(Kind.HEALTH)
    summary_sealed: Mapped[bytes] = sealed(Kind.HEALTH)
    reason_sealed: Mapped[bytes | None] = sealed(Kind.HEALTH)
    urgency: Mapped[Urgency | None] = kept(Kind.HEALTH)
    handed_over_at: Mapped[datetime] = kept(Kind.OPERATIONAL)
    author_id: Mapped[UUID | None] = points_at("staff_user.id")
    replaced_at: Mapped[datetime] = kept(Kind.OPERATIONAL)

    sheet: Sealed[dict[str, Any]] = Sealed(JSON)
    summary: Sealed[dict[str, Any]] = Sealed(JSON)
    reason: Sealed[str | None] = Sealed(TEXT)

    intake: Mapped[Intake] = relationship(back_populates="editions")
    author: Mapped["User | None"] = relationship()


class Alert(Bound):
    """A finding that somebody must act on, by `due_at`. It cannot be closed without an outcome.

    `acknowledged_by` is who took it first; `owner` who has it now.
    """

    __tablename__ = "alert"
    BOUND = ("intake_id", "urgency", "state", "due_at", "owner_id", "closed_by_id")
    # One that is not closed for each rule and urgency of an intake: what rises higher needs another look.
    __table_args__ = (UniqueConstraint("intake_id", "blind"),)

    intake_id: Mapped[UUID] = points_at("intake.id")
    blind: Mapped[str] = kept(Kind.HEALTH, String(32))
    rule_sealed: Mapped[bytes] = sealed(Kind.HEALTH)
    certainty_sealed: Mapped[bytes] = sealed(Kind.HEALTH)
    outcome_sealed: Mapped[bytes | None] = sealed(Kind.HEALTH)
    note_sealed: Mapped[bytes | None] = sealed(Kind.HEALTH)
    initials_sealed: Mapped[bytes | None] = sealed(Kind.IDENTITY)
    urgency: Mapped[Urgency] = kept(Kind.HEALTH)
    state: Mapped[AlertState] = kept(Kind.OPERATIONAL, index=True)
    raised_at: Mapped[datetime] = kept(Kind.OPERATIONAL)
    due_at: Mapped[datetime] = kept(Kind.OPERATIONAL, index=True)
    owner_id: Mapped[UUID | None] = points_at("staff_user.id")
    acknowledged_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)
    acknowledged_by_id: Mapped[UUID | None] = points_at("staff_user.id")
    closed_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)
    closed_by_id: Mapped[UUID | None] = points_at("staff_user.id")

    rule: Sealed[str] = Sealed(TEXT)
    certainty: Sealed[str] = Sealed(TEXT)
    outcome: Sealed[str | None] = Sealed(TEXT)
    note: Sealed[str | None] = Sealed(TEXT)
    initials: Sealed[str | None] = Sealed(TEXT)

    intake: Mapped[Intake] = relationship(back_populates="alerts")
    owner: Mapped["User | None"] = relationship(foreign_keys=owner_id)
    acknowledged_by: Mapped["User | None"] = relationship(foreign_keys=acknowledged_by_id)
    closed_by: Mapped["User | None"] = relationship(foreign_keys=closed_by_id)


class FindingOutcome(Bound):
    """What the clinician found a finding to be: one for each rule of an intake, whichever record it fired in.

    `version` counts the marks; whoever marks says which one they saw.
    """

    __tablename__ = "finding_outcome"
    BOUND = ("intake_id", "marked_by_id")
    __table_args__ = (UniqueConstraint("intake_id", "blind"),)

    intake_id: Mapped[UUID] = points_at("intake.id")
    blind: Mapped[str] = kept(Kind.HEALTH, String(32))
    rule_sealed: Mapped[bytes] = sealed(Kind.HEALTH)
    verdict_sealed: Mapped[bytes] = sealed(Kind.HEALTH)
    marked_at: Mapped[datetime] = kept(Kind.OPERATIONAL)
    marked_by_id: Mapped[UUID] = points_at("staff_user.id")
    version: Mapped[int] = kept(Kind.OPERATIONAL)

    rule: Sealed[str] = Sealed(TEXT)
    verdict: Sealed[Verdict] = Sealed(VERDICT)

    intake: Mapped[Intake] = relationship(back_populates="finding_outcomes")
    marked_by: Mapped["User"] = relationship()

    # As for the intake: two writers that slip past its lock cannot both win.
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (as SQLAlchemy wants it)


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
