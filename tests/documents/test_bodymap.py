"""The drawing in print is the drawing of the form, and left is never right."""

import pytest

from intake.documents.pdf.bodymap import GAP, WIDTH, body_map, places
from intake.questionnaire.body import REGIONS


def test_every_region_of_the_form_can_be_drawn() -> None:
    assert set(places()) == {region.id for region in REGIONS}


@pytest.mark.parametrize("region", [region.id for region in REGIONS if region.id.endswith("_l")])
def test_the_patients_left_is_on_the_left_seen_from_behind_and_on_the_right_face_to_face(region: str) -> None:
    left, right = places()[region], places()[region[:-1] + "r"]

    if region.startswith("b_"):
        assert left.x < WIDTH / 2 < right.x < WIDTH
    else:
        assert right.x < WIDTH + GAP + WIDTH / 2 < left.x


def test_each_marked_place_is_filled_and_numbered_and_no_other() -> None:
    nothing = body_map([]).operators
    marked = body_map(["b_low_l", "f_jaw"], worst="f_jaw").operators

    assert places()["b_low_l"].shape.encode() in marked
    assert len(marked) > len(nothing)
    assert marked.count(b" W n") == 1  # one hatched, the worst one solid


def test_an_unknown_region_is_left_out_and_the_others_keep_their_numbers() -> None:
    assert body_map(["b_tail", "b_low_l"]).operators != body_map(["b_low_l"]).operators
