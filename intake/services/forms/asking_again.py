"""The safety questions are asked again, because the answers have become old.

What was sent is kept whole as an edition. The fresh draft has no answer to any safety question; everything
else stays answered and is not asked. Safety: blank is never no, no safety answer is ever taken from the old
draft, what was urgent stays urgent until the new answers are sent, and alerts work as ever meanwhile.
"""

from dataclasses import replace

from intake.config import Settings
from intake.questionnaire import QUESTIONS
from intake.questionnaire.answers import Answers
from intake.questionnaire.journey import Journey
from intake.red_flags import Screening
from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.forms import current_findings
from intake.services.forms.current_findings import JourneyChange
from intake.services.forms.draft import Draft, opened, read, write
from intake.services.forms.versions import set_aside
from intake.services.forms.walking import known_of, lock, walk
from intake.services.invitations import links
from intake.storage.models import HANDED_OVER, Intake, IntakeStatus
from intake.summary import Summary

SAFETY = frozenset(question.id for question in QUESTIONS.values() if question.safety)


class NothingToAskAgain(Exception):
    """The form was not sent, is being asked about already, or its link could not be opened any more."""


def ask_again(op: Operation, intake: Intake, *, token: str) -> None:
    """Set the record aside, clear the safety answers, and make a new link with this secret.

    Raises NothingToAskAgain.
    """
    lock(op.session, intake)
    if intake.status is not IntakeStatus.SENT or not links.may_open(intake.appointment, now=op.now):
        raise NothingToAskAgain
    draft = read(intake)
    fresh = cleared(draft, walk(op, intake, draft))
    set_aside(op, intake, reason=None)
    intake.status, intake.asked_again_at = IntakeStatus.NOT_OPENED, op.now
    intake.sent_at, intake.opened_at, intake.left_at = None, None, None
    write(intake, fresh)
    journey = walk(op, intake, fresh)
    intake.percent, intake.pages_done, intake.pages = (
        journey.percent,
        journey.pages_done,
        len(journey.steps),
    )
    op.record(Action.INTAKE_ASKED_AGAIN, intake, edition=intake.edition)
    links.invite(op, intake.appointment, token=token)


def cleared(draft: Draft, journey: Journey) -> Draft:
    """The draft on which the safety questions are asked again, and nothing else.

    A stale answer, whose question was not asked any more, goes too: it must not count when a new answer
    opens its question. What must be answered and was left blank on paper is asked too, or nobody could ever
    send the form.
    """
    answers = {
        question: value
        for question, value in draft.answers.items()
        if question in journey.counting and question not in SAFETY
    }
    asked = (*journey.steps, *journey.more)
    already_answered = frozenset(
        each.id for step in asked for each in step.asked if each.id in journey.counting or not each.required
    )
    already_answered -= SAFETY
    passed = frozenset(
        step.page.id for step in asked if already_answered.issuperset(q.id for q in step.asked)
    )
    return replace(
        draft,
        answers=Answers(answers),
        passed=passed,
        skipped=frozenset(),
        known=Answers(),
        raised=(),
        checks=(),
        corrections=tuple(
            correction for correction in draft.corrections if correction.question not in SAFETY
        ),
        already_answered=already_answered,
    )


def answered(op: Operation, intake: Intake, draft: Draft, journey: Journey, screening: Screening) -> Draft:
    """The draft when its new answers are sent: what was raised before and is not now is kept as withdrawn."""
    earlier = draft_before(intake)
    before = journey_before(intake, earlier, op.settings)
    gone = current_findings.gone(earlier, screening, JourneyChange(before, journey, op.now))
    return replace(draft, already_answered=frozenset(), withdrawn=(*draft.withdrawn, *gone))


def draft_before(intake: Intake) -> Draft:
    """The draft of the record that stood when the patient was asked again."""
    return opened(intake.editions[-1].draft)


def journey_before(intake: Intake, earlier: Draft, settings: Settings) -> Journey:
    """The way through for it, on the day it was handed over."""
    known = earlier.known or known_of(intake.appointment.as_booked)
    on = settings.today(intake.editions[-1].handed_over_at)
    return Journey(Answers({**known, **earlier.answers}), on, earlier.passed, settings.features)


def is_pending(intake: Intake) -> bool:
    """The safety questions were asked again, and nothing has been handed over since."""
    return intake.asked_again_at is not None and intake.status not in HANDED_OVER


def record_before(intake: Intake) -> Summary:
    """The record that stands until the new answers are sent."""
    return Summary.from_json(intake.editions[-1].summary)
