"""What the engine makes of each kind of answer, found out by asking it.

Safety: that "not sure" is never "no", and a blank never either, is code and no table. It is tried on every kind of
answer and written down here, so that a change of it changes the safety version like a change of a text.
"""

from collections.abc import Iterable
from datetime import date
from itertools import combinations_with_replacement
from typing import Any

from intake.questionnaire.criteria import (
    ALWAYS,
    Criterion,
    Truth,
    age,
    all_no,
    at_least,
    chosen,
    feature,
    not_chosen,
    number,
    on_age,
    onset_days,
    several,
    ticked,
    yes,
)
from intake.questionnaire.journey import CountedFacts
from intake.questionnaire.values import Value
from intake.red_flags.model import ALERTS_FROM, Urgency

_DAY = date(2026, 6, 15)
_BLANK, _CLOSED = "(blank)", "(not asked)"
_SAID: tuple[Value, ...] = ("yes", "not_sure", "no", "not_applicable", "prefer_not_say", "one", "other")
_LISTED: tuple[Value, ...] = (("one",), ("none",), ("not_sure",), ("not_sure", "one"), ("other", "third"))


def meanings() -> dict[str, Any]:
    """By kind of criterion: what each answer makes of it."""
    return {
        "yes": _of(yes("q"), _SAID),
        "chosen": _of(chosen("q", "one"), (*_SAID, *_LISTED)),
        "chosen, naming not sure": _of(chosen("q", "one", "not_sure"), (*_SAID, *_LISTED)),
        "ticked": _of(ticked("q", "one"), _LISTED),
        "several": _of(several("q"), _LISTED),
        "not chosen": _of(not_chosen("q", "one"), _SAID),
        "all no": _of(all_no("q"), _SAID),
        "number": _of(number("q") >= 5, (4, 5, 6)),
        "joined": _joined(),
        "not sure of the age at onset": _bounds(),
        "age at onset of 3 to 12 months": _years({"on_when": "m3_12", "dob": "1976-06-15"}),
        "age on the birthday": _is(age >= 50, {"dob": "1976-06-15"}),
        "age on the day before": _is(age >= 50, {"dob": "1976-06-16"}),
        "no onset": _is(onset_days <= 3, {}),
        "feature": _is(feature("off"), {}),
        "always": _is(ALWAYS, {}),
        "one tier lower when not sure": [urgency.name for urgency in Urgency],
        "alerts from": ALERTS_FROM.name,
    }


def _of(criterion: Criterion, values: Iterable[Value]) -> dict[str, str]:
    said = {_name(value): _is(criterion, {"q": value}) for value in values}
    closed = criterion.truth(CountedFacts(_DAY, frozenset(), {}, {"q"})).name
    return {**said, _BLANK: _is(criterion, {}), _CLOSED: closed}


def _is(criterion: Criterion, answers: dict[str, Value]) -> str:
    return criterion.truth(CountedFacts(_DAY, frozenset(), answers)).name


def _name(value: Value) -> str:
    return f"ticked: {' and '.join(map(str, value))}" if isinstance(value, tuple) else str(value)


def _joined() -> dict[str, list[str]]:
    """For each pair of truths: both, either, and two of both and a yes."""
    by_truth: dict[Truth, Value | None] = {
        Truth.NO: "no",
        Truth.UNANSWERED: None,
        Truth.NOT_SURE: "not_sure",
        Truth.YES: "yes",
    }
    joined = {}
    for one, other in combinations_with_replacement(Truth, 2):
        answers = {"a": by_truth[one], "b": by_truth[other], "c": "yes"}
        said = {id: value for id, value in answers.items() if value is not None}
        both, either = yes("a") & yes("b"), yes("a") | yes("b")
        two = at_least(2, yes("a"), yes("b"), yes("c"))
        joined[f"{one.name} with {other.name}"] = [_is(each, said) for each in (both, either, two)]
    return joined


def _bounds() -> dict[str, str]:
    return _years({"on_when": "y1_plus", "on_age": "not_sure", "dob": "1976-06-15"})


def _years(answers: dict[str, Value]) -> dict[str, str]:
    """The age at onset of somebody who is 50, against limits around it."""
    tried = {
        "under 45": on_age < 45,
        "at least 45": on_age >= 45,
        "under 51": on_age < 51,
        "over 51": on_age > 51,
    }
    return {name: _is(criterion, answers) for name, criterion in tried.items()}
