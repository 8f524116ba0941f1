"""Whole numbers in the digits of every script: "٧" and "７" are 7."""

from enum import Enum

from intake.text import free


class NumberReason(Enum):
    """Why the words are not the number asked for."""

    EMPTY = "empty"
    NO_NUMBER = "not a whole number"
    OUT_OF_RANGE = "too small or too large"


class NotANumber(ValueError):
    """The words are no whole number in the range; `reason` says why."""

    def __init__(self, reason: NumberReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def read(words: str, *, least: int, most: int) -> int:
    """A whole number from `least` (at least 0) to `most`, without sign or fraction. Raises NotANumber."""
    digits = in_ascii(free.seen(words))
    if not digits:
        raise NotANumber(NumberReason.EMPTY)
    if not (digits.isascii() and digits.isdigit()):
        raise NotANumber(NumberReason.NO_NUMBER)
    # Leading noughts say nothing; without them, a number with more digits than `most` is larger.
    digits = digits.lstrip("0") or "0"
    if len(digits) > len(str(most)) or not least <= int(digits) <= most:
        raise NotANumber(NumberReason.OUT_OF_RANGE)
    return int(digits)


def in_ascii(words: str) -> str:
    """The words, as many characters as before, with every decimal digit as one of 0 to 9."""
    return (
        words if words.isascii() else "".join(str(int(sign)) if sign.isdecimal() else sign for sign in words)
    )


def digits_of(words: str) -> str:
    """Only the digits of the words, as 0 to 9."""
    return "".join(each for each in in_ascii(words) if "0" <= each <= "9")
