"""Makes a backup: whole or not at all.

It is written under another name, reaches the disk, is opened again from its first byte to its last, and only
then gets the name by which it is found. Whoever is killed in between leaves the backups there were.
"""

import fcntl
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, inspect, select

from intake import __version__
from intake.config import Settings
from intake.red_flags import SAFETY_VERSION
from intake.services.operations.backup import opening
from intake.services.operations.backup.backup_keys import BackupKey, ClinicKeys
from intake.services.operations.backup.content import Head, counts_of, kept_tables, lines_of, packed
from intake.services.operations.backup.sealed_file import SealedWriter
from intake.storage import Database
from intake.storage.audit_total import total_of
from intake.storage.migrating import revision_of
from intake.storage.models import AuditTotal, KeyCheck

ENDING = ".backup"
PARTIAL = ".partial"
LOCK = ".backups.lock"


class AlreadyAtWork(Exception):
    """Another process makes a backup into this folder now."""


class KeysBesideData(Exception):
    """Keys and data were asked for in one file that the same keys lock."""


@dataclass(frozen=True)
class BackupPlan:
    """Where backups go, what locks them, how many are kept. `with_keys`: the key file goes in as well."""

    folder: Path
    key: BackupKey
    keep: int
    with_keys: bool = False


@dataclass(frozen=True)
class Made:
    """A backup that was made and opened again. `at`: the moment whose state it holds."""

    path: Path
    at: datetime
    size: int
    rows: int
    seconds: float


def make(database: Database, settings: Settings, plan: BackupPlan, now: datetime) -> Made:
    """Make a backup of this moment, then remove those that are not kept any longer.

    Raises AlreadyAtWork, KeysBesideData, OSError, and what `opening.examine` raises for a file that cannot be
    read back.
    """
    if plan.with_keys and isinstance(plan.key, ClinicKeys):
        raise KeysBesideData
    began = time.monotonic()
    said, secret = plan.key.lock()
    plan.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(plan.folder):
        mark = mark_of(database)
        partial = plan.folder / f"{_name(mark, now)}{PARTIAL}"
        try:
            _write(partial, database, _beginnings(settings, now, plan), SealedKeys(said, secret))
            with partial.open("rb") as file:
                head = opening.examine(opening.content(file, secret), database.keys)
            size = partial.stat().st_size
            path = _give_name(partial)
        finally:
            partial.unlink(missing_ok=True)
        _remove_old(plan, mark)
    return Made(path, now, size, sum(head.counts.values()), time.monotonic() - began)


def mark_of(database: Database) -> str:
    """What the names of this clinic's backups begin with; a new key or another name does not change it.

    So two clinics can share a folder, and neither removes what the other made.
    """
    with database.reading() as session:
        there = inspect(session.connection()).has_table(AuditTotal.__tablename__)
        total = total_of(session) if there else None
    # A total that is gone or was changed stops no backup; `check` says so.
    constant = total.origin if total else database.keys.check_value(database.keys.numbers[0])
    return f"backstory-{sha256(constant.encode()).hexdigest()[:8]}-"


def backups_in(folder: Path, mark: str) -> list[Path]:
    """The backups in the folder that begin with this mark, the newest first."""
    if not folder.is_dir():
        return []
    named = re.compile(rf"{re.escape(mark)}\d{{8}}T\d{{12}}Z{re.escape(ENDING)}")
    return sorted((each for each in folder.iterdir() if named.fullmatch(each.name)), reverse=True)


def clinic_of(settings: Settings) -> str:
    """A fingerprint of the clinic's name, by which somebody notices the backup of another clinic."""
    return sha256(settings.clinic_name.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class SealedKeys:
    """What the head of a file says, and the secret that goes with it."""

    said: dict[str, str | int]
    secret: bytes


@dataclass(frozen=True)
class _Beginnings:
    """What the head of the content says before anything is counted."""

    now: datetime
    clinic: str
    clinic_keys: str | None

    def head(self, connection: Connection, counts: dict[str, int]) -> Head:
        schema, database = revision_of(connection), connection.dialect.name
        said = (self.now, self.clinic, schema, __version__, SAFETY_VERSION, database, counts)
        numbers = connection.scalars(select(KeyCheck.number).order_by(KeyCheck.number))
        return Head(*said, list(numbers), self.clinic_keys)


def _beginnings(settings: Settings, now: datetime, plan: BackupPlan) -> _Beginnings:
    clinic_keys = settings.key_file.read_text() if plan.with_keys else None
    return _Beginnings(now, clinic_of(settings), clinic_keys)


def _write(path: Path, database: Database, beginnings: _Beginnings, sealed: SealedKeys) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        writer = SealedWriter(file, sealed.said, sealed.secret)
        # One transaction that sees one moment; on neither database does anybody wait for it.
        with database.reader.connect() as connection, connection.begin():
            tables = kept_tables(connection)
            counts = counts_of(connection, tables)
            head = beginnings.head(connection, counts)
            for piece in packed(lines_of(connection, head, tables)):
                writer.write(piece)
        writer.close()
        file.flush()
        os.fsync(file.fileno())


def _give_name(partial: Path) -> Path:
    path = partial.with_suffix(ENDING)
    partial.rename(path)
    sync_folder(path.parent)
    return path


def sync_folder(folder: Path) -> None:
    """Let the names in a folder reach the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove_old(plan: BackupPlan, mark: str) -> None:
    """All but the newest `keep`, and the last one of each of the newest `keep` days."""
    there = backups_in(plan.folder, mark)
    last_of_day: dict[str, Path] = {}
    for each in there:
        last_of_day.setdefault(each.name.removeprefix(mark)[:8], each)
    kept = {*there[: plan.keep], *list(last_of_day.values())[: plan.keep]}
    for each in there:
        if each not in kept:
            each.unlink()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One at a time into a folder; what somebody who was killed left half written is removed."""
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyAtWork from None
        for each in folder.glob(f"backstory-*{PARTIAL}"):
            each.unlink()
        yield
    finally:
        os.close(handle)


def _name(mark: str, now: datetime) -> str:
    return f"{mark}{now.astimezone(UTC):%Y%m%dT%H%M%S%f}Z"
