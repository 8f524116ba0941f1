"""Puts a backup in the place of the clinic's database, which is set aside and never deleted.

SQLite: a new file is built beside the old one, proved, and takes its name in one step. PostgreSQL: the tables
of now are moved into a schema of their own and the backup's are made, in one transaction. Whoever is killed
in between leaves the old database or the new one, whole.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import copy2

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.schema import AddConstraint, DropConstraint, ForeignKeyConstraint, MetaData

from intake.config import Settings
from intake.services import audit
from intake.services.audit import SYSTEM
from intake.services.context import Operation
from intake.services.operations.backup.after_restore import Settled, settle
from intake.services.operations.backup.backup_keys import HOW_TO_PUT_BACK, in_words
from intake.services.operations.backup.content import VERSIONS, Content, kept_tables, put_in
from intake.services.operations.backup.erasures import NAME, bring_up_to_date, ids_in, sealed_by_others
from intake.services.operations.backup.making import sync_folder
from intake.services.operations.backup.opening import looked_at
from intake.storage import Database, note_keys
from intake.storage.encryption import Keys
from intake.storage.in_use import FolderLock, InUse
from intake.storage.migrating import is_known, migrate_on
from intake.storage.models import Appointment

BUILDING = ".restoring"
BESIDE = ("-wal", "-shm", "-journal")


class LaterVersion(Exception):
    """The backup was made by a later version of Backstory."""


class RecordBroken(Exception):
    """The audit record of the backup does not hold."""


class ErasuresUnreadable(Exception):
    """Whether somebody was erased since cannot be known without a key that was taken out."""


class NotSound(Exception):
    """What was read from the backup does not make a sound database."""


@dataclass(frozen=True)
class Return:
    """What is put back: by which settings and keys, when, why, and who was erased since, as files say.

    `although_broken`: also when the audit record of the backup does not hold.
    """

    settings: Settings
    keys: Keys
    now: datetime
    reason: str
    ledgers: tuple[Path, ...]
    although_broken: bool = False


@dataclass(frozen=True)
class PutBack:
    """Where the database of before lies now, None when there was none; and what was done to the new one."""

    aside: str | None
    settled: Settled


def put_back(content: Content, wanted: Return) -> PutBack:
    """Put it back.

    Raises InUse, LaterVersion, RecordBroken, NotSound, ErasuresUnreadable, BackupDamaged, KeysDoNotFit.
    """
    must_be_known(content)
    with FolderLock.alone(wanted.settings.data_dir):
        _learn_who_was_erased(wanted)
        url = make_url(wanted.settings.database_url)
        if url.drivername == "sqlite":
            return _into_file(Path(url.database or ""), content, wanted)
        return _into_schema(content, wanted)


def try_out(content: Content, keys: Keys, file: Path) -> int:
    """Build a database from it in `file` and look whether it is sound; how many breaks its audit has."""
    must_be_known(content)
    with _built(file, keys, lambda connection: _fill(connection, content, keys)) as database:
        _must_be_sound(file)
        with database.reading() as session:
            return len(audit.verify(session))


def must_be_known(content: Content) -> None:
    """Raise LaterVersion unless this version knows the tables of the backup."""
    if not is_known(content.head.schema):
        raise LaterVersion(f"The backup is of Backstory {content.head.app}, which is later than this one.")


def _learn_who_was_erased(wanted: Return) -> None:
    """From the database of now, where it can still be read; the files know the others."""
    url = make_url(wanted.settings.database_url)
    if url.drivername == "sqlite" and not Path(url.database or "").is_file():
        return
    database = Database(wanted.settings.database_url, wanted.keys)
    try:
        with database.reading() as session:
            bring_up_to_date(session, wanted.settings)
    except (SQLAlchemyError, sqlite3.Error):
        return
    finally:
        database.dispose()


def _into_file(path: Path, content: Content, wanted: Return) -> PutBack:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    building = path.with_name(path.name + BUILDING)
    _remove(building)
    done: list[Settled] = []
    try:
        with _built(building, wanted.keys, lambda on: done.append(_all_of_it(on, content, wanted))):
            pass
        _must_be_sound(building)
        _sync(building)
        aside = _set_aside(path, wanted.now)
        # In one step: until here the old database, from here on the new one.
        building.replace(path)
        sync_folder(path.parent)
    finally:
        _remove(building)
    return PutBack(str(aside) if aside else None, done[0])


def _into_schema(content: Content, wanted: Return) -> PutBack:
    database = Database(wanted.settings.database_url, wanted.keys)
    try:
        with database.writer.begin() as connection:
            _must_be_alone(connection)
            aside = _move_aside(connection, wanted.now)
            settled = _all_of_it(connection, content, wanted)
    finally:
        database.dispose()
    return PutBack(aside, settled)


def _all_of_it(connection: Connection, content: Content, wanted: Return) -> Settled:
    """Everything that happens in the transaction of the new database."""
    _fill(connection, content, wanted.keys)
    with _session(connection, wanted.keys) as session:
        if not wanted.although_broken and (broken := audit.verify(session)):
            raise RecordBroken(f"{broken[0].stream}: {broken[0].what}")
        _must_be_readable(session, wanted)
        note_keys(session, wanted.keys)
        op = Operation(session, SYSTEM, wanted.now, wanted.settings)
        settled = settle(op, ids_in(wanted.ledgers, wanted.keys), wanted.reason)
        op.commit()
    return settled


def _must_be_readable(session: Session, wanted: Return) -> None:
    """Raise ErasuresUnreadable where somebody would come back whom a key that is missing says was erased."""
    unread = sealed_by_others(wanted.ledgers, wanted.keys)
    back = {number for id, number in unread.items() if session.get(Appointment, id) is not None}
    if back:
        raise ErasuresUnreadable(
            f"The list of who was erased ({NAME}) names appointments of this backup by "
            f"{in_words(sorted(back))}: they would come back. {HOW_TO_PUT_BACK}"
        )


def _fill(connection: Connection, content: Content, own: Keys) -> None:
    """Tables of the backup's own version with all its rows, then brought up to date."""
    migrate_on(connection, content.head.schema, keys=own)
    # A few tables begin with rows of their own.
    for kept in kept_tables(connection):
        if connection.execute(kept.table.select().limit(1)).first() is not None:
            connection.execute(kept.table.delete())
    with _any_order(connection):
        put_in(connection, looked_at(content, own))
    migrate_on(connection, keys=own)


