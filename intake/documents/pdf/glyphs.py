"""Which characters each glyph of a line stands for, so that a PDF gives back what was typed.

A font draws one letter as several glyphs, several letters as one glyph, or a letter before the one it
follows; and one glyph may stand for different letters from word to word. A PDF says for each code which
characters it means. So a code is not the number of a glyph: it stands for a glyph and its characters.
"""

import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from itertools import pairwise

from fontTools.ttLib import TTFont

from intake.documents.pdf.drawings import OperatorPen

LAST_CODE = 0xFFFF


@dataclass(frozen=True)
class Cluster:
    """Characters that belong together, and the places in the run of the glyphs that draw them."""

    text: str
    places: tuple[int, ...]

    def meanings(self) -> list[str]:
        """What each glyph means: a character, and the last all others; the last again where they run out."""
        last = min(len(self.places), len(self.text)) - 1
        spare = len(self.places) - last - 1
        return [*self.text[:last], self.text[last:], *self.text[-1] * spare] if self.places else []


def clusters(text: bytes, starts: Sequence[int], drawn: Sequence[bool]) -> list[Cluster]:
    """The clusters of a run in the order of writing; together their characters are `text` (UTF-8).

    For each glyph: the byte where its cluster starts, and whether it is drawn at all.
    """
    count = len(starts)
    edges = [place for place in range(count) if place == 0 or starts[place] != starts[place - 1]]
    found: list[Cluster] = []
    for first, after in pairwise([*edges, count]):
        begin, end = starts[first] if first else 0, starts[after] if after < count else len(text)
        said = text[begin:end].decode()
        places = tuple(place for place in range(first, after) if drawn[place])
        if found and not (places and found[-1].places):
            # What is not drawn, such as a joiner, goes with its neighbour.
            before = found.pop()
            said, places = before.text + said, before.places + places
        found.append(Cluster(said, places))
    return found


@dataclass(frozen=True)
class Codes:
    """The codes of one font in one file: which glyph each draws, and which characters it means.

    The first characters of a glyph have its own number as code; others have one that the font does not use,
        from `free` on.
    """

    own: dict[int, str]
    free: int
    added: dict[tuple[int, str], int] = field(default_factory=dict)

    def code_of(self, glyph: int, meaning: str) -> int:
        """The code that draws the glyph and means these characters."""
        if self.own.setdefault(glyph, meaning) == meaning:
            return glyph
        code = self.added.get((glyph, meaning), self.free + len(self.added))
        if code > LAST_CODE:
            return glyph
        return self.added.setdefault((glyph, meaning), code)

    def glyphs(self) -> bytes:
        """The number of the glyph of every code, as a PDF holds it: two bytes each, from code 0 on."""
        numbers = array("H", bytes(2 * (self.free + len(self.added) + 1)))
        for glyph in self.own:
            numbers[glyph] = glyph
        for (glyph, _), code in self.added.items():
            numbers[code] = glyph
        if sys.byteorder == "little":
            numbers.byteswap()
        return numbers.tobytes()


class Shapes:
    """What a font draws, without its codes. `content`: the file; `number`: the font in it."""

    def __init__(self, content: bytes, number: int) -> None:
        self._content, self._number = content, number

    @cached_property
    def blank(self) -> int | None:
        """The glyph of a blank."""
        name = self._font.getBestCmap().get(ord(" "))
        return self._font.getGlyphID(name) if name else None

    def outline(self, glyph: int) -> str:
        """The shape of a glyph as operators, one em being 1 by 1."""
        glyphs, scale = self._font.getGlyphSet(), 1 / self._font["head"].unitsPerEm
        pen = OperatorPen(glyphs)
        glyphs[self._font.getGlyphName(glyph)].draw(pen)
        return f"{scale:.6f} 0 0 {scale:.6f} 0 0 cm {' '.join(pen.operators)} f"

    @cached_property
    def _font(self) -> TTFont:
        return TTFont(BytesIO(self._content), fontNumber=self._number, lazy=True)
