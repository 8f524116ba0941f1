"""Text as a patient typed it -> the same text, fit to print.

A character that no font has, or a control character, prints as a box and breaks PDF/A and PDF/UA: its name
is printed instead. Nothing else is taken out but what cannot be seen. The record keeps what was typed.
"""

import re
import unicodedata

from intake.documents.pdf import fonts

LONGEST_RUN = 1000  # characters without a place to break; the time of layout grows with the square
MOST_MARKS = 8  # combining marks on one letter; no language needs more
BREAKS = {
    "\r\n": "\n",
    "\r": "\n",
    "\u2028": "\n",
    "\u2029": "\n",
    "\t": "    ",
    "\x0b": "\n",
    "\x0c": "\n",
    "\x85": "\n",
}
# Scripts without spaces (Thai, Khmer, Chinese, Japanese and others) break between any two words or signs.
_SPACED = r"[^\s\-\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef]"
LONG_RUN = re.compile(rf"{_SPACED}{{{LONGEST_RUN}}}(?={_SPACED})")
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
JOINERS = {"\u200c", "\u200d"}
VARIATIONS = {"\ufe0e", "\ufe0f", "\u20e3"}


def clean(text: str) -> str:
    """The text without what cannot be printed; pictures and unknown letters as names in square brackets."""
    if text.isascii() and text.isprintable() and len(text) <= LONGEST_RUN:
        return text
    for mark, plain in BREAKS.items():
        text = text.replace(mark, plain)
    printed: list[str] = []
    marks = 0
    for before, character in zip(" " + text, text, strict=False):
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= MOST_MARKS:
            printed.append(_printed(character, before))
    # Not normalised: what is copied from the page is to be what was typed.
    return _with_breaks("".join(printed))


def direction(text: str) -> str:
    """`rtl` or `ltr`, after the first letter that has a direction."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def as_typed(text: str) -> str:
    """Every character that can be seen, as it was typed: names and quoted words are never respelt."""
    for mark, plain in BREAKS.items():
        text = text.replace(mark, plain)
    return "".join(each for each in text if each == "\n" or _is_seen(each))


def name_of(character: str) -> str:
    """What the character is called, in words; its number when Unicode has no name for it here."""
    unknown = f"unknown character U+{ord(character):04X}"
    return unicodedata.name(character, "").lower() or unknown


def _is_seen(character: str) -> bool:
    # What joins letters or draws them otherwise belongs to them.
    if character in JOINERS | VARIATIONS:
        return True
    return unicodedata.category(character) not in UNSEEN and not _no_character(character)


def _no_character(character: str) -> bool:
    """Whether Unicode keeps the place for ever empty."""
    number = ord(character)
    return 0xFDD0 <= number <= 0xFDEF or number & 0xFFFE == 0xFFFE


def _printed(character: str, before: str) -> str:
    if character.isascii():
        return character if character.isprintable() or character == "\n" else ""
    if character == "\u200c" or (character == "\u200d" and not _picture(before)):
        return character
    if character in VARIATIONS or _skin_tone(character) or not _is_seen(character):
        return ""
    private = unicodedata.category(character) == "Co"  # PDF/A forbids these as text
    if private or _picture(character) or not fonts.has(character):
        return f"[{name_of(character)}]"
    return character


def _picture(character: str) -> bool:
    """Safety: a colour emoji is a bitmap, which PDF/A forbids, and its font would take over digits too."""
    number = ord(character)
    drawn = (
        0x1F000 <= number <= 0x1FAFF
        or 0x2600 <= number <= 0x27BF
        or 0x2B00 <= number <= 0x2BFF
        or 0x2300 <= number <= 0x23FF
    )
    return (
        character in VARIATIONS
        or _skin_tone(character)
        or (drawn and unicodedata.category(character) == "So")
    )


def _skin_tone(character: str) -> bool:
    return "\U0001f3fb" <= character <= "\U0001f3ff"


def _with_breaks(text: str) -> str:
    return LONG_RUN.sub(lambda run: run.group() + "\n", text)
