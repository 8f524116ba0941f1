"""Frozen values to plain JSON and back, by the types of their fields: for the record and for the draft.

What is stored outlives the code that wrote it. A field that is missing takes its default, one that is unknown
is left aside, and a class whose earlier form was another brings it up to date in `from_earlier`.
"""

import types
from collections.abc import Hashable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum, StrEnum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from intake.questionnaire.answers import Answers, value_from_json

T = TypeVar("T")


def to_json(value: Any) -> Any:
    """Dictionaries, lists and plain values. An enum is its name, or its text; a set is sorted."""
    if isinstance(value, Answers):
        return value.to_json()
    if is_dataclass(value):
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: to_json(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [to_json(part) for part in value]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value if isinstance(value, StrEnum) else value.name
    return value


def from_json(kind: type[T], stored: Any) -> T:
    """The value of this class that `to_json` gave, in this release or an earlier one."""
    return cast(T, _restored(kind, stored))


def _restored(kind: Any, stored: Any) -> Any:
    if stored is None or kind is Any:
        return stored
    if get_origin(kind) in (types.UnionType, Union):
        return _one_of([part for part in get_args(kind) if part is not type(None)], stored)
    if get_origin(kind) in (tuple, frozenset):
        return get_origin(kind)(_restored(get_args(kind)[0], part) for part in stored)
    if is_dataclass(kind):
        return _made(kind, stored)
    if kind is Answers:
        return Answers.from_json(stored)
    if kind is datetime:
        return datetime.fromisoformat(stored)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(stored) if issubclass(kind, StrEnum) else kind[stored]
    return dict(stored) if isinstance(stored, Mapping) else stored


def _one_of(kinds: list[Any], stored: Any) -> Any:
    """A value that may be None; what may be of several kinds is an answer."""
    return _restored(kinds[0], stored) if len(kinds) == 1 else value_from_json(stored)


def _made(kind: Any, stored: Any) -> Any:
    if hasattr(kind, "from_earlier"):
        stored = kind.from_earlier(stored)
    hints = _hints(cast(Hashable, kind))
    return kind(**{name: _restored(hints[name], part) for name, part in stored.items() if name in hints})


@cache
def _hints(kind: Any) -> dict[str, Any]:
    """Worked out once for each class: a list of patients reads dozens of records."""
    return get_type_hints(kind)
