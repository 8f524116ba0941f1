"""What reception says on the telephone, made from the patient's own answers.

Only the answers behind the alerts are in it, with the advice that the patient was shown; nothing else of the
clinical record.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from intake.config import Settings
from intake.i18n import Words, speaking
from intake.questionnaire import QUESTIONS, page_of
from intake.questionnaire.journey import Journey
from intake.red_flags.advice import Card, card_for
from intake.services.context import Operation
from intake.services.forms import asking_again, intakes
from intake.services.forms.draft import Choice, Draft, Interrupt, read
from intake.services.forms.walking import screening_of
from intake.storage.models import Intake
from intake.summary import AnswerChange


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


def call_script(op: Operation, intake: Intake) -> CallScript:
    """The script for this patient, in the clinic's language and by whether the clinic is open."""
    now_said = _Basis(read(intake), intakes.journey_of(op, intake), op.settings)
    before = _before(intake, op.settings)
    interrupts = now_said.draft.interrupts
    with speaking(op.settings.language):
        changed = {**_changed(intake), **_answered_otherwise(now_said, before)}
        return CallScript(
            answers=tuple(_answers(now_said, before)),
            changed=tuple(changed.values()),
            interrupt=interrupts[-1] if interrupts else None,
            advice=_advice(now_said, before, op.settings.can_call_back(op.now)),
        )


class _Basis:
    """A draft with the answers that raised what stands on it."""

    def __init__(self, draft: Draft, journey: Journey, settings: Settings) -> None:
        self.draft, self.journey = draft, journey
        self.screening = screening_of(journey, settings=settings)
        standing = {each.rule for each in draft.raised}
        findings = [each for each in self.screening.findings if each.rule.id in standing]
        causes = [cause for finding in findings for cause in finding.causes]
        reasons = dict.fromkeys(cause.question_id for cause in causes)
        # Of a list only what a rule looked at is read out.
        self.options = {
            id: {option for cause in causes if cause.question_id == id for option in cause.options}
            for id in reasons
        }
        # Of free text only the words that count are said, not all that was written.
        self.quoted = {id: each.quoted for each in findings if each.quoted for id in each.because}
        self.reasons = _said_by_the_patient(reasons, journey)

    def spoken(self, question_id: str) -> Spoken:
        """The question with the answer that raised something."""
        return _spoken(question_id, self.journey, self.options.get(question_id, ()))


def _before(intake: Intake, settings: Settings) -> _Basis | None:
    """The record that stood when the patient was asked again, until the new answers are sent.

    Safety: its alerts wait for a call, though nothing of it stands on the fresh draft.
    """
    if intake.asked_again_at is None:
        return None
    earlier = asking_again.draft_before(intake)
    return _Basis(earlier, asking_again.journey_before(intake, earlier, settings), settings)


def _answers(now_said: _Basis, before: _Basis | None) -> Iterable[Spoken]:
    """The answers behind what was raised; of those before, the ones that have no other answer now."""
    yield from (_quoted(now_said.spoken(id), now_said.quoted.get(id)) for id in now_said.reasons)
    if before is None:
        return
    said_before, says_now = before.journey.facts.value, now_said.journey.facts.value
    still = (
        id for id in before.reasons if says_now(id) in (None, said_before(id)) and id not in now_said.reasons
    )
    yield from (before.spoken(id) for id in still)


def _answered_otherwise(now_said: _Basis, before: _Basis | None) -> dict[str, Spoken]:
    """What was a reason before, and has another answer now."""
    if before is None:
        return {}
    said_before, says_now = before.journey.facts.value, now_said.journey.facts.value
    new = (id for id in before.reasons if says_now(id) is not None and says_now(id) != said_before(id))
    return {
        id: replace(_spoken(id, now_said.journey), before=_spoken(id, before.journey).answer) for id in new
    }


def _advice(now_said: _Basis, before: _Basis | None, is_open: bool) -> tuple[Words, ...]:
    """The card of what was raised, the more urgent one."""
    cards = [told[0] for each in (now_said, before) if each and (told := card_for(each.screening))]
    return read_out(max(cards, key=lambda card: card.urgency), is_open) if cards else ()


def _said_by_the_patient(reasons: Iterable[str], journey: Journey) -> list[str]:
    """The reasons that were asked on this form; facts the clinic had already are nothing to read out."""
    asked = [each.id for step in (*journey.steps, *journey.more) for each in step.asked]
    return sorted((id for id in reasons if id in asked and not page_of(id).confirm), key=asked.index)


def read_out(card: Card, is_open: bool) -> tuple[Words, ...]:
    """What the card says, read out by somebody of the clinic; what it lists follows its sentence.

    It never says that the clinic is closed: somebody of it is speaking.
    """
    wording = card.wording(is_open=is_open)
    action = card.action_inside(wording)
    listed = (words for each in card.lists for words in (each.words, *each.items))
    return (wording.heading, *([action] if action else []), *card.more, *listed)


def _quoted(spoken: Spoken, words: str | None) -> Spoken:
    return replace(spoken, answer=f"“{words}”") if words else spoken


def _spoken(question_id: str, journey: Journey, options: Collection[str] = ()) -> Spoken:
    """The answer in the patient's words; of a list only these `options`, if any are named."""
    question = QUESTIONS[question_id]
    value = journey.facts.value(question_id)
    if isinstance(value, tuple) and options:
        value = tuple(each for each in value if isinstance(each, str) and each in options)
    return Spoken(str(question.text), question.said(value) if value is not None else "")


def _changed(intake: Intake) -> dict[str, Spoken]:
    """What was withdrawn since, question by question, the last change of each."""
    changes = {}
    for retraction in read(intake).withdrawn:
        for change in retraction.changes:
            changes[change.question] = change
    return {id: _spoken_of(change) for id, change in changes.items()}


def _spoken_of(change: AnswerChange) -> Spoken:
    question = QUESTIONS.get(change.question)
    if question is None:
        # A question of an earlier version: what it was called is not kept.
        return Spoken(change.question, "", "")
    before = question.said(change.old) if change.old is not None else ""
    after = question.said(change.new) if change.new is not None else ""
    return Spoken(str(question.text), after, before)
