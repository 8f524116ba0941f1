"""An answer as a phrase of the note, in the clinic's language."""

from collections.abc import Iterable
from datetime import date

from intake.i18n import gettext
from intake.questionnaire import QUESTIONS
from intake.questionnaire.criteria import age_on
from intake.questionnaire.journey import Journey
from intake.questionnaire.questions import YesNoUnsure

# Not repeated as a reason: they stand in the identity strip.
_UNSAID = frozenset({"sex_at_birth"})


def word(journey: Journey, question_id: str) -> str:
    """The answer in the clinician's words; "" when there is none that counts."""
    value = journey.facts.value(question_id)
    return "" if value is None else QUESTIONS[question_id].as_noted(value)


def phrase(journey: Journey, question_id: str) -> str:
    """The answer in its phrase ("Course: getting worse"); "" when there is none that counts."""
    said = word(journey, question_id)
    return str(QUESTIONS[question_id].noted).replace("{}", said) if said else ""


def own_words(journey: Journey, question_id: str) -> str:
    """Free text exactly as written; "" when there is none that counts."""
    value = journey.facts.value(question_id)
    return value if isinstance(value, str) else ""


def chosen_words(journey: Journey, question_id: str, leaving_out: Iterable[str] = ("none",)) -> list[str]:
    """Each chosen option in the clinician's words."""
    question, value = QUESTIONS[question_id], journey.facts.value(question_id)
    if not isinstance(value, tuple):
        return []
    return [
        question.as_noted((option,))
        for option in value
        if isinstance(option, str) and option not in leaving_out
    ]


def reason(journey: Journey, question_id: str) -> str:
    """The answer as one of the reasons why a rule fired; "" for an answer that argued against it."""
    value, question = journey.facts.value(question_id), QUESTIONS[question_id]
    if value is None or question_id in _UNSAID:
        return ""
    if question_id == "dob":
        return gettext("age %(age)s", age=age_on(date.fromisoformat(str(value)), journey.facts.on))
    if isinstance(question, YesNoUnsure):
        return {
            "yes": label(question_id),
            "not_sure": gettext("%(what)s (not sure)", what=label(question_id)),
        }.get(str(value), "")
    if value == ("none",):
        return ""
    return question.as_noted(value) if question.group else phrase(journey, question_id)


def label(question_id: str) -> str:
    """The short name of a question in a note."""
    question = QUESTIONS[question_id]
    return str(question.label or question.text)
