"""What keeps the clinic running: jobs, workers, settings, heartbeats, and the record of who did what."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped

from intake.storage.models.row import DataClass, Identified, Row, column, foreign_key, sealed
from intake.storage.models.states import Channel, JobKind
from intake.storage.seals import head_said


class Job(Identified):
    """Work to be done, written with what causes it. The row is the truth; the queue carries only a nudge.

    `ref` is the id of what it is about, a row of the table that `kind` names. `appointment_id` and `channel`
    are for messages to patients: whose they are, and how they travel (NULL: however they can). `last_error`
    is why it was not done yet, `cancel_reason` why it is not wanted any more. `held_at`: since when a message
    that may have left before a backup was put back waits for somebody to decide.
    """

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("kind", "ref", "dedupe_key"),
        Index(None, "done_at", "given_up_at", "not_before"),
    )

    kind: Mapped[JobKind] = column(DataClass.OPERATIONAL)
    ref: Mapped[UUID] = column(DataClass.OPERATIONAL)
    appointment_id: Mapped[UUID | None] = foreign_key("appointment.id")
    channel: Mapped[Channel | None] = column(DataClass.OPERATIONAL)
    dedupe_key: Mapped[str] = column(DataClass.OPERATIONAL, String(40), name="slot", key="dedupe_key")
    made_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    not_before: Mapped[datetime] = column(DataClass.OPERATIONAL)
    lease_until: Mapped[datetime | None] = column(DataClass.OPERATIONAL)
    attempts: Mapped[int] = column(DataClass.OPERATIONAL)
    done_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)
    given_up_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL, name="dead_at", key="given_up_at")
    cancelled_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)
    cancel_reason: Mapped[str | None] = column(DataClass.OPERATIONAL, String(120))
    last_error: Mapped[str | None] = column(DataClass.OPERATIONAL, String(120))
    held_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)


class Heartbeat(Row):
    """When something that must never stand still was last seen to run."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = column(DataClass.OPERATIONAL, String(24), primary_key=True)
    at: Mapped[datetime] = column(DataClass.OPERATIONAL)


class Worker(Identified):
    """A process that does jobs: where it runs, for which lanes of work, and when it was last seen.

    It goes when the worker ends; one that was killed stays for a day.
    """

    __tablename__ = "worker"

    host: Mapped[str] = column(DataClass.OPERATIONAL, String(120))
    pid: Mapped[int] = column(DataClass.OPERATIONAL)
    lanes: Mapped[str] = column(DataClass.OPERATIONAL, String(60))
    started_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    seen_at: Mapped[datetime] = column(DataClass.OPERATIONAL)


class BackupStatus(Row):
    """What came of the backups, in one row.

    `covers_until` is the moment whose state the last backup holds that was made and opened again, or a later
    one until when nothing had changed; `fingerprint` tells whether it has. `made_at` is when that file was
    made. `failed_at` and `failure`, a word of ours: since when backups fail, NULL while they do not.
    """

    __tablename__ = "backup_status"

    id: Mapped[int] = column(DataClass.OPERATIONAL, primary_key=True, autoincrement=False)
    covers_until: Mapped[datetime | None] = column(DataClass.OPERATIONAL)
    made_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)
    file_name: Mapped[str | None] = column(DataClass.OPERATIONAL, String(80))
    size: Mapped[int | None] = column(DataClass.OPERATIONAL, BigInteger)
    rows: Mapped[int | None] = column(DataClass.OPERATIONAL)
    seconds: Mapped[int | None] = column(DataClass.OPERATIONAL)
    fingerprint: Mapped[str | None] = column(DataClass.OPERATIONAL, String(64))
    failed_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)
    failure: Mapped[str | None] = column(DataClass.OPERATIONAL, String(120))


class PolicyReport(Row):
    """How often browsers said on one day that they refused something on our pages.

    `directive` is the part of our policy that forbids it, `blocked` a host or a word of ours for what it was,
    `route` the pattern of the page's address. Never an address, and nothing of what stood on the page.
    """

    __tablename__ = "policy_report"

    day: Mapped[datetime] = column(DataClass.OPERATIONAL, primary_key=True)
    directive: Mapped[str] = column(DataClass.OPERATIONAL, String(40), primary_key=True)
    blocked: Mapped[str] = column(DataClass.OPERATIONAL, String(100), primary_key=True)
    route: Mapped[str] = column(DataClass.OPERATIONAL, String(120), primary_key=True)
    number: Mapped[int] = column(DataClass.OPERATIONAL)
    last_at: Mapped[datetime] = column(DataClass.OPERATIONAL)


class ClinicSetting(Row):
    """A setting that was changed on the page of settings; it goes over the environment's."""

    __tablename__ = "clinic_setting"

    name: Mapped[str] = column(DataClass.OPERATIONAL, String(60), primary_key=True)
    value: Mapped[str] = column(DataClass.OPERATIONAL, Text)
    changed_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    changed_by_id: Mapped[UUID | None] = foreign_key("staff_user.id")


