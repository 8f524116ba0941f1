"""What we keep, and the two ways into it: `writing()` and `reading()`.

SQLite is the embedded default (one writer at a time, every commit on the disk before it is acknowledged);
PostgreSQL by address. Nothing above this layer knows which.
"""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select, text
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.orm import ORMExecuteState, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from intake.config import Mode, Settings
from intake.storage.audit_total import THE_ONE
from intake.storage.encryption import (
    KeyFileUnreadable,
    Keys,
    Sealed,
    Tampered,
    WrongKey,
    give_ring,
    seal_again,
)
from intake.storage.in_use import FolderLock
from intake.storage.key_file import KeyFile
from intake.storage.migrating import migrate_on
from intake.storage.models import Appointment, AuditTotal, KeyCheck, ModeKept, Row, User
from intake.storage.sealing import SEALED_FROM, is_new, seal_what_is_there
from intake.storage.search_changes import version as search_version
from intake.storage.sqlite_file import FileConnection, FileLost, SQLiteFile, is_to_be_thrown_away
from intake.storage.write_lock import WriteLock, is_busy

__all__ = [
    "Database",
    "NotCommitted",
    "NothingHere",
    "Refused",
    "Sealed",
    "Tampered",
    "WrongKey",
    "WrongMode",
    "note_keys",
    "open_database",
    "open_existing",
    "search_version",
]

# The lock that all writers share on PostgreSQL.
WRITERS = 0x6261636B77726974
LOCK_NOT_AVAILABLE = "55P03"


class NotCommitted(Exception):
    """A session was left with changes that nobody committed."""


class NothingHere(Exception):
    """Where a clinic should be there is none, or half of one; it says what is missing."""


class WrongMode(Exception):
    """The database is for real patients and is opened for made-up ones, or the other way round."""


class Refused(Exception):
    """A refusal that leaves a trace (a try is spent). The view commits, then answers."""


class WritingSession(Session):
    """A session that may change things, and knows whether it holds what nobody has committed."""

    _flushed = False

    @property
    def uncommitted(self) -> bool:
        """Something was added, changed, deleted or executed since the last commit or rollback."""
        return bool(self.new or self.dirty or self.deleted or self._flushed)


def open_database(settings: Settings) -> Database:
    """The clinic's database and its keys; makes both on first run, and refuses keys that are not its own.

    Raises InUse while a backup is being put back.
    """
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    in_use = FolderLock.shared(settings.data_dir)
    try:
        database = _opened(settings)
    except BaseException:
        in_use.release()
        raise
    database.in_use = in_use
    return database


def _opened(settings: Settings) -> Database:
    there = settings.key_file.exists()
    database = Database(settings.database_url, KeyFile(settings.key_file) if there else Keys.new())
    try:
        # Before a new key file is written: a lost one must not be replaced by one that opens nothing.
        database.check_keys(new=not there)
        database.check_mode(settings.mode)
        database.mode = settings.mode
        if not there:
            database.keys.write(settings.key_file)
            database.follow(KeyFile(settings.key_file))
    except BaseException:
        database.dispose()
        raise
    return database


def open_existing(settings: Settings) -> Database:
    """The same, for whoever only looks: makes no folder, key or database. Raises NothingHere."""
    missing = [] if settings.key_file.exists() else [f"the key file {settings.key_file}"]
    address = make_url(settings.database_url)
    if address.drivername == "sqlite" and not Path(address.database or "").exists():
        missing.insert(0, f"the database {address.database}")
    if missing == [f"the key file {settings.key_file}"]:
        raise NothingHere(
            f"The key file of this database is missing: {missing[0]} cannot be found. Put it back; nothing "
            "was made or changed."
        )
    if missing:
        raise NothingHere(
            f"There is no clinic here: {' and '.join(missing)} cannot be found. Nothing was made."
        )
    database = open_database(settings)
    if not inspect(database.reader).has_table(KeyCheck.__tablename__):
        database.dispose()
        raise NothingHere("There is no clinic here: the database is empty. Nothing was made.")
    return database


