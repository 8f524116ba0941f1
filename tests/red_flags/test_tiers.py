"""Tiers, advice and orders are those of the specification: `specified.json` was made from it, once."""

import json
from pathlib import Path
from typing import Any

import pytest

from intake.red_flags import RED_FLAGS, RedFlag, Urgency, rule
from intake.red_flags.advice import CARDS, ORDER, advice_for
from intake.red_flags.model import Finding
from intake.red_flags.watch_list import WATCH

SPECIFIED: dict[str, Any] = json.loads(Path(__file__).with_name("specified.json").read_text(encoding="utf-8"))
# The card of these rules goes before that of their group, when the patient is not sure.
OF_ITS_OWN = {"adv_cancer_now": "adv_same_day_cancer", "adv_maternity_now": "adv_maternity_today"}


def tiers(red_flag: RedFlag) -> dict[str, str | None]:
    """What the specification says of a rule beside its condition."""
    unsure = red_flag.urgency_when_unsure
    return {
        "urgency": red_flag.urgency.name,
        "unsure": unsure.name if unsure else None,
        "advice": red_flag.advice,
    }


def told_when_unsure(red_flag: RedFlag) -> str | None:
    """The card of the rule when it fires on "not sure"; None when nothing is told."""
    unsure = red_flag.urgency_when_unsure
    card = advice_for(Finding(red_flag, unsure, "unsure", ())) if unsure else None
    return card.id if card else None


def specified_when_unsure(red_flag: RedFlag) -> str | None:
    """The same by the words of the specification."""
    said = SPECIFIED["rules"][red_flag.id]
    if said["unsure"] not in ("SAME_DAY", "EMERGENCY") or said["advice"] is None:
        return None
    if said["unsure"] == said["urgency"]:
        return str(said["advice"])
    of_group = SPECIFIED["unsure"].get(red_flag.group, SPECIFIED["unsure"]["default"])
    return OF_ITS_OWN.get(said["advice"], str(of_group))


def test_the_rules_are_those_of_the_specification_in_its_order() -> None:
    """Of several rules of one tier in a group the first is printed."""
    assert {red_flag.id for red_flag in RED_FLAGS} == set(SPECIFIED["rules"])
    for group in {red_flag.group for red_flag in RED_FLAGS}:
        ids = [red_flag.id for red_flag in RED_FLAGS if red_flag.group == group]
        assert ids == [id for id in SPECIFIED["rules"] if id in ids]


@pytest.mark.parametrize("rule_id", list(SPECIFIED["rules"]))
def test_a_rule_has_its_tiers_and_its_card(rule_id: str) -> None:
    assert tiers(rule(rule_id)) == SPECIFIED["rules"][rule_id]


@pytest.mark.parametrize("red_flag", RED_FLAGS, ids=lambda red_flag: red_flag.id)
def test_who_is_not_sure_is_told_the_card_of_the_specification(red_flag: RedFlag) -> None:
    assert told_when_unsure(red_flag) == specified_when_unsure(red_flag)


def test_of_several_cards_the_first_of_the_specification_is_shown() -> None:
    assert {tier.name: list(ids) for tier, ids in ORDER.items()} == SPECIFIED["orders"]
    assert {id for ids in ORDER.values() for id in ids} == set(CARDS)
    assert all(CARDS[id].urgency is tier for tier, ids in ORDER.items() for id in ids)


def test_watched_words_do_what_the_specification_says() -> None:
    said = {
        entry.id: {
            "does": entry.does.value,
            "line": entry.line.name,
            "questions": list(entry.questions),
            "patterns": len(entry.patterns),
        }
        for entry in WATCH
    }

    # What tells of itself has no line of its own there.
    for specified in SPECIFIED["watch"].values():
        specified["line"] = specified["line"] or Urgency.PRIORITY.name
    assert said == SPECIFIED["watch"]
