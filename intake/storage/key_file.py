"""The key file of a process that runs: it notices when the file is another one, and takes that up."""

import secrets
from collections.abc import Mapping
from pathlib import Path

from intake.storage.encryption import KEY, MOST, KeyFileUnreadable, KeyFileUnsafe, Keys
from intake.storage.line_file import take_the_place

# What tells one version of the file from the next: it is always replaced as a whole.
Signature = tuple[int, int, int]
UNREADABLE = (OSError, KeyFileUnsafe, KeyFileUnreadable)


class NoNumberLeft(Exception):
    """There have been as many keys as there are numbers for them."""


class AnotherKey(Exception):
    """The key file knows another key by this number, or has not come to this number yet."""

    def __init__(self, number: int) -> None:
        super().__init__(f"Key {number} is not one that was taken out of this key file.")


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

    def put_back(self, masters: Mapping[int, bytes]) -> tuple[int, ...]:
        """Add keys that were taken out, by their numbers; those that were not there. Raises AnotherKey."""
        there = Keys.read(self.path)
        known = there.masters
        for number, key in masters.items():
            if known.get(number, key) != key or number > there.current:
                raise AnotherKey(number)
        missing = tuple(sorted(set(masters) - set(known)))
        if missing:
            _replace(self.path, Keys(known | dict(masters), there.current))
        return missing

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
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    keys.write(beside)
    take_the_place(beside, path)


def _signature(path: Path) -> Signature:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size
