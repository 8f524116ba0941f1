"""The tables of advice and the list of words broken row by row, and held against the specification."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from intake.red_flags import RED_FLAGS, Urgency, advice, watch
from intake.red_flags.advice import CARDS, ORDER, UNSURE_OF_CARD, UNSURE_SAME_DAY
from intake.red_flags.watch_list import WATCH, Does, Watch
from tests.mutation.rules import Result
from tests.red_flags.test_tiers import SPECIFIED, specified_when_unsure, told_when_unsure
from tests.red_flags.watch_examples import FOUND_BY


def cards_when_unsure() -> Iterator[Result]:
    """Each row of the tables for "not sure" gone or another."""
    for table, name in ((UNSURE_SAME_DAY, "group"), (UNSURE_OF_CARD, "card")):
        for key, card in list(table.items()):
            for other in (None, *(each for each in CARDS if each != card)):
                with _row(table, key, other):
                    yield f"not sure, {name} {key}: {other}", not _told_as_specified()


def orders() -> Iterator[Result]:
    """Each two neighbours of an order of cards changed about."""
    for tier, ids in ORDER.items():
        for place in range(len(ids) - 1):
            swapped = (*ids[:place], ids[place + 1], ids[place], *ids[place + 2 :])
            yield f"order of {tier.name}: {ids[place]} later", list(swapped) != SPECIFIED["orders"][tier.name]


def words() -> Iterator[Result]:
    """Each entry of the list doing something else, doubting less, or finding less."""
    for entry in WATCH:
        for what, broken in _other_entries(entry):
            yield f"{entry.id}: {what}", not _as_specified(broken)


def _other_entries(entry: Watch) -> Iterator[tuple[str, Watch]]:
    for does in set(Does) - {entry.does}:
        yield f"does {does.value}", replace(entry, does=does)
    for line in set(Urgency) - {entry.line}:
        yield f"line {line.name}", replace(entry, line=line)
    for id in entry.questions:
        yield f"without {id}", replace(entry, questions=tuple(each for each in entry.questions if each != id))
    for pattern in entry.patterns:
        left = tuple(each for each in entry.patterns if each != pattern)
        # As many as before, so that only the words can tell.
        yield f"without {pattern}", replace(entry, patterns=(*left, r"\bnothing like it\b"))


def _as_specified(entry: Watch) -> bool:
    said = SPECIFIED["watch"][entry.id]
    declared = (entry.does.value, entry.line.name, list(entry.questions), len(entry.patterns))
    specified = (said["does"], said["line"] or Urgency.PRIORITY.name, said["questions"], said["patterns"])
    return declared == specified and all(_finds(entry, text) for text in FOUND_BY[entry.id])


def _finds(entry: Watch, text: str) -> bool:
    return next(watch._in_texts(entry, [("mc_main", watch._ready(text), text)]), None) is not None


def _told_as_specified() -> bool:
    return all(told_when_unsure(red_flag) == specified_when_unsure(red_flag) for red_flag in RED_FLAGS)


@contextmanager
def _row(table: dict[str, Any], key: str, value: str | None) -> Iterator[None]:
    """The row gone or another until the block ends."""
    before = dict(table)
    if value is None:
        del table[key]
    else:
        table[key] = value
    try:
        yield
    finally:
        table.clear()
        table.update(before)


def otherwise() -> Iterator[Result]:
    """Another card for all other groups."""
    before = advice.UNSURE_OTHERWISE
    for other in (card for card in CARDS if card != before):
        advice.UNSURE_OTHERWISE = other
        yield f"not sure, otherwise: {other}", not _told_as_specified()
    advice.UNSURE_OTHERWISE = before
