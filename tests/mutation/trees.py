"""Every way to break a criterion: flip, drop a part, an option or a place, move a limit or a count."""

from collections.abc import Iterator

from intake.questionnaire.body import SITE_GROUPS
from intake.questionnaire.criteria import (
    ONSET_DAYS,
    AtLeast,
    Both,
    Chosen,
    Compared,
    Criterion,
    Either,
    NotChosen,
    Yes,
)

Mutant = tuple[str, Criterion]
_DAYS = sorted(set(ONSET_DAYS.values()))


def mutants(criterion: Criterion) -> Iterator[Mutant]:
    """What was done, and the broken criterion, for each place in the tree."""
    match criterion:
        case Both(parts):
            yield f"or for and: {_named(criterion)}", Either(parts)
            yield from _parts(parts, Both)
        case Either():
            yield f"and for or: {_named(criterion)}", Both(criterion.parts)
            yield from _parts(criterion.parts, Either)
        case AtLeast(count, parts):
            yield from _counted(count, parts)
        case Chosen("sites", options):
            yield from ((f"no {group}", Chosen("sites", left)) for group, left in _without_a_group(options))
        case Chosen(question, options) | NotChosen(question, options) if len(options) > 1:
            kind = type(criterion)
            for option in options:
                left = tuple(each for each in options if each != option)
                yield f"{question} without {option}", kind(question, left)
        case Compared(quantity, holds, limit) if isinstance(limit, int | float):
            for moved in _moved(quantity.name, limit):
                yield f"{quantity.name} against {moved} for {limit}", Compared(quantity, holds, moved)


def _parts(parts: tuple[Criterion, ...], join: type[Both] | type[Either]) -> Iterator[Mutant]:
    for place, part in enumerate(parts):
        left = (*parts[:place], *parts[place + 1 :])
        yield f"without {_named(part)}", left[0] if len(left) == 1 else join(left)
        for what, broken in mutants(part):
            yield what, join((*parts[:place], broken, *parts[place + 1 :]))


def _counted(count: int, parts: tuple[Criterion, ...]) -> Iterator[Mutant]:
    for other in (count - 1, count + 1):
        if 1 <= other <= len(parts):
            yield f"{other} for {count} of {len(parts)}", AtLeast(other, parts)
    for place, part in enumerate(parts):
        if len(parts) > count:
            left = (*parts[:place], *parts[place + 1 :])
            yield f"not counting {_named(part)}", AtLeast(count, left)
        for what, broken in mutants(part):
            yield what, AtLeast(count, (*parts[:place], broken, *parts[place + 1 :]))


def _without_a_group(options: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The places without those of one group that no other named group holds."""
    named = _groups(frozenset(options))
    for group in named:
        others = {place for each in named if each != group for place in SITE_GROUPS[each]}
        loose = set(options) - {place for each in named for place in SITE_GROUPS[each]}
        left = tuple(place for place in options if place in others | loose)
        if left and left != options:
            yield group, left


def _groups(options: frozenset[str]) -> list[str]:
    """The groups that make up these places, the largest first."""
    named: list[str] = []
    left = set(options)
    for group, members in sorted(SITE_GROUPS.items(), key=lambda item: -len(item[1])):
        if set(members) <= options and set(members) & left:
            named.append(group)
            left -= set(members)
    return named


def _moved(name: str, limit: float) -> tuple[float, ...]:
    """The nearest limits that differ: one year, one point, or one answer about the beginning."""
    if name != "onset_days":
        return limit - 1, limit + 1
    place = _DAYS.index(int(limit))
    return _DAYS[place - 1], _DAYS[place + 1]


def _named(criterion: Criterion) -> str:
    match criterion:
        case Yes(question):
            return question
        case Chosen("sites", options):
            return f"sites {'/'.join(_groups(frozenset(options)))}"
        case Chosen(question, options) | NotChosen(question, options):
            return f"{question} {'/'.join(options)}"
    said = str(criterion.as_data()).replace("'", "").replace('"', "")
    return said if len(said) <= 90 else f"{said[:90]}..."
