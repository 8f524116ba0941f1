"""Numbers that record systems give their patients: as they are kept, and checked where the system can be.

A system is named by the clinic ("NHS number", "Hospital"); its id is made of the words of that name.
"""

from collections.abc import Collection
from enum import Enum

from intake.text import free, names, number

NHS_NUMBER = "nhs_number"
# Such a number is called "number:hospital" among the facts of a person and the cells of a row.
NUMBER_OF = "number:"
LONGEST = 50
_DIGITS = 10
_ANY_NUMBER = frozenset(("number", "no", "nr", "num", "id", "ref"))


class RecordNumberReason(Enum):
    """Why words are no number of a system."""

    TOO_LONG = "too long"
    DIGITS = "not ten digits"
    CHECK_DIGIT = "check digit"


class NotARecordNumber(ValueError):
    """`reason` says why."""

    def __init__(self, reason: RecordNumberReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def system_of(name: str) -> str:
    """The id of the system that the clinic calls `name`: "NHS number" is nhs_number; "" without a letter."""
    return "_".join(names.words(name))


def is_nhs(name: str) -> bool:
    """It names the NHS number: "NHS no." too."""
    words = names.words(name)
    return words[:1] == ("nhs",) and not {*words[1:]} - _ANY_NUMBER


def meant(name: str, systems: Collection[str]) -> str:
    """The one of these systems whose numbers a column of this name holds; "" where that is not certain.

    "Hospital no." names Hospital; where only one system is known, whatever the column is called.
    """
    named = system_of(name)
    if named in systems:
        return named
    words = {*names.words(name)}
    alike = [each for each in systems if (its := {*each.split("_")} - _ANY_NUMBER) and its <= words]
    return alike[0] if len(alike) == 1 else "".join(systems) if len(systems) == 1 else ""


def read(system: str, words: str) -> str | None:
    """The number as it is kept; None when nothing stands there. Raises NotARecordNumber.

    NHS numbers: ten digits, the last a check of the others (NHS Data Dictionary, Modulus 11).
    """
    kept = free.seen(words)
    if not kept:
        return None
    if len(kept) > LONGEST:
        raise NotARecordNumber(RecordNumberReason.TOO_LONG)
    return _nhs_number(kept) if system == NHS_NUMBER else kept


def _nhs_number(words: str) -> str:
    digits = "".join(number.in_ascii(words).replace("-", " ").split())
    if len(digits) != _DIGITS or not (digits.isascii() and digits.isdigit()):
        raise NotARecordNumber(RecordNumberReason.DIGITS)
    check = -sum(int(digit) * (_DIGITS - place) for place, digit in enumerate(digits[:-1])) % 11
    if check != int(digits[-1]):
        raise NotARecordNumber(RecordNumberReason.CHECK_DIGIT)
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}"
