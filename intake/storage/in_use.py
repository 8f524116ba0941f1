"""Who works with a clinic's data folder, so that nothing is put in its place meanwhile.

Every process that opens the database shares a lock on a file; whoever replaces the database needs it alone.
The operating system lets go of it when a process ends, however it ends, so no stale lock stays behind.
"""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

FILE = "in-use.lock"


class InUse(OSError):
    """Another process works with this data folder, or is replacing the database in it."""


class FolderLock:
    """A lock on a data folder until it is released or the process ends; also held by forked children."""

    def __init__(self, handle: int) -> None:
        self._handle: int | None = handle

    @classmethod
    def shared(cls, folder: Path) -> Self:
        """Work with the folder, beside others; raises InUse while a backup is being put back."""
        return cls(_locked(folder, fcntl.LOCK_SH, "A backup is being put back. Try again when it is done."))

    @classmethod
    def alone(cls, folder: Path) -> Self:
        """Have the folder alone; raises InUse while anybody works with it."""
        said = f"Backstory is running: a process has {folder} open. Stop the application and workers first."
        return cls(_locked(folder, fcntl.LOCK_EX, said))

    def release(self) -> None:
        """Let others in."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _locked(folder: Path, how: int, otherwise: str) -> int:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise InUse(otherwise) from None
    return handle
