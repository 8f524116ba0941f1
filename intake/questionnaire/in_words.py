"""Criteria in plain English, for whoever reads the data and not the code.

Both readings name every question and every answer that the criterion looks at, as they were written.
"""

from collections.abc import Iterable

from intake.questionnaire import QUESTIONS
from intake.questionnaire.body import SITE_GROUPS
from intake.questionnaire.criteria import (
    ALWAYS,
    SIGNS,
    AllNo,
    AtLeast,
    Both,
    Chosen,
    Compared,
    Criterion,
    Feature,
    NotChosen,
    Quantity,
    Several,
    Ticked,
    Yes,
)
from intake.questionnaire.declared import source
from intake.questionnaire.questions import AnyOf, OneOf, Option

EVERYBODY = "always"
_OR = " / "
_YES, _OPENS = "is “Yes”", f"is “Yes”{_OR}“Not sure”"
_COMPARED = {">=": "is {} or more", ">": "is more than {}", "<=": "is {} or less", "<": "is less than {}"}


def asked_in_words(*criteria: Criterion) -> str:
    """When a question is asked: all of these hold. "Not sure" opens it just as "yes" does."""
    parts = tuple(dict.fromkeys(each for each in criteria if each != ALWAYS))
    return _words(Both(parts) if len(parts) > 1 else (parts or (ALWAYS,))[0], _OPENS)


def fires_in_words(criterion: Criterion) -> str:
    """When a rule holds for a patient who says so."""
    return _words(criterion, _YES)


def _words(criterion: Criterion, yes: str) -> str:
    match criterion:
        case Yes(question_id=question):
            return f"{question} {yes}"
        case Chosen(question_id="sites", options=options):
            return f"pain is marked in {_places(options)}"
        case Chosen(question_id=question, options=options):
            also = _not_sure_in(question) if yes == _OPENS else ()
            return f"{question} {_is_or_has(question)} {_listed(question, (*options, *also))}"
        case Ticked(question_id=question, options=options):
            return f"{question} has {_listed(question, options)}"
        case Several(question_id=question):
            return f"{question} has more than one answer"
        case NotChosen(question_id=question, options=options):
            return f"{question} is not {_listed(question, options)}, or is not answered"
        case AllNo(ids=ids):
            return f"each of {', '.join(ids)} that is asked is “No”"
        case Compared():
            return _compared(criterion)
        case Feature(name=name):
            return f"the clinic has switched on {name}"
        case Both(parts=parts):
            return " and ".join(_inside(part, yes) for part in parts)
        case AtLeast(count=1, parts=parts):
            return " or ".join(_inside(part, yes) for part in parts)
        case AtLeast(count=count, parts=parts):
            return f"at least {count} of: {'; '.join(_words(part, yes) for part in parts)}"
    if criterion == ALWAYS:
        return EVERYBODY
    raise TypeError(f"no words for {type(criterion).__name__}")


def _inside(criterion: Criterion, yes: str) -> str:
    words = _words(criterion, yes)
    return f"({words})" if isinstance(criterion, Both | AtLeast) else words


def _compared(criterion: Compared) -> str:
    limit = criterion.limit
    to = limit.name if isinstance(limit, Quantity) else f"{limit:g}"
    looked_at = [id for id in criterion.question_ids() if id != criterion.quantity.name]
    made_of = f" (from {', '.join(dict.fromkeys(looked_at))})" if looked_at else ""
    return f"{criterion.quantity.name}{made_of} {_COMPARED[SIGNS[criterion.holds]].format(to)}"


def _not_sure_in(question_id: str) -> tuple[str, ...]:
    """Ticked in a list, "not sure" may be any of its options; chosen from several, it is an answer of its own."""
    question = QUESTIONS.get(question_id)
    offered = question.options if isinstance(question, AnyOf) else ()
    return tuple(option.id for option in offered if option.id == "not_sure")


def _is_or_has(question_id: str) -> str:
    return "has" if isinstance(QUESTIONS.get(question_id), AnyOf) else "is"


def _offered(question_id: str) -> dict[str, Option]:
    question = QUESTIONS.get(question_id)
    return {each.id: each for each in question.options} if isinstance(question, OneOf | AnyOf) else {}


def _listed(question_id: str, ids: Iterable[str]) -> str:
    offered = _offered(question_id)
    named = [f"“{source(offered[id].text)}”" if id in offered else f"“{id}”" for id in dict.fromkeys(ids)]
    return _OR.join(named)


def _places(regions: Iterable[str]) -> str:
    """The fewest groups of places that make up all of these, and the places that are in no whole group."""
    wanted = set(regions)
    inside = {name: group for name, group in SITE_GROUPS.items() if group <= wanted}
    for name in sorted(inside, key=lambda each: (len(inside[each]), each)):
        others = (group for other, group in inside.items() if other != name)
        if inside[name] <= set().union(*others):
            del inside[name]
    return _OR.join([*inside, *sorted(wanted.difference(*inside.values()))])
