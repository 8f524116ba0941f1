"""Answers given to an earlier version of the form, read by this one.

Safety: a gate is answered from what stands behind it, and only as far as the patient said it. A blank is never a "no".
"""

from intake.questionnaire import QUESTIONS
from intake.questionnaire.answers import Answers
from intake.questionnaire.questions import Gate

GATES = tuple(question for question in QUESTIONS.values() if isinstance(question, Gate))
# What stands behind another gate is answered first.
_INNER_FIRST = sorted(GATES, key=lambda gate: not any(gate.id in other.items for other in GATES))


def gates_answered(answers: Answers) -> Answers:
    """The same answers, with every gate that was not asked yet answered from its items.

    Yes when any item is yes, else "not sure" when any is, and "no" only when each item that it names was answered no.
    """
    for gate in _INNER_FIRST:
        if gate.id not in answers and (said := _said(gate, answers)):
            answers = answers.merged({gate.id: said})
    return answers


def _said(gate: Gate, answers: Answers) -> str | None:
    said = [answers.get(item) for item in gate.items]
    for value in ("yes", "not_sure"):
        if value in said:
            return value
    # A gate without names asks for more than its items: three months of tablets say nothing about four weeks.
    all_named = gate.id not in _ASKS_FOR_MORE
    return "no" if all_named and all(value == "no" for value in said) else None


_ASKS_FOR_MORE = frozenset({"med_steroid_4w"})
