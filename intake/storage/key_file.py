"""The key file of a process that runs: it notices when the file is another one, and takes that up."""

import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path

from intake.storage.encryption import KEY, MOST, KeyFileUnreadable, KeyFileUnsafe, Keys, sync_folder

# What tells one version of the file from the next: it is always replaced as a whole.
Signature = tuple[int, int, int]
UNREADABLE = (OSError, KeyFileUnsafe, KeyFileUnreadable)


class NoNumberLeft(Exception):
    """There have been as many keys as there are numbers for them."""


class KeyFile:
    """The file at `path`, read already."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._signature = _signature(path)
        self._keys = Keys.read(path, self._masters)

    @property
    def keys(self) -> Keys:
        """The keys as the file says now: the same object until it is another file.

        One that cannot be read, or that calls another key by a number which is known, is not taken up.
        """
        try:
            signature = _signature(self.path)
            if signature != self._signature:
                found = Keys.read(self.path, self._masters)
                known = self._keys.masters
                if all(known.get(number, key) == key for number, key in found.masters.items()):
                    self._keys = found
                self._signature = signature
        except UNREADABLE:
            pass
        return self._keys

    def add(self) -> Keys:
        """Add a new key, and let it be the current one. Raises NoNumberLeft."""
        masters = Keys.read(self.path).masters
        number = max(masters) + 1
        if number > MOST:
            raise NoNumberLeft
        _replace(self.path, Keys(masters | {number: secrets.token_bytes(KEY)}, number))
        return self.keys

    def remove(self, number: int) -> Keys:
        """Take a key out that is not the current one."""
        there = Keys.read(self.path)
        if number == there.current:
            raise ValueError("The current key cannot be taken out.")
        left = {each: key for each, key in there.masters.items() if each != number}
        _replace(self.path, Keys(left, there.current))
        return self.keys

    def _masters(self) -> Mapping[int, bytes]:
        try:
            return Keys.read(self.path).masters
        except UNREADABLE:
            return {}


def _replace(path: Path, keys: Keys) -> None:
    """Put another file in the place of this one, whole or not at all, for the same owner."""
    # Where `path` is a link, beside the file that it leads to.
    path = path.resolve()
    there, beside = path.stat(), path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    keys.write(beside)
    made = beside.stat()
    if (there.st_uid, there.st_gid) != (made.st_uid, made.st_gid):
        # Whoever runs the command as root must not lock the clinic out.
        os.chown(beside, there.st_uid, there.st_gid)
    beside.chmod(stat.S_IMODE(there.st_mode))
    beside.replace(path)
    sync_folder(path.parent)


def _signature(path: Path) -> Signature:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size
