"""What is different between two records of one patient. Pure, and neutral: numbers and words, no judgement.

Compares stored values, not wordings, so that a question that was only reworded has not changed. What one
record has no answer for is said to have none: a finding that is gone from it may only not have been asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from intake.i18n import lower_first
from intake.instruments import pain_change_matters
from intake.summary.record import Fired, Said, Summary

SCORES = {"now": "nrs_now", "average": "nrs_avg", "worst": "nrs_worst"}
# Function, sleep and work: what is followed from visit to visit, each with a line of its own.
FOLLOWED = ("act_rate", "act_limits", "walk_limit", "sleep", "work_affected", "work_status")


@dataclass(frozen=True)
class FlagChange:
    """A rule that fired in one record and not in the other.

    `blank`: the other record lacks an answer to some of what decided it, or it is not known what did.
    """

    fired: Fired
    blank: bool


@dataclass(frozen=True)
class Moved:
    """An answer that differs; "" where there is none."""

    id: str
    label: str
    was: str
    now: str


@dataclass(frozen=True)
class ScoreChange:
    """A pain score 0 to 10 that differs.

    `matters`: by the smallest change that does, 2 points or 30 % of the higher (Ostelo, Spine 2008).
    """

    name: str
    was: int
    now: int
    matters: bool


@dataclass(frozen=True)
class Changes:
    """What is different; everything empty when nothing is.

    `followed` are function, sleep and work where they differ, `same` those and the scores that do not.
    """

    new_flags: tuple[FlagChange, ...] = ()
    gone_flags: tuple[FlagChange, ...] = ()
    scores: tuple[ScoreChange, ...] = ()
    followed: tuple[Moved, ...] = ()
    moved: tuple[Moved, ...] = ()
    same: tuple[Moved, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new_flags or self.gone_flags or self.scores or self.followed or self.moved)


def changes(earlier: Summary, later: Summary) -> Changes:
    """What is different in `later`."""
    moved = tuple(_moved(earlier, later))
    return Changes(
        new_flags=_only_in(later, earlier),
        gone_flags=_only_in(earlier, later),
        scores=tuple(_scores(earlier, later)),
        followed=tuple(sorted((each for each in moved if each.id in FOLLOWED), key=_place)),
        moved=tuple(each for each in moved if each.id not in FOLLOWED),
        same=tuple(_same(earlier, later)),
    )


def _only_in(one: Summary, other: Summary) -> tuple[FlagChange, ...]:
    there = {_key(fired) for fired in other.safety.rules}
    answered = {said.id for said in other.answers}
    return tuple(
        FlagChange(fired, not fired.ids or not answered.issuperset(fired.ids))
        for fired in one.safety.rules
        if _key(fired) not in there
    )


def _key(fired: Fired) -> tuple[str, str, bool]:
    """The same rule at another urgency, or no longer unsure, is another finding."""
    return fired.rule, fired.urgency, fired.unsure


def _scores(earlier: Summary, later: Summary) -> Iterable[ScoreChange]:
    for name in SCORES:
        was, now = earlier.scores.get(name), later.scores.get(name)
        if was is not None and now is not None and was != now:
            yield ScoreChange(name, was, now, pain_change_matters(max(was, now), min(was, now)))


def _moved(earlier: Summary, later: Summary) -> Iterable[Moved]:
    before, after = ({said.id: said for said in record.answers} for record in (earlier, later))
    said_as_scores = {id for name, id in SCORES.items() if name in earlier.scores and name in later.scores}
    for id in dict.fromkeys((*after, *before)):
        old, new = before.get(id), after.get(id)
        if id not in said_as_scores and _value(old) != _value(new):
            yield _between(id, old, new)


def _place(moved: Moved) -> int:
    return FOLLOWED.index(moved.id)


def _same(earlier: Summary, later: Summary) -> Iterable[Moved]:
    before = {said.id: said for said in earlier.answers}
    after = {said.id: said for said in later.answers}
    for id in (*SCORES.values(), *FOLLOWED):
        if id in before and id in after and before[id].value == after[id].value:
            yield _between(id, before[id], after[id])


def _between(id: str, old: Said | None, new: Said | None) -> Moved:
    """What is followed stands inside a line; what the patient typed stays as it is."""
    was, now = _words(old), _words(new)
    own = any(said is not None and said.own_words for said in (old, new))
    if id in FOLLOWED and not own:
        was, now = (lower_first(words) if words else "" for words in (was, now))
    return Moved(id, _label(new or old), was, now)


def _value(said: Said | None) -> object:
    return said.value if said is not None else None


def _words(said: Said | None) -> str:
    return said.answer if said is not None else ""


def _label(said: Said | None) -> str:
    return (said.label or said.question) if said is not None else ""
