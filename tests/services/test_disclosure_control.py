"""No number of 1 to 4 is shown, and none can be worked out from the others."""

from itertools import combinations_with_replacement, pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.services.operations.disclosure_control import SMALL, Count, alone, parts, steps

numbers = st.integers(0, 14)
ORDER = (2, 0, 3, 1)


def fits(count: Count, value: int) -> bool:
    """Somebody who reads the count may believe this value."""
    if count.value is not None:
        return value == count.value
    return 1 <= value < SMALL if count.small else True


@given(st.lists(st.integers(0, 40), min_size=1, max_size=6))
def test_no_small_part_is_ever_shown(values):
    for total_shown in (True, False):
        counts = parts(values, total_shown=total_shown)

        assert not [each for each in counts if each.value is not None and 0 < each.value < SMALL]
        assert all(each.value in (None, value) for each, value in zip(counts, values, strict=True))


@given(st.lists(numbers, min_size=2, max_size=4))
def test_a_hidden_part_cannot_be_worked_out_from_the_sum(values):
    counts = parts(values, total_shown=True)
    hidden = [at for at, each in enumerate(counts) if each.value is None]

    left = sum(values) - sum(each.value or 0 for each in counts)
    guesses = [
        guess
        for guess in product(range(left + 1), repeat=len(hidden))
        if sum(guess) == left
        and all(fits(counts[at], value) for at, value in zip(hidden, guess, strict=True))
    ]
    for place, at in enumerate(hidden):
        assert values[at] == 0 or len({guess[place] for guess in guesses}) > 1


@given(st.lists(st.integers(0, 40), min_size=1, max_size=6))
def test_shown_parts_add_up_where_nothing_is_hidden(values):
    counts = parts(values, total_shown=True)

    if all(each.value is not None for each in counts):
        assert sum(each.value or 0 for each in counts) == sum(values)
    assert all(value == 0 or value >= SMALL for value in values) == all(
        each.value is not None for each in counts
    )


def test_without_the_total_no_part_is_shown():
    assert {each.value for each in parts([50, 0, 60], total_shown=False)} == {None}


@given(st.lists(st.integers(0, 60), min_size=4, max_size=4).map(lambda many: sorted(many, reverse=True)))
def test_no_step_shown_and_no_loss_between_two_is_small(values):
    counts = steps(values, ORDER)

    shown = [each.value for each in counts if each.value is not None]
    assert shown == sorted(shown, reverse=True)
    for number in (*shown, *(before - after for before, after in pairwise(shown))):
        assert number == 0 or number >= SMALL


def test_whoever_knows_the_rule_still_cannot_work_out_a_hidden_step():
    worlds = [down[::-1] for down in combinations_with_replacement(range(33), 4)]
    read = {world: steps(world, ORDER) for world in worlds}

    for counts, alike in _alike(read).items():
        if alike[0][0] <= 26:
            assert _open(counts, alike), (counts, alike)


@pytest.mark.parametrize("places", [3, 4])
def test_whoever_knows_the_rule_still_cannot_work_out_a_hidden_part(places):
    worlds = list(product(range(11), repeat=places))
    read = {world: (sum(world), *parts(world, total_shown=True)) for world in worlds}

    for (_total, *counts), alike in _alike(read).items():
        if sum(alike[0]) <= 10:
            assert _open(counts, alike), (counts, alike)


def _alike(read):
    """What leads to the same page, by what the page shows."""
    found = {}
    for world, counts in read.items():
        found.setdefault(counts, []).append(world)
    return found


def _open(counts, alike):
    return all(
        each.value is not None or len({world[at] for world in alike}) > 1 for at, each in enumerate(counts)
    )


def test_a_clinic_with_enough_of_everything_hides_nothing():
    assert [each.value for each in steps([200, 180, 150, 140], ORDER)] == [200, 180, 150, 140]
    assert [each.value for each in parts([100, 40, 10, 0], total_shown=True)] == [100, 40, 10, 0]


def test_one_small_part_takes_another_with_it():
    counts = parts([100, 40, 3, 0], total_shown=True)

    assert [(each.value, each.small) for each in counts] == [
        (100, False),
        (None, False),
        (None, True),
        (0, False),
    ]


def test_two_who_never_opened_hide_how_many_did():
    counts = steps([100, 98, 90, 85], ORDER)

    assert [each.value for each in counts] == [100, None, 90, 85]


def test_a_number_alone():
    assert [alone(value) for value in (0, 4, 5)] == [Count(0), Count(None, small=True), Count(5)]
