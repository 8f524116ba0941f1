"""Staff correct an answer: a new record with its author, and the one before kept as it was.

Safety: the corrected answers are screened in the same transaction, as when the patient saves a page. What
fires anew raises an alert; what stops firing is kept as withdrawn, and its alert stays.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from intake.config import Settings
from intake.questionnaire.journey import Journey
from intake.questionnaire.pages import Page
from intake.questionnaire.values import Value
from intake.services import audit, documents, standing
from intake.services.audit import Action, Actor
from intake.services.editions import EditionChanged, mark_of, set_aside
from intake.services.sheet import Sheet, read, write
from intake.services.walking import freeze, lock, screening_of, tell_staff, urgency_handed_over, walk
from intake.storage.models import Intake, IntakeStatus, User
from intake.summary import Corrected


class ReasonNeeded(Exception):
    """Nobody corrects an answer without saying why."""


class NothingChanged(Exception):
    """The answers are what they were."""


class NotSent(Exception):
    """The patient still has the form in hand and changes it there."""


def correct(
    session: Session,
    intake: Intake,
    page: Page,
    answers: Mapping[str, Value | None],
    *,
    by: User,
    reason: str,
    seen: str,
    settings: Settings,
    now: datetime,
) -> None:
    """Put the answers of one page right; None takes an answer away.

    Ids that `page` does not ask are left aside. `seen` is the mark of the record that was looked at.
    Raises NotSent, EditionChanged, ReasonNeeded or NothingChanged.
    """
    lock(session, intake)
    reason = reason.strip()
    _may_be_corrected(intake, seen, reason)
    sheet = read(intake)
    before = walk(intake, sheet, settings, now)
    corrected = _corrected(before, page, answers, by, reason, now)
    if not corrected:
        raise NothingChanged
    set_aside(session, intake, reason=reason, now=now)
    intake.amended_at, intake.amended_by = now, session.get_one(User, by.id)
    sheet = replace(
        sheet,
        answers=sheet.answers.merged({each.question: each.new for each in corrected}),
        passed=sheet.passed | {page.id},
        corrections=(*sheet.corrections, *corrected),
    )
    _hand_over_again(session, intake, sheet, before, Actor.staff(by), settings, now)
    detail: dict[str, str | int] = {
        "page": page.id,
        "answers": len(corrected),
        "edition": intake.edition,
    }
    audit.record(session, Action.INTAKE_CORRECTED, by=Actor.staff(by), on=intake, now=now, **detail)


def _may_be_corrected(intake: Intake, seen: str, reason: str) -> None:
    if intake.status is not IntakeStatus.SENT:
        raise NotSent
    if mark_of(intake) != seen:
        raise EditionChanged
    if not reason:
        raise ReasonNeeded


def _corrected(
    before: Journey, page: Page, answers: Mapping[str, Value | None], by: User, reason: str, now: datetime
) -> tuple[Corrected, ...]:
    """The answers that differ from what stands, among those that the page asks."""
    asked = [question.id for question in before.asked(page) if question.id in answers]
    stood = before.facts.value
    return tuple(
        Corrected(id, stood(id), answers[id], by.name, now, reason)
        for id in asked
        if answers[id] != stood(id)
    )


def _hand_over_again(
    session: Session,
    intake: Intake,
    sheet: Sheet,
    before: Journey,
    by: Actor,
    settings: Settings,
    now: datetime,
) -> None:
    """Screen, tell staff, freeze the record anew, and owe its documents."""
    after = walk(intake, sheet, settings, now)
    screening = screening_of(after, settings=settings)
    # Not "brought up to date": that would owe the patient an emergency page which nobody has shown them.
    stands = standing.compare(sheet, screening, before=before, after=after, now=now)
    write(intake, stands.sheet)
    intake.urgency = urgency_handed_over(after, screening, settings)
    tell_staff(session, intake, stands.risen, by=by, settings=settings, now=now)
    freeze(intake, stands.sheet, after, settings, now)
    documents.owe(session, intake, now=now)
