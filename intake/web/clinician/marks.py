"""The places a patient marked, on the drawings of the form, for the clinician's screen."""

from collections.abc import Sequence
from dataclasses import dataclass

from intake.i18n import Words
from intake.i18n import lazy as _
from intake.summary.record import Marked
from intake.web.drawing import Area, View, views

NAMES: dict[str, Words] = {"back": _("Back"), "front": _("Front")}


@dataclass(frozen=True)
class PlaceMark:
    """A place to be filled, and its number in the list."""

    number: int
    area: Area
    worst: bool


@dataclass(frozen=True)
class MarkedView:
    """One side of the figure with its marks; `name` stands under it."""

    view: View
    name: Words
    marks: tuple[PlaceMark, ...]


def marked_views(places: Sequence[Marked]) -> tuple[MarkedView, ...]:
    """Back and front, with the places numbered from 1 in the order given."""
    numbers = {place.region: number for number, place in enumerate(places, 1)}
    worst = {place.region for place in places if place.worst and len(places) > 1}
    return tuple(
        MarkedView(
            view,
            NAMES[view.name],
            tuple(
                PlaceMark(numbers[area.region.id], area, area.region.id in worst)
                for area in view.areas
                if area.region.id in numbers
            ),
        )
        for view in views()
    )
