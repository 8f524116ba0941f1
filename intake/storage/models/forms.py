"""What patients wrote, what was made of it, and what somebody must do about it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from intake.red_flags import Urgency
from intake.storage.encryption import BYTES, JSON, TEXT, Codec, Sealed
from intake.storage.models.row import Bound, DataClass, Identified, column, foreign_key, sealed
from intake.storage.models.states import AlertState, DocumentState, FindingVerdict, IntakeStatus, Route
from intake.storage.types import IndexColumn

VERDICT: Codec[FindingVerdict] = Codec(
    lambda verdict: verdict.encode(), lambda stored: FindingVerdict(stored.decode())
)

if TYPE_CHECKING:
    from intake.storage.models.calls import Attempt, EarlierResult, HandOver, LaterNote
    from intake.storage.models.staff import User
    from intake.storage.models.visits import Appointment


class Intake(Bound):
    """The patient's form: one sealed draft of all they wrote, and the summary frozen at sending.

    `edition` counts the summaries that were handed over; the ones before the last lie in `Edition`.
    `last_page` is the id of the page that was saved last. It is sealed: which pages are asked tells answers.
    """

    __tablename__ = "intake"
    BOUND = ("appointment_id", "status", "urgency")

    appointment_id: Mapped[UUID] = column(DataClass.OPERATIONAL, ForeignKey("appointment.id"), unique=True)
    status: Mapped[IntakeStatus] = column(DataClass.OPERATIONAL, index=True)
    percent: Mapped[int] = column(DataClass.OPERATIONAL)
    pages_done: Mapped[int] = column(DataClass.OPERATIONAL, default=0)
    pages: Mapped[int] = column(DataClass.OPERATIONAL, default=0)
    route: Mapped[Route] = column(DataClass.OPERATIONAL, default=Route.WEB)
    recorded_by_id: Mapped[UUID | None] = foreign_key("staff_user.id")
    urgency: Mapped[Urgency | None] = column(DataClass.HEALTH)
    version: Mapped[int] = column(DataClass.OPERATIONAL)
    language: Mapped[str] = column(DataClass.OPERATIONAL, String(16))
    draft_sealed: Mapped[bytes] = sealed(DataClass.HEALTH, name="sheet_sealed")
    summary_sealed: Mapped[bytes | None] = sealed(DataClass.HEALTH)
    needs_sealed: Mapped[bytes | None] = sealed(DataClass.HEALTH)
    last_page_sealed: Mapped[bytes | None] = sealed(DataClass.HEALTH)
    questionnaire_version: Mapped[str | None] = column(DataClass.OPERATIONAL, String(64))
    rules_version: Mapped[str | None] = column(DataClass.OPERATIONAL, String(64))
    receipt: Mapped[str | None] = column(DataClass.OPERATIONAL, String(16), unique=True)
    opened_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)
    last_saved_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)
    left_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)
    sent_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)
    edition: Mapped[int] = column(DataClass.OPERATIONAL, default=1)
    amended_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)
    amended_by_id: Mapped[UUID | None] = foreign_key("staff_user.id")
    asked_again_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)

    draft: Sealed[dict[str, Any]] = Sealed(JSON, sealed_as="sheet")
    summary: Sealed[dict[str, Any] | None] = Sealed(JSON)
    needs: Sealed[list[str] | None] = Sealed(JSON)
    last_page: Sealed[str | None] = Sealed(TEXT)

    appointment: Mapped["Appointment"] = relationship(back_populates="intake")
    alerts: Mapped[list["Alert"]] = relationship(back_populates="intake", order_by="Alert.raised_at")
    attempts: Mapped[list["Attempt"]] = relationship(back_populates="intake", order_by="Attempt.made_at")
    later_notes: Mapped[list["LaterNote"]] = relationship(
        back_populates="intake", order_by="LaterNote.written_at"
    )
    hand_overs: Mapped[list["HandOver"]] = relationship(
        back_populates="intake", order_by="HandOver.offered_at"
    )
    documents: Mapped[list["Document"]] = relationship(back_populates="intake")
    editions: Mapped[list["Edition"]] = relationship(back_populates="intake", order_by="Edition.number")
    finding_outcomes: Mapped[list["FindingOutcome"]] = relationship(back_populates="intake")
    read_marks: Mapped[list["ReadMark"]] = relationship(back_populates="intake", order_by="ReadMark.read_at")
    recorded_by: Mapped["User | None"] = relationship(foreign_keys=recorded_by_id)
    amended_by: Mapped["User | None"] = relationship(foreign_keys=amended_by_id)

    # Two writers that slip past the row lock cannot both win: the second finds another version and fails.
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (as SQLAlchemy wants it)


class Edition(Bound):
    """What was handed over before and has been replaced, kept as it was. `author` None: the patient."""

    __tablename__ = "intake_edition"
    BOUND = ("intake_id", "number", "author_id")
    __table_args__ = (UniqueConstraint("intake_id", "number"),)

    intake_id: Mapped[UUID] = foreign_key("intake.id")
    number: Mapped[int] = column(DataClass.OPERATIONAL)
    draft_sealed: Mapped[bytes] = sealed(DataClass.HEALTH, name="sheet_sealed")
    summary_sealed: Mapped[bytes] = sealed(DataClass.HEALTH)
    reason_sealed: Mapped[bytes | None] = sealed(DataClass.HEALTH)
    urgency: Mapped[Urgency | None] = column(DataClass.HEALTH)
    handed_over_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    author_id: Mapped[UUID | None] = foreign_key("staff_user.id")
    replaced_at: Mapped[datetime] = column(DataClass.OPERATIONAL)

    draft: Sealed[dict[str, Any]] = Sealed(JSON, sealed_as="sheet")
    summary: Sealed[dict[str, Any]] = Sealed(JSON)
    reason: Sealed[str | None] = Sealed(TEXT)

    intake: Mapped[Intake] = relationship(back_populates="editions")
    author: Mapped["User | None"] = relationship()


class Alert(Bound):
    """A finding that somebody must act on, by `due_at`. It cannot be closed without an outcome.

    `acknowledged_by` is who took it first; `owner` who has it now. `outcome`, `note`, `initials`, `closed_by`
    and `closed_at` are one result; those that were put right lie in `earlier_results`.
    """

    __tablename__ = "alert"
    BOUND = ("intake_id", "urgency", "state", "due_at", "owner_id", "closed_by_id")
    # One that is not closed for each rule and urgency of an intake: what rises higher needs another look.
    __table_args__ = (UniqueConstraint("intake_id", "finding_hmac"),)

    intake_id: Mapped[UUID] = foreign_key("intake.id")
    finding_hmac: Mapped[str] = column(DataClass.HEALTH, IndexColumn, name="blind", key="finding_hmac")
    rule_sealed: Mapped[bytes] = sealed(DataClass.HEALTH)
    certainty_sealed: Mapped[bytes] = sealed(DataClass.HEALTH)
    outcome_sealed: Mapped[bytes | None] = sealed(DataClass.HEALTH)
    note_sealed: Mapped[bytes | None] = sealed(DataClass.HEALTH)
    initials_sealed: Mapped[bytes | None] = sealed(DataClass.IDENTITY)
    urgency: Mapped[Urgency] = column(DataClass.HEALTH)
    state: Mapped[AlertState] = column(DataClass.OPERATIONAL, index=True)
    raised_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    due_at: Mapped[datetime] = column(DataClass.OPERATIONAL, index=True)
    owner_id: Mapped[UUID | None] = foreign_key("staff_user.id")
    acknowledged_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)
    acknowledged_by_id: Mapped[UUID | None] = foreign_key("staff_user.id")
    closed_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)
    closed_by_id: Mapped[UUID | None] = foreign_key("staff_user.id")

    rule: Sealed[str] = Sealed(TEXT)
    certainty: Sealed[str] = Sealed(TEXT)
    outcome: Sealed[str | None] = Sealed(TEXT)
    note: Sealed[str | None] = Sealed(TEXT)
    initials: Sealed[str | None] = Sealed(TEXT)

    intake: Mapped[Intake] = relationship(back_populates="alerts")
    owner: Mapped["User | None"] = relationship(foreign_keys=owner_id)
    acknowledged_by: Mapped["User | None"] = relationship(foreign_keys=acknowledged_by_id)
    closed_by: Mapped["User | None"] = relationship(foreign_keys=closed_by_id)
    earlier_results: Mapped[list["EarlierResult"]] = relationship(
        back_populates="alert", order_by="EarlierResult.closed_at"
    )


class FindingOutcome(Bound):
    """What the clinician found a finding to be: one for each rule of an intake, whichever record it fired in.

    `version` counts the marks; whoever marks says which one they saw.
    """

    __tablename__ = "finding_outcome"
    BOUND = ("intake_id", "marked_by_id")
    __table_args__ = (UniqueConstraint("intake_id", "finding_hmac"),)

    intake_id: Mapped[UUID] = foreign_key("intake.id")
    finding_hmac: Mapped[str] = column(DataClass.HEALTH, IndexColumn, name="blind", key="finding_hmac")
    rule_sealed: Mapped[bytes] = sealed(DataClass.HEALTH)
    verdict_sealed: Mapped[bytes] = sealed(DataClass.HEALTH)
    marked_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    marked_by_id: Mapped[UUID] = foreign_key("staff_user.id")
    version: Mapped[int] = column(DataClass.OPERATIONAL)

    rule: Sealed[str] = Sealed(TEXT)
    verdict: Sealed[FindingVerdict] = Sealed(VERDICT)

    intake: Mapped[Intake] = relationship(back_populates="finding_outcomes")
    marked_by: Mapped["User"] = relationship()

    # As for the intake: two writers that slip past its lock cannot both win.
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (as SQLAlchemy wants it)


class ReadMark(Bound):
    """Somebody has read a record: one for each person and edition. Those of earlier editions do not count."""

    __tablename__ = "read_mark"
    BOUND = ("intake_id", "user_id", "edition", "read_at")
    __table_args__ = (UniqueConstraint("intake_id", "user_id", "edition"),)

    intake_id: Mapped[UUID] = foreign_key("intake.id")
    user_id: Mapped[UUID] = foreign_key("staff_user.id")
    edition: Mapped[int] = column(DataClass.OPERATIONAL)
    read_at: Mapped[datetime] = column(DataClass.OPERATIONAL)

    intake: Mapped[Intake] = relationship(back_populates="read_marks")
    user: Mapped["User"] = relationship()


class Document(Identified):
    """A rendering of a frozen summary; pending until its bytes are there."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("intake_id", "format"),)

    intake_id: Mapped[UUID] = foreign_key("intake.id")
    format: Mapped[str] = column(DataClass.OPERATIONAL, String(16))
    state: Mapped[DocumentState] = column(DataClass.OPERATIONAL)
    content_sealed: Mapped[bytes | None] = sealed(DataClass.HEALTH, deferred=True)
    sha256: Mapped[str | None] = column(DataClass.OPERATIONAL, String(64))
    asked_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    made_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)

    content: Sealed[bytes | None] = Sealed(BYTES)

    intake: Mapped[Intake] = relationship(back_populates="documents")
