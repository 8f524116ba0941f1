"""The body map on the screen: the shapes of static/bodymap, joined by id with the regions and their words.

Nothing is ever mirrored. Safety: seen from behind, the patient's left is on the left of the picture; face to
face, it is on the right.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from intake.i18n import Words
from intake.i18n import lazy as _
from intake.questionnaire.body import PARTS, REGIONS, Region

DRAWINGS = Path(__file__).parents[2] / "static" / "bodymap"
PATH = "{http://www.w3.org/2000/svg}path"


@dataclass(frozen=True)
class Area:
    """A region with its shape, the ground around it where a tap still counts, and the middle of its tick."""

    region: Region
    shape: str
    touch: str
    x: float
    y: float

    @property
    def part(self) -> Words:
        """The heading it stands under in the list."""
        return PARTS[self.region.part]

    @property
    def tick(self) -> str:
        return f"M{self.x - 5.4:.1f} {self.y + 0.4:.1f}l3.8 4.2 7.2-8.6"


@dataclass(frozen=True)
class View:
    """The body from one side. `sides` are the words on the left and on the right of the picture."""

    name: str
    heading: Words
    sides: tuple[Words, Words]
    box: str
    fine: str
    areas: tuple[Area, ...]


@cache
def views() -> tuple[View, View]:
    """Back and front, as drawn; read once."""
    left, right = _("Your left"), _("Your right")
    return (
        _view("back", _("Back of your body"), (left, right)),
        _view("front", _("Front of your body"), (right, left)),
    )


def _view(name: str, heading: Words, sides: tuple[Words, Words]) -> View:
    drawing = ElementTree.parse(DRAWINGS / f"{name}.svg").getroot()  # noqa: S314  (our own file)
    paths = list(drawing.iter(PATH))
    shapes = {path.get("id"): path for path in paths if path.get("id")}
    touches = {path.get("data-for"): path.get("d", "") for path in paths if path.get("data-for")}
    areas = tuple(
        Area(
            region,
            shapes[region.id].get("d", ""),
            touches.get(region.id, ""),
            float(shapes[region.id].get("data-x", 0)),
            float(shapes[region.id].get("data-y", 0)),
        )
        for region in REGIONS
        if region.view == name
    )
    fine = next(path.get("d", "") for path in paths if path.get("class") == "fine")
    return View(name, heading, sides, drawing.get("viewBox", ""), fine, areas)
