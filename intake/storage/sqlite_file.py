"""The file of a SQLite database, watched while it is open: nothing is acknowledged that went into a lost one.

An open connection goes on writing into a file that was deleted or replaced, and says that all is well. Each
connection therefore remembers which files it opened (database, -wal, -shm) and compares them with what lies
at the path: when it is taken out of the pool, before COMMIT and after it. What differs is an
OperationalError, the connections are thrown away, and the file that lies there next is looked through before
it is used.

A -wal that outlives its database would be played into the file that replaces it: it is moved aside. What was
acknowledged and lies in a -wal that somebody deleted is copied into the database before that is let go; for
this one connection, the keeper, is held apart from the pools. A process that begins after a -wal or -shm was
deleted, and before those that have it open noticed, waits for them: it would begin another beside theirs.
"""

import fcntl
import os
import shutil
import sqlite3
import struct
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

# Of the file format, "The Database Header": its first words, and where it counts its changes.
MAGIC = b"SQLite format 3\0"
COUNTER = slice(24, 28)
HEADER = 100
LEFT_OVER = ".left-over-"
# Of the same: 2 says that commits go into a -wal.
READ_VERSION, IN_A_WAL = 19, 2
# Where a connection to a file with a -wal holds a shared lock for as long as it is open (SQLite's `os.h`).
SHARED_FIRST, SHARED_SIZE = 0x40000000 + 2, 510
# `struct flock` of 64-bit Linux.
FLOCK = "hhqqi"
# Seconds a new process waits until those before it have noticed that a file of theirs is gone.
NOTICED_WITHIN = 5.0
# After these a connection may hold pages that are no longer in the file, or none: a new one looks again.
THROWN_AWAY_AFTER = (
    "SQLITE_CORRUPT",
    "SQLITE_NOTADB",
    "SQLITE_IOERR",
    "SQLITE_CANTOPEN",
    "SQLITE_READONLY",
    "SQLITE_PROTOCOL",
)

# Connections that a forked process must leave alone.
_OF_PARENTS: list[object] = []

Inode = tuple[int, int]
Accept = Callable[[sqlite3.Connection], None]


class FileLost(sqlite3.OperationalError):
    """The file that a connection has open is not the one at its path, or is not what it was."""


@dataclass(frozen=True)
class Inodes:
    """Which files lie there; None: none."""

    main: Inode | None
    wal: Inode | None
    shm: Inode | None

    def differ_from(self, now: "Inodes") -> bool:
        """True when one that was there is gone or is another."""
        pairs = ((self.main, now.main), (self.wal, now.wal), (self.shm, now.shm))
        return any(then is not None and then != there for then, there in pairs)


class Held:
    """Descriptors kept open so that an inode's number is not given to another file.

    Safety: one of a database is never closed while a connection is open: that would release SQLite's locks.
    """

    def __init__(self) -> None:
        self._descriptors: list[int] = []
        self._of: dict[Inode, int] = {}
        weakref.finalize(self, _close_all, self._descriptors)

    def hold(self, path: Path) -> None:
        """Keep what lies at the path open."""
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._descriptors.append(descriptor)
        there = os.fstat(descriptor)
        self._of[there.st_dev, there.st_ino] = descriptor

    def get(self, inode: Inode | None) -> int | None:
        """The descriptor of this file, where it is held."""
        return None if inode is None else self._of.get(inode)

    def let_go(self) -> None:
        """Close them; no connection is open any more."""
        self._of.clear()
        _close_all(self._descriptors)


