"""What backups are locked with: the clinic's own keys, a passphrase, a key file, or a public key.

With a public key the server makes backups that it cannot read itself; who restores brings the secret half.
Each kind gives the words for the head of a file with the secret that goes with them, and finds that again.
"""

import base64
import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from intake.services.operations.backup.sealed_file import BackupDamaged, WrongBackupKey
from intake.storage.encryption import KeyMissing, Keys, Purpose

KEY = 32
SHORTEST_PASSPHRASE = 12
PUBLIC = "backstory-backup-public-key"
SECRET = "backstory-backup-secret-key"  # noqa: S105  (the name of a kind)
# 128 MB and some tenths of a second for each guess.
SCRYPT = {"n": 2**17, "r": 8, "p": 1}

HOW_TO_PUT_BACK = (
    "Put it back into the key file, from where `rotate-keys --remove` kept it or from an earlier copy of the "
    "key file: rotate-keys --put-back FILE"
)
Said = Mapping[str, str | int]


class BackupKeyUnusable(Exception):
    """The key file or passphrase is none that backups can be locked with."""


class BackupKey(Protocol):
    """Something that backups are locked with."""

    def lock(self) -> tuple[dict[str, str | int], bytes]:
        """What the head of a new file says, and the secret for it."""

    def unlock(self, said: Said) -> bytes:
        """The secret of a file with this head; raises WrongBackupKey."""


def in_words(numbers: Iterable[int]) -> str:
    """Keys by their numbers."""
    return " and ".join(f"key {number}" for number in numbers)


def needs(numbers: Iterable[int]) -> str:
    """What is said when a backup needs keys of its time that were taken out since."""
    return f"This backup needs {in_words(numbers)}, which is not in the key file. {HOW_TO_PUT_BACK}"


@dataclass(frozen=True)
class ClinicKeys:
    """The clinic's own keys: whoever can read the fields can read the backup, and nobody else."""

    keys: Keys = field(repr=False)

    def lock(self) -> tuple[dict[str, str | int], bytes]:
        number = self.keys.current
        return {"with": "clinic", "number": number}, self.keys.secret(Purpose.BACKUP, number)

    def unlock(self, said: Said) -> bytes:
        _must_be(said, "clinic")
        try:
            return self.keys.secret(Purpose.BACKUP, int(said.get("number", 0)))
        except KeyMissing as missing:
            raise WrongBackupKey(needs([missing.number])) from None
        except ValueError:
            raise BackupDamaged("The head of the file cannot be read.") from None


@dataclass(frozen=True)
class Passphrase:
    """Words that somebody knows."""

    words: str = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.words) < SHORTEST_PASSPHRASE:
            raise BackupKeyUnusable(f"The passphrase has fewer than {SHORTEST_PASSPHRASE} characters.")

    def lock(self) -> tuple[dict[str, str | int], bytes]:
        said: dict[str, str | int] = {"with": "passphrase", "words": _text(os.urandom(16)), **SCRYPT}
        return said, self.unlock(said)

    def unlock(self, said: Said) -> bytes:
        _must_be(said, "passphrase")
        n, r, p = (int(said.get(name, 0)) for name in ("n", "r", "p"))
        # A head that was changed must not make us use up the memory.
        if not (2**14 <= n <= 2**18 and n & (n - 1) == 0 and 1 <= r <= 16 and 1 <= p <= 4):
            raise BackupDamaged("The head of the file cannot be read.")
        return Scrypt(_bytes(said, "words"), KEY, n, r, p).derive(self.words.encode())


@dataclass(frozen=True)
class SecretKey:
    """32 random bytes in a file, the same for making backups and for reading them."""

    key: bytes = field(repr=False)

    def lock(self) -> tuple[dict[str, str | int], bytes]:
        return {"with": "key"}, self.key

    def unlock(self, said: Said) -> bytes:
        _must_be(said, "key")
        return self.key


@dataclass(frozen=True)
class KeyPair:
    """A public key for making backups; `secret`, None on a server that only makes them, for reading them."""

    public: bytes
    secret: bytes | None = field(default=None, repr=False)

    @classmethod
    def new(cls) -> "KeyPair":
        """A fresh one."""
        return cls.of_secret(X25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def of_secret(cls, secret: bytes) -> "KeyPair":
        """The pair that this secret half belongs to."""
        public = X25519PrivateKey.from_private_bytes(secret).public_key()
        return cls(public.public_bytes_raw(), secret)

    def lock(self) -> tuple[dict[str, str | int], bytes]:
        once = X25519PrivateKey.generate()
        said = {
            "with": "public key",
            "public": _text(self.public),
            "once": _text(once.public_key().public_bytes_raw()),
        }
        return dict(said), once.exchange(X25519PublicKey.from_public_bytes(self.public))

    def unlock(self, said: Said) -> bytes:
        _must_be(said, "public key")
        if said.get("public") != _text(self.public):
            raise WrongBackupKey("The backup is locked for another public key.")
        if self.secret is None:
            raise WrongBackupKey("The public key only makes backups. Bring the file with the secret key.")
        once = X25519PublicKey.from_public_bytes(_bytes(said, "once"))
        return X25519PrivateKey.from_private_bytes(self.secret).exchange(once)

    def write(self, path: Path) -> Path:
        """Write the secret half for its owner alone, and the public one beside it; its path."""
        if self.secret is None:
            raise BackupKeyUnusable("There is no secret half to write.")
        public = path.with_name(f"{path.name}.public")
        for file, kind, half in ((path, SECRET, self.secret), (public, PUBLIC, self.public)):
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as written:
                written.write(f"{kind} {_text(half)}\n")
        return public


def read_key_file(path: Path) -> BackupKey:
    """The key in a file: 32 bytes, or one of the halves that `backup-key` writes.

    Raises BackupKeyUnusable, also when others on this machine may read a secret one.
    """
    try:
        content, mode = path.read_bytes(), stat.S_IMODE(path.stat().st_mode)
    except OSError as problem:
        raise BackupKeyUnusable(f"{path} cannot be read: {problem.strerror}.") from None
    if content.startswith(PUBLIC.encode()):
        return KeyPair(_half(content, path))
    if mode & 0o077:
        raise BackupKeyUnusable(f"{path} can be read by others on this machine. Say: chmod 600 {path}")
    if content.startswith(SECRET.encode()):
        return KeyPair.of_secret(_half(content, path))
    if len(content) != KEY:
        raise BackupKeyUnusable(f"{path} is no key for backups: 32 bytes, or what backup-key writes.")
    return SecretKey(content)


def _half(content: bytes, path: Path) -> bytes:
    try:
        half = base64.b64decode(content.split()[1], validate=True)
    except (ValueError, IndexError):
        half = b""
    if len(half) != KEY:
        raise BackupKeyUnusable(f"{path} is no whole key for backups.")
    return half


def _must_be(said: Said, kind: str) -> None:
    if said.get("with") != kind:
        wanted = {
            "clinic": "the clinic's own key file",
            "passphrase": "a passphrase",
            "key": "a key file",
            "public key": "the secret key that belongs to a public one",
        }
        needs = wanted.get(str(said.get("with")), "something this version does not know")
        raise WrongBackupKey(f"The backup is locked with something else. It needs {needs}.")


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(said: Said, name: str) -> bytes:
    try:
        return base64.b64decode(str(said[name]), validate=True)
    except (ValueError, KeyError):
        raise BackupDamaged("The head of the file cannot be read.") from None
