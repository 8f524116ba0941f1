"""Staff correct an answer: a new record with its author, and the one before kept as it was.

Safety: the corrected answers are screened in the same transaction, as when the patient saves a page. What
fires anew raises an alert; what stops firing is kept as withdrawn, and its alert stays.
"""

from collections.abc import Mapping
from dataclasses import replace

from intake.questionnaire.journey import Journey
from intake.questionnaire.pages import Page
from intake.questionnaire.values import Value
from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.forms import current_findings, documents
from intake.services.forms.current_findings import JourneyChange
from intake.services.forms.draft import Draft, read, write
from intake.services.forms.versions import EditionChanged, set_aside, version_token_of
from intake.services.forms.walking import freeze, lock, screening_of, tell_staff, urgency_handed_over, walk
from intake.storage.models import Intake, IntakeStatus
from intake.summary import Corrected


class ReasonNeeded(Exception):
    """Nobody corrects an answer without saying why."""


class NothingChanged(Exception):
    """The answers are what they were."""


class NotSent(Exception):
    """The patient still has the form in hand and changes it there."""


def correct(
    op: Operation,
    intake: Intake,
    page: Page,
    answers: Mapping[str, Value | None],
    *,
    reason: str,
    version_token: str,
) -> None:
    """Put the answers of one page right; None takes an answer away.

    Ids that `page` does not ask are left aside. `version_token` is that of the record that was looked at.
    Raises NotSent, EditionChanged, ReasonNeeded or NothingChanged.
    """
    lock(op.session, intake)
    reason = reason.strip()
    _may_be_corrected(intake, version_token, reason)
    draft = read(intake)
    before = walk(op, intake, draft)
    corrected = _corrected(op, before, page, answers, reason)
    if not corrected:
        raise NothingChanged
    set_aside(op, intake, reason=reason)
    intake.amended_at, intake.amended_by = op.now, op.user
    draft = replace(
        draft,
        answers=draft.answers.merged({each.question: each.new for each in corrected}),
        passed=draft.passed | {page.id},
        corrections=(*draft.corrections, *corrected),
    )
    _hand_over_again(op, intake, draft, before)
    op.record(Action.INTAKE_CORRECTED, intake, page=page.id, answers=len(corrected), edition=intake.edition)


def _may_be_corrected(intake: Intake, version_token: str, reason: str) -> None:
    if intake.status is not IntakeStatus.SENT:
        raise NotSent
    if version_token_of(intake) != version_token:
        raise EditionChanged
    if not reason:
        raise ReasonNeeded


def _corrected(
    op: Operation, before: Journey, page: Page, answers: Mapping[str, Value | None], reason: str
) -> tuple[Corrected, ...]:
    """The answers that differ from what stands, among those that the page asks."""
    asked = [question.id for question in before.asked(page) if question.id in answers]
    said_before, author = before.facts.value, op.user.name
    return tuple(
        Corrected(id, said_before(id), answers[id], author, op.now, reason)
        for id in asked
        if answers[id] != said_before(id)
    )


def _hand_over_again(op: Operation, intake: Intake, draft: Draft, before: Journey) -> None:
    """Screen, tell staff, freeze the record anew, and enqueue its documents."""
    after = walk(op, intake, draft)
    screening = screening_of(after, settings=op.settings)
    # Not "brought up to date": that would keep an emergency page for the patient which nobody has shown them.
    current = current_findings.compare(draft, screening, JourneyChange(before, after, op.now))
    write(intake, current.draft)
    intake.urgency = urgency_handed_over(after, screening, op.settings)
    tell_staff(op, intake, current.newly_raised)
    freeze(op, intake, current.draft, after)
    documents.enqueue(op, intake)
