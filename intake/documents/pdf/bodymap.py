"""The body map in print: back and front side by side, marked places filled and numbered.

The shapes are those of the form, where left and right are decided (`intake.questionnaire.drawing`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from intake.documents.pdf.drawings import GREY, INK, Figure, disc, letters, number, rgb
from intake.questionnaire.drawing import Drawing, Shape, drawing_of

# Of one view, in the units of the drawings; the gap is the space between the views.
WIDTH, HEIGHT, TOP, GAP = 312.0, 800.0, 8.0, 30.0
SKIN, EDGE, FINE, MARKED, HATCH = "#eef2f3", "#768b94", "#a9b8be", "#f6e3dc", "#8c2f12"
SPACING, RADIUS, DIGITS = 9.0, 15.0, 22.0


@dataclass(frozen=True)
class Place:
    """One area of the drawing, as operators, and where its number goes."""

    shape: str
    x: float
    y: float
    box: tuple[float, float, float, float]  # left, top, right, bottom


def body_map(marked: Sequence[str], worst: str | None = None, height: float = 67) -> Figure:
    """Both views, the regions in `marked` numbered from 1, the worst one solid, the others hatched.

    `height` in millimetres.
    """
    known = [(count, places()[region]) for count, region in enumerate(marked, 1) if region in places()]
    areas = [_mark(place, solid=marked[count - 1] == worst) for count, place in known]
    numbers = [_badge(str(count), place) for count, place in known]
    return Figure(
        [f"q 1 0 0 1 0 {number(-TOP)} cm", _figure(), *areas, _lines(), *numbers, "Q"],
        2 * WIDTH + GAP,
        HEIGHT + TOP,
        height * (2 * WIDTH + GAP) / (HEIGHT + TOP),
    )


@cache
def places() -> dict[str, Place]:
    """Every area of both views by region id."""
    return {
        region: _place(shape, across)
        for across, drawing in _views()
        for region, shape in drawing.shapes.items()
    }


def _views() -> tuple[tuple[float, Drawing], ...]:
    """Each drawing with how far it is moved to the right."""
    return (0.0, drawing_of("back")), (WIDTH + GAP, drawing_of("front"))


def _place(shape: Shape, across: float) -> Place:
    points = [point for line in _lines_of(shape.outline) for point in line]
    horizontal, vertical = [x + across for x, _ in points], [y for _, y in points]
    return Place(
        _operators(shape.outline, across),
        shape.x + across,
        shape.y,
        (min(horizontal), min(vertical), max(horizontal), max(vertical)),
    )


def _operators(path: str, across: float) -> str:
    closed = " h" if "z" in path else ""
    return "\n".join(
        " ".join(
            f"{number(x + across)} {number(y)} {'l' if count else 'm'}" for count, (x, y) in enumerate(line)
        )
        + closed
        for line in _lines_of(path)
    )


@cache
def _lines_of(path: str) -> tuple[tuple[tuple[float, float], ...], ...]:
    """The polygons of an SVG path of M (absolute), l (relative) and z, which is all the drawings use."""
    if unexpected := set(re.findall("[a-zA-Z]", path)) - set("Mlz"):
        raise ValueError(f"the drawing uses {unexpected}")
    return tuple(_polygon(part) for part in path.split("M") if part.strip())


def _polygon(part: str) -> tuple[tuple[float, float], ...]:
    values = [float(value) for value in re.findall(r"-?\d*\.?\d+", part)]
    x = y = 0.0
    points = []
    for right, down in zip(values[::2], values[1::2], strict=True):
        x, y = x + right, y + down
        points.append((x, y))
    return tuple(points)


@cache
def _figure() -> str:
    shapes = "\n".join(place.shape for place in places().values())
    return f"{rgb(SKIN)} rg {rgb(EDGE)} RG 1.3 w 1 j\n{shapes}\nB"


@cache
def _lines() -> str:
    fine = "\n".join(_operators(drawing.fine, across) for across, drawing in _views())
    return f"{rgb(FINE)} RG 1.1 w 1 J\n{fine}\nS\n{_sides()}"


def _sides() -> str:
    """L and R beside each view, always the patient's own. Not translated: the words beside the map are."""
    left, right = 28.0, WIDTH - 28.0
    said = (("L", left), ("R", right), ("R", left + WIDTH + GAP), ("L", right + WIDTH + GAP))
    return f"{rgb(GREY)} rg " + " ".join(letters(side, x, 80, 34) for side, x in said)


@cache
def _mark(place: Place, solid: bool) -> str:
    outline = f"{rgb(HATCH)} RG 2 w {place.shape} S"
    if solid:
        return f"{rgb(HATCH)} rg {place.shape} f {outline}"
    tint = f"{rgb(MARKED)} rg {place.shape} f"
    return f"q {place.shape} W n {tint} {rgb(HATCH)} RG 2.2 w {_hatching(place)} S Q {outline}"


def _hatching(place: Place) -> str:
    left, top, right, bottom = place.box
    start, end = int((left + top) // SPACING), int((right + bottom) // SPACING)
    return " ".join(
        f"{number(left)} {number(step * SPACING - left)} m {number(right)} {number(step * SPACING - right)} l"
        for step in range(start, end + 1)
    )


@cache
def _badge(count: str, place: Place) -> str:
    return (
        f"1 1 1 RG {disc(place.x, place.y, RADIUS + 2)} {rgb(INK)} RG {disc(place.x, place.y, RADIUS)} "
        f"1 1 1 rg {letters(count, place.x, place.y + 7.6, DIGITS)}"
    )
