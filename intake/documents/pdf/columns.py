"""Shares sections between two columns of about the same height, in reading order: left, then right.

Heights are estimates in millimetres, good enough to choose; the layout engine has the last word on what fits.
"""

from collections.abc import Sequence
from math import ceil

from intake.documents.pdf.view import SectionView, Story

HEADING, ROW, MORE, GOAL, SMALL, SCALE = 8.4, 5.3, 4.4, 5.2, 4.2, 24.0
LETTERS = 36  # of a value in a column
SMALL_LETTERS = 56


def shared(sections: Sequence[SectionView]) -> tuple[tuple[SectionView, ...], tuple[SectionView, ...]]:
    """The sections in two columns, the taller one as low as may be."""
    cuts = range(len(sections) + 1)
    cut = min(cuts, key=lambda place: (max(height(sections[:place]), height(sections[place:])), -place))
    return tuple(sections[:cut]), tuple(sections[cut:])


def filling(sections: Sequence[SectionView], millimetres: float) -> int:
    """How many of the first sections fit into so many `millimetres`."""
    return max(
        count for count in range(len(sections) + 1) if not count or height(sections[:count]) <= millimetres
    )


def height(sections: Sequence[SectionView]) -> float:
    """About how tall the sections stand, one above the other."""
    return sum(map(_height, sections))


def story_height(story: Story) -> float:
    """About how tall the patient's words, the pain and its scale stand."""
    letters = LETTERS + 18
    words = 5.2 * _lines(story.problem.text, letters) + sum(
        MORE * _lines(it.text, letters) for it in story.agenda
    )
    lead = 4.8 * _lines(story.history, letters + 8)
    return 2 * HEADING + words + lead + sum(_row(row.text, letters) for row in story.pain) + SCALE


def _height(section: SectionView) -> float:
    rows = sum(_row(row.text, LETTERS) for row in section.rows)
    goals = SMALL + GOAL * len(section.goals) if section.goals else 0
    return HEADING + rows + goals + SMALL * _lines(section.small, SMALL_LETTERS)


def _row(text: str, letters: int) -> float:
    return ROW + MORE * (_lines(text, letters) - 1)


def _lines(text: str, letters: int) -> int:
    return sum(max(1, ceil(len(line) / letters)) for line in text.split("\n")) if text else 0
