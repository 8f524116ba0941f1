"""Free text: one kind of line end, no control characters.

Nothing that can be seen is taken out or respelt.
"""

import re
from collections.abc import Mapping
from typing import Any

# Whatever ends a line, a page or a record somewhere, such as the "soft return" of a word processor (U+000B).
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\u2028\u2029]")
# What no page can carry: control characters, halves of letters, and places in Unicode that are no letters.
# The two overrides make letters be read backwards; no keyboard writes them.
_NO_LETTERS = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x9f\u202d\u202e\ud800-\udfff\ufdd0-\ufdef\ufeff"
    + "".join(chr(plane * 0x10000 + 0xFFFE) + chr(plane * 0x10000 + 0xFFFF) for plane in range(17))
    + "]"
)
# Marks that turn the direction of writing, and blanks without width. They travel along when words are copied.
# The joiners U+200C and U+200D stay: Persian and Indic spelling needs them.
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
# Windows-1252 taken for Latin-1: typographic quotes and dashes that arrive as control characters.
_SLIPS = {
    code: bytes([code]).decode("cp1252")
    for code in range(0x80, 0xA0)
    if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
} | {0x1F: " "}


def cleaned(words: str) -> str:
    """The words as every page, file and database can carry them; blanks at the ends stay."""
    return _NO_LETTERS.sub("", _LINE_ENDS.sub("\n", words).translate(_SLIPS))


def cleaned_within(tree: Any) -> Any:
    """The same lists and mappings, every text in them cleaned."""
    if isinstance(tree, str):
        return cleaned(tree)
    if isinstance(tree, Mapping):
        return {cleaned_within(key): cleaned_within(each) for key, each in tree.items()}
    return [cleaned_within(each) for each in tree] if isinstance(tree, list | tuple) else tree


def one_line(words: str) -> str:
    """The cleaned words with each stretch of blanks and line ends as one blank, and none at the ends."""
    return " ".join(cleaned(words).split())


def seen(words: str) -> str:
    """One line without what nobody sees: marks of direction, blanks without width."""
    return one_line(_UNSEEN.sub("", words))
