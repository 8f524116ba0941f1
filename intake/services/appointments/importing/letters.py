"""The letters of a file: UTF-8 or UTF-16 for sure, or else asked, with names of the file as they would look.

Safety: a wrong guess makes another name of a patient, and nobody notices "Ł" that became "£".
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from intake.i18n import Words, gettext
from intake.i18n import lazy as _
from intake.text import free

# What programs wrote before UTF-8, the most usual first.
ENCODINGS: Mapping[str, Words] = {
    "cp1252": _("Western Europe (Windows)"),
    "iso-8859-15": _("Western Europe (ISO 8859-15)"),
    "mac_roman": _("Western Europe (old Macintosh)"),
    "cp850": _("Western Europe (DOS)"),
    "cp1250": _("Central Europe (Windows)"),
    "iso-8859-2": _("Central Europe (ISO 8859-2)"),
    "cp852": _("Central Europe (DOS)"),
    "mac_latin2": _("Central Europe (old Macintosh)"),
    "cp1251": _("Cyrillic (Windows)"),
    "cp1253": _("Greek (Windows)"),
    "cp1254": _("Turkish (Windows)"),
    "cp1255": _("Hebrew (Windows)"),
    "cp1256": _("Arabic (Windows)"),
    "cp1257": _("Baltic (Windows)"),
    "cp1258": _("Vietnamese (Windows)"),
    "iso-8859-16": _("Romanian (ISO 8859-16)"),
}
# A file that is UTF-8 but for a few bytes, such as one that was cut or put together.
MARKED = "utf-8-marked"
_SAMPLES, _SAMPLE_LENGTH = 3, 60
# What may stand between two letters of a name.
_INSIDE = "’‘‐–—·"
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x19]")
_NO_LETTERS = {"Cc", "Cn", "Co", "Cs"}


@dataclass(frozen=True)
class Opened:
    """The text of a file; `notes` says in words how it was read. `encoding` is the one that was told."""

    text: str
    notes: tuple[str, ...] = ()
    encoding: str | None = None


@dataclass(frozen=True)
class LettersChoice:
    """One way to read the letters: its code and name, and words of the file as they would look."""

    code: str
    name: str
    samples: tuple[str, ...]


class LettersAsked(Exception):
    """The file is not UTF-8: the first byte that is not stands in `line`; the ways it could be read."""

    def __init__(self, byte: int, line: int, candidates: tuple[LettersChoice, ...]) -> None:
        super().__init__("not UTF-8")
        self.byte, self.line, self.candidates = byte, line, candidates

    @property
    def why(self) -> str:
        """What is wrong, in words."""
        return gettext(
            "Line %(line)s holds a byte (%(byte)s) that is not UTF-8, so its letters have to be told apart.",
            line=self.line,
            byte=f"0x{self.byte:02X}",
        )


def opened(content: bytes, encoding: str | None = None) -> Opened:
    """The text of a file in the encoding it is in for sure, or else in the one given. Raises LettersAsked."""
    if wide := _wide(content):
        return Opened(content.decode(wide, errors="replace"))
    try:
        return Opened(content.decode("utf-8-sig"))
    except UnicodeDecodeError as problem:
        if encoding == MARKED:
            return Opened(content.decode("utf-8-sig", errors="replace"), (_said(gettext("UTF-8")),))
        if encoding is not None and encoding in ENCODINGS:
            text = content.decode(encoding, errors="replace")
            return Opened(text, (_said(str(ENCODINGS[encoding])),), encoding)
        line = content.count(b"\n", 0, problem.start) + 1
        if b"\n" not in content:
            line = content.count(b"\r", 0, problem.start) + 1
        raise LettersAsked(content[problem.start], line, candidates(content)) from None


def candidates(content: bytes) -> tuple[LettersChoice, ...]:
    """The ways the bytes can be read that give nothing but letters and signs; each looks different.

    None where the file is no text: a picture has control characters.
    """
    found: dict[tuple[str, ...], LettersChoice] = {}
    if _NO_TEXT.search(content):
        return ()
    for code, name in ENCODINGS.items():
        try:
            samples = _samples(content, content.decode(code))
        except UnicodeDecodeError:
            continue
        if samples:
            found.setdefault(samples, LettersChoice(code, str(name), samples))
    likely = {samples: each for samples, each in found.items() if all(map(_is_plausible, samples))} or found
    if marked := _marked(content):
        likely.setdefault(
            marked, LettersChoice(MARKED, gettext("UTF-8, with what cannot be read marked"), marked)
        )
    return tuple(likely.values())


def _is_plausible(words: str) -> bool:
    """No sign stands inside a word, and no word mixes letters of two scripts: "M³ller", "Mьller"."""
    return not any(map(_is_odd, re.findall(r"\S+", words)))


def _is_odd(word: str) -> bool:
    letters = [each for each in word if each.isalpha()]
    scripts = {unicodedata.name(each, "").split()[0] for each in letters} - {
        "FEMININE",
        "MASCULINE",
        "MODIFIER",
    }
    inside = word.strip("".join(each for each in word if not each.isalnum()))
    signs = (each for each in inside if not each.isascii() and not each.isalpha() and each not in _INSIDE)
    return len(scripts) > 1 or any(unicodedata.category(each)[0] in "SNP" for each in signs)


def _samples(content: bytes, text: str) -> tuple[str, ...]:
    """The cells with letters beyond ASCII; none where one of these is no letter or sign at all."""
    beyond = {each for each in text if not each.isascii()}
    if any(unicodedata.category(each) in _NO_LETTERS for each in beyond):
        return ()
    return _cells(text)


def _cells(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_beyond_ascii(text)))[:_SAMPLES]


def _beyond_ascii(text: str) -> Iterator[str]:
    for cell in re.split(r"[,;\t|\r\n]", text):
        said = free.one_line(cell.strip('" '))
        if not said.isascii():
            yield said[:_SAMPLE_LENGTH]


def _marked(content: bytes) -> tuple[str, ...]:
    """Samples of a file that is UTF-8 for the most part."""
    text = content.decode("utf-8-sig", errors="replace")
    broken = text.count("\ufffd")
    letters = sum(not each.isascii() for each in text) - broken
    return _cells(text) if letters > broken else ()


def _said(name: str) -> str:
    return gettext("The letters were read as: %(name)s.", name=name)


def _wide(content: bytes) -> str | None:
    """Which UTF-16 it is; without a mark, told by the empty half of its first letter."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if len(content) % 2 == 0 and b"\0" in content[:2]:
        return "utf-16-le" if content[1:2] == b"\0" else "utf-16-be"
    return None
