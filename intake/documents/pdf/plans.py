"""What stands on page 1: the plans from full to sparse, each holding a little less than the one before.

Page 1 is read in a minute, so it holds at most `MOST_WORDS`. Safety: who, what fired first and why, the
patient's words, the pain and the map stay; what a plan leaves out of page 1 stands whole after it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

from intake.documents.pdf.box import WHOLE, Detail

MOST_WORDS = 220
UNCOUNTED = 2  # words that break at the end of a line, at most
MOST_LINES = 6
SPILLS = 6  # words of "(continues on page 2, item 1)", which a text a little too long would not save


@dataclass(frozen=True)
class Room:
    """How much of a text page 1 prints."""

    words: int
    letters: int

    def holds(self, text: str) -> bool:
        """The text can stand whole."""
        fits = len(text) <= self.letters and text.count("\n") < MOST_LINES
        return fits and len(text.split()) <= self.words + SPILLS

    def first_words(self, text: str) -> str:
        """As many of its first words as there is room for."""
        lines = "\n".join(text.split("\n")[: MOST_LINES - 1])
        found = re.match(rf"(?:\s*\S+){{1,{self.words}}}", lines)
        return " ".join((found[0] if found else lines)[: self.letters].rsplit(None, 1)[:1])


# On page 1, and on the pages after it.
ACTIVITY, BACKGROUND, AFTER = Room(12, 80), Room(60, 420), Room(60, 450)


@dataclass(frozen=True)
class Plan:
    """What of each part stands on page 1.

    `denied`: what was answered no of medicines and background; `sections` how many; `pain`: the lines under
    the lead sentence; `places`: its first part, which says what the map shows; `detail` of the safety box.
    `texts`, `answers` and `lines` are the pages of the full texts, of the safety answers and of the whole of
    the box. `runs_on`: page 1 does not hold its part, and what follows needs no page of its own.
    """

    denied: bool = True
    sections: int = 6
    pain: bool = True
    places: bool = True
    detail: Detail = WHOLE
    problem: Room = Room(60, 450)
    line: Room = Room(25, 200)
    lead: Room = Room(70, 600)
    map_first: bool = True
    texts: int = 2
    answers: int = 2
    lines: int = 2
    runs_on: bool = False


Step = Callable[[Plan], Plan]


def _sections(count: int) -> Step:
    return lambda plan: replace(plan, sections=count)


def _rooms(problem: int, line: int, lead: int) -> Step:
    """Fewer words, at no more than seven letters each."""
    return lambda plan: replace(
        plan, problem=Room(problem, problem * 7), line=Room(line, line * 7), lead=Room(lead, lead * 8)
    )


def _detail(**less: Any) -> Step:
    return lambda plan: replace(plan, detail=replace(plan.detail, **less))


# What comes last on the page and is least often needed goes first; the map goes last of all.
STEPS: tuple[Step, ...] = (
    lambda plan: replace(plan, denied=False),
    _detail(beside=False),
    _detail(references=False),
    *map(_sections, (5, 4, 3, 2, 1, 0)),
    lambda plan: replace(plan, pain=False),
    _rooms(40, 16, 60),
    lambda plan: replace(plan, places=False),
    _detail(notes=False),
    _detail(also=False),
    _rooms(25, 10, 45),
    _detail(counts=False),
    _detail(names=False),
    _detail(reasons=5),
    _detail(reasons=3),
    _detail(told=False),
    _detail(doubts=False),
    _detail(reasons=2),
    _detail(reasons=1),
    _detail(confidence=12),
    _rooms(15, 6, 30),
    *(_detail(wording=count) for count in (5, 4, 3, 2)),
    _detail(denied=False),
    _rooms(8, 4, 14),
    _detail(wording=1),
    _rooms(5, 2, 6),
    lambda plan: replace(plan, map_first=False),
)
FULL = Plan()
PLANS = tuple(accumulate(STEPS, lambda plan, step: step(plan), initial=FULL))
