"""Places in words: both sides together, the worst one named, no comma that joins two places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.questionnaire.body import REGIONS
from intake.summary.history import lead, marked_regions
from intake.summary.places import BOTH_SIDES, place_words, places_of
from intake.summary.record import Marked
from tests.answering import journey_of, plain_patient

SIDED = [region.id[:-2] for region in REGIONS if region.id.endswith("_l")]
MARKED = st.lists(st.sampled_from([region.id for region in REGIONS]), min_size=1, max_size=9, unique=True)


def history(sites: list[str], worst: str | None = None) -> str:
    special = {"sites": sites, **({"site_main": worst} if worst else {})}
    return lead(journey_of(plain_patient(special))).partition(". ")[0]


def test_both_sides_of_every_place_have_a_name() -> None:
    assert sorted(BOTH_SIDES) == sorted(SIDED)
    assert len({str(words) for words in BOTH_SIDES.values()}) == len(BOTH_SIDES)


@pytest.mark.parametrize("pair", BOTH_SIDES)
def test_both_sides_of_a_place_are_said_together(pair: str) -> None:
    assert place_words([f"{pair}_r", f"{pair}_l"]) == [str(BOTH_SIDES[pair])]
    assert place_words([f"{pair}_l"]) != [str(BOTH_SIDES[pair])]


def test_the_history_says_both_sides_and_which_is_worst() -> None:
    said = history(["b_low_l", "b_low_r", "b_sacrum"], "b_low_r")

    assert said == (
        "Man of 30 with pain in both lumbar paraspinal areas and sacrum and coccyx, "
        "worst in the right lumbar, paraspinal"
    )


def test_a_comma_inside_a_place_joins_nothing() -> None:
    said = history(["b_upper_l", "b_low_r"], "b_low_r")

    assert "the left upper back, suprascapular; right lumbar, paraspinal; worst in the right lumbar" in said


def test_the_key_of_the_drawing_keeps_every_number_and_the_worst() -> None:
    marked = marked_regions(
        journey_of(plain_patient({"sites": ["b_sacrum", "f_groin_l", "f_groin_r"], "site_main": "f_groin_r"}))
    )

    assert [place.in_key for place in places_of(marked)] == [
        "1 sacrum and coccyx",
        "2 and 3 both groins (worst: right groin)",
    ]


@given(MARKED, st.data())
def test_every_mark_is_in_one_place_and_the_worst_is_not_lost(ids: list[str], data: st.DataObject) -> None:
    worst = data.draw(st.sampled_from(ids))
    marked = [Marked(each.id, str(each.noted), each.id == worst) for each in REGIONS if each.id in ids]

    places = places_of(marked)

    assert sorted(number for place in places for number in place.numbers) == list(range(1, len(ids) + 1))
    named = [place.worst for place in places if place.worst]
    assert named == ([each.words for each in marked if each.worst] if len(marked) > 1 else [])
