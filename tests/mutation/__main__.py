"""`make mutate`: say which broken rule nobody would notice. Exit code 1 when one has no reason for it."""

import sys
import time
from collections.abc import Iterable, Iterator

from intake.red_flags import RED_FLAGS
from tests.mutation import branches, engine, rules, tables
from tests.mutation.redundant import reason
from tests.mutation.rules import BY_FEATURE, Result, Tried
from tests.red_flags.people import everybody


def main() -> int:
    began = time.monotonic()
    people: list[Tried] = [(person, person.journey.facts) for person in everybody()]
    _sound(people)
    survivors = list(_tried(people))
    for what in _of("branches", branches.branches(people)):
        print(f"no verdict shows: {what}")
    unexpected = [what for what in survivors if reason(what) is None]
    for what in unexpected:
        print(f"survived: {what}")
    print(
        f"{len(survivors) - len(unexpected)} redundant, {len(unexpected)} survived; "
        f"{time.monotonic() - began:.0f} s"
    )
    return 1 if unexpected else 0


def _tried(people: list[Tried]) -> Iterator[str]:
    parts: dict[str, Iterable[Result]] = {
        "conditions of rules": rules.conditions(people),
        "tiers and cards of rules": rules.tiers_and_cards(),
        "cards for who is not sure": tables.cards_when_unsure(),
        "other cards": tables.otherwise(),
        "orders of cards": tables.orders(),
        "watched words": tables.words(),
        "pieces of the engine": engine.pieces(),
    }
    for name, results in parts.items():
        yield from _of(name, results)


def _of(name: str, results: Iterable[Result]) -> list[str]:
    """What nobody notices of one kind."""
    tried = list(results)
    print(f"{name}: {sum(noticed for _, noticed in tried)} of {len(tried)} noticed", flush=True)
    return [what for what, noticed in tried if not noticed]


def _sound(people: list[Tried]) -> None:
    """Whatever is broken already proves nothing."""
    for red_flag in RED_FLAGS:
        wrong = [
            person.id
            for person, facts in people
            if person.only in (None, red_flag.id)
            and red_flag.id not in BY_FEATURE
            and not rules.agrees(red_flag, person, facts)
        ]
        if wrong:
            sys.exit(f"{red_flag.id} is broken before anything is changed: {wrong[:3]}")


if __name__ == "__main__":
    sys.exit(main())
