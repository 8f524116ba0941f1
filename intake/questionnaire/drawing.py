"""The body map as it is drawn: the shapes of static/bodymap by region id, the same on paper and on the screen.

Nothing is ever mirrored. Safety: seen from behind, the patient's left is on the left of the picture; face to
face, it is on the right.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from xml.etree import ElementTree

from intake.resources import folder

DRAWINGS = folder("static") / "bodymap"
PATH = "{http://www.w3.org/2000/svg}path"


@dataclass(frozen=True)
class Shape:
    """A region as an SVG path, the ground around it where a tap still counts, and the middle of its tick."""

    outline: str
    touch: str
    x: float
    y: float


@dataclass(frozen=True)
class Drawing:
    """The body from one side: its view box, the fine lines within the figure, and its regions by id."""

    box: str
    fine: str
    shapes: Mapping[str, Shape]


@cache
def drawing_of(view: str) -> Drawing:
    """The body seen from the "back" or the "front"; each file is read once."""
    drawn = ElementTree.parse(DRAWINGS / f"{view}.svg").getroot()  # noqa: S314  (our own file)
    paths = list(drawn.iter(PATH))
    touches = {path.get("data-for"): path.get("d", "") for path in paths}
    shapes = {region: _shape(path, touches.get(region, "")) for path in paths if (region := path.get("id"))}
    fine = next(path.get("d", "") for path in paths if path.get("class") == "fine")
    return Drawing(drawn.get("viewBox", ""), fine, MappingProxyType(shapes))


def _shape(path: ElementTree.Element, touch: str) -> Shape:
    x, y = float(path.get("data-x", 0)), float(path.get("data-y", 0))
    return Shape(path.get("d", ""), touch, x, y)
