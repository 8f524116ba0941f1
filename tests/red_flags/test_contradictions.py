"""Answers that do not fit each other."""

from typing import Any

import pytest

from intake.questionnaire.criteria import Truth
from intake.red_flags.contradictions import CONTRADICTIONS, Contradiction, misfits
from tests.answering import journey_of, plain_patient
from tests.red_flags.contradiction_examples import EXAMPLES

BY_ID = {each.id: each for each in CONTRADICTIONS}
TRUE = [(id, example) for id, (holds, _) in EXAMPLES.items() for example in holds]
FALSE = [(id, example) for id, (_, not_holds) in EXAMPLES.items() for example in not_holds]


def held(example: dict[str, Any]) -> set[str]:
    return {misfit.contradiction.id for misfit in misfits(journey_of(patient(example)))}


def patient(example: dict[str, Any]) -> Any:
    """A woman of 45 with what the example says, and what opens it: the gate, and the box of the medicines."""
    opened: dict[str, Any] = {"sex_at_birth": "female", "age": 45}
    if "med_list" in example:
        opened["med_now"] = ["other"]
    if "med_steroid_4w" in example:
        opened["any_risk"] = "yes"
    return plain_patient({**opened, **example})


@pytest.mark.parametrize(("id", "example"), TRUE)
def test_answers_that_do_not_fit_are_seen(id: str, example: dict[str, Any]) -> None:
    assert id in held(example)


@pytest.mark.parametrize(("id", "example"), FALSE)
def test_answers_that_fit_are_left_alone(id: str, example: dict[str, Any]) -> None:
    assert id not in held(example)


def test_every_contradiction_has_its_examples() -> None:
    assert set(EXAMPLES) <= set(BY_ID)
    assert {id for id in BY_ID if id not in EXAMPLES} == {
        id for id in BY_ID if id.endswith("_items") and id not in EXAMPLES
    }
    assert all(holds and fails for holds, fails in EXAMPLES.values())


@pytest.mark.parametrize("each", CONTRADICTIONS, ids=lambda each: each.id)
def test_an_empty_form_contradicts_nothing(each: Contradiction) -> None:
    assert (
        each.when.truth(journey_of(plain_patient().merged(dict.fromkeys(plain_patient()))).facts) != Truth.YES
    )


def test_typed_words_ask_again_what_was_answered_no() -> None:
    (misfit,) = [
        each
        for each in misfits(journey_of(patient({"med_list": "Prednisolone 5mg"})))
        if each.contradiction.id == "c_typed_steroid"
    ]

    assert misfit.ask_again == ("any_risk",)
    assert misfit.phrase == "Prednisolone"
