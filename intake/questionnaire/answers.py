"""What the patient said: an immutable map from question id to value, and its one JSON codec."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict

from intake.questionnaire.values import Rating, Value


class Answers(Mapping[str, Value]):
    """Answers by question id. Iterates in the order they were given; equal when the same things were said."""

    def __init__(self, values: Mapping[str, Value] | None = None) -> None:
        self._values = dict(values or {})

    @classmethod
    def from_json(cls, document: Mapping[str, object]) -> Answers:
        """The answers of a stored JSON document. What it holds was checked when it was written."""
        return cls({id: value_from_json(value) for id, value in document.items()})

    def to_json(self) -> dict[str, object]:
        """Plain lists, dictionaries, numbers and strings."""
        return {id: _to_json(value) for id, value in self._values.items()}

    def merged(self, changes: Mapping[str, Value | None]) -> Answers:
        """These answers with `changes` laid over them; None takes an answer away."""
        laid = {**self._values, **changes}
        return Answers({id: value for id, value in laid.items() if value is not None})

    def __getitem__(self, question_id: str) -> Value:
        return self._values[question_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        # A patient's words must never reach a log by way of a repr.
        return f"<Answers to {len(self)} questions>"


def _to_json(value: Value) -> object:
    if isinstance(value, tuple):
        return [asdict(item) if isinstance(item, Rating) else item for item in value]
    return dict(value) if isinstance(value, Mapping) else value


def value_from_json(value: object) -> Value:
    """One stored answer; lists become tuples."""
    if isinstance(value, list):
        if value and isinstance(value[0], Mapping):
            return tuple(Rating(item["text"], item["rating"]) for item in value)
        return tuple(value)
    assert isinstance(value, str | int | Mapping)
    return value
