"""The patient's sheet: everything they wrote, and what happened while they wrote it.

It is kept as one sealed JSON document, so that a new question never needs a migration. Nothing is ever
taken off it: a withdrawn finding and an answer no longer asked stay.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from intake.questionnaire.answers import Answers
from intake.questionnaire.earlier import gates_answered
from intake.questionnaire.values import Value
from intake.red_flags import Urgency
from intake.storage.models import Intake
from intake.summary import AnswerChange, Corrected, Retraction


class Choice(StrEnum):
    """What the patient can choose on a card (`advice.CHOICES` says which on which)."""

    GETTING_HELP = "getting_help"
    ALREADY_SEEN = "already_seen"
    MISTAKE = "mistake"
    CONTINUE = "continue"
    UNDERSTOOD = "understood"


@dataclass(frozen=True)
class Raised:
    """A rule that stands at SAME_DAY or EMERGENCY, and since when."""

    rule: str
    urgency: Urgency
    at: datetime


@dataclass(frozen=True)
class Interrupt:
    """The card `advice` was shown for `rules`; `choice` None while the patient has not answered it.

    `is_open` and `has_phone` say in which wording.
    """

    at: datetime
    rules: tuple[str, ...]
    because: tuple[str, ...]
    advice: str
    choice: Choice | None = None
    choice_at: datetime | None = None
    where: str = ""
    is_open: bool = True
    has_phone: bool = True


@dataclass(frozen=True)
class Check:
    """The patient was asked once to look again at the answers to `questions`.

    `about` is the entry of the watch list or the contradiction behind it, `phrase` the words or places.
    """

    questions: tuple[str, ...]
    phrase: str
    shown_at: datetime
    about: str = ""


@dataclass(frozen=True)
class Sheet:
    """`passed` are the pages saved; `known` what the clinic knew, frozen when the form is sent.

    `corrections` are by staff, after sending. `settled` are the questions that stay answered while the safety
    questions are asked again; nobody is asked them now.
    """

    answers: Answers = field(default_factory=Answers)
    passed: frozenset[str] = frozenset()
    known: Answers = field(default_factory=Answers)
    raised: tuple[Raised, ...] = ()
    interrupts: tuple[Interrupt, ...] = ()
    withdrawn: tuple[Retraction, ...] = ()
    checks: tuple[Check, ...] = ()
    corrections: tuple[Corrected, ...] = ()
    settled: frozenset[str] = frozenset()


def read(intake: Intake) -> Sheet:
    """The sheet of an intake."""
    return opened(intake.sheet)


def opened(kept: Mapping[str, Any]) -> Sheet:
    """The sheet that was kept as this JSON document."""
    return Sheet(
        answers=gates_answered(Answers.from_json(kept["answers"])),
        passed=frozenset(kept["passed"]),
        known=Answers.from_json(kept["known"]),
        raised=tuple(
            Raised(each["rule"], Urgency[each["urgency"]], _moment(each["at"])) for each in kept["raised"]
        ),
        interrupts=tuple(_interrupt(each) for each in kept["interrupts"]),
        withdrawn=tuple(_retraction(each) for each in kept["withdrawn"]),
        checks=tuple(map(_check, kept["checks"])),
        # Sheets of older versions have none of these.
        corrections=tuple(_corrected(each) for each in kept.get("corrections", ())),
        settled=frozenset(kept.get("settled", ())),
    )


def write(intake: Intake, sheet: Sheet) -> None:
    """Put the sheet back, sealed."""
    intake.sheet = {
        "answers": sheet.answers.to_json(),
        "passed": sorted(sheet.passed),
        "known": sheet.known.to_json(),
        "raised": [
            {"rule": each.rule, "urgency": each.urgency.name, "at": each.at.isoformat()}
            for each in sheet.raised
        ],
        "interrupts": [_interrupt_json(each) for each in sheet.interrupts],
        "withdrawn": [_retraction_json(each) for each in sheet.withdrawn],
        "checks": [
            {
                "questions": list(each.questions),
                "phrase": each.phrase,
                "shown_at": each.shown_at.isoformat(),
                "about": each.about,
            }
            for each in sheet.checks
        ],
        "corrections": [_corrected_json(each) for each in sheet.corrections],
        "settled": sorted(sheet.settled),
    }


def _interrupt(kept: Mapping[str, Any]) -> Interrupt:
    return Interrupt(
        at=_moment(kept["at"]),
        rules=tuple(kept["rules"]),
        because=tuple(kept["because"]),
        advice=kept["advice"],
        choice=Choice(kept["choice"]) if kept["choice"] else None,
        choice_at=_moment(kept["choice_at"]) if kept["choice_at"] else None,
        where=kept["where"],
        # Those of the first release had no other wording.
        is_open=kept.get("is_open", True),
        has_phone=kept.get("has_phone", True),
    )


def _interrupt_json(interrupt: Interrupt) -> dict[str, Any]:
    return {
        "at": interrupt.at.isoformat(),
        "rules": list(interrupt.rules),
        "because": list(interrupt.because),
        "advice": interrupt.advice,
        "choice": interrupt.choice,
        "choice_at": interrupt.choice_at.isoformat() if interrupt.choice_at else None,
        "where": interrupt.where,
        "is_open": interrupt.is_open,
        "has_phone": interrupt.has_phone,
    }


def _check(kept: Mapping[str, Any]) -> Check:
    # The first release asked about one question at a time.
    earlier = [kept["question"]] if kept.get("question") else []
    questions = tuple(kept.get("questions", earlier))
    return Check(questions, kept["phrase"], _moment(kept["shown_at"]), kept.get("about", ""))


def _retraction(kept: Mapping[str, Any]) -> Retraction:
    changes = (
        AnswerChange(
            each["question"], _value(each["question"], each["old"]), _value(each["question"], each["new"])
        )
        for each in kept["changes"]
    )
    raised_at, withdrawn_at = _moment(kept["raised_at"]), _moment(kept["withdrawn_at"])
    return Retraction(kept["rule"], kept["urgency"], tuple(changes), raised_at, withdrawn_at)


def _retraction_json(retraction: Retraction) -> dict[str, Any]:
    return {
        "rule": retraction.rule,
        "urgency": retraction.urgency,
        "changes": [
            {
                "question": each.question,
                "old": _json(each.question, each.old),
                "new": _json(each.question, each.new),
            }
            for each in retraction.changes
        ],
        "raised_at": retraction.raised_at.isoformat(),
        "withdrawn_at": retraction.withdrawn_at.isoformat(),
    }


def _corrected(kept: Mapping[str, Any]) -> Corrected:
    question = kept["question"]
    old, new = (_value(question, kept[side]) for side in ("old", "new"))
    return Corrected(question, old, new, kept["by"], _moment(kept["at"]), kept["reason"])


def _corrected_json(each: Corrected) -> dict[str, Any]:
    return {
        "question": each.question,
        "old": _json(each.question, each.old),
        "new": _json(each.question, each.new),
        "by": each.by,
        "at": each.at.isoformat(),
        "reason": each.reason,
    }


def _value(question: str, kept: object) -> Value | None:
    return None if kept is None else Answers.from_json({question: kept})[question]


def _json(question: str, value: Value | None) -> object:
    return None if value is None else Answers({question: value}).to_json()[question]


def _moment(kept: str) -> datetime:
    return datetime.fromisoformat(kept)
