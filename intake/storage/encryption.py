"""Keys, and what they seal.

Every sealed value is bound to its table, column and row, so that one patient's name cannot be put in
another's place without being noticed. The keys lie in a file of their own, outside the data folder: a stolen
database or backup is unreadable without it, and so is the clinic's own when it is lost.
"""

import base64
import hmac
import json
import os
import secrets
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, Self, TypeVar, cast, overload
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.orm import Session

from intake.text import free

Value = TypeVar("Value")

FORMAT = 1
NONCE = 12
KEY = 32
MOST = 255
INDEX = 32


class WrongKey(Exception):
    """The key file is not the one this database was written with."""


class KeyMissing(WrongKey):
    """The key of this number is needed, and is not in the key file."""

    def __init__(self, number: int) -> None:
        super().__init__(f"Key {number} is missing from the key file.")
        self.number = number


class KeyFileUnsafe(Exception):
    """Somebody else on this machine may read the key file."""


class KeyFileUnreadable(Exception):
    """The key file is missing though it is needed, or is not a key file."""


class Tampered(Exception):
    """A sealed value was changed, or stands in a place it was not sealed for."""


class Purpose(StrEnum):
    """What a sub-key is for, one thing each. None reveals anything of the others, or of the master key."""

    FIELD = "field"
    PEPPER = "pepper"
    AUDIT = "audit"
    DETAIL = "detail"
    DEMO = "demo"
    COOKIE = "cookie"
    CSRF = "csrf"
    PATIENT_LINK = "patient link"
    STAFF_LINK = "staff link"
    WALK_IN_CODE = "walk-in code"
    CHECK = "check"
    BACKUP = "backup"


class HmacIndex(str):
    """A keyed fingerprint by the current key, and in `every` also those by keys that were used before it.

    What is written is the string itself; what is looked for may still have one of the others.
    """

    every: tuple[str, ...]

    def __new__(cls, current: str, *earlier: str) -> Self:
        index = super().__new__(cls, current)
        index.every = (current, *earlier)
        return index


