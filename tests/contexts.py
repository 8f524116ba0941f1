"""What templates are handed: values that cannot change, and never a row of the database.

A row decrypts what is asked of it, so a template that has one could print a patient's answers by a slip. What
reception's templates get is of a type that cannot hold an answer.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time, timedelta
from enum import Enum
from functools import cache
from types import MappingProxyType, NoneType
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

from jinja2 import Template, Undefined
from werkzeug.wrappers import Request
from wtforms import Field
from wtforms.form import BaseForm

from intake.services.alerts.call_script import CallScript
from intake.storage.models import Row
from intake.summary import Summary
from intake.summary.record import Said

# What cannot change and holds nothing else.
PLAIN = (str, bool, int, float, NoneType, date, time, timedelta, UUID, Enum, Undefined, Callable, Request)
# What holds other values and cannot change; a frozen dataclass is one as well.
HOLDERS = (tuple, frozenset, MappingProxyType)
# What keeps the words that somebody typed, until they are taken.
FORMS = (BaseForm, Field)
# The record is frozen when it is sent; some values in it are the lists and dictionaries of its JSON.
RECORD = (Said, Summary)
# Where the types are that hold answers, and the one view of reception's that may hold some.
ANSWERS = (
    "intake.questionnaire.answers",
    "intake.questionnaire.journey",
    "intake.questionnaire.values",
    "intake.services.forms.draft",
    "intake.summary",
)
MAY_HOLD_ANSWERS = frozenset({CallScript})


def faults_of(template: Template, context: Mapping[str, Any]) -> list[str]:
    """What this template should not have been handed, in words."""
    found = [fault for name, value in context.items() for fault in _faults_in(value, name)]
    if (template.name or "").startswith("reception/"):
        found += [fault for name, value in context.items() for fault in _answers_in(value, name)]
    return [f"{template.name} is handed {fault}" for fault in found]


def _faults_in(value: object, path: str) -> Iterator[str]:
    if isinstance(value, Row):
        yield f"{path}, a row ({type(value).__name__})"
    elif isinstance(value, (*FORMS, *RECORD)):
        yield from _rows_behind(value, path, set())
    elif isinstance(value, HOLDERS) or _is_frozen(value):
        for name, part in _parts(value):
            yield from _faults_in(part, f"{path}.{name}")
    elif not isinstance(value, PLAIN):
        yield f"{path}, which can change ({type(value).__name__})"


def _rows_behind(value: object, path: str, seen: set[int]) -> Iterator[str]:
    """The rows that a form holds, in whatever way."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, Row):
        yield f"{path}, a row ({type(value).__name__})"
    for name, part in _parts(value):
        yield from _rows_behind(part, f"{path}.{name}", seen)


def _is_frozen(value: object) -> bool:
    return is_dataclass(value) and bool(type(value).__dataclass_params__.frozen)  # type: ignore[attr-defined]


def _parts(value: object) -> Iterator[tuple[str, object]]:
    """What a value holds, and under what name."""
    if isinstance(value, Mapping):
        yield from ((str(key), each) for key, each in value.items())
    elif isinstance(value, tuple | list | set | frozenset):
        yield from ((str(place), each) for place, each in enumerate(value))
    elif isinstance(value, FORMS):
        yield from vars(value).items()
    elif is_dataclass(value) and not isinstance(value, type):
        # What a cached property keeps is no field, and a template may read it all the same.
        yield from {
            **{each.name: getattr(value, each.name) for each in fields(value)},
            **_kept(value),
        }.items()


def _kept(value: object) -> dict[str, object]:
    return getattr(value, "__dict__", {})


def _answers_in(value: object, path: str) -> Iterator[str]:
    """What reception is handed that could hold an answer."""
    for each in value if isinstance(value, tuple | frozenset) else (value,):
        if is_dataclass(each):
            yield from (f"{path}, in which {held}" for held in may_hold_answers(type(each)))


@cache
def may_hold_answers(view: type) -> tuple[str, ...]:
    """Where a view could hold an answer, by the types of its fields; nothing for one that cannot."""
    return () if view in MAY_HOLD_ANSWERS else tuple(_holding(view, view.__name__, frozenset()))


def _holding(kind: Any, path: str, above: frozenset[Any]) -> Iterator[str]:
    if kind in MAY_HOLD_ANSWERS or kind in above:
        return
    whole = get_origin(kind) or kind
    if whole in (Any, object) or (isinstance(whole, type) and issubclass(whole, Mapping)):
        yield f"{path} may be anything ({kind})"
    elif getattr(kind, "__module__", "").startswith(ANSWERS):
        yield f"{path} may be an answer ({kind})"
    elif is_dataclass(kind):
        for name, part in get_type_hints(kind).items():
            yield from _holding(part, f"{path}.{name}", above | {kind})
    for part in get_args(kind):
        yield from _holding(part, path, above)
