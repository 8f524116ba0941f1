"""Pain over the visits as a small drawing. It shows what was said and judges nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from intake.i18n import Words
from intake.i18n import lazy as _

WIDTH, HEIGHT = 340, 150
LEFT, RIGHT, TOP, BOTTOM = 26, 14, 12, 22
NAMES: dict[str, Words] = {"now": _("now"), "average": _("average"), "worst": _("worst")}


@dataclass(frozen=True)
class ScoredVisit:
    """The scores 0 to 10 of one form, by name; what was not said is missing."""

    on: date
    scores: Mapping[str, int]


@dataclass(frozen=True)
class Point:
    """A score on the drawing."""

    x: float
    y: float


@dataclass(frozen=True)
class ChartLine:
    """One kind of score over the visits. `parts` break where a visit does not say it."""

    id: str
    name: Words
    points: tuple[Point, ...]
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Chart:
    """The drawing, and the same as a table."""

    box: str
    scale: tuple[tuple[int, float], ...]
    left: int
    right: int
    lines: tuple[ChartLine, ...]
    visits: tuple[ScoredVisit, ...]


def chart_of(visits: Sequence[ScoredVisit]) -> Chart | None:
    """The drawing of at least two visits that have a score; None for fewer."""
    told = tuple(visit for visit in visits if visit.scores)
    if len(told) < 2:
        return None
    step = (WIDTH - LEFT - RIGHT) / (len(told) - 1)
    return Chart(
        box=f"0 0 {WIDTH} {HEIGHT}",
        scale=tuple((score, _height(score)) for score in (0, 5, 10)),
        left=LEFT,
        right=WIDTH - RIGHT,
        lines=tuple(_line(id, name, told, step) for id, name in NAMES.items()),
        visits=told,
    )


def _line(id: str, name: Words, visits: Sequence[ScoredVisit], step: float) -> ChartLine:
    runs: list[list[Point]] = [[]]
    for place, visit in enumerate(visits):
        score = visit.scores.get(id)
        if score is None:
            runs.append([])
        else:
            runs[-1].append(Point(round(LEFT + place * step, 1), _height(score)))
    points = tuple(point for run in runs for point in run)
    parts = tuple(" ".join(f"{point.x},{point.y}" for point in run) for run in runs if len(run) > 1)
    return ChartLine(id, name, points, parts)


def _height(score: int) -> float:
    return round(TOP + (10 - score) * (HEIGHT - TOP - BOTTOM) / 10, 1)
