"""How a line of text is written into a PDF: as WeasyPrint 70 does it, but each code says what it means.

WeasyPrint lets the first word that uses a glyph decide what that glyph means everywhere, and gives all
letters of a cluster to each of its glyphs: Devanagari or Thai cannot then be copied, searched or read aloud.

What readers of PDF understand decides the rest. Poppler turns `/ActualText` round where it runs from right to
left, others do not read it, and a code without a character is an error. So letters that cannot be said glyph
by glyph are drawn as shapes, and each of their characters is carried by a blank in their place.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unicodedata import combining

import pydyf
from weasyprint.draw import text as drawing
from weasyprint.matrix import Matrix
from weasyprint.pdf.fonts import Font
from weasyprint.text.ffi import FROM_UNITS, ffi, pango

from intake.documents.pdf.conformance import number_of
from intake.documents.pdf.glyphs import LAST_CODE, Cluster, Codes, Shapes, clusters

STEP_ASIDE = 10  # part of an em from which Poppler begins a new word
NEXT_TO_NOTHING = 0.001  # percent of the width of a blank


@contextmanager
def lines_with_characters() -> Iterator["Lines"]:
    """Meanwhile lines are written by the `Lines` that this gives."""
    plain, lines = drawing.draw_first_line, Lines()
    drawing.draw_first_line = lines.draw
    try:
        yield lines
    finally:
        drawing.draw_first_line = plain


class Lines:
    """Writes the lines of one file."""

    def __init__(self) -> None:
        self._faces: dict[bytes, _Face] = {}

    def draw(self, stream: Any, textbox: Any, *rest: Any) -> list[Any]:
        """Write a line. Our fonts have no pictures, so there are none to draw; our texts have no ellipsis."""
        if not textbox.text.strip():
            return []
        layout, matrix = textbox.pango_layout, rest[-1]
        pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
        first, _ = layout.get_first_line()
        stream.set_text_matrix(*matrix.values)
        line, text, run = _Line(stream), layout.text.encode(), first.runs[0]
        while run != ffi.NULL:
            pango_font = run.data.item.analysis.font
            font, size = stream.add_font(pango_font)
            face = self._faces.get(font.name) or self._faces.setdefault(font.name, _Face(font))
            line.write(run.data, text, _Sized(face, size, pango_font))
            run = run.next
        line.end(matrix)
        return []

    def say_characters(self, pdf: pydyf.PDF) -> None:
        """Write into each font what the codes that are not the number of a glyph draw and mean."""
        for item in list(pdf.objects):
            if isinstance(item, dict) and item.get("Subtype") == "/Type0":
                codes = self._faces[item["BaseFont"]].codes
                if codes.added:
                    _add_codes(pdf, item, codes)


class _Face:
    """A font of the file, its codes, and its shapes."""

    def __init__(self, font: Font) -> None:
        # Only a font with TrueType outlines may have codes that are not the number of a glyph.
        free = font.glyph_count if "glyf" in font.tables else LAST_CODE + 1
        self.font, self.codes = font, Codes(font.to_unicode, free)
        self.shapes = Shapes(font.file_content, font.index)


@dataclass(frozen=True)
class _Sized:
    face: _Face
    size: float  # px
    pango_font: Any


class _Line:
    """A line being written. All lengths are in px from its start."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._pen = self._at = 0.0  # where the next glyph belongs, and where the file would put it
        self._shown: list[str] = []
        self._shapes: list[tuple[str, float, float, float]] = []  # outline, size, right, down

    def write(self, run: Any, line: bytes, font: _Sized) -> None:
        """Show every glyph of a run, from left to right, as what it means."""
        self._flush()
        self._stream.set_font_size(font.face.font.hash, font.size)
        item, glyphs = run.item, list(run.glyphs.glyphs[0 : run.glyphs.num_glyphs])
        text = line[item.offset : item.offset + item.length].decode()
        starts = ffi.unpack(run.glyphs.log_clusters, len(glyphs))
        if text.isascii() and text.isprintable() and starts == list(range(len(text))):
            for info, character in zip(glyphs, text, strict=True):
                self._show(info.glyph, character, font)
                self._pen += info.geometry.width * FROM_UNITS
            return
        backwards = item.analysis.level % 2
        if backwards:
            glyphs, starts = glyphs[::-1], starts[::-1]
        drawn = [each.glyph != pango.PANGO_GLYPH_EMPTY for each in glyphs]
        found = clusters(text.encode(), starts, drawn)
        for cluster in reversed(found) if backwards else found:
            self._write(cluster, [glyphs[place] for place in cluster.places], font, backwards)

    def end(self, matrix: Matrix) -> None:
        """Finish the line, whose text has this matrix."""
        self._flush()
        if self._shapes:
            *_, left, base = matrix.values
            self._stream.end_text()
            for outline, size, right, down in self._shapes:
                with self._stream.stacked():
                    self._stream.transform(size, 0, 0, -size, left + right, base + down)
                    self._stream.stream.append(outline.encode())
            self._stream.begin_text()

    def _write(self, cluster: Cluster, glyphs: list[Any], font: _Sized, backwards: bool) -> None:
        start, placed = self._pen, [_placed(info) for info in (glyphs[::-1] if backwards else glyphs)]
        blank = font.face.shapes.blank
        if blank is None or _can_be_said(cluster, placed, font.size, backwards):
            for each, meaning in zip(placed, cluster.meanings(), strict=True):
                self._show(each.glyph, meaning, font, each.right, each.down)
                self._pen += each.advance
            return
        for each in placed:
            outline = font.face.shapes.outline(each.glyph)
            self._shapes.append((outline, font.size, self._pen + each.right, each.down))
            self._pen += each.advance
        self._carry(cluster.text[::-1] if backwards else cluster.text, start, blank, font)

    def _carry(self, characters: str, start: float, blank: int, font: _Sized) -> None:
        """Let blanks mean the characters, in drawing order, and share the room from `start` to the pen.

        Marks take next to none: Poppler then leaves them with their letter.
        """
        self._step_to(start, font)
        letters = sum(not combining(each) for each in characters)
        for character in characters:
            code = font.face.codes.code_of(blank, character)
            width = self._width(code, blank, font) * font.size / 1000
            room = 0 if combining(character) else (self._pen - start) / letters
            percent = max(NEXT_TO_NOTHING, round(100 * room / width))
            self._flush()
            self._stream.stream.append(b"%.3f Tz" % percent)
            self._shown.append(f"<{code:04x}>")
            self._at += width * percent / 100
        self._flush()
        self._stream.stream.append(b"100 Tz")

    def _show(self, glyph: int, meaning: str, font: _Sized, right: float = 0, down: float = 0) -> None:
        code = font.face.codes.code_of(glyph, meaning)
        self._step_to(self._pen + right, font)
        if down:
            self._flush()
            self._stream.set_text_rise(-down)
        self._shown.append(f"<{code:04x}>")
        if down:
            self._flush()
            self._stream.set_text_rise(0)
        self._at += self._width(code, glyph, font) * font.size / 1000

    def _step_to(self, place: float, font: _Sized) -> None:
        if step := round((self._at - place) * 1000 / font.size):
            self._shown.append(str(step))
            self._at -= step * font.size / 1000

    def _width(self, code: int, glyph: int, font: _Sized) -> int:
        """In thousandths of an em, as the file says it."""
        widths, stream = font.face.font.widths, self._stream
        if code not in widths:
            pango.pango_font_get_glyph_extents(font.pango_font, glyph, stream.ink_rect, stream.logical_rect)
            widths[code] = round(stream.logical_rect.width * FROM_UNITS * 1000 / font.size)
        width: int = widths[code]
        return width

    def _flush(self) -> None:
        if self._shown:
            self._stream.show_text("".join(self._shown).replace("><", ""))
            self._shown.clear()


