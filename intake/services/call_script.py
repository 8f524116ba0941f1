"""What reception says on the telephone, made from the patient's own answers.

Only the answers behind the alerts are in it, with the advice that the patient was shown; nothing else of the
clinical record.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from intake.config import Settings
from intake.i18n import Words, speaking
from intake.questionnaire import QUESTIONS, page_of
from intake.questionnaire.journey import Journey
from intake.red_flags.advice import Card, card_for
from intake.services import intakes
from intake.services.sheet import Choice, Interrupt, read
from intake.storage.models import Intake


@dataclass(frozen=True)
class Spoken:
    """A question as it was asked, and the answer. `before` is what stood there until it was changed."""

    question: str
    answer: str
    before: str = ""


@dataclass(frozen=True)
class CallScript:
    """What is said on the telephone. `chose` is what the patient pressed on the emergency page, and when."""

    answers: tuple[Spoken, ...]
    changed: tuple[Spoken, ...]
    interrupt: Interrupt | None
    advice: tuple[Words, ...]

    @property
    def chose(self) -> Choice | None:
        """The patient's choice on the emergency page; None while there is none."""
        return self.interrupt.choice if self.interrupt else None


def call_script(intake: Intake, *, settings: Settings, now: datetime) -> CallScript:
    """The script for this patient, in the clinic's language and by whether the clinic is open."""
    sheet = read(intake)
    journey = intakes.journey_of(intake, settings=settings, now=now)
    screening = intakes.screening_of(journey, settings=settings)
    standing = {each.rule for each in sheet.raised}
    findings = [finding for finding in screening.findings if finding.rule.id in standing]
    reasons = dict.fromkeys(id for finding in findings for id in finding.because)
    told = card_for(screening)
    with speaking(settings.language):
        return CallScript(
            answers=tuple(_spoken(id, journey) for id in _said_by_the_patient(reasons, journey)),
            changed=tuple(_changed(intake)),
            interrupt=sheet.interrupts[-1] if sheet.interrupts else None,
            advice=read_out(told[0], settings.can_call_back(now)) if told else (),
        )


def _said_by_the_patient(reasons: Iterable[str], journey: Journey) -> list[str]:
    """The reasons that were asked on this form; facts the clinic had already are nothing to read out."""
    asked = [each.id for step in (*journey.steps, *journey.more) for each in step.asked]
    return sorted((id for id in reasons if id in asked and not page_of(id).confirm), key=asked.index)


def read_out(card: Card, is_open: bool) -> tuple[Words, ...]:
    """What the card says, but for the line that nobody is reading: somebody is on the telephone now."""
    more = (each for each in card.more if "{clinic_name}" not in str(each))
    return (card.heading, card.act(is_open), *more)


def _spoken(question_id: str, journey: Journey) -> Spoken:
    question = QUESTIONS[question_id]
    value = journey.facts.value(question_id)
    return Spoken(str(question.text), question.said(value) if value is not None else "")


def _changed(intake: Intake) -> Iterable[Spoken]:
    """What was withdrawn since, question by question, the last change of each."""
    changes = {}
    for retraction in read(intake).withdrawn:
        for change in retraction.changes:
            changes[change.question] = change
    for id, change in changes.items():
        question = QUESTIONS[id]
        before = question.said(change.old) if change.old is not None else ""
        after = question.said(change.new) if change.new is not None else ""
        yield Spoken(str(question.text), after, before)