@contextmanager
def _any_order(connection: Connection) -> Iterator[None]:
    """Rows may point at rows that come later; at the end all of them must point at one."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        yield
        if found := connection.execute(text("PRAGMA foreign_key_check")).first():
            raise NotSound(f"A row of {found[0]} points at one that is not there.")
        return
    there = MetaData()
    there.reflect(connection)
    held = [
        constraint
        for table in there.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, ForeignKeyConstraint)
    ]
    for constraint in held:
        connection.execute(DropConstraint(constraint))
    yield
    for constraint in held:
        connection.execute(AddConstraint(constraint))


@contextmanager
def _built(file: Path, keys: Keys, fill: Callable[[Connection], object]) -> Iterator[Database]:
    """A SQLite database in a new file, filled in one transaction."""
    database = Database(f"sqlite:///{file}", keys)
    try:
        with database.writer.begin() as connection:
            fill(connection)
        yield database
        _into_one_file(database.writer)
    finally:
        database.dispose()


def _into_one_file(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")


def _session(connection: Connection, keys: Keys) -> Session:
    return Session(bind=connection, info={"keys": keys}, expire_on_commit=False)


def _must_be_sound(file: Path) -> None:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if said != "ok":
            raise NotSound(f"The new database is not sound: {said}")


def _set_aside(path: Path, now: datetime) -> Path | None:
    """Give the old database another name beside its own; None when there is none.

    Safety: its log of writes goes with it. One that stays behind would be written into the new database.
    """
    if path.exists():
        _take_in_log(path)
    aside = path.with_name(f"{path.name}.before-{_stamp(now)}")
    for ending in BESIDE:
        beside = path.with_name(path.name + ending)
        if beside.exists():
            _second_name(beside, aside.with_name(aside.name + ending))
    if path.exists():
        _second_name(path, aside)
    sync_folder(path.parent)
    for ending in BESIDE:
        path.with_name(path.name + ending).unlink(missing_ok=True)
    sync_folder(path.parent)
    return aside if aside.exists() else None


def _take_in_log(path: Path) -> None:
    """Let SQLite write the log of a crash into the file it belongs to, where both can still be read."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA busy_timeout=5000")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.DatabaseError:
        # A broken one is set aside as it lies, with its log.
        return


def _second_name(path: Path, other: Path) -> None:
    try:
        os.link(path, other)
    except OSError:
        # Some file systems know no second name.
        copy2(path, other)
        _sync(other)


def _sync(file: Path) -> None:
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(file: Path) -> None:
    for ending in ("", *BESIDE):
        file.with_name(file.name + ending).unlink(missing_ok=True)


def _must_be_alone(connection: Connection) -> None:
    stmt = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    others = connection.execute(stmt).scalar_one()
    if others:
        raise InUse(
            f"{others} other connections to the database are open. Stop the application and its workers on "
            "every computer, and the pooler if there is one."
        )


def _move_aside(connection: Connection, now: datetime) -> str | None:
    """Move the tables of now, and the functions of their triggers, into a schema of their own."""
    names = [kept.name for kept in kept_tables(connection)]
    if inspect(connection).has_table(VERSIONS):
        names.append(VERSIONS)
    if not names:
        return None
    aside = f"before_{_stamp(now).lower()}"
    quoted = connection.dialect.identifier_preparer.quote
    functions = connection.execute(
        text(
            "SELECT oid::regprocedure::text FROM pg_proc p "
            "WHERE pronamespace = current_schema()::regnamespace AND proowner = current_user::regrole "
            "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
        )
    ).scalars()
    said = [f"ALTER FUNCTION {function} SET SCHEMA {quoted(aside)}" for function in functions]
    connection.execute(text(f"CREATE SCHEMA {quoted(aside)}"))
    for name in names:
        connection.execute(text(f"ALTER TABLE {quoted(name)} SET SCHEMA {quoted(aside)}"))
    for statement in said:
        connection.execute(text(statement))
    return aside


def _stamp(now: datetime) -> str:
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%S%fZ}"
