"""Figures as ready-made PDF operators, a fifth of the price of SVG.

WeasyPrint asks an image for two things, its size and `draw`, and looks images up in its `cache` before it
fetches anything. So `<img src="fig:now" alt="...">` prints our operators inside a tagged figure. Shapes
differ by form, not by colour alone. Only digits and single letters are drawn; words stand in the page as
text.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import segno
from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

from intake.documents.pdf import fonts

INK, GREY, LINE, PALE = "#14212e", "#5a6672", "#b8c1c9", "#e4e9ed"
RED, AMBER = "#b4121d", "#8a4b00"
MILLIMETRE = 96 / 25.4  # CSS pixels


class Figure:
    """What WeasyPrint needs from an image. `operators` draw in a space of `width` by `height`, y down."""

    def __init__(self, operators: Iterable[str], width: float, height: float, millimetres: float) -> None:
        self.operators = "\n".join(operators).encode()
        self.unit = millimetres * MILLIMETRE / width
        self.size = width * self.unit, height * self.unit, width / height

    def get_intrinsic_size(self, *_: float) -> tuple[float, float, float]:
        return self.size

    def draw(self, stream: Any, width: float, height: float, *_: Any) -> None:
        stream.transform(a=width / self.size[0] * self.unit, d=height / self.size[1] * self.unit)
        stream.stream.append(self.operators)


def number(value: float) -> str:
    """A number as PDF writes it, to a hundredth."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


@cache
def rgb(colour: str) -> str:
    """ "#14212e" as the three operands of a colour operator."""
    return " ".join(number(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))


def disc(x: float, y: float, radius: float) -> str:
    """A round cap on a line of no length: a disc in the stroke colour."""
    return f"1 J {number(2 * radius)} w {number(x)} {number(y)} m {number(x)} {number(y)} l S"


@cache
def letters(text: str, x: float, y: float, size: float) -> str:
    """`text` in the fill colour as bold outlines, centred on x, standing on y."""
    outlines = [_bold().outline(character) for character in text]
    scale = size / _bold().units
    start = x - scale * sum(width for _, width in outlines) / 2
    drawn = "\n".join(f"{shape}\nf 1 0 0 1 {number(width)} 0 cm" for shape, width in outlines)
    return f"q {scale:.5f} 0 0 {-scale:.5f} {number(start)} {number(y)} cm\n{drawn}\nQ"


def emergency_sign() -> Figure:
    """A filled triangle with an exclamation mark."""
    return Figure(
        [
            f"{rgb(RED)} rg {rgb(RED)} RG 3 w 1 j 22 2.5 m 42 37.5 l 2 37.5 l b",
            "1 1 1 RG 1 J 4.4 w 22 13 m 22 26 l S",
            disc(22, 32, 2.5),
        ],
        44,
        40,
        11,
    )


def same_day_sign() -> Figure:
    """A filled disc with the hands of a clock."""
    return Figure(
        [f"{rgb(AMBER)} RG {disc(22, 20, 18)} 1 1 1 RG 1 J 1 j 4 w 22 9.5 m 22 20.5 l 30 25.5 l S"],
        44,
        40,
        11,
    )


def priority_sign() -> Figure:
    """An open square with an exclamation mark."""
    return Figure(
        [f"{rgb(INK)} RG 3.4 w 1 j 6 4 32 32 re S 1 J 4.4 w 22 11.5 m 22 21 l S", disc(22, 28, 2.5)],
        44,
        40,
        11,
    )


def pain_scale(now: int | None, average: int | None, worst: int | None) -> Figure:
    """Pain from 0 to 10: a disc with the number for now, a ring for the average, a bar to the worst."""
    step, left, line = 24.0, 12.0, 22.0

    def at(value: int) -> float:
        return left + step * value

    out = [
        f"{rgb(LINE)} RG 0 J 1 w {number(at(0))} {line} m {number(at(10))} {line} l",
        *(f"{number(at(value))} {line - 4} m {number(at(value))} {line + 4} l" for value in range(11)),
        "S",
        f"{rgb(GREY)} rg",
        *(letters(str(value), at(value), 41, 9) for value in range(11)),
    ]
    if worst is not None:
        low = min(value for value in (now, average, worst) if value is not None)
        out.append(
            f"{rgb(LINE)} RG 0 J 6 w {number(at(low))} {line} m {number(at(worst))} {line} l S "
            f"{rgb(INK)} RG 3 w {number(at(worst))} {line - 8} m {number(at(worst))} {line + 8} l S"
        )
    if average is not None:
        out.append(f"{rgb(INK)} RG {disc(at(average), line, 7)} 1 1 1 RG {disc(at(average), line, 5)}")
    if now is not None:
        out.append(
            f"{rgb(INK)} RG {disc(at(now), line, 11)} 1 1 1 rg {letters(str(now), at(now), line + 4.6, 13)}"
        )
    return Figure(out, 264, 44, 84)


def bar(value: int) -> Figure:
    """A value from 0 to 10 as a part of a pale bar."""
    return Figure([f"{rgb(PALE)} rg 0 0 100 10 re f {rgb(INK)} rg 0 0 {value * 10} 10 re f"], 100, 10, 30)


def qr_code(text: str, millimetres: float) -> Figure:
    """`text` as a QR code with its quiet zone. A quarter of it may be smudged and it is still read."""
    rows = tuple(segno.make_qr(text, error="q").matrix_iter(border=4))
    squares = (f"{x} {y} 1 1 re" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return Figure(["0 0 0 rg", *squares, "f"], len(rows), len(rows), millimetres)


class _Outlines:
    """The outlines of one font file, made when first drawn."""

    def __init__(self, file: Path) -> None:
        font = TTFont(file)
        self._glyphs, self._names, self.units = (
            font.getGlyphSet(),
            font.getBestCmap(),
            font["head"].unitsPerEm,
        )
        self._known: dict[str, tuple[str, float]] = {}

    def outline(self, character: str) -> tuple[str, float]:
        if character not in self._known:
            glyph, pen = self._glyphs[self._names[ord(character)]], OperatorPen(self._glyphs)
            glyph.draw(pen)
            self._known[character] = "\n".join(pen.operators), glyph.width
        return self._known[character]


@cache
def _bold() -> _Outlines:
    return _Outlines(fonts.bold())


class OperatorPen(BasePen):
    """Collects the outline of a glyph as the operators of a PDF."""

    # The names are those that fontTools calls.

    def __init__(self, glyphs: Any) -> None:
        super().__init__(glyphs)
        self.operators: list[str] = []

    def _moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802
        self._add("m", point)

    def _lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802
        self._add("l", point)

    def _curveToOne(self, *points: tuple[float, float]) -> None:  # noqa: N802
        self._add("c", *points)

    def _closePath(self) -> None:  # noqa: N802
        self.operators.append("h")

    def _add(self, operator: str, *points: tuple[float, float]) -> None:
        self.operators.append(" ".join(f"{number(x)} {number(y)}" for x, y in points) + f" {operator}")
