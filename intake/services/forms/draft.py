"""The patient's draft: everything they wrote, and what happened while they wrote it.

It is kept as one sealed JSON document, so that a new question never needs a migration. Nothing is ever
taken off it: a withdrawn finding and an answer no longer asked stay.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from intake.questionnaire.answers import Answers
from intake.questionnaire.earlier import gates_answered
from intake.red_flags import Urgency
from intake.storage.models import Intake
from intake.summary import Corrected, Retraction, codec


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

    @staticmethod
    def from_earlier(stored: Mapping[str, Any]) -> Mapping[str, Any]:
        """The first release asked about one question at a time."""
        earlier = {"questions": [stored["question"]]} if stored.get("question") else {"questions": []}
        return {**earlier, **stored}


@dataclass(frozen=True)
class Draft:
    """`passed` are the pages saved; `known` what the clinic knew, frozen when the form is sent.

    `corrections` are by staff, after sending. `already_answered` are the questions that stay answered while
    the safety questions are asked again; nobody is asked them now. `skipped` are private pages that
    somebody who answers for the patient left to them. `saved_from` is, by page, the copy of it open in some
    window that was saved last.
    """

    answers: Answers = field(default_factory=Answers)
    passed: frozenset[str] = frozenset()
    known: Answers = field(default_factory=Answers)
    raised: tuple[Raised, ...] = ()
    interrupts: tuple[Interrupt, ...] = ()
    withdrawn: tuple[Retraction, ...] = ()
    checks: tuple[Check, ...] = ()
    corrections: tuple[Corrected, ...] = ()
    already_answered: frozenset[str] = frozenset()
    saved_from: Mapping[str, str] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()

    @staticmethod
    def from_earlier(stored: Mapping[str, Any]) -> Mapping[str, Any]:
        """Version 0.1 called what stays answered settled."""
        return {"already_answered": stored.get("settled", ()), **stored}


def read(intake: Intake) -> Draft:
    """The draft of an intake."""
    return opened(intake.draft)


def opened(kept: Mapping[str, Any]) -> Draft:
    """The draft that was kept as this JSON document."""
    draft = codec.from_json(Draft, kept)
    return replace(draft, answers=gates_answered(draft.answers))


def write(intake: Intake, draft: Draft) -> None:
    """Put the draft back, sealed."""
    intake.draft = codec.to_json(draft)