class SettingsVersion(Row):
    """How often the settings were changed, in one row; locked while they are, and tells who came second."""

    __tablename__ = "settings_version"

    id: Mapped[int] = column(DataClass.OPERATIONAL, primary_key=True, autoincrement=False)
    number: Mapped[int] = column(DataClass.OPERATIONAL)
    changed_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    changed_by_id: Mapped[UUID | None] = foreign_key("staff_user.id")


class ImportShape(Row):
    """What the columns of files with certain headings hold, as reception said it; for the next such file.

    `fingerprint` is an HMAC of the headings, `roles` what each column holds, with commas. `encoding` is that
    of its letters, `century` what years of birth with two figures are, NULL where the file tells it.
    """

    __tablename__ = "import_shape"

    fingerprint: Mapped[str] = column(DataClass.OPERATIONAL, String(32), primary_key=True)
    roles: Mapped[str] = column(DataClass.OPERATIONAL, Text)
    encoding: Mapped[str | None] = column(DataClass.OPERATIONAL, String(20))
    century: Mapped[str | None] = column(DataClass.OPERATIONAL, String(10))
    changed_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    changed_by_id: Mapped[UUID | None] = foreign_key("staff_user.id")


class SearchVersion(Row):
    """How often patients were written, in one row; `erased` counts how often one of them was erased."""

    __tablename__ = "search_version"

    id: Mapped[int] = column(DataClass.OPERATIONAL, primary_key=True, autoincrement=False)
    number: Mapped[int] = column(DataClass.OPERATIONAL)
    erased: Mapped[int] = column(DataClass.OPERATIONAL)


class PatientChange(Row):
    """At which number of `SearchVersion` a patient was written last; erased with the patient."""

    __tablename__ = "patient_change"

    patient_id: Mapped[UUID] = column(DataClass.OPERATIONAL, primary_key=True)
    number: Mapped[int] = column(DataClass.OPERATIONAL, index=True)


class AuditHead(Row):
    """The end of one chain of audit events, sealed; locked while the next is added.

    The events up to number `sealed_through` are sealed by `sealed_digest`, a digest of all that they say:
    their own seals are of keys that may be gone.
    """

    __tablename__ = "audit_head"

    stream: Mapped[str] = column(DataClass.AUDIT, String(64), primary_key=True)
    seq: Mapped[int] = column(DataClass.AUDIT)
    mac: Mapped[str] = column(DataClass.AUDIT, String(64))
    seal: Mapped[str] = column(DataClass.AUDIT, String(72))
    sealed_through: Mapped[int] = column(DataClass.AUDIT, default=0)
    sealed_digest: Mapped[str] = column(DataClass.AUDIT, String(64), default="")

    @property
    def said(self) -> tuple[Any, ...]:
        """What its seal covers."""
        return head_said(self.stream, self.seq, self.mac, self.sealed_through, self.sealed_digest)


class AuditTotal(Row):
    """One row, encrypted: how many sealed rows and events there are, and a digest over all their seals."""

    __tablename__ = "audit_total"

    id: Mapped[int] = column(DataClass.AUDIT, primary_key=True, autoincrement=False)
    content_sealed: Mapped[bytes] = sealed(DataClass.AUDIT)


class AuditEvent(Identified):
    """Who did what to what, in which role, and when. In the clear ids and counts, and nothing that could
    tell an answer. `role` NULL: no member of staff, or written by an earlier version.
    """

    __tablename__ = "audit_event"
    __table_args__ = (UniqueConstraint("stream", "seq"),)

    stream: Mapped[str] = column(DataClass.AUDIT, String(64))
    seq: Mapped[int] = column(DataClass.AUDIT)
    at: Mapped[datetime] = column(DataClass.AUDIT, index=True)
    actor: Mapped[str] = column(DataClass.AUDIT, String(64))
    role: Mapped[str | None] = column(DataClass.AUDIT, String(24))
    action: Mapped[str] = column(DataClass.AUDIT, String(40))
    about: Mapped[str] = column(DataClass.AUDIT, String(64))
    detail: Mapped[str] = column(DataClass.AUDIT, Text)
    detail_sealed: Mapped[bytes | None] = sealed(DataClass.AUDIT)
    key_number: Mapped[int] = column(DataClass.AUDIT)
    mac: Mapped[str] = column(DataClass.AUDIT, String(64))


class ModeKept(Row):
    """Whether the database is for real patients, in one row; written at the first start."""

    __tablename__ = "mode_kept"

    id: Mapped[int] = column(DataClass.OPERATIONAL, primary_key=True, autoincrement=False)
    mode: Mapped[str] = column(DataClass.OPERATIONAL, String(24))


class KeyCheck(Row):
    """How the database recognises the keys it was written with."""

    __tablename__ = "key_check"

    number: Mapped[int] = column(DataClass.SECRET, primary_key=True, autoincrement=False)
    value: Mapped[str] = column(DataClass.SECRET, String(64))
