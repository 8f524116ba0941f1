"""How the clinic's computer is: each part looked at, in words of ours and numbers, never in anybody else's.

What stands in the database is looked at in one operation; the mail server and the disk outside of any.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from intake.config import Settings
from intake.messaging.mail_check import knock
from intake.services.audit import SYSTEM
from intake.services.context import Operation
from intake.services.messages import heartbeat
from intake.services.messages.heartbeat import STILL
from intake.services.operations.backup import status
from intake.storage import Database, WrongKey
from intake.storage.encryption import KeyFileUnreadable
from intake.storage.migrating import is_up_to_date

# Below one of these there is no room for a day's work.
LEAST_FREE = 500 * 1024 * 1024
LEAST_SHARE = 0.05
MAIL_WITHIN = 4.0


class ClinicPart(StrEnum):
    """What has to work."""

    DATABASE = "database"
    WORKER = "worker"
    MAIL = "mail"
    BACKUP = "backup"
    DISK = "disk"


class Condition(StrEnum):
    """How a part is. Not set up is no fault; nobody knows while the database is away."""

    GOOD = "good"
    FAILING = "failing"
    NOT_SET_UP = "not_set_up"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class PartHealth:
    """One part; `since` is when it was last well, `said` what a mail server answered."""

    part: ClinicPart
    condition: Condition
    since: datetime | None = None
    said: str = ""


_AWAY = (
    PartHealth(ClinicPart.DATABASE, Condition.FAILING),
    PartHealth(ClinicPart.WORKER, Condition.UNKNOWN),
    PartHealth(ClinicPart.BACKUP, Condition.UNKNOWN),
)


@dataclass(frozen=True)
class Readiness:
    """Whether requests can be served: the database answers, has our tables, and was written with our keys."""

    database: bool = False
    tables: bool = False
    keys: bool = False

    def __bool__(self) -> bool:
        return self.database and self.tables and self.keys


@dataclass(frozen=True)
class DiskSpace:
    """Bytes on the disk of the data folder."""

    free: int
    total: int

    @property
    def enough(self) -> bool:
        return self.free >= LEAST_FREE and self.free >= LEAST_SHARE * self.total


def readiness(database: Database) -> Readiness:
    """Look at the database now."""
    try:
        with database.reading() as session:
            session.execute(text("SELECT 1"))
            tables = is_up_to_date(session.connection())
    except (SQLAlchemyError, OSError):
        return Readiness()
    try:
        database.check_keys(new=False)
    except (WrongKey, KeyFileUnreadable):
        return Readiness(database=True, tables=tables)
    except (SQLAlchemyError, OSError):
        return Readiness()
    return Readiness(database=True, tables=tables, keys=True)


def look(database: Database, settings: Settings, now: datetime) -> tuple[PartHealth, ...]:
    """Every part; the mail server gets a call without a letter."""
    return (
        *_kept(database, settings, now),
        mail(settings),
        disk(settings),
    )


def look_without_database(settings: Settings) -> tuple[PartHealth, ...]:
    """The same while the database cannot even be opened."""
    return *_AWAY, mail(settings), disk(settings)


def is_well(parts: tuple[PartHealth, ...]) -> bool:
    """Nothing that is set up fails."""
    return all(each.condition in (Condition.GOOD, Condition.NOT_SET_UP) for each in parts)


def disk_space(settings: Settings) -> DiskSpace:
    """Raises OSError when the data folder is gone."""
    usage = shutil.disk_usage(settings.data_dir)
    return DiskSpace(usage.free, usage.total)


def disk(settings: Settings) -> PartHealth:
    """Whether there is room for a day's work."""
    try:
        enough = disk_space(settings).enough
    except OSError:
        enough = False
    return PartHealth(ClinicPart.DISK, Condition.GOOD if enough else Condition.FAILING)


def mail(settings: Settings) -> PartHealth:
    """Whether the mail server answers."""
    if settings.mail_server is None:
        return PartHealth(ClinicPart.MAIL, Condition.NOT_SET_UP)
    answer = knock(settings.mail_server, within=MAIL_WITHIN)
    condition = Condition.GOOD if answer.taken else Condition.FAILING
    return PartHealth(ClinicPart.MAIL, condition, said="" if answer.taken else answer.said)


def _kept(database: Database, settings: Settings, now: datetime) -> tuple[PartHealth, ...]:
    """What the database itself tells."""
    ready = readiness(database)
    if not ready:
        return _AWAY
    try:
        with Operation.reading(database, settings, SYSTEM, now) as op:
            return PartHealth(ClinicPart.DATABASE, Condition.GOOD), _worker(op), _backup(op)
    except SQLAlchemyError:
        return _AWAY


def _worker(op: Operation) -> PartHealth:
    last = heartbeat.last_beat(op.session)
    works = last is not None and op.now - last <= STILL
    return PartHealth(ClinicPart.WORKER, Condition.GOOD if works else Condition.FAILING, last)


def _backup(op: Operation) -> PartHealth:
    latest = status.latest_backup(op.session)
    until = latest.covers_until if latest else None
    if status.red_since(op) is not None or (latest and status.never_backed_up(op)):
        return PartHealth(ClinicPart.BACKUP, Condition.FAILING, until)
    return PartHealth(ClinicPart.BACKUP, Condition.GOOD if latest else Condition.NOT_SET_UP, until)


def versions(session: Session) -> Mapping[str, str]:
    """What the clinic runs on, by name."""
    dialect = session.get_bind().dialect
    number = getattr(dialect, "server_version_info", None) or ()
    return {dialect.name: ".".join(map(str, number))}


def database_size(session: Session) -> int:
    """Bytes that the database takes."""
    if session.get_bind().dialect.name == "postgresql":
        return int(session.scalar(text("SELECT pg_database_size(current_database())")) or 0)
    pages, size = (session.scalar(text(f"PRAGMA {each}")) or 0 for each in ("page_count", "page_size"))
    return int(pages) * int(size)
