"""What is stored comes back as it was, whichever release wrote it."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from intake.questionnaire.answers import Answers
from intake.questionnaire.values import Rating, Value
from intake.red_flags import Urgency
from intake.summary.codec import from_json, to_json
from tests.answering import any_answers


class Colour(StrEnum):
    RED = "deep_red"
    BLUE = "pale_blue"


@dataclass(frozen=True)
class Part:
    at: datetime
    urgency: Urgency
    colour: Colour | None = None


@dataclass(frozen=True)
class Whole:
    """A field of every kind that is stored."""

    text: str
    number: int | None
    answer: Value | None
    answers: Answers
    names: frozenset[str] = frozenset()
    parts: tuple[Part, ...] = ()
    raw: Any = None
    scores: dict[str, int] = field(default_factory=dict)
    part: Part | None = None


@dataclass(frozen=True)
class Renamed:
    """Was stored as plain text once."""

    text: str

    @staticmethod
    def from_earlier(stored: Any) -> Any:
        return {"text": stored} if isinstance(stored, str) else stored


MOMENTS = st.datetimes(timezones=st.just(UTC))
PARTS = st.builds(Part, MOMENTS, st.sampled_from(Urgency), st.none() | st.sampled_from(Colour))
ANSWERS = st.one_of(
    st.none(),
    st.text(),
    st.integers(),
    st.lists(st.text()).map(tuple),
    st.just((Rating("walk", None), Rating("sleep", 3))),
    st.dictionaries(st.text(), st.text()),
)
WHOLES = st.builds(
    Whole,
    text=st.text(),
    number=st.none() | st.integers(),
    answer=ANSWERS,
    answers=any_answers(),
    names=st.frozensets(st.text()),
    parts=st.lists(PARTS).map(tuple),
    raw=st.none() | st.lists(st.integers()),
    scores=st.dictionaries(st.text(), st.integers()),
    part=st.none() | PARTS,
)


@given(WHOLES)
def test_a_value_of_every_kind_comes_back_from_json(whole: Whole) -> None:
    assert from_json(Whole, json.loads(json.dumps(to_json(whole)))) == whole


def test_an_enum_is_stored_by_name_or_by_its_text() -> None:
    part = Part(datetime(2026, 3, 9, tzinfo=UTC), Urgency.SAME_DAY, Colour.BLUE)

    assert to_json(part) == {
        "at": "2026-03-09T00:00:00+00:00",
        "urgency": "SAME_DAY",
        "colour": "pale_blue",
    }


def test_what_is_missing_takes_its_default_and_what_is_unknown_is_left_aside() -> None:
    stored = {"at": "2026-03-09T00:00:00+00:00", "urgency": "SAME_DAY", "mood": "gone since"}

    assert from_json(Part, stored) == Part(datetime(2026, 3, 9, tzinfo=UTC), Urgency.SAME_DAY)


def test_a_class_reads_the_form_it_had_before() -> None:
    assert from_json(Renamed, "words") == from_json(Renamed, {"text": "words"}) == Renamed("words")
