"""What changed between two contents, in words."""

import json
from typing import Any

import pytest

from intake.questionnaire.declared import canonical
from intake.red_flags import RED_FLAGS
from intake.red_flags.safety_changes import changes, spelt
from intake.red_flags.safety_version import content


def before() -> dict[str, Any]:
    copied: dict[str, Any] = json.loads(canonical(content()))
    return copied


def words(was: dict[str, Any]) -> list[str]:
    return [change.words for change in changes(was, before())]


def test_nothing_changed_says_nothing() -> None:
    assert words(before()) == []


def test_a_condition_is_spelt_out() -> None:
    was = before()
    was["rules"]["R-GEN-4"]["fires when"] = ["compare", "nrs_now", ">=", 8]

    assert words(was) == ["rules R-GEN-4, fires when: nrs_now >= 8 is now nrs_now >= 9"]


def test_of_a_list_only_what_came_or_went_is_said() -> None:
    was = before()
    was["cards"]["adv_call_now"]["more"][0] = "Drive yourself."
    was["watch list"]["w_chest"]["patterns"].append("gone")

    assert words(was) == [
        "cards adv_call_now, more: “Drive yourself.” is now “Do not drive yourself.”",
        "watch list w_chest, patterns: gone: “gone”",
    ]


def test_an_order_is_told_as_an_order() -> None:
    was = before()
    cards = was["orders"]["cards"]["EMERGENCY"]
    cards[0], cards[1] = cards[1], cards[0]

    (said,) = words(was)

    assert said.startswith("orders cards, order of EMERGENCY: “adv_call_still”, “adv_call_now”")


def test_a_time_is_told_with_both_numbers() -> None:
    was = before()
    was["times"]["a call is promised within"] = 240

    assert words(was) == ["times a call is promised within: 240 is now 120"]


@pytest.mark.parametrize("rule", RED_FLAGS, ids=lambda rule: rule.id)
def test_every_condition_has_words(rule: Any) -> None:
    assert spelt(json.loads(json.dumps(rule.when.as_data())))
