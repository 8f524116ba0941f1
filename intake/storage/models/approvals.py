"""Who approved the safety content, and the very content."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped

from intake.storage.models.row import Bound, DataClass, column, foreign_key


class SafetyApproval(Bound):
    """One approval. `content` is the canonical JSON of the version, compressed; `beside` the settings."""

    __tablename__ = "safety_approval"
    BOUND = ("role", "person", "version", "withdrawn_at")
    __table_args__ = (Index(None, "version"),)

    role: Mapped[str] = column(DataClass.OPERATIONAL, String(120))
    person: Mapped[str] = column(DataClass.OPERATIONAL, String(120))
    approved_on: Mapped[date] = column(DataClass.OPERATIONAL, Date)
    version: Mapped[str] = column(DataClass.OPERATIONAL, String(12))
    content: Mapped[bytes] = column(DataClass.OPERATIONAL, LargeBinary)
    beside: Mapped[str] = column(DataClass.OPERATIONAL, Text)
    made_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    made_by_id: Mapped[UUID | None] = foreign_key("staff_user.id")
    withdrawn_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)
