"""The rules broken one by one, and held against everybody whose verdict is specified."""

from collections.abc import Iterator
from dataclasses import replace

from intake.questionnaire.criteria import Criterion, Facts, Truth
from intake.red_flags import RED_FLAGS, RedFlag, Urgency
from intake.red_flags.advice import CARDS
from tests.mutation.neighbours import near, say_another_thing
from tests.mutation.redundant import SAME_FOR_ALL
from tests.mutation.trees import mutants
from tests.red_flags.people import Person
from tests.red_flags.test_tiers import SPECIFIED, specified_when_unsure, tiers, told_when_unsure

Tried = tuple[Person, Facts]
Result = tuple[str, bool]
# Asked only where the clinic has switched it on, so no stored person raises it; it has tests of its own.
BY_FEATURE = {"R-MH-1"}


def conditions(everybody: list[Tried]) -> Iterator[Result]:
    """Each broken condition, and whether somebody's verdict shows it."""
    for red_flag in RED_FLAGS:
        known = [each for each in everybody if each[0].only in (None, red_flag.id)]
        # Those made for this rule notice first.
        known.sort(key=lambda each: not each[0].id.startswith(f"{red_flag.id}|"))
        unnoticed = []
        for what, broken in mutants(red_flag.when) if red_flag.id not in BY_FEATURE else ():
            if any(_differs(red_flag, broken, *each) for each in known):
                yield f"{red_flag.id}: {what}", True
            else:
                unnoticed.append((what, broken))
        around = near(red_flag) if unnoticed else []
        for what, broken in unnoticed:
            # What says the same for everybody around is no other rule.
            if say_another_thing(red_flag, broken, around):
                yield f"{red_flag.id}: {what}", False
            else:
                yield f"{red_flag.id}: {what}{SAME_FOR_ALL}", False


def agrees(red_flag: RedFlag, person: Person, facts: Facts) -> bool:
    """The rule as it stands gives the specified verdict."""
    return not _differs(red_flag, red_flag.when, person, facts)


def _differs(red_flag: RedFlag, when: Criterion, person: Person, facts: Facts) -> bool:
    truth = when.truth(facts)
    fires = truth == Truth.YES
    unsure = truth == Truth.NOT_SURE and red_flag.urgency_when_unsure is not None
    return fires != (red_flag.id in person.fires) or unsure != (f"{red_flag.id}?" in person.fires)


def tiers_and_cards() -> Iterator[Result]:
    """Each rule with another tier, tier for "not sure" or card, and whether the specification shows it."""
    for red_flag in RED_FLAGS:
        for what, broken in _other_tiers(red_flag):
            same = tiers(broken) == SPECIFIED["rules"][red_flag.id]
            told = told_when_unsure(broken) == specified_when_unsure(red_flag)
            yield f"{red_flag.id}: {what}", not (same and told)


def _other_tiers(red_flag: RedFlag) -> Iterator[tuple[str, RedFlag]]:
    for urgency in set(Urgency) - {red_flag.urgency}:
        yield f"urgency {urgency.name}", replace(red_flag, urgency=urgency)
    for unsure in set(Urgency) - {red_flag.urgency_when_unsure}:
        yield f"{unsure.name} when not sure", replace(red_flag, unsure=unsure)
    for card in {None, *CARDS} - {red_flag.advice}:
        yield f"card {card}", replace(red_flag, advice=card)
