"""The note for record systems that know no Unicode.

Safety: H-39. What Windows-1252 cannot hold is written by a closed table, and the end of the note says what
stands for what. A character that is not in the table is written in square brackets, by its number or its
name. Figures keep their value, and nothing that can be seen is dropped.
"""

import re
from functools import cache
from unicodedata import category, combining, decimal, decomposition, name, normalize

from intake.documents.pdf.clean import VARIATIONS, name_of
from intake.documents.text import WIDTH, wrapped
from intake.i18n import gettext

ENCODING = "windows-1252"


def _table(pairs: str) -> dict[str, str]:
    """Each pair is a character and, right after it, what is written for it."""
    return {pair[0]: pair[1:] for pair in pairs.split()}


LETTERS = _table("ŁL łl ĐD đd ĦH ħh ŦT ŧt ıi ŊNg ŋng ẞSS ƁB ɓb ƊD ɗd ƉD ɖd ƘK ƙk ƳY ƴy μµ")
SIGNS = _table(
    "≤<= ≥>= ⩽<= ⩾>= ≠!= ≈~ ∼~ ←<- →-> ↔<-> −- ‐- ‑- ‒– ―— ′' ″\" ʼ' ʻ' ‛' "
    "⁄/ ∕/ ∶: ∙· ⋅· ٪% ٫. ٬' ،, ؛; ؟? ۔. ।. 、, 。."
)
RAISED, LOWERED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "₀₁₂₃₄₅₆₇₈₉₊₋"
FIGURES = "0123456789"
AS_PLAIN = FIGURES + "+-"
_PIECE = re.compile(rf"[{RAISED}]+|[{LOWERED}]+|.[\u0300-\u036f]*", re.DOTALL)


def encoded(note: str) -> bytes:
    """The note in Windows-1252, with what had to be written otherwise at its end."""
    fold, lines = _Fold(), []
    for line in note.rstrip("\n").split("\n"):
        text = fold.written(line)
        lines += [text] if len(text) <= WIDTH else wrapped(text)
    lines += [line for sentence in fold.said() for line in wrapped(sentence)]
    return ("\n".join(lines) + "\n").encode(ENCODING)


class _Fold:
    """Writes lines, and keeps in mind what was written otherwise."""

    def __init__(self) -> None:
        self._instead: dict[str, str] = {}
        self._bracketed: dict[str, None] = {}

    def written(self, line: str) -> str:
        """The line in characters that Windows-1252 has."""
        if _holds(line):
            return line
        said, before, numbered = "", "", False
        for piece in _PIECE.findall(line):
            made = self._made(piece)
            if _would_join(said, made) and not (before.isdecimal() and piece.isdecimal()):
                made = f" {made}"  # "1⅓" is not "11/3"
            was_numbered, numbered = numbered, made.startswith("[U+")
            # The numbers of letters that stand side by side share their brackets.
            said = f"{said[:-1]} {made[1:]}" if numbered and was_numbered else said + made
            before = piece
        return said

    def said(self) -> list[str]:
        """What was written otherwise, in sentences; none when everything was held."""
        sentences = []
        if self._instead:
            what = "; ".join(f'"{made}" = {_described(typed)}' for typed, made in self._instead.items())
            sentences.append(gettext("Not in Windows-1252, so written otherwise: %(what)s.", what=what))
        if self._bracketed:
            what = "; ".join(map(_described, self._bracketed))
            sentences.append(gettext("Not in Windows-1252, so written in [ ]: %(what)s.", what=what))
        return sentences

    def _made(self, piece: str) -> str:
        whole = normalize("NFC", piece) if len(piece) > 1 else piece
        if _holds(whole):
            return whole
        if piece in VARIATIONS:
            return ""
        made = _moved(piece) or _stand_in(whole)
        if made:
            self._instead |= {piece: made} if len(piece) == 1 or made[0] not in "^_" else _each_moved(piece)
            return made
        self._bracketed |= dict.fromkeys(piece)
        if category(piece[0])[0] in "LMC":
            return f"[{' '.join(map(_number, piece))}]"
        return "".join(f"[{name_of(each)}]" for each in piece)


def _holds(text: str) -> bool:
    try:
        text.encode(ENCODING)
    except UnicodeEncodeError:
        return False
    return True


def _would_join(said: str, made: str) -> bool:
    """Whether two figures that stand apart would be read as one number."""
    return bool(said and made) and {said[-1], made[0]} <= set(FIGURES)


def _moved(figures: str) -> str:
    """Raised or lowered figures in a line: "⁻⁹" is "^-9"; "" for others."""
    for sign, row in (("^", RAISED), ("_", LOWERED)):
        if figures[0] in row:
            return sign + "".join(AS_PLAIN[row.index(each)] for each in figures)
    return ""


def _each_moved(figures: str) -> dict[str, str]:
    return {each: _moved(each) for each in figures if not _holds(each)}


@cache
def _stand_in(typed: str) -> str:
    """What the table has for a letter with its marks, a figure or a sign; "" when it has nothing."""
    if made := LETTERS.get(typed) or SIGNS.get(typed):
        return made
    if len(typed) == 1 and (value := decimal(typed, None)) is not None:
        return str(value)
    if len(typed) == 1 and category(typed) == "Zs":
        return " "
    return _without_marks(typed) or _spelt_out(typed)


def _without_marks(typed: str) -> str:
    """A letter with as many of its marks as Windows-1252 has: "ễ" is "ê"."""
    first, *marks = list(normalize("NFD", typed))
    if not all(map(combining, marks)):
        return ""
    letter = LETTERS.get(first, first)
    if not (_holds(letter) and letter[0].isalpha()):
        return ""
    kept = letter
    for mark in marks:
        more = normalize("NFC", kept + mark)
        kept = more if _holds(more) else kept
    return kept


def _spelt_out(typed: str) -> str:
    """What Unicode says the sign is made of: "⅓" is "1/3", "①" is "(1)", "㎎" is "mg"; or ""."""
    kind, *parts = (decomposition(typed) if len(typed) == 1 else "").split() or [""]
    text = "".join(chr(int(each, 16)) for each in parts).replace("\u2044", "/")
    if not kind.startswith("<") or not text.strip() or not _holds(text):
        return ""
    if kind in ("<super>", "<sub>"):
        return ("^" if kind == "<super>" else "_") + text
    closed = kind == "<circle>" or (kind == "<compat>" and text[0].isdigit())
    return f"({text})" if closed else text


def _number(character: str) -> str:
    return f"U+{ord(character):04X}"


def _described(typed: str) -> str:
    return " and ".join(f"{_number(each)} {name(each, 'unknown character').lower()}" for each in typed)
