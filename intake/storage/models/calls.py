"""What happens in the telephone call about a form's alerts, beside what is closed: tries, notes, hand-overs.

A call is about all alerts of an intake at once, so its rows hang on the intake. Only a result that was put
right hangs on the alert that had it.
"""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy.orm import Mapped, relationship

from intake.storage.encryption import TEXT, Sealed
from intake.storage.models.row import Bound, DataClass, column, foreign_key, sealed
from intake.storage.models.states import AttemptKind, HandOverState

if TYPE_CHECKING:
    from intake.storage.models.forms import Alert, Intake
    from intake.storage.models.staff import User


class Attempt(Bound):
    """One try to reach the patient after which the call goes on.

    `again_at` is when it is to be tried again; `number` what was dialled, as it stood on the page.
    """

    __tablename__ = "call_attempt"
    BOUND = ("intake_id", "kind", "made_at", "made_by_id", "again_at")

    intake_id: Mapped[UUID] = foreign_key("intake.id")
    kind: Mapped[AttemptKind] = column(DataClass.OPERATIONAL)
    made_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    made_by_id: Mapped[UUID] = foreign_key("staff_user.id")
    again_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)
    number_sealed: Mapped[bytes | None] = sealed(DataClass.IDENTITY)
    note_sealed: Mapped[bytes | None] = sealed(DataClass.HEALTH)

    number: Sealed[str | None] = Sealed(TEXT)
    note: Sealed[str | None] = Sealed(TEXT)

    intake: Mapped["Intake"] = relationship(back_populates="attempts")
    made_by: Mapped["User"] = relationship()


class LaterNote(Bound):
    """What somebody added to a call after it was closed."""

    __tablename__ = "call_note"
    BOUND = ("intake_id", "written_at", "written_by_id")

    intake_id: Mapped[UUID] = foreign_key("intake.id")
    written_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    written_by_id: Mapped[UUID] = foreign_key("staff_user.id")
    note_sealed: Mapped[bytes] = sealed(DataClass.HEALTH)

    note: Sealed[str] = Sealed(TEXT)

    intake: Mapped["Intake"] = relationship(back_populates="later_notes")
    written_by: Mapped["User"] = relationship()


class EarlierResult(Bound):
    """What an alert was closed with until it was put right, or opened again; kept as it was."""

    __tablename__ = "earlier_result"
    BOUND = ("alert_id", "closed_at", "closed_by_id", "replaced_at", "replaced_by_id")

    alert_id: Mapped[UUID] = foreign_key("alert.id")
    outcome_sealed: Mapped[bytes | None] = sealed(DataClass.HEALTH)
    note_sealed: Mapped[bytes | None] = sealed(DataClass.HEALTH)
    initials_sealed: Mapped[bytes | None] = sealed(DataClass.IDENTITY)
    closed_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    closed_by_id: Mapped[UUID | None] = foreign_key("staff_user.id")
    replaced_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    replaced_by_id: Mapped[UUID] = foreign_key("staff_user.id")

    outcome: Sealed[str | None] = Sealed(TEXT)
    note: Sealed[str | None] = Sealed(TEXT)
    initials: Sealed[str | None] = Sealed(TEXT)

    alert: Mapped["Alert"] = relationship(back_populates="earlier_results")
    closed_by: Mapped["User | None"] = relationship(foreign_keys=closed_by_id)
    replaced_by: Mapped["User"] = relationship(foreign_keys=replaced_by_id)


class HandOver(Bound):
    """A call that one member of staff offers to another; it stays where it is until that one accepts it.

    `answered_at` is when it was accepted or declined, or stopped being offered.
    """

    __tablename__ = "hand_over"
    BOUND = ("intake_id", "offered_by_id", "offered_to_id", "offered_at", "state", "answered_at")

    intake_id: Mapped[UUID] = foreign_key("intake.id")
    offered_by_id: Mapped[UUID] = foreign_key("staff_user.id")
    offered_to_id: Mapped[UUID] = foreign_key("staff_user.id")
    offered_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    state: Mapped[HandOverState] = column(DataClass.OPERATIONAL)
    answered_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)
    note_sealed: Mapped[bytes | None] = sealed(DataClass.HEALTH)

    note: Sealed[str | None] = Sealed(TEXT)

    intake: Mapped["Intake"] = relationship(back_populates="hand_overs")
    offered_by: Mapped["User"] = relationship(foreign_keys=offered_by_id)
    offered_to: Mapped["User"] = relationship(foreign_keys=offered_to_id)
