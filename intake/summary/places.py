"""Marked places in words: the two sides of one place are said together, and which one is worst is kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from intake.i18n import Words, gettext, join
from intake.i18n import lazy as _
from intake.questionnaire.body import REGIONS
from intake.summary.record import Marked

# What both sides of a place are called, by its id without the side.
BOTH_SIDES: dict[str, Words] = {
    "b_upper": _("both suprascapular areas of the upper back"),
    "b_interscap": _("both interscapular areas"),
    "b_scapula": _("both scapulae"),
    "b_shoulder_top": _("both shoulder tops"),
    "b_mid": _("both infrascapular areas"),
    "b_flank": _("both loins"),
    "b_low": _("both lumbar paraspinal areas"),
    "b_buttock": _("both buttocks"),
    "b_thigh": _("both posterior thighs"),
    "b_knee": _("both posterior knees"),
    "b_calf": _("both calves or heels"),
    "b_neck": _("both sides of the posterior neck"),
    "b_arm_upper": _("both posterior upper arms"),
    "b_arm_lower": _("both posterior forearms or dorsa of hands"),
    "f_chest": _("both sides of the anterior chest"),
    "f_ribs": _("both anterior lower ribs"),
    "f_side": _("both sides of the lateral abdomen (flanks)"),
    "f_hip": _("both anterolateral hips"),
    "f_groin": _("both groins"),
    "f_thigh": _("both anterior thighs"),
    "f_knee": _("both anterior knees"),
    "f_shin": _("both shins"),
    "f_foot": _("both feet"),
    "f_shoulder": _("both anterior shoulders"),
    "f_arm_upper": _("both anterior upper arms"),
    "f_arm_lower": _("both anterior forearms or hands"),
}
_SIDES = ("_l", "_r")


@dataclass(frozen=True)
class MarkedPlace:
    """A place, or both sides of one. `numbers` are those of its marks on the drawing, 1 for the first.

    `worst` names the mark that is worst, "" when none of these is: of both sides it says which.
    """

    words: str
    numbers: tuple[int, ...]
    worst: str = ""
    both: bool = False

    @property
    def in_key(self) -> str:
        """ "1 and 2: both groins (worst: left groin)": the place in the key of the drawing."""
        numbers = join([str(number) for number in self.numbers])
        if not self.worst:
            return f"{numbers} {self.words}"
        worst = gettext("worst: %(place)s", place=self.worst) if self.both else gettext("worst")
        return f"{numbers} {self.words} ({worst})"


def places_of(marked: Sequence[Marked]) -> tuple[MarkedPlace, ...]:
    """The places as they are said, in the order of the map, each mark in one of them.

    Of a single mark it is not said that it is the worst.
    """
    here = {each.region: (number, each) for number, each in enumerate(marked, 1)}
    said: dict[str, list[tuple[int, Marked]]] = {}
    for region, mark in here.items():
        pair = _pair_of(region)
        together = pair if pair and all(f"{pair}{side}" in here for side in _SIDES) else region
        said.setdefault(together, []).append(mark)
    several = len(marked) > 1
    return tuple(_place(name, marks, several) for name, marks in said.items())


def place_words(ids: Iterable[str]) -> list[str]:
    """These places in words, in the order of the map."""
    wanted = frozenset(ids)
    marked = [Marked(each.id, str(each.noted), worst=False) for each in REGIONS if each.id in wanted]
    return [place.words for place in places_of(marked)]


def _place(name: str, marks: list[tuple[int, Marked]], several: bool) -> MarkedPlace:
    both = len(marks) > 1
    words = str(BOTH_SIDES[name]) if both else marks[0][1].words
    worst = next((mark.words for _, mark in marks if mark.worst and several), "")
    return MarkedPlace(words, tuple(number for number, _ in marks), worst, both)


def _pair_of(region: str) -> str:
    """The id without its side, "" for a place in the middle."""
    pair = region[:-2] if region.endswith(_SIDES) else ""
    return pair if pair in BOTH_SIDES else ""