@dataclass(eq=False)
class SQLiteFile:
    """One database file as this process knows it. Its connections are made by `connect`.

    `accept` looks at a file that another one was replaced by, and raises sqlite3.DatabaseError where it is
    not this clinic's; `forget` throws away every connection that is not in use.
    """

    path: Path
    accept: Accept
    forget: Callable[[], None]
    # How often another file, or another content, was taken for the database.
    replaced: int = 0
    _known: Inodes | None = None
    _seen: tuple[int, int] = (0, 0)
    _doubted: bool = False
    _losses: int = 0
    _keeper: "FileConnection | None" = None
    _process: int = field(default_factory=os.getpid)
    _open: "weakref.WeakSet[FileConnection]" = field(default_factory=weakref.WeakSet)
    _held: Held = field(default_factory=Held)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def connect(self, **options: Any) -> "FileConnection":
        """A new connection; only the first one of this process may make the file.

        Raises FileLost, or another sqlite3.DatabaseError for a file that cannot be used.
        """
        with self._lock:
            self._begin_anew_after_a_fork()
            if self._known is not None:
                self._prepare(self._known, self._there())
            before = _inode(self.path)
            if self._known is None or self._known.wal is None:
                connection = self._first_connection(**options)
            else:
                connection = self._connection(**options)
            connection.file, connection.losses = self, self._losses
            self._open.add(connection)
            if before is not None and _inode(self.path) != before:
                connection.close()
                raise FileLost("The database file was replaced while it was opened.")
            return connection

    def opened(self, connection: "FileConnection") -> None:
        """A connection is ready: remember its files. Raises FileLost."""
        with self._lock:
            # Before something is read SQLite has not opened the -wal.
            connection.execute("PRAGMA schema_version").fetchone()
            there = self._there()
            if there.main is None or self.is_of_before(connection):
                raise FileLost("The database file is gone.")
            if is_wal(connection) and None in (there.wal, there.shm):
                raise FileLost("The -wal or -shm file is gone.")
            with suppress(FileNotFoundError):
                for inode, end in ((there.main, ""), (there.wal, "-wal")):
                    if inode is not None and self._held.get(inode) is None:
                        self._held.hold(_beside(self.path, end))
            if self._keeper is None and there.wal is not None:
                self._keeper = self._kept(there)
            connection.inodes = self._known = there

    def check(self, connection: "FileConnection") -> None:
        """Raise FileLost unless what this connection has open is what lies at the path, and is whole."""
        there, opened = self._there(), connection.inodes
        if opened is None:
            return
        if self.is_of_before(connection) or opened.differ_from(there):
            with self._lock, suppress(FileLost):
                self._let_go_of_what_is_lost(there)
            self._throw_away(connection)
            raise FileLost("The database file was deleted or replaced.")
        if opened != there:
            # The first to write makes the -wal; from now on it has to stay.
            connection.inodes = self._known = there
        if not (self._is_whole() or self._is_whole()):
            with self._lock:
                self._doubted = True
                self._move_aside(opened, emptied=True)
                self._close_the_keeper()
            self._throw_away(connection)
            raise FileLost("The database file was cut short or written over.")

    def closed(self, connection: "FileConnection") -> None:
        """A connection is closed."""
        with self._lock:
            self._open.discard(connection)

    def is_of_before(self, connection: "FileConnection") -> bool:
        """True for a connection that was made before a loss that was noticed."""
        return connection.losses != self._losses

    def close(self) -> None:
        """No connection is open any more."""
        with self._lock:
            self._close_the_keeper()
            self._held.let_go()
            if self._known is not None:
                self._known, self._seen = Inodes(None, None, None), (0, 0)

    def _there(self) -> Inodes:
        return Inodes(_inode(self.path), *(_inode(_beside(self.path, end)) for end in ("-wal", "-shm")))

    def _prepare(self, known: Inodes, there: Inodes) -> None:
        """Before a new connection: save what a deleted -wal holds, and look through another file."""
        if known.differ_from(there):
            self._throw_away()
        self._let_go_of_what_is_lost(there)
        if any(self.is_of_before(each) for each in list(self._open)):
            self._refuse_while_others_are_open(there)
        is_another = None not in (there.main, known.main) and there.main != known.main
        if is_another:
            self._move_aside(known)
        if is_another or self._doubted:
            self._look_through()

    def _refuse_while_others_are_open(self, there: Inodes) -> None:
        """Safety: SQLite would let a new connection share the lost -shm of an older one of this process."""
        self.forget()
        for each in list(self._open):
            if self.is_of_before(each) and (each.inodes is None or each.inodes.main == there.main):
                raise FileLost("Connections to files that were lost are still in use.")

    def _throw_away(self, connection: "FileConnection | None" = None) -> None:
        """No connection that is open now is used again; nor is this one, which was noticed to be lost."""
        if connection is None or not self.is_of_before(connection):
            self._losses += 1
        self.forget()

    def _let_go_of_what_is_lost(self, there: Inodes) -> None:
        """Write what lies in a lost -wal into the file that belongs to it, wherever that is now.

        Raises FileLost while others hinder it. Safety: not once another process has begun a new -wal or -shm
        beside this file. It has done this, or has read the old -wal, and may have written since.
        """
        if self._keeper is None or self._keeper.inodes is None or not self._keeper.inodes.differ_from(there):
            return
        opened = self._keeper.inodes
        with self._alone():
            there = self._there()
            if not opened.differ_from(there):
                # Its folder was away for a moment. Others may never have noticed, and go on in these files.
                return
            foreign = (there.wal not in (None, opened.wal), there.shm not in (None, opened.shm))
            if opened.main != there.main or not any(foreign):
                _copy_the_wal(self._keeper)
            if opened.main == there.main and not any(foreign):
                # Those who have not noticed yet share what is left: nobody else must begin to.
                for end, inode in (("-wal", opened.wal), ("-shm", opened.shm)):
                    if inode is not None and _inode(_beside(self.path, end)) == inode:
                        _beside(self.path, end).unlink()
            self._close_the_keeper()

    def _close_the_keeper(self) -> None:
        if self._keeper is not None:
            self._keeper.close()
            self._keeper = None

    def _kept(self, there: Inodes) -> "FileConnection":
        """The connection that is held apart; to the same files, or FileLost is raised."""
        keeper = self._connection(check_same_thread=False)
        keeper.isolation_level = None
        keeper.execute("PRAGMA schema_version").fetchone()
        if there.differ_from(self._there()):
            keeper.close()
            raise FileLost("The database file was replaced while it was opened.")
        keeper.inodes = there
        return keeper

    def _first_connection(self, **options: Any) -> "FileConnection":
        """One of a process that has no -wal open yet. Raises FileLost when others hold one that is gone."""
        until = time.monotonic() + NOTICED_WITHIN
        while True:
            with self._alone():
                before = self._there()
                if not self._others_lack_theirs(before):
                    return self._beside_the_same(before, **options)
            if time.monotonic() > until:
                raise FileLost("Another process has a -wal or -shm open that was deleted.")
            time.sleep(0.05)

    def _others_lack_theirs(self, there: Inodes) -> bool:
        """Other processes have this file open, and a -wal or -shm that does not lie beside it."""
        if there.main is None or None not in (there.wal, there.shm):
            return False
        if self._held.get(there.main) is None:
            self._held.hold(self.path)
        descriptor = self._held.get(there.main)
        if descriptor is None:
            # It was replaced this moment.
            return True
        header = os.pread(descriptor, HEADER, 0)
        return header[READ_VERSION : READ_VERSION + 1] == bytes([IN_A_WAL]) and _others_have_open(descriptor)

    def _beside_the_same(self, before: Inodes, **options: Any) -> "FileConnection":
        """A connection with the -wal and -shm that lay there; it makes none when they go in this moment."""
        connection = self._connection(**options)
        try:
            # Only now SQLite opens the -wal.
            connection.execute("PRAGMA schema_version").fetchone()
        except sqlite3.Error:
            connection.close()
            raise
        if not before.differ_from(self._there()):
            return connection
        connection.close()
        for end, then in (("-wal", before.wal), ("-shm", before.shm)):
            if then is not None and _inode(_beside(self.path, end)) != then:
                _beside(self.path, end).unlink(missing_ok=True)
        raise FileLost("The database file was replaced while it was opened.")

    def _connection(self, **options: Any) -> "FileConnection":
        mode = "rwc" if self._known is None else "rw"
        address = f"file:{quote(str(self.path))}?mode={mode}"
        connection: FileConnection = sqlite3.connect(
            address, **{**options, "uri": True, "factory": FileConnection}
        )
        return connection

    def _begin_anew_after_a_fork(self) -> None:
        """What the parent process has open is not ours to use, nor to close."""
        if self._process != os.getpid():
            _OF_PARENTS.append(self._keeper)
            self._keeper, self._process = None, os.getpid()
            self._open = weakref.WeakSet()

    def _move_aside(self, known: Inodes, *, emptied: bool = False) -> None:
        """Take the -wal and -shm of a file that is not there any more out of the way of the next one.

        `emptied`: the file is there, with another content. SQLite plays the -wal into it when the last
        connection is closed, so only a copy is kept.
        """
        with self._alone():
            if known.wal is None or self._there().wal != known.wal:
                return
            stamp = f"{time.time_ns()}"
            for end in ("-wal", "-shm"):
                with suppress(FileNotFoundError):
                    lost = _beside(self.path, end)
                    aside = lost.with_name(f"{lost.name}{LEFT_OVER}{stamp}")
                    if emptied and end == "-wal":
                        shutil.copyfile(lost, aside)
                        os.truncate(lost, 0)
                        lost.unlink()
                    else:
                        lost.rename(aside)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process after the other."""
        try:
            folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as problem:
            raise FileLost("The folder of the database is gone.") from problem
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    def _is_whole(self) -> bool:
        """False when the file is shorter than it was, counts fewer changes, or begins otherwise."""
        descriptor = self._held.get(self._known.main) if self._known else None
        if descriptor is None:
            return True
        size, header = os.fstat(descriptor).st_size, os.pread(descriptor, HEADER, 0)
        if not header and not self._seen[0]:
            # The tables of a new database are still in its -wal.
            return True
        counted = int.from_bytes(header[COUNTER])
        if not header.startswith(MAGIC) or size < self._seen[0] or counted < self._seen[1]:
            return False
        self._seen = (max(size, self._seen[0]), max(counted, self._seen[1]))
        return True

    def _look_through(self) -> None:
        """Take what lies there for the database from now on; raises sqlite3.DatabaseError when it cannot be.

        Nothing is written beside or into a file that may not be ours.
        """
        self._doubted = True
        address = f"file:{quote(str(self.path))}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as looking:
            if [row[0] for row in looking.execute("PRAGMA quick_check(1)")] != ["ok"]:
                raise FileLost("The database file is damaged.")
            self.accept(looking)
        self._doubted, self._seen = False, (0, 0)
        self.replaced += 1


class FileConnection(sqlite3.Connection):
    """A connection that acknowledges nothing that went into a lost file."""

    file: SQLiteFile | None = None
    inodes: Inodes | None = None
    losses = 0

    def check(self) -> None:
        """Raise FileLost unless the file is still there."""
        if self.file is not None:
            self.file.check(self)

    def commit(self) -> None:
        try:
            self.check()
        except FileLost:
            super().rollback()
            raise
        super().commit()
        # Safety: once more, for it may have gone between.
        self.check()

    def close(self) -> None:
        super().close()
        if self.file is not None:
            self.file.closed(self)


def _copy_the_wal(connection: sqlite3.Connection) -> None:
    """Into the database that belongs to it; waits for nobody, who may be waiting for us."""
    try:
        busy, frames, copied = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    except sqlite3.DatabaseError as problem:
        raise FileLost("What lies in a deleted -wal could not be saved yet.") from problem
    if busy or copied < frames:
        raise FileLost("What lies in a deleted -wal could not be saved yet.")


def left_over(path: Path) -> list[Path]:
    """What was taken out of the way beside this database, the oldest first.

    A -wal can hold what was acknowledged last and is in no database: only with the file it belonged to.
    """
    return sorted(path.parent.glob(f"{path.name}-*{LEFT_OVER}*"))


def _others_have_open(descriptor: int) -> bool:
    """Another process holds the lock of an open connection; where that cannot be asked, none does."""
    if not sys.platform.startswith("linux") or struct.calcsize("P") != 8:
        return False
    asked = struct.pack(FLOCK, fcntl.F_WRLCK, os.SEEK_SET, SHARED_FIRST, SHARED_SIZE, 0)
    answer = struct.unpack(FLOCK, fcntl.fcntl(descriptor, fcntl.F_GETLK, asked))
    return bool(answer[0] != fcntl.F_UNLCK)


def is_to_be_thrown_away(problem: BaseException | None) -> bool:
    """True after an error that a new connection to the same path may not have."""
    return isinstance(problem, FileLost) or str(getattr(problem, "sqlite_errorname", "")).startswith(
        THROWN_AWAY_AFTER
    )


def is_wal(connection: sqlite3.Connection) -> bool:
    """True when commits go into a -wal first."""
    return bool(connection.execute("PRAGMA journal_mode").fetchone() == ("wal",))


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)


def _inode(path: Path) -> Inode | None:
    try:
        there = path.stat()
    except OSError:
        return None
    return there.st_dev, there.st_ino


def _close_all(descriptors: list[int]) -> None:
    while descriptors:
        os.close(descriptors.pop())
