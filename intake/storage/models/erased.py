"""What is left of a patient who was erased on request: that it was done, and how much it was."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, relationship

from intake.storage.models.row import Bound, DataClass, column, foreign_key
from intake.storage.models.states import ErasureReason

if TYPE_CHECKING:
    from intake.storage.models.staff import User


class Erasure(Bound):
    """One patient, erased by somebody. Nothing in it tells who the patient was.

    `reference` is what the proof is found by; `counts` how much of what kind was erased, as JSON.
    """

    __tablename__ = "erasure"
    BOUND = ("reference", "erased_at", "erased_by_id", "reason", "counts")

    reference: Mapped[str] = column(DataClass.OPERATIONAL, String(8), unique=True)
    erased_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    erased_by_id: Mapped[UUID | None] = foreign_key("staff_user.id")
    reason: Mapped[ErasureReason] = column(DataClass.OPERATIONAL)
    counts: Mapped[str] = column(DataClass.OPERATIONAL, Text)

    erased_by: Mapped["User | None"] = relationship()
