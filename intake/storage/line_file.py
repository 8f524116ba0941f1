"""A file of lines outside the database: several processes add to it, and it can be replaced as a whole.

Whoever is killed in between leaves the lines there were. Whoever looks first and adds then does it `alone`.
"""

import fcntl
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from intake.storage.encryption import sync_folder


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """While nobody else writes to the file."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A file of its own: the other one is put in the place of an earlier one.
    handle = os.open(path.with_name(f"{path.name}.lock"), os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def append(path: Path, lines: Iterable[str]) -> None:
    """Add these lines; they are on the disk when it returns."""
    text = "".join(f"{line}\n" for line in lines)
    if not text:
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "r+b", buffering=0) as file:
        # A line that somebody was killed in the middle of spoils no other.
        end = file.seek(0, os.SEEK_END)
        torn = end and os.pread(handle, 1, end - 1) != b"\n"
        file.write((b"\n" if torn else b"") + text.encode())
        os.fsync(handle)


def replace(path: Path, lines: Iterable[str]) -> None:
    """Put these lines in the place of those there are, all or none, for the same owner."""
    # Where `path` is a link, beside the file that it leads to.
    path = path.resolve()
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    append(beside, lines)
    take_the_place(beside, path)


def take_the_place(beside: Path, path: Path) -> None:
    """Let the file `beside` be the one at `path`, in one step, with its owner and rights."""
    there, made = path.stat(), beside.stat()
    if (there.st_uid, there.st_gid) != (made.st_uid, made.st_gid):
        # Whoever runs a command as root must not lock the clinic out.
        os.chown(beside, there.st_uid, there.st_gid)
    beside.chmod(stat.S_IMODE(there.st_mode))
    beside.replace(path)
    sync_folder(path.parent)
