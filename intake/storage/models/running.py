"""What keeps the clinic running: work owed, settings, signs of life, and the record of who did what."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped

from intake.storage.models.row import Identified, Kind, Row, kept, points_at, sealed
from intake.storage.models.states import Channel, MessageKind


class Message(Identified):
    """Work owed, written with what made it owed. The row is the truth; a job is only a nudge."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("kind", "ref", "slot"),
        Index(None, "done_at", "dead_at", "not_before"),
    )

    kind: Mapped[MessageKind] = kept(Kind.OPERATIONAL)
    ref: Mapped[UUID] = kept(Kind.OPERATIONAL)
    appointment_id: Mapped[UUID | None] = points_at("appointment.id")
    channel: Mapped[Channel | None] = kept(Kind.OPERATIONAL)
    slot: Mapped[str] = kept(Kind.OPERATIONAL, String(40))
    made_at: Mapped[datetime] = kept(Kind.OPERATIONAL)
    not_before: Mapped[datetime] = kept(Kind.OPERATIONAL)
    lease_until: Mapped[datetime | None] = kept(Kind.OPERATIONAL)
    attempts: Mapped[int] = kept(Kind.OPERATIONAL)
    done_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)
    dead_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)
    cancelled_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)
    last_error: Mapped[str | None] = kept(Kind.OPERATIONAL, String(120))


class Heartbeat(Row):
    """When something that must never stand still was last seen to run."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = kept(Kind.OPERATIONAL, String(24), primary_key=True)
    at: Mapped[datetime] = kept(Kind.OPERATIONAL)


class ClinicSetting(Row):
    """A setting that was changed on the page of settings; it goes over the environment's."""

    __tablename__ = "clinic_setting"

    name: Mapped[str] = kept(Kind.OPERATIONAL, String(60), primary_key=True)
    value: Mapped[str] = kept(Kind.OPERATIONAL, Text)
    changed_at: Mapped[datetime] = kept(Kind.OPERATIONAL)
    changed_by_id: Mapped[UUID | None] = points_at("staff_user.id")


class AuditHead(Row):
    """The end of one chain of audit events, sealed; locked while the next is added."""

    __tablename__ = "audit_head"

    stream: Mapped[str] = kept(Kind.AUDIT, String(64), primary_key=True)
    seq: Mapped[int] = kept(Kind.AUDIT)
    mac: Mapped[str] = kept(Kind.AUDIT, String(64))
    seal: Mapped[str] = kept(Kind.AUDIT, String(72))


class AuditTotal(Row):
    """One row, encrypted: how many sealed rows and events there are, and a digest over all their seals."""

    __tablename__ = "audit_total"

    id: Mapped[int] = kept(Kind.AUDIT, primary_key=True, autoincrement=False)
    content_sealed: Mapped[bytes] = sealed(Kind.AUDIT)


class AuditEvent(Identified):
    """Who did what to what, and when. In the clear ids and counts, and nothing that could tell an answer."""

    __tablename__ = "audit_event"
    __table_args__ = (UniqueConstraint("stream", "seq"),)

    stream: Mapped[str] = kept(Kind.AUDIT, String(64))
    seq: Mapped[int] = kept(Kind.AUDIT)
    at: Mapped[datetime] = kept(Kind.AUDIT, index=True)
    actor: Mapped[str] = kept(Kind.AUDIT, String(64))
    action: Mapped[str] = kept(Kind.AUDIT, String(40))
    about: Mapped[str] = kept(Kind.AUDIT, String(64))
    detail: Mapped[str] = kept(Kind.AUDIT, Text)
    detail_sealed: Mapped[bytes | None] = sealed(Kind.AUDIT)
    key_number: Mapped[int] = kept(Kind.AUDIT)
    mac: Mapped[str] = kept(Kind.AUDIT, String(64))


class KeyCheck(Row):
    """How the database recognises the keys it was written with."""

    __tablename__ = "key_check"

    number: Mapped[int] = kept(Kind.SECRET, primary_key=True, autoincrement=False)
    value: Mapped[str] = kept(Kind.SECRET, String(64))
