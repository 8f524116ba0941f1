"""Who approved the safety content, and the very content."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped

from intake.storage.models.row import Bound, Kind, kept, points_at


class SafetyApproval(Bound):
    """One approval. `content` is the canonical JSON of the version, compressed; `beside` the settings."""

    __tablename__ = "safety_approval"
    BOUND = ("role", "person", "version", "withdrawn_at")
    __table_args__ = (Index(None, "version"),)

    role: Mapped[str] = kept(Kind.OPERATIONAL, String(120))
    person: Mapped[str] = kept(Kind.OPERATIONAL, String(120))
    approved_on: Mapped[date] = kept(Kind.OPERATIONAL, Date)
    version: Mapped[str] = kept(Kind.OPERATIONAL, String(12))
    content: Mapped[bytes] = kept(Kind.OPERATIONAL, LargeBinary)
    beside: Mapped[str] = kept(Kind.OPERATIONAL, Text)
    made_at: Mapped[datetime] = kept(Kind.OPERATIONAL)
    made_by_id: Mapped[UUID | None] = points_at("staff_user.id")
    withdrawn_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)
