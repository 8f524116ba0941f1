"""An encrypted file, written and read piece by piece: AES-256-GCM, each piece with its number and the last
one marked, so that none can be changed, left out, moved, or cut off at the end (STREAM of Hoang,
Reyhanitabar, Rogaway and Vizár, CRYPTO 2015).

In the clear stands a first line for the format, and a second one that says how the secret is found. The key
of a file is its own: derived from the secret, a random salt and that very line.
"""

import base64
import hmac
import json
import os
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORMAT = b"BACKSTORY BACKUP 1\n"
PIECE = 1 << 20
TAG = 16
SALT = 16
LONGEST_LINE = 4096


class NotABackup(Exception):
    """The file is no backup of Backstory, or one of a later version of the format."""


class BackupDamaged(Exception):
    """The file was changed, cut short, or put together from others."""


class WrongBackupKey(Exception):
    """The file is sealed with another key or passphrase."""


class SealedWriter:
    """Takes bytes and writes them sealed; without `close()` the file is never taken for a whole one."""

    def __init__(self, file: BinaryIO, locked_with: Mapping[str, str | int], secret: bytes) -> None:
        said = {**locked_with, "salt": base64.b64encode(os.urandom(SALT)).decode()}
        self._file, self._waiting, self._number = file, bytearray(), 0
        line = json.dumps(said, sort_keys=True).encode()
        key, check = _derived(secret, line)
        self._cipher = AESGCM(key)
        file.write(FORMAT + line + b"\n" + check)

    def write(self, content: bytes) -> None:
        self._waiting += content
        while len(self._waiting) > PIECE:
            self._seal(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]

    def close(self) -> None:
        """Write the last piece."""
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _seal(self, piece: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, last), piece, None))
        self._number += 1


class SealedReader:
    """Reads such a file; raises NotABackup for any other."""

    def __init__(self, file: BinaryIO) -> None:
        if file.read(len(FORMAT)) != FORMAT:
            raise NotABackup("This is no backup of Backstory, or one of a later version.")
        self._file = file
        self._line = file.readline(LONGEST_LINE).rstrip(b"\n")
        try:
            self.locked_with: dict[str, str | int] = dict(json.loads(self._line))
            base64.b64decode(str(self.locked_with["salt"]), validate=True)
        except (ValueError, KeyError, TypeError) as problem:
            raise BackupDamaged("The head of the file cannot be read.") from problem

    def pieces(self, secret: bytes) -> Iterator[bytes]:
        """What was written, in order and to its end; raises WrongBackupKey or BackupDamaged.

        Each piece is genuine. That nothing is missing behind it is known at the end.
        """
        key, check = _derived(secret, self._line)
        if not hmac.compare_digest(self._file.read(len(check)), check):
            raise WrongBackupKey("The backup is locked with another key or passphrase.")
        cipher, number = AESGCM(key), 0
        sealed = self._file.read(PIECE + TAG)
        while True:
            following = self._file.read(PIECE + TAG)
            try:
                yield cipher.decrypt(_nonce(number, not following), sealed, None)
            except (InvalidTag, ValueError) as problem:
                raise BackupDamaged(f"Piece {number + 1} was changed, or the file is cut short.") from problem
            if not following:
                return
            sealed, number = following, number + 1


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes((last,))


def _derived(secret: bytes, line: bytes) -> tuple[bytes, bytes]:
    """The key of a file, and what tells a wrong secret from a damaged file."""
    salt = base64.b64decode(json.loads(line)["salt"])
    both = HKDF(SHA256(), 64, salt=salt, info=FORMAT + line).derive(secret)
    return both[:32], both[32:]
