"""What was changed in a record after it was handed over, in the words of the note. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from intake.i18n import gettext
from intake.questionnaire import QUESTIONS
from intake.questionnaire.values import Value
from intake.summary.phrases import label
from intake.summary.record import Amendment, Correction


@dataclass(frozen=True)
class Corrected:
    """An answer that a member of staff corrected. None is blank; `by` is their name, `at` is aware."""

    question: str
    old: Value | None
    new: Value | None
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class Amended:
    """The record replaces an earlier one, of `replaces`.

    `at` and `by` say when and who corrected it; None and "" when the patient was asked again.
    """

    replaces: datetime
    at: datetime | None = None
    by: str = ""


def amendment(amended: Amended | None, corrected: Sequence[Corrected]) -> Amendment | None:
    """What the record says of it; None for a record that replaces none."""
    if amended is None:
        return None
    return Amendment(
        replaces=amended.replaces.isoformat(),
        at=amended.at.isoformat() if amended.at else None,
        by=amended.by,
        corrections=tuple(_correction(each) for each in corrected),
    )


def _correction(each: Corrected) -> Correction:
    return Correction(
        id=each.question,
        label=label(each.question),
        was=_said(each.question, each.old),
        now=_said(each.question, each.new),
        by=each.by,
        at=each.at.isoformat(),
        reason=each.reason,
    )


def _said(question: str, value: Value | None) -> str:
    return gettext("blank") if value is None else QUESTIONS[question].as_noted(value)
