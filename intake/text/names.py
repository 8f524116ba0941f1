"""Names of people: cleaned to be kept, folded to be found, compared whatever their order and spelling.

Safety: only what is written over and under letters is left aside when names are compared. In many scripts a
mark is a vowel, or makes another letter: without it, two people would have one name. A title is not part of a
name; what tells a son from his father (Jr, Sr, III) is.
"""

import re
import unicodedata

from intake.text import free

_APOSTROPHES = re.compile("['’‘ʼ`]")
# What looks like a blank, or parts words, and is no blank to Unicode: Thai, Khmer, Hangul, Braille.
_BLANKS = re.compile("[\u115f\u1160\u200b\u2800\u3164\uffa0]")
_JOINERS = re.compile("[\u200c\u200d]")
# Where another part of a name begins: "Canary, Dr Anna", "CANARY, Anna (Mrs)".
_PARTS = re.compile("[,;()\\[\\]/،，（）]")
# Forms of address as `words` gives them, by the language they are said in. Not here: what is also a name
# ("Major", "Dean", "Md"), and what tells two people of one family apart.
TITLES: dict[str, frozenset[str]] = {
    "en": frozenset(
        (
            *("mr", "mrs", "ms", "miss", "mx", "mister", "missus", "madam", "sir", "dame", "lord", "lady"),
            *("dr", "doctor", "prof", "professor", "rev", "revd", "reverend", "phd", "esq"),
            *("frcs", "mrcs", "mrcp", "frcp", "mrcgp", "frcgp", "mcsp", "mbbs", "mbchb", "mbe", "obe"),
        )
    ),
}
# Surnames as well: a title only in front of a name.
_BEFORE_ONLY = frozenset({"lord", "lady"})
_TITLES = frozenset().union(*TITLES.values())


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


def untitled(name: str) -> tuple[str, ...]:
    """The words without titles before and behind it or a part of it; where it has no others, those."""
    plain = tuple(word for part in _PARTS.split(name) for word in _between_titles(words(part)))
    return plain or words(name)


def key(name: str) -> tuple[str, ...]:
    """Equal for two spellings of one name. A name without a single letter is only the same as itself."""
    return tuple(sorted(untitled(name))) or (name,)


def same(one: str, other: str) -> bool:
    """They are one name, whatever the order, the accents and the capitals of their words, and the titles."""
    return key(one) == key(other)


def _seen(name: str) -> str:
    return free.seen(_BLANKS.sub(" ", name))


def _between_titles(named: tuple[str, ...]) -> tuple[str, ...]:
    start, end = 0, len(named)
    while end and named[end - 1] in _TITLES - _BEFORE_ONLY:
        end -= 1
    while start < end and named[start] in _TITLES and not (named[start] in _BEFORE_ONLY and start + 1 == end):
        start += 1
    return named[start:end]


def _is_accent(letter: str) -> bool:
    """By its combining class: an accent (200 and up), or a point of Hebrew, Arabic or Syriac (10 to 36)."""
    place = unicodedata.combining(letter)
    return place >= 200 or 10 <= place <= 36


def _is_of_a_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_" or unicodedata.category(letter).startswith("M")
