"""The body map on the screen: each shape of the drawing joined with its region and the region's words."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from intake.i18n import Words
from intake.i18n import lazy as _
from intake.questionnaire.body import PARTS, REGIONS, Region
from intake.questionnaire.drawing import Shape, drawing_of


@dataclass(frozen=True)
class Area:
    """A region with its shape, the ground around it where a tap still counts, and the middle of its tick.

    `mirrors` is the region on the left whose mirror image this one is: a page draws both from one path.
    """

    region: Region
    shape: str
    touch: str
    x: float
    y: float
    mirrors: str = ""

    @property
    def drawn_as(self) -> str:
        """The region whose path draws this one."""
        return self.mirrors or self.region.id

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

    @property
    def mirror(self) -> str:
        """What turns the left of the picture into the right."""
        left, _, width, _ = self.box.split()
        return f"matrix(-1 0 0 1 {2 * int(left) + int(width)} 0)"


@cache
def views() -> tuple[View, View]:
    """Back and front, as drawn."""
    left, right = _("Your left"), _("Your right")
    return (
        _view("back", _("Back of your body"), (left, right)),
        _view("front", _("Front of your body"), (right, left)),
    )


def _view(name: str, heading: Words, sides: tuple[Words, Words]) -> View:
    drawing = drawing_of(name)
    areas = tuple(_area(region, drawing.shapes) for region in REGIONS if region.view == name)
    return View(name, heading, sides, drawing.box, drawing.fine, areas)


def _area(region: Region, shapes: Mapping[str, Shape]) -> Area:
    shape, left = shapes[region.id], f"{region.id.removesuffix('_r')}_l"
    mirrors = left if region.id.endswith("_r") and left in shapes else ""
    return Area(region, shape.outline, shape.touch, shape.x, shape.y, mirrors)
