"""Scales held to their published scoring."""

import pytest

from intake.instruments import gad2, pain_change_matters, peg, phq2, start_back


@pytest.mark.parametrize(
    ("items", "shown"), [([7, 6, 8], "7.0"), ([5, 5, 6], "5.3"), ([0, 0, 0], "0.0"), ([10, 10, 9], "9.7")]
)
def test_peg_is_the_mean_of_three(items: list[int], shown: str) -> None:
    score = peg(items)

    assert score is not None
    assert score.shown == shown


def test_a_missing_item_is_not_scored_and_never_zero() -> None:
    assert peg([4, None, 6]) is None
    assert start_back([1, 1, 1, 1, 0, 0, 0, None], "slightly") is None
    assert phq2(["not_at_all", None]) is None


@pytest.mark.parametrize(
    ("agrees", "bother", "total", "distress", "level"),
    [
        ([0, 0, 0, 0, 0, 0, 0, 0], "not_at_all", 0, 0, "low"),
        ([1, 1, 1, 0, 0, 0, 0, 0], "not_at_all", 3, 0, "low"),
        ([1, 1, 1, 1, 0, 0, 0, 0], "slightly", 4, 0, "medium"),
        ([0, 0, 0, 0, 1, 1, 1, 0], "moderately", 3, 3, "low"),
        ([0, 0, 0, 0, 1, 1, 1, 0], "very_much", 4, 4, "high"),
        ([1, 1, 0, 0, 1, 1, 1, 0], "slightly", 5, 3, "medium"),
        ([1, 0, 0, 0, 1, 1, 0, 0], "very_much", 4, 3, "medium"),
        ([1, 1, 1, 1, 1, 1, 1, 1], "extremely", 9, 5, "high"),
        ([0, 0, 0, 0, 0, 1, 1, 1], "extremely", 4, 4, "high"),
    ],
)
def test_start_back_gives_the_published_groups(
    agrees: list[int], bother: str, total: int, distress: int, level: str
) -> None:
    score = start_back(agrees, bother)

    assert score is not None
    assert (score.total, score.distress, score.level) == (total, distress, level)


@pytest.mark.parametrize(
    ("items", "value"),
    [
        (["not_at_all", "several_days"], 1),
        (["several_days", "more_than_half"], 3),
        (["nearly_every_day", "nearly_every_day"], 6),
    ],
)
def test_two_item_scales_are_sums(items: list[str], value: int) -> None:
    for scale in (phq2, gad2):
        score = scale(items)
        assert score is not None
        assert score.value == value


@pytest.mark.parametrize(
    ("earlier", "later", "matters"), [(8, 6, True), (3, 2, True), (7, 6, False), (0, 0, False), (4, 6, False)]
)
def test_a_change_of_pain_matters_from_two_points_or_thirty_percent(
    earlier: int, later: int, matters: bool
) -> None:
    assert pain_change_matters(earlier, later) == matters
