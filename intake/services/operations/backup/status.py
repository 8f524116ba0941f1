"""Whether the clinic has a backup that could be put back, how old it is, and when the next one is due."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.config import Settings
from intake.services.context import Operation
from intake.services.operations.backup.making import Made
from intake.services.upsert import insert_if_missing
from intake.storage.models import AuditTotal, BackupStatus, SettingsVersion, StaffDraft

THE_ONE = 1
DAY = timedelta(days=1)
# How often the queue looks, and how long a backup may take: so much earlier than it must be there it begins.
AHEAD = timedelta(minutes=2)
# A clinic that makes its backups by other means runs the command; without any for so long, the admin is told.
WITHOUT = timedelta(days=7)


@dataclass(frozen=True)
class LatestBackup:
    """The last backup that was made and opened again. `covers_until`: what was written since is in none."""

    covers_until: datetime
    made_at: datetime
    file_name: str
    size: int
    rows: int
    seconds: int


@dataclass(frozen=True)
class BackupFailure:
    """Since when no backup could be made, and the kind of error."""

    since: datetime
    failure: str


def latest_backup(session: Session) -> LatestBackup | None:
    """None while none was ever made."""
    found = session.get(BackupStatus, THE_ONE)
    if found is None or found.covers_until is None:
        return None
    return LatestBackup(
        found.covers_until,
        found.made_at or found.covers_until,
        found.file_name or "",
        found.size or 0,
        found.rows or 0,
        found.seconds or 0,
    )


def failure(session: Session) -> BackupFailure | None:
    """None while the last one that was tried was made."""
    found = session.get(BackupStatus, THE_ONE)
    if found is None or found.failed_at is None:
        return None
    return BackupFailure(found.failed_at, found.failure or "")


def is_due(session: Session, settings: Settings, now: datetime) -> bool:
    """True when one must begin now, so that never more than the clinic's `backup_every` can be lost."""
    latest = latest_backup(session)
    if latest is None or now < latest.covers_until:
        # A clock that was set back must not stop them.
        return True
    every = timedelta(minutes=settings.backup_every)
    return now - latest.covers_until >= every - min(AHEAD, every / 2)


def nothing_changed(session: Session, settings: Settings, now: datetime) -> bool:
    """True when the last file still holds all there is, and is no older than a day."""
    found, latest = session.get(BackupStatus, THE_ONE), latest_backup(session)
    if found is None or latest is None or settings.backup_folder is None:
        return False
    there = (settings.backup_folder / latest.file_name).is_file()
    return there and now - latest.made_at < DAY and found.fingerprint == fingerprint(session)


def fingerprint(session: Session) -> str:
    """Another one whenever something was written that a clinic would miss.

    Whatever a service changes is recorded, and each record is counted in the total of the audit, encrypted
    anew. What staff have begun to type, and settings, are looked at by themselves.
    """
    said = (
        session.scalar(select(AuditTotal.content_sealed)),
        session.execute(select(func.count(), func.max(StaffDraft.changed_at)).select_from(StaffDraft)).one(),
        session.scalar(select(func.max(SettingsVersion.number))),
    )
    return sha256(repr(said).encode()).hexdigest()


def red_since(op: Operation) -> datetime | None:
    """Until when the last backup reaches, or since when they fail, where that is longer than the clinic set.

    None while all is well, before the first one was due, and where the clinic has set nothing about backups:
    neither a schedule of its own, nor how old the last one may be that something else makes.
    """
    if op.settings.backup_folder is None and op.settings.backup_red_after is None:
        return None
    latest, failing = latest_backup(op.session), failure(op.session)
    since = latest.covers_until if latest else failing.since if failing else op.now
    return since if op.now - since > red_after(op.settings) else None


def never_backed_up(op: Operation) -> bool:
    """True in a clinic for real patients that has no schedule, and no backup of the last days either."""
    if not op.settings.production or op.settings.backup_folder is not None:
        return False
    latest = latest_backup(op.session)
    return latest is None or op.now - latest.covers_until > WITHOUT


def red_after(settings: Settings) -> timedelta:
    """As set; else one and a half times as long as from one to the next, and at least an hour."""
    if settings.backup_red_after is not None:
        return timedelta(hours=settings.backup_red_after)
    return max(timedelta(minutes=settings.backup_every * 1.5), timedelta(hours=1))


def note_made(op: Operation, made: Made, as_it_was: str) -> None:
    """A backup was made and opened; `as_it_was` is the fingerprint from before it began."""
    row = _row(op)
    row.covers_until, row.made_at, row.file_name = made.at, made.at, made.path.name
    row.size, row.rows, row.seconds = made.size, made.rows, round(made.seconds)
    row.fingerprint, row.failed_at, row.failure = as_it_was, None, None


def note_unchanged(op: Operation) -> None:
    """The last backup still holds everything."""
    row = _row(op)
    row.covers_until, row.failed_at, row.failure = op.now, None, None


def note_failed(op: Operation, why: str) -> None:
    """One could not be made; `why` is the kind of error, and no text of it."""
    row = _row(op)
    row.failed_at, row.failure = row.failed_at or op.now, why[:120]


def _row(op: Operation) -> BackupStatus:
    insert_if_missing(op.session, BackupStatus, {"id": THE_ONE})
    return op.session.get_one(BackupStatus, THE_ONE)
