"""The key of a project, and the numbers that people have in it.

It is made once, shown once and kept nowhere: whoever runs the project keeps it apart from the data and throws
it away in the end. Then nobody can tell who a number is, and the next project has other numbers.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

from intake.text import code

# About 120 bits, in the letters that people read from paper.
LENGTH = 25
_GROUP = 5
# 60 bits: two of ten thousand patients have the same number once in twenty thousand million projects.
_DIGITS = 15


@dataclass(frozen=True)
class ProjectKey:
    """What turns our ids into the numbers of one project."""

    letters: str = field(repr=False)

    @property
    def shown(self) -> str:
        """As people write it down: ABCDE-FGHJK-…"""
        return "-".join(self.letters[at : at + _GROUP] for at in range(0, LENGTH, _GROUP))

    @property
    def fingerprint(self) -> str:
        """By which the record tells one project from another; nobody gets from it to the key."""
        return sha256(f"project:{self.letters}".encode()).hexdigest()[:12]

    def number(self, kind: str, id: UUID) -> str:
        """The number of a patient, form or clinician. It begins with a letter: nothing takes it for a sum."""
        mac = hmac.digest(self.letters.encode(), f"{kind}:{id}".encode(), "sha256").hex()
        return f"{kind[0]}{mac[:_DIGITS]}"


def new_key() -> ProjectKey:
    """A key that no project has had."""
    return ProjectKey("".join(secrets.choice(code.LETTERS) for _ in range(LENGTH)))


def read_key(typed: str) -> ProjectKey:
    """The key as somebody copied it; raises NotACode."""
    return ProjectKey(code.read(typed, LENGTH))
