"""An answer as a phrase of the note, in the clinic's language."""

from collections.abc import Iterable, Mapping
from datetime import date

from intake.i18n import gettext, lower_first
from intake.i18n import listed as listed
from intake.questionnaire import QUESTIONS
from intake.questionnaire.criteria import age_on
from intake.questionnaire.journey import Journey
from intake.questionnaire.questions import NO, AnyOf, FreeText, Gate, OneOf, Question, Regions, YesNoUnsure
from intake.questionnaire.values import Value
from intake.summary.places import place_words

# Not repeated as a reason: it stands in the identity strip.
_UNSAID = frozenset({"sex_at_birth"})
OTHER = "other"


def word(journey: Journey, question_id: str) -> str:
    """The answer in the clinician's words, with what was typed beside "other"; "" when none counts."""
    value = journey.facts.value(question_id)
    return "" if value is None else _worded(journey, QUESTIONS[question_id], value)


def phrase(journey: Journey, question_id: str) -> str:
    """The answer in its phrase ("Course: getting worse"); "" when there is none that counts."""
    return _in_phrase(question_id, word(journey, question_id))


def own_words(journey: Journey, question_id: str) -> str:
    """Free text exactly as written; "" when there is none that counts."""
    value = journey.facts.value(question_id)
    return value if isinstance(value, str) else ""


def chosen_words(journey: Journey, question_id: str, leaving_out: Iterable[str] = ("none",)) -> list[str]:
    """Each chosen option in the clinician's words, with what was typed beside "other"."""
    value = journey.facts.value(question_id)
    if not isinstance(value, tuple):
        return []
    options = [option for option in value if isinstance(option, str) and option not in leaving_out]
    return [option_word(journey, question_id, option) for option in options]


def option_word(journey: Journey, question_id: str, option: str) -> str:
    """One option of a question in the clinician's words, with what was typed beside it."""
    question = QUESTIONS[question_id]
    said = question.as_noted((option,) if isinstance(question, AnyOf) else option)
    typed = own_words(journey, box_of(question_id)) if option == OTHER else ""
    return f"{said}: {typed}" if typed else said


def box_of(question_id: str) -> str:
    """The id of the box beside "other"."""
    return f"{question_id}__other"


def together_ids(journey: Journey, item_id: str) -> tuple[str, ...]:
    """The item, and the question answered no that named it among others."""
    gates = [
        gate.id
        for gate in QUESTIONS.values()
        if isinstance(gate, Gate) and journey.facts.value(gate.id) == "no" and item_id in _behind(gate)
    ]
    return (item_id, *gates)


def _behind(gate: Gate) -> set[str]:
    inner = (QUESTIONS[item] for item in gate.items)
    return {*gate.items, *(id for each in inner if isinstance(each, Gate) for id in each.items)}


def ids_of(journey: Journey, question_id: str) -> tuple[str, ...]:
    """The question, and the box beside its "other" when something was typed there."""
    boxed = box_of(question_id)
    return (question_id, boxed) if journey.facts.value(boxed) is not None else (question_id,)


def reason(journey: Journey, question_id: str, options: tuple[str, ...] = ()) -> str:
    """The answer as one of the reasons why a rule fired; "" for an answer that argued against it.

    Of a list only the `options` that the rule looked at and found.
    """
    value, question = journey.facts.value(question_id), QUESTIONS[question_id]
    if value is None or question_id in _UNSAID:
        return ""
    if question_id == "dob":
        return gettext("age %(age)s", age=age_on(date.fromisoformat(str(value)), journey.facts.on))
    if isinstance(question, YesNoUnsure):
        return {"yes": named(question_id), "not_sure": unsure(question_id)}.get(str(value), "")
    if isinstance(question, Regions):
        return _in_phrase(question_id, listed(place_words(options)))
    if isinstance(value, tuple):
        # What was typed beside "other" is printed where the answer is.
        return _in_phrase(question_id, listed(question.as_noted((option,)) for option in options))
    if isinstance(question, FreeText) or isinstance(value, Mapping):
        return ""
    # The same words can answer two questions: "within 2 weeks".
    return detail(journey, question_id) if question.group else phrase(journey, question_id)


def detail(journey: Journey, question_id: str) -> str:
    """What was chosen where a yes opened a choice: "timing of the change: within 24 h"."""
    said = word(journey, question_id)
    return f"{named(question_id)}: {said}" if said else ""


def label(question_id: str) -> str:
    """The short name of a question in a note."""
    question = QUESTIONS[question_id]
    if isinstance(question, FreeText) and question.beside:
        return gettext("%(what)s, other", what=label(question.beside))
    return str(question.label or question.text)


def named(question_id: str) -> str:
    """The short name of a question inside a line."""
    return lower_first(label(question_id))


def unsure(question_id: str) -> str:
    """The short name of a question that the patient is not sure of."""
    return gettext("%(what)s (not sure)", what=named(question_id))


def negative(journey: Journey, question_id: str) -> str:
    """The short name of a question that was answered no, never or none; "" for any other answer."""
    value = journey.facts.value(question_id)
    if value == "not_applicable":
        return gettext("%(what)s (does not apply)", what=named(question_id))
    said_no = value in ("no", "never") or (isinstance(value, tuple) and "none" in value)
    return named(question_id) if said_no else ""


def word_no() -> str:
    """The word "no" as a note says it."""
    return lower_first(str(NO.text))


def word_no_together() -> str:
    """The "no" to a question that names several things at once."""
    return gettext("no (asked together)")


def _worded(journey: Journey, question: Question, value: Value) -> str:
    if isinstance(question, Regions) and isinstance(value, tuple):
        return listed(place_words(map(str, value)))
    if isinstance(question, AnyOf) and isinstance(value, tuple):
        return listed([option_word(journey, question.id, str(option)) for option in value])
    if isinstance(question, OneOf):
        return option_word(journey, question.id, str(value))
    return question.as_noted(value)


def _in_phrase(question_id: str, said: str) -> str:
    return str(QUESTIONS[question_id].noted).replace("{}", said) if said else ""