class Keys:
    """The master keys by number, 1 to 255; new values are sealed with the `current` one.

    It stays as it is for whoever holds it. Only a key that is not here and turns out to be needed is taken
    from `added_since`, which gives what the key file holds by now.
    """

    def __init__(
        self,
        masters: Mapping[int, bytes],
        current: int,
        added_since: Callable[[], Mapping[int, bytes]] = dict,
    ) -> None:
        self._masters = dict(masters)
        self._derived: dict[tuple[Purpose, int], bytes] = {}
        self._added_since = added_since
        self.current = current
        self.ring = self.ring_of(Purpose.FIELD)

    @classmethod
    def new(cls) -> Self:
        """One fresh random key."""
        return cls({1: secrets.token_bytes(KEY)}, current=1)

    @classmethod
    def read(cls, path: Path, added_since: Callable[[], Mapping[int, bytes]] = dict) -> Self:
        """Read a key file; raises KeyFileUnsafe unless it is its owner's alone."""
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise KeyFileUnsafe(f"{path} can be read by others on this machine. Say: chmod 600 {path}")
        try:
            kept = json.loads(path.read_text())
            masters = {int(each): base64.b64decode(key, validate=True) for each, key in kept["keys"].items()}
            current = int(kept["current"])
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            raise KeyFileUnreadable(f"{path} is not a key file of Backstory.") from problem
        whole = all(len(key) == KEY and 0 < number <= MOST for number, key in masters.items())
        if current not in masters or not whole:
            raise KeyFileUnreadable(f"{path} is not a whole key file of Backstory.")
        return cls(masters, current, added_since)

    def write(self, path: Path) -> None:
        """Write a new key file for its owner alone; never over an existing one."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        keys = {str(each): base64.b64encode(self._masters[each]).decode() for each in self.numbers}
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump({"current": self.current, "keys": keys}, file, indent=2)
            file.flush()
            # Safety: without this file nothing can be read back, so it reaches the disk before any data does.
            os.fsync(file.fileno())
        sync_folder(path.parent)

    @property
    def masters(self) -> dict[int, bytes]:
        """The keys themselves, for whoever writes the key file."""
        return dict(self._masters)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of all keys, oldest first."""
        return tuple(sorted(self._masters))

    @property
    def newest_first(self) -> tuple[int, ...]:
        """The numbers of all keys, the current one before the others."""
        return (self.current, *(each for each in reversed(self.numbers) if each != self.current))

    def has(self, number: int) -> bool:
        """True when this key is here, or has come since."""
        if number not in self._masters:
            for each, master in self._added_since().items():
                self._masters.setdefault(each, master)
        return number in self._masters

    def secret(self, purpose: Purpose, number: int | None = None) -> bytes:
        """The 32-byte sub-key for `purpose`, of key `number` (None: the current one)."""
        number = self.current if number is None else number
        if not self.has(number):
            raise KeyMissing(number)
        if (purpose, number) not in self._derived:
            derivation = HKDF(SHA256(), KEY, salt=None, info=f"backstory|{purpose}".encode())
            self._derived[purpose, number] = derivation.derive(self._masters[number])
        return self._derived[purpose, number]

    def secrets(self, purpose: Purpose) -> list[bytes]:
        """The sub-keys for `purpose` of all keys, the current one last: it signs, each of them reads."""
        return [self.secret(purpose, number) for number in reversed(self.newest_first)]

    def ring_of(self, purpose: Purpose, salt: bytes | None = None) -> "KeyRing":
        """Seals and opens with the sub-keys for `purpose`, made from `salt` as well where there is one."""

        def sub_key(number: int) -> bytes:
            secret = self.secret(purpose, number)
            return secret if salt is None else hmac.digest(secret, salt, "sha256")

        return KeyRing({number: sub_key(number) for number in self.numbers}, self.current, sub_key)

    def check_value(self, number: int) -> str:
        """What the database keeps to recognise key `number` without knowing it."""
        return hmac.digest(self.secret(Purpose.CHECK, number), b"backstory key check", "sha256").hex()

    def hmac_index(self, *parts: str) -> HmacIndex:
        """A keyed fingerprint by which a sealed value can be looked up, 32 characters by the current key."""
        return HmacIndex(*(self.hmac_index_by(number, *parts) for number in self.newest_first))

    def hmac_index_by(self, number: int, *parts: str) -> str:
        """The same by one key. That of key 1 has no number in front, as the first versions wrote it."""
        digest = hmac.digest(self.secret(Purpose.PEPPER, number), json.dumps(parts).encode(), "sha256").hex()
        return (digest if number == 1 else f"{number:02x}:{digest}")[:INDEX]


class KeyRing:
    """Seals with the current key and opens with any: AES-256-GCM, the key's number in front.

    `missing` gives a key that is not among `keys`, or raises WrongKey.
    """

    def __init__(
        self, keys: Mapping[int, bytes], current: int, missing: Callable[[int], bytes] | None = None
    ) -> None:
        self._ciphers = {number: AESGCM(key) for number, key in keys.items()}
        self._current = current
        self._missing = missing

    def seal(self, content: bytes, place: str) -> bytes:
        """`content` readable only with the key, and only as the value of `place`."""
        nonce = os.urandom(NONCE)
        sealed = self._cipher(self._current).encrypt(nonce, content, place.encode())
        return bytes((FORMAT, self._current)) + nonce + sealed

    def open(self, sealed: bytes, place: str) -> bytes:
        """What was sealed for `place`; raises Tampered, or WrongKey when its key is not on the ring."""
        if len(sealed) <= 2 + NONCE or sealed[0] != FORMAT:
            raise Tampered(f"The value of {place} is not a sealed value.")
        number, nonce, content = sealed[1], sealed[2 : 2 + NONCE], sealed[2 + NONCE :]
        cipher = self._cipher(number)
        try:
            return cipher.decrypt(nonce, content, place.encode())
        except InvalidTag as problem:
            raise Tampered(f"The value of {place} was changed, or belongs elsewhere.") from problem

    def seal_again(self, sealed: bytes, place: str) -> bytes:
        """The same by the current key; as it is where it has that already."""
        return sealed if sealed[1] == self._current else self.seal(self.open(sealed, place), place)

    def _cipher(self, number: int) -> AESGCM:
        if number not in self._ciphers:
            if self._missing is None:
                raise KeyMissing(number)
            self._ciphers[number] = AESGCM(self._missing(number))
        return self._ciphers[number]


