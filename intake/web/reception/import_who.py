"""Who a booking or a row of a file is about, as a question on the page, and the answer that was given.

The boxes of a row carry its number. Safety: nothing is chosen beforehand, and an answer holds only for those
who stood beside it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from intake.config import Settings
from intake.i18n import Words, gettext
from intake.i18n import lazy as _
from intake.services.appointments.matching import (
    ANOTHER,
    Candidate,
    Difference,
    Likeness,
    PersonMatch,
    WhoChoice,
)
from intake.services.appointments.patients import BookedVisit
from intake.web.facts import in_words, label_of

NEW, KNOWN = "new", "known"
_WHY: dict[Likeness, Words] = {
    Likeness.NUMBER: _("The same number"),
    Likeness.NAME_AND_BIRTH: _("The same name and date of birth"),
    Likeness.NAME: _("The same name"),
    Likeness.BIRTH: _("The same date of birth"),
}


@dataclass(frozen=True)
class FactLine:
    """A fact that would change: what is known, "" when nothing, and what is new; `box` says which is kept."""

    box: str
    label: str
    known: str
    new: str
    taken: bool


@dataclass(frozen=True)
class WhoOption:
    """Somebody who could be meant. `row` is set when it is whoever an earlier row of the file is about."""

    value: str
    why: str
    name: str
    date_of_birth: date
    number: str | None
    row: int | None
    visits: tuple[BookedVisit, ...]
    facts: tuple[FactLine, ...]


@dataclass(frozen=True)
class WhoView:
    """The question of one row or booking. `box` is the name of its radio buttons and `chosen` their value.

    `certain`: a record system has answered it, and only facts are left to choose. `repeats`: the row that it
    repeats; `waits_for`: the row that has to be answered first. `looked_at` rides along in `looked_at_box`.
    """

    box: str
    looked_at_box: str
    looked_at: str
    options: tuple[WhoOption, ...]
    chosen: str
    another: str
    certain: bool
    repeats: int | None
    waits_for: int | None
    missing: bool

    @property
    def is_question(self) -> bool:
        """Somebody has to say who it is."""
        return bool(self.options) and not self.certain


@dataclass(frozen=True)
class Boxes:
    """What the boxes of one question are called: those of row 7 end in 7, those of a booking in nothing."""

    who: str
    looked_at: str
    prefix: str

    @classmethod
    def of_row(cls, number: int) -> "Boxes":
        """Those of a row of a file."""
        return cls(f"who-{number}", f"looked-at-{number}", f"keep-{number}")

    def fact(self, key: str, fact: str) -> str:
        """The box that says whether the known value of a fact is kept."""
        return f"{self.prefix}-{key}-{fact}"


BOOKING = Boxes("patient", "told_apart", "keep")


def choice_in(form: Mapping[str, str], boxes: Boxes, match: PersonMatch) -> WhoChoice | None:
    """What somebody said of who it is; None when nothing that holds for those who could be meant now."""
    looked_at = frozenset(form.get(boxes.looked_at, "").split())
    if not match.version_tokens <= looked_at:
        return None
    certain = match.certain
    who = certain.key if certain else form.get(boxes.who, "")
    if who == ANOTHER:
        return WhoChoice(who, looked_at=looked_at)
    chosen = match.candidate(who)
    return WhoChoice(who, _taken(form, boxes, chosen), looked_at) if chosen else None


def who_of(
    form: Mapping[str, str],
    boxes: Boxes,
    match: PersonMatch,
    settings: Settings,
    *,
    visits: Callable[[UUID], tuple[BookedVisit, ...]] = lambda _: (),
    waits_for: int | None = None,
    missing: bool = False,
) -> WhoView:
    """The question, with what was chosen before as far as it still holds."""
    choice = choice_in(form, boxes, match)
    certain = match.certain
    shown = (certain,) if certain else match.asked
    return WhoView(
        box=boxes.who,
        looked_at_box=boxes.looked_at,
        looked_at=" ".join(sorted(match.version_tokens)),
        options=tuple(_option(each, form, boxes, settings, visits) for each in shown),
        chosen=choice.who if choice else "",
        another=ANOTHER,
        certain=certain is not None,
        repeats=match.repeats,
        waits_for=waits_for,
        missing=missing and match.is_question and choice is None,
    )


def remark_on(candidate: Candidate) -> str:
    """Who else is alike, and is not asked about: "The same date of birth: Bruno Finch"."""
    return gettext("%(why)s: %(name)s", why=_WHY[candidate.likeness], name=candidate.person.name)


def _taken(form: Mapping[str, str], boxes: Boxes, candidate: Candidate) -> frozenset[str]:
    def taken(each: Difference) -> bool:
        usual = NEW if each.fact in candidate.usually_taken else KNOWN
        return form.get(boxes.fact(candidate.key, each.fact), usual) == NEW

    return frozenset(each.fact for each in candidate.differences if taken(each))


def _option(
    candidate: Candidate,
    form: Mapping[str, str],
    boxes: Boxes,
    settings: Settings,
    visits: Callable[[UUID], tuple[BookedVisit, ...]],
) -> WhoOption:
    taken, person = _taken(form, boxes, candidate), candidate.person
    return WhoOption(
        value=candidate.key,
        why=str(_WHY[candidate.likeness]),
        name=person.name,
        date_of_birth=person.date_of_birth,
        number=person.number,
        row=candidate.row,
        visits=visits(candidate.patient_id)[:2] if candidate.patient_id else (),
        facts=tuple(
            FactLine(
                box=boxes.fact(candidate.key, each.fact),
                label=label_of(each.fact, settings),
                known=in_words(each.fact, each.known),
                new=in_words(each.fact, each.new),
                taken=each.fact in taken,
            )
            for each in candidate.differences
        ),
    )