@dataclass(frozen=True)
class _Placed:
    glyph: int
    advance: float
    right: float
    down: float


def _placed(info: Any) -> _Placed:
    # A glyph that no font has is the box of this one; `clean` keeps that from happening.
    glyph = 0 if info.glyph >= pango.PANGO_GLYPH_UNKNOWN_FLAG else info.glyph
    place = info.geometry
    return _Placed(glyph, place.width * FROM_UNITS, place.x_offset * FROM_UNITS, place.y_offset * FROM_UNITS)


def _can_be_said(cluster: Cluster, placed: list[_Placed], size: float, backwards: bool) -> bool:
    """Whether readers get the characters of a cluster right, in their order, from codes for its glyphs.

    They turn what runs from right to left round code by code, and take a step aside for a new word.
    """
    if not placed or any(each.glyph == 0 for each in placed):
        return False
    if backwards:
        return len(cluster.text) == 1 and not any(each.right or each.down for each in placed)
    return len(placed) <= len(cluster.text) and all(abs(each.right) < size / STEP_ASIDE for each in placed)


def _add_codes(pdf: pydyf.PDF, font: pydyf.Dictionary, codes: Codes) -> None:
    meanings = pdf.objects[number_of(font["ToUnicode"])].stream
    end = meanings.index(b"endcmap")
    said = [f"<{code:04x}> <{meant.encode('utf-16-be').hex()}>" for (_, meant), code in codes.added.items()]
    for first in range(0, len(said), 100):
        batch = said[first : first + 100]
        meanings[end:end] = [f"{len(batch)} beginbfchar", *batch, "endbfchar"]
    numbers = pydyf.Stream([codes.glyphs()], compress=True)
    pdf.add_object(numbers)
    pdf.objects[number_of(font["DescendantFonts"][0])]["CIDToGIDMap"] = numbers.reference
