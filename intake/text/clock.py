"""A time of day by the clock of 24 hours, in the digits of every script: "9:30", "09.30", "0930", "٩:٣٠"."""

import re
from datetime import time

from intake.text import free, number

_WRITTEN = re.compile(r"([0-9]{1,2})[:.]?([0-9]{2})")
# What other keyboards have in place of ":" and ".".
_MARKS = str.maketrans({**dict.fromkeys("：∶︓﹕", ":"), **dict.fromkeys("．。٫", ".")})


class NotATime(ValueError):
    """The words are no time of day."""


def read(words: str) -> time:
    """The time of day in the words. Raises NotATime."""
    found = _WRITTEN.fullmatch(number.in_ascii(free.seen(words)).translate(_MARKS))
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise NotATime(words)
    return time(int(found[1]), int(found[2]))