class Database:
    """The engine for writing, the engine for reading, and the keys.

    `in_use` says to others that somebody works with it; None where nobody could put another in its place.
    """

    in_use: FolderLock | None = None

    def __init__(self, url: str, keys: Keys | KeyFile) -> None:
        address = make_url(url)
        self.follow(keys)
        # What it is opened for; None where nobody says.
        self.mode: Mode | None = None
        self.file: SQLiteFile | None = None
        if address.get_backend_name() == "sqlite":
            if _is_file(address):
                self.file = SQLiteFile(Path(address.database or ""), self._accept, self._forget)
            self.writer, self.reader = _sqlite(address, self.file)
        else:
            self.writer, self.reader = _postgresql(address)
        self._writing = sessionmaker(self.writer, class_=WritingSession, expire_on_commit=False)
        self._reading = sessionmaker(self.reader, expire_on_commit=False)

    def follow(self, keys: Keys | KeyFile) -> None:
        """Use these keys, or those that the file has from time to time."""
        self._keys = keys

    @property
    def keys(self) -> Keys:
        """The keys as they are now."""
        return self._keys.keys if isinstance(self._keys, KeyFile) else self._keys

    @property
    def key_file(self) -> KeyFile:
        """The file that the keys come from; raises LookupError when they come from none."""
        if not isinstance(self._keys, KeyFile):
            raise LookupError("These keys come from no file.")
        return self._keys

    def _known(self) -> dict[str, Any]:
        """What encrypted attributes need; `database` is for a session that must follow a change of keys."""
        return {"keys": self.keys, "database": self}

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that may change things; whoever asked for it says `commit()`, or it is NotCommitted."""
        with self._writing(info=self._known()) as session:
            try:
                yield session
            except Refused as refusal:
                if session.uncommitted:
                    raise NotCommitted("A refusal leaves a trace: commit, then answer.") from refusal
                raise
            if session.uncommitted:
                raise NotCommitted("The session was changed and not committed.")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one moment and can change nothing."""
        with self._reading(info=self._known()) as session:
            yield session

    def migrate(self) -> None:
        """Bring the tables up to date, seal once what an earlier version left, and remember the keys."""
        # Before anything is moved or sealed: what is sealed with a foreign key cannot be read back.
        self.check_keys(new=False)
        with self.writer.begin() as connection:
            before = migrate_on(connection, keys=self.keys)
            with self._writing(bind=connection, info=self._known()) as session:
                self._seal_once(session, before)
                session.commit()
        self.remember_keys()
        if self.mode is not None:
            self.keep_mode(self.mode)

    def remember_keys(self) -> None:
        """Note which keys this database is written with, and seal that it is empty while it is."""
        self.check_keys(new=False)
        with self.writing() as session:
            self._seal_once(session, SEALED_FROM)
            self.remember_in(session)
            session.commit()

    def remember_in(self, session: Session) -> None:
        """Note the keys that are not known yet."""
        note_keys(session, self.keys)

    def _seal_once(self, session: Session, before: str | None) -> None:
        """Safety: a total that is gone from a database with rows is never made anew; `check` says so."""
        if (before is not None and before < SEALED_FROM) or (
            is_new(session) and session.get(AuditTotal, THE_ONE) is None
        ):
            seal_what_is_there(session)

    def check_keys(self, *, new: bool) -> None:
        """Raise WrongKey unless every key this database was written with is here and is the same."""
        if not inspect(self.reader).has_table(KeyCheck.__tablename__):
            return
        with self.reading() as session:
            checks = session.scalars(select(KeyCheck)).all()
        if checks and new:
            raise KeyFileUnreadable(
                "The key file of this database is missing. Put it back; nothing was changed."
            )
        for check in checks:
            if not self.keys.has(check.number):
                raise WrongKey(
                    f"Key {check.number}, which this database was written with, is not in the key file. "
                    "If it was taken out (rotate-keys --remove), put it back from where it is kept."
                )
            if self.keys.check_value(check.number) != check.value:
                raise WrongKey(f"Key {check.number} is not the one this database was written with.")

    def check_mode(self, mode: Mode) -> None:
        """Raise WrongMode when the database is for real patients and `mode` is not, or vice versa."""
        if not inspect(self.reader).has_table(ModeKept.__tablename__):
            return
        with self.reading() as session:
            kept = session.scalar(select(ModeKept.mode).where(ModeKept.id == THE_ONE))
        if kept == Mode.PRODUCTION != mode:
            raise WrongMode(
                "This database is for real patients, and BACKSTORY_MODE is not set to production. Set it, "
                "with the other settings of the clinic; nothing was changed."
            )
        if kept == Mode.DEVELOPMENT != mode:
            raise WrongMode(
                "This database was made for trying out and may hold made-up patients, and BACKSTORY_MODE is "
                "set to production. Start the clinic with an empty database: set BACKSTORY_DATA_DIR to a new "
                "folder or BACKSTORY_DATABASE_URL to a new database. Nothing was changed."
            )

    def keep_mode(self, mode: Mode) -> None:
        """Remember what this database is for, from its first start on; an older one learns it in production.

        Of an older one that is opened in development it is not known whether its patients are real.
        """
        self.check_mode(mode)
        with self.writing() as session:
            kept = session.get(ModeKept, THE_ONE)
            new = (
                session.scalar(select(Appointment.id).limit(1)) is None
                and session.scalar(select(User.id).limit(1)) is None
            )
            if kept is None and (new or mode is Mode.PRODUCTION):
                session.add(ModeKept(id=THE_ONE, mode=mode.value))
            session.commit()

    def wait_for_writers(self) -> None:
        """Return when every transaction that had begun to write is over; others wait for a second at most."""
        while True:
            try:
                with self.writer.begin() as connection:
                    self._shut_out(connection)
            except OperationalError as problem:
                if not _is_waiting(problem):
                    raise
            else:
                return

    @contextmanager
    def writing_alone(self) -> Iterator[Session]:
        """The same as `writing`, while nobody else writes; short work only."""
        while True:
            with self._writing(info=self._known() | {"database": None}) as session:
                try:
                    self._shut_out(session.connection())
                except OperationalError as problem:
                    if not _is_waiting(problem):
                        raise
                    continue
                yield session
                return

    def _shut_out(self, connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL lock_timeout = '1s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": WRITERS})

    def is_empty(self) -> bool:
        """True when nobody has ever had an appointment here."""
        with self.reading() as session:
            return session.scalar(select(Appointment.id).limit(1)) is None

    def close(self) -> None:
        """Close every connection, and let others put another database in its place."""
        self.dispose()
        if self.in_use is not None:
            self.in_use.release()

    def dispose(self) -> None:
        """Close every connection, as before a fork; the next use opens new ones."""
        self.writer.dispose()
        self.reader.dispose()
        if self.file is not None:
            self.file.close()

    @property
    def replaced(self) -> int:
        """How often another file was put in place of the database: what was read before is out of date."""
        return self.file.replaced if self.file is not None else 0

    def _forget(self) -> None:
        """Throw away every connection that nobody uses. The pools stay: what is in use comes back to them."""
        self.writer.pool.dispose()
        self.reader.pool.dispose()

    def _accept(self, connection: sqlite3.Connection) -> None:
        """Raise FileLost unless this file is one of ours: written with our keys."""
        names = f"{KeyCheck.number.key}, {KeyCheck.value.key}"
        stmt = f"SELECT {names} FROM {KeyCheck.__tablename__}"  # noqa: S608  (no input)
        kept = connection.execute(stmt).fetchall()
        numbers = self.keys.numbers
        if not kept or any(
            number not in numbers or self.keys.check_value(number) != value for number, value in kept
        ):
            raise FileLost("The file in place of the database is not this clinic's.")


def note_keys(session: Session, keys: Keys) -> None:
    """Let the database know these keys from now on."""
    known = set(session.scalars(select(KeyCheck.number)))
    for number in keys.numbers:
        if number not in known:
            session.add(KeyCheck(number=number, value=keys.check_value(number)))


def _is_file(address: URL) -> bool:
    name = address.database or ""
    return name not in ("", ":memory:") and not name.startswith("file:")


def _sqlite(address: URL, file: SQLiteFile | None) -> tuple[Engine, Engine]:
    Path(address.database or "").parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    writer = create_engine(address, hide_parameters=True)
    reader = create_engine(address, hide_parameters=True)
    if file is not None:
        # SQLAlchemy's caches remember each dialect, and by it all that its listeners hold.
        known = weakref.ref(file)
        for engine in (writer, reader):
            event.listen(engine, "do_connect", lambda _dialect, _record, _, options: _connect(known, options))
            event.listen(engine, "checkout", _look_whether_it_is_there)
            event.listen(engine, "checkin", _leave_out_of_the_pool)
            event.listen(engine, "handle_error", _throw_away)
    event.listen(writer, "connect", _prepare_writer)
    WriteLock(writer)
    event.listen(reader, "connect", _prepare_reader)
    event.listen(reader, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return writer, reader


def _connect(known: weakref.ref[SQLiteFile], options: dict[str, Any]) -> FileConnection:
    file = known()
    if file is None:
        raise FileLost("The database was closed.")
    return file.connect(**options)


def _look_whether_it_is_there(connection: FileConnection, _record: Any, _proxy: Any) -> None:
    try:
        connection.check()
    except FileLost as problem:
        # The pool opens another one, which says so if there is nothing to be opened.
        raise DisconnectionError from problem


def _leave_out_of_the_pool(connection: FileConnection | None, record: ConnectionPoolEntry) -> None:
    if connection is not None and connection.file is not None and connection.file.is_of_before(connection):
        record.invalidate()


def _throw_away(context: ExceptionContext) -> None:
    if is_to_be_thrown_away(context.original_exception):
        context.is_disconnect = True


def _postgresql(address: URL) -> tuple[Engine, Engine]:
    writer = create_engine(address, hide_parameters=True, pool_pre_ping=True)
    reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return writer, reader


def _prepare_writer(connection: sqlite3.Connection, _: Any) -> None:
    # The last one: we wait for a writer ourselves.
    _prepare(
        connection,
        "busy_timeout=5000",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "trusted_schema=OFF",
        "cell_size_check=ON",
        "secure_delete=ON",
        "temp_store=MEMORY",
        "busy_timeout=0",
    )


def _prepare_reader(connection: sqlite3.Connection, _: Any) -> None:
    _prepare(connection, "busy_timeout=5000", "trusted_schema=OFF", "temp_store=MEMORY", "query_only=ON")


def _prepare(connection: sqlite3.Connection, *pragmas: str) -> None:
    # We say BEGIN ourselves: the driver's own would let a reader turn into a writer half-way, and fail.
    connection.isolation_level = None
    try:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
        if isinstance(connection, FileConnection) and connection.file is not None:
            connection.file.opened(connection)
    except sqlite3.Error:
        connection.close()
        raise


def _is_waiting(problem: OperationalError) -> bool:
    """Somebody else writes, and does not end."""
    return is_busy(problem) or getattr(problem.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE


@event.listens_for(WritingSession, "after_begin")
def _follow_keys(session: WritingSession, _: Any, connection: Connection) -> None:
    """Safety: nothing is sealed by a key that was replaced before this transaction began.

    On PostgreSQL every writer holds a lock that they share, so that whoever replaces a key can wait for those
    that began before; on SQLite one transaction writes at a time.
    """
    database = session.info.get("database")
    if database is None:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock_shared(:lock)"), {"lock": WRITERS})
    before, keys = session.info["keys"], database.keys
    if keys is not before:
        session.info["keys"] = keys
        seal_again(session, before)


@event.listens_for(WritingSession, "after_flush")
def _after_flush(session: WritingSession, _: Any) -> None:
    session._flushed = True


@event.listens_for(WritingSession, "do_orm_execute")
def _after_statement(state: ORMExecuteState) -> None:
    if not state.is_select and isinstance(state.session, WritingSession):
        state.session._flushed = True


@event.listens_for(WritingSession, "after_commit")
@event.listens_for(WritingSession, "after_rollback")
def _after_end(session: WritingSession) -> None:
    # The end of a savepoint is said as a commit too.
    if not session.in_nested_transaction():
        session._flushed = False


@event.listens_for(Session, "after_attach")
def _attached(session: Session, row: object) -> None:
    if "keys" in session.info:
        give_ring(row, session.info["keys"].ring)


@event.listens_for(Row, "load", propagate=True)
def _loaded(row: Row, context: Any) -> None:
    if "keys" in context.session.info:
        give_ring(row, context.session.info["keys"].ring)
