"""Codes that people read from paper and type: letters and digits that are not mistaken for each other.

I, L, O, U, 0 and 1 are in none, because on paper they look like each other or like V.
"""

import unicodedata
from enum import Enum

from intake.text import free, number

LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
# What the keys of a Greek or Russian keyboard write that look like ours, and U, which is in no code, like V.
_LOOK_ALIKES = str.maketrans("ΑΒΕΖΗΚΜΝΡΤΥΧАВЕКМНРСТХУU", "ABEZHKMNPTYXABEKMHPCTXYV")


class CodeReason(Enum):
    """Why the words are no code."""

    EMPTY = "empty"
    LETTERS = "letters that are in no code"
    LENGTH = "too short or too long"


class NotACode(ValueError):
    """The words are no code of this length; `reason` says why."""

    def __init__(self, reason: CodeReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def read(words: str, length: int) -> str:
    """The code of `length` letters as it was made, however it is spelt. Raises NotACode."""
    letters = letters_of(words)
    if not letters:
        raise NotACode(CodeReason.EMPTY)
    if any(letter not in LETTERS for letter in letters):
        raise NotACode(CodeReason.LETTERS)
    if len(letters) != length:
        raise NotACode(CodeReason.LENGTH)
    return letters


def letters_of(words: str) -> str:
    """The letters and digits of the words in capitals, without what parts them; they need not be a code."""
    wide = unicodedata.normalize("NFKC", number.in_ascii(free.seen(words)))
    capitals = wide.upper().translate(_LOOK_ALIKES)
    return "".join(letter for letter in capitals if letter.isalnum())