@dataclass(frozen=True)
class Codec(Generic[Value]):
    """How a kind of value becomes bytes and comes back."""

    dump: Callable[[Value], bytes]
    load: Callable[[bytes], Value]


# Whoever forgot to clean what was typed: no control character and no half of a letter is ever kept.
TEXT: Codec[str] = Codec(lambda words: free.cleaned(words).encode(), bytes.decode)
BYTES: Codec[bytes] = Codec(bytes, bytes)
DAY: Codec[date] = Codec(lambda day: day.isoformat().encode(), lambda kept: date.fromisoformat(kept.decode()))
JSON: Codec[dict[str, Any]] = Codec(
    lambda tree: json.dumps(free.cleaned_within(tree), ensure_ascii=False, separators=(",", ":")).encode(),
    json.loads,
)


class Sealed(Generic[Value]):
    """An attribute that reads and writes in the clear and is kept sealed in the column `<name>_sealed`.

    `sealed_as` is what the value is bound to when the attribute was called otherwise at first.

    A row not yet in a session holds its value until it enters one, because the session knows the keys.
    None stays None.
    """

    def __init__(self, codec: Codec[Any], *, sealed_as: str | None = None) -> None:
        self._codec = codec
        self._sealed_as = sealed_as

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name
        self._column = f"{name}_sealed"

    @overload
    def __get__(self, row: None, owner: type) -> Self: ...
    @overload
    def __get__(self, row: object, owner: type) -> Value: ...
    def __get__(self, row: Any, owner: type) -> Self | Value:
        if row is None:
            return self
        waiting = row.__dict__.get("_waiting", {})
        if self._name in waiting:
            return cast(Value, waiting[self._name])
        sealed = getattr(row, self._column)
        if sealed is None:
            return cast(Value, None)
        return cast(Value, self._codec.load(_ring_of(row).open(sealed, self._place(row))))

    def place_of(self, table: str, row_id: UUID) -> str:
        """What the value of this row is bound to."""
        return f"{table}|{self._sealed_as or self._name}|{row_id}"

    def opened(self, ring: "KeyRing", table: str, row_id: UUID, sealed: bytes) -> Value:
        """What the column of this row holds, for whoever reads thousands of them without their objects."""
        return cast(Value, self._codec.load(ring.open(sealed, self.place_of(table, row_id))))

    def __set__(self, row: Any, value: Value) -> None:
        if row.__dict__.get("_ring") is None:
            row.__dict__.setdefault("_waiting", {})[self._name] = value
            return
        sealed = None if value is None else _ring_of(row).seal(self._codec.dump(value), self._place(row))
        setattr(row, self._column, sealed)

    def seal_again(self, row: Any, before: Keys) -> None:
        """Seal by the key that is current now what was sealed by the one that was current in `before`."""
        # Only what is in memory: what was not loaded was not changed either.
        sealed = row.__dict__.get(self._column)
        if sealed is not None and sealed[1] == before.current:
            setattr(row, self._column, _ring_of(row).seal_again(sealed, self._place(row)))

    def _place(self, row: Any) -> str:
        return self.place_of(row.__tablename__, row.id)


def sync_folder(folder: Path) -> None:
    """Let the names in a folder reach the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def keys_of(session: Session) -> Keys:
    """The keys that a session of the clinic's database carries."""
    return cast(Keys, session.info["keys"])


def seal_again(session: Session, before: Keys) -> None:
    """Let what `session` has not written follow it from the keys of `before` to those it has now."""
    keys = keys_of(session)
    for row in session:
        row.__dict__["_ring"] = keys.ring
    for row in (*session.new, *session.dirty):
        for sealed in vars(type(row)).values():
            if isinstance(sealed, Sealed):
                sealed.seal_again(row, before)


def give_ring(row: object, ring: KeyRing) -> None:
    """Let `row` open its sealed values, and seal those that were waiting for a key."""
    row.__dict__["_ring"] = ring
    for name, value in row.__dict__.pop("_waiting", {}).items():
        setattr(row, name, value)


def _ring_of(row: object) -> KeyRing:
    ring = row.__dict__.get("_ring")
    if ring is None:
        raise LookupError("This row has never been in a session, so it has no key.")
    return cast(KeyRing, ring)
