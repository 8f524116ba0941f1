"""Names of people: cleaned to be kept, folded to be found, compared whatever their order and spelling.

Safety: only what is written over and under letters is left aside when names are compared. In many scripts a
mark is a vowel, or makes another letter: without it, two people would have one name.
"""

import re
import unicodedata

from intake.text import free

_APOSTROPHES = re.compile("['’‘ʼ`]")
# What looks like a blank, or parts words, and is no blank to Unicode: Thai, Khmer, Hangul, Braille.
_BLANKS = re.compile("[\u115f\u1160\u200b\u2800\u3164\uffa0]")
_JOINERS = re.compile("[\u200c\u200d]")


def cleaned(name: str) -> str:
    """The name as it is kept: one line, composed letters, nothing unseen; "" when nothing is left.

    Whatever parts two words is kept as one plain blank.
    """
    return unicodedata.normalize("NFC", _seen(name))


def words(name: str) -> tuple[str, ...]:
    """The words without accents, points and capitals: "Ó’Brien-Ñandú" is "obrien", "nandu"."""
    letters = unicodedata.normalize("NFKD", _JOINERS.sub("", _seen(name)))
    plain = "".join(letter for letter in letters if not _is_accent(letter))
    joined = _APOSTROPHES.sub("", plain.casefold())
    return tuple("".join(each if _is_of_a_word(each) else " " for each in joined).split())


def key(name: str) -> tuple[str, ...]:
    """Equal for two spellings of one name. A name without a single letter is only the same as itself."""
    return tuple(sorted(words(name))) or (name,)


def same(one: str, other: str) -> bool:
    """They are one name, whatever the order, the accents and the capitals of their words."""
    return key(one) == key(other)


def _seen(name: str) -> str:
    return free.seen(_BLANKS.sub(" ", name))


def _is_accent(letter: str) -> bool:
    """By its combining class: an accent (200 and up), or a point of Hebrew, Arabic or Syriac (10 to 36)."""
    place = unicodedata.combining(letter)
    return place >= 200 or 10 <= place <= 36


def _is_of_a_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_" or unicodedata.category(letter).startswith("M")
