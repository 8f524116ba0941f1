"""The patient's form, from the first page to the receipt.

The way through is computed from the answers each time and never stored. Safety: every save is screened in
the same transaction, so staff see an emergency before the patient sees the page about it.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import partial
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from intake.config import Profile
from intake.questionnaire import EARLY_AFTER, VERSION, page_of
from intake.questionnaire.journey import Journey
from intake.questionnaire.pages import Page
from intake.questionnaire.values import Value
from intake.red_flags import RULES_VERSION, Finding, Screening, Urgency
from intake.red_flags.advice import card_for
from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.drawing import write_drawn
from intake.services.forms import asking_again, current_findings, documents
from intake.services.forms.current_findings import JourneyChange
from intake.services.forms.draft import Check, Choice, Draft, Interrupt, read, write
from intake.services.forms.entry import BY_PATIENT, Entry
from intake.services.forms.record import needs_of
from intake.services.forms.walking import (
    freeze,
    is_handed_over,
    known_of,
    lock,
    screening_of,
    summary_now,
    tell_staff,
    urgency_handed_over,
    urgency_of,
    walk,
)
from intake.services.staff import sessions
from intake.storage.models import Appointment, Intake, IntakeStatus, Patient
from intake.summary import Summary
from intake.text import code

LONGEST_WHERE = 200
# Built once: it is asked for with every page.
_BY_ID = (
    select(Intake)
    .where(Intake.id == bindparam("id"))
    .options(joinedload(Intake.appointment).joinedload(Appointment.patient).joinedload(Patient.identifiers))
)

# PostgreSQL can lock the intake alone, and not what is joined to it from outside.
_LOCKED_BY_ID = _BY_ID.with_for_update(of=Intake).execution_options(populate_existing=True)


class AlreadySent(Exception):
    """The form was sent; its answers do not change any more."""

    def __init__(self, receipt: str) -> None:
        super().__init__("already sent")
        self.receipt = receipt


class NotComplete(Exception):
    """Something that must be answered is not; `next` is the page."""

    def __init__(self, following: Page | None) -> None:
        super().__init__("not complete")
        self.next = following


class PageNotOnPath(Exception):
    """The page is not asked, or something before it is unanswered; `next` is where to go."""

    def __init__(self, following: Page | None) -> None:
        super().__init__("not on the path")
        self.next = following


class PageChanged(Exception):
    """The page was saved from elsewhere. `stored` is what stands there, with the token to post next."""

    def __init__(self, stored: Mapping[str, Value], version_token: str) -> None:
        super().__init__("changed elsewhere")
        self.stored = stored
        self.version_token = version_token


class Departure(Enum):
    """How the patient left a page that is saved. After BACK and AWAY some of it may be blank.

    ON: forward, or to come back later. BACK: to the page before; this one is not done yet, and a second look
    waits. AWAY: without seeing what the clinic answers, so a card for today waits for the next page saved.
    """

    ON = auto()
    BACK = auto()
    AWAY = auto()


@dataclass(frozen=True)
class OpenForm:
    """A form as it stands: its draft, and the way through it."""

    intake: Intake
    draft: Draft
    journey: Journey


@dataclass(frozen=True)
class Saved:
    """A page was saved. `interrupt`: this card comes first; `checks`: answers to look at again."""

    journey: Journey
    screening: Screening
    raised: tuple[Finding, ...]
    interrupt: Interrupt | None
    checks: tuple[Check, ...]
    next: Page | None


@dataclass(frozen=True)
class CardChosen:
    """What the patient chose on the card; for MISTAKE, the question to look at and its page."""

    choice: Choice
    question: str | None = None
    page: Page | None = None


@dataclass(frozen=True)
class Sent:
    """The form is with the clinic. What cannot wait is said once more on the receipt."""

    receipt: str
    screening: Screening


def find(session: Session, intake_id: UUID) -> Intake | None:
    """The intake with this id."""
    return session.scalars(_BY_ID, {"id": intake_id}).unique().one_or_none()


def find_locked(session: Session, intake_id: UUID) -> Intake | None:
    """The same, which nobody else changes before the session ends; one query for both."""
    return session.scalars(_LOCKED_BY_ID, {"id": intake_id}).unique().one_or_none()


def journey_of(op: Operation, intake: Intake, *, entry: Entry = BY_PATIENT) -> Journey:
    """The way through for what was answered so far, and for what the clinic already knows."""
    return walk(op, intake, read(intake), blanks=entry.blanks)


def taken_up(op: Operation, intake: Intake, *, entry: Entry = BY_PATIENT) -> OpenForm:
    """The form as it stands, which nobody else changes before this operation ends."""
    lock(op.session, intake)
    return looked_at(op, intake, entry=entry)


def looked_at(op: Operation, intake: Intake, *, entry: Entry = BY_PATIENT) -> OpenForm:
    """The form as it stands."""
    draft = read(intake)
    return OpenForm(intake, draft, walk(op, intake, draft, blanks=entry.blanks))


def open(op: Operation, intake: Intake) -> None:  # noqa: A001  (read as intakes.open)
    """The patient has shown who they are. An emergency they have not been seen for is said again."""
    lock(op.session, intake)
    if intake.status is IntakeStatus.NOT_OPENED:
        intake.status, intake.opened_at = IntakeStatus.OPENED, op.now
        op.record(Action.INTAKE_OPENED, intake)
        return
    op.record(Action.INTAKE_RESUMED, intake)
    if intake.status is not IntakeStatus.SENT:
        _say_again(op, intake)


def version_token_of(draft: Draft, page: Page) -> str:
    """A fingerprint of what is stored for `page`: posted with it, it tells when another tab was faster."""
    stored = draft.answers.to_json()
    said = json.dumps([page.id, *(stored.get(question.id) for question in page.questions)])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def save_page(
    op: Operation,
    form: OpenForm,
    page: Page,
    answers: Mapping[str, Value | None],
    *,
    version_token: str | None,
    copy: str = "",
    departure: Departure = Departure.ON,
    entry: Entry = BY_PATIENT,
    skip: bool = False,
) -> Saved:
    """Keep the answers of one page, walk again, screen again, tell staff what is urgent.

    `form` is the form as `taken_up` in this operation. None takes an answer away; ids that `page` does not
    ask are left aside. `version_token` is that of the page as it was shown, None to save whatever stands
    there; `copy` names the copy of the page that is open, which may be saved again and again: its browser may
    not have heard that it was. `skip`: what is blank on it is left to the patient. Raises AlreadySent,
    PageNotOnPath, PageChanged.
    """
    intake, draft, before = form.intake, form.draft, form.journey
    _not_sent(intake)
    asked = [question.id for question in before.asked(page) if question.id not in draft.already_answered]
    if not before.may_open(page) or not asked:
        raise PageNotOnPath(before.next)
    given = {question: answers[question] for question in asked if question in answers}
    if not copy or draft.saved_from.get(page.id) != copy:
        _not_changed_elsewhere(draft, page, given, version_token)
    goes_on = departure is Departure.ON
    skipped = draft.skipped - {page.id} | ({page.id} if skip and before.may_skip(page) else frozenset())
    answered = replace(
        draft,
        answers=draft.answers.merged(given),
        passed=draft.passed | {page.id} if goes_on else draft.passed,
        skipped=skipped if goes_on else draft.skipped,
        saved_from={**draft.saved_from, page.id: copy} if copy else draft.saved_from,
    )
    after = walk(op, intake, answered, blanks=entry.blanks)
    screening = screening_of(after, settings=op.settings)
    change = JourneyChange(before, after, op.now)
    found = current_findings.bring_up_to_date(answered, screening, change, settings=op.settings)
    checks = (
        current_findings.new_checks(answered, after, now=op.now)
        if goes_on and op.settings.profile is Profile.RULES
        else ()
    )
    kept = replace(found.draft, checks=(*draft.checks, *checks))
    if departure is Departure.AWAY:
        kept = current_findings.card_for_today_waits(draft, kept)
    _keep(op, intake, kept, after, screening)
    _bring_record_along(op, intake, kept, after)
    entry.note(op.session, intake)
    sessions.close_unidentified(op, intake, besides=entry.user)
    intake.last_page = page.id
    op.record(Action.INTAKE_PAGE_SAVED, intake, page=page.id, answers=len(given))
    tell_staff(op, intake, found.newly_raised)
    return Saved(
        journey=after,
        screening=screening,
        raised=found.newly_raised,
        interrupt=_to_show(before=draft, after=kept, screening=screening),
        checks=checks,
        next=_page_after(after, page),
    )


def checks_before_sending(op: Operation, intake: Intake, *, entry: Entry = BY_PATIENT) -> tuple[Check, ...]:
    """Answers that do not fit and were never shown: they are looked at once before the form is sent."""
    lock(op.session, intake)
    _not_sent(intake)
    if op.settings.profile is not Profile.RULES:
        return ()
    draft = read(intake)
    checks = current_findings.new_checks(draft, walk(op, intake, draft, blanks=entry.blanks), now=op.now)
    if checks:
        write(intake, replace(draft, checks=(*draft.checks, *checks)))
        op.record(Action.INTAKE_DOUBTS_SHOWN, intake, number=len(checks))
    return checks


def interruption(op: Operation, intake: Intake) -> Interrupt | None:
    """The emergency page that the patient has not answered yet: it comes before anything else.

    After sending none is due: the receipt itself begins with the card.
    """
    if intake.status is IntakeStatus.SENT:
        return None
    draft = read(intake)
    return current_findings.unanswered(draft, _screened(op, intake, draft))


def current_advice(op: Operation, intake: Intake) -> Interrupt | None:
    """The last card of the urgency that stands: the banner on every page."""
    draft = read(intake)
    return current_findings.current_card(draft, _screened(op, intake, draft))


def choose(
    op: Operation, intake: Intake, choice: Choice, *, where: str = "", entry: Entry = BY_PATIENT
) -> CardChosen:
    """Note what the patient chose on the card that stands, and when. The same choice again changes nothing.

    GETTING_HELP hands over what was answered so far; the form can be resumed. `where` goes with ALREADY_SEEN,
    and other words are a choice of their own. Raises ValueError when they are longer than LONGEST_WHERE.
    """
    where = where.strip() if choice is Choice.ALREADY_SEEN else ""
    if len(where) > LONGEST_WHERE:
        raise ValueError(f"Where somebody was seen has at most {LONGEST_WHERE} characters")
    lock(op.session, intake)
    draft = read(intake)
    last = current_findings.current_card(draft, _screened(op, intake, draft))
    if last is None:
        return CardChosen(choice)
    if (last.choice, last.where) != (choice, where):
        answered = replace(last, choice=choice, choice_at=op.now, where=where)
        # A second thought is a new entry: the first one was true when it was made.
        earlier = [
            interrupt for interrupt in draft.interrupts if interrupt is not last or last.choice is not None
        ]
        write(intake, replace(draft, interrupts=(*earlier, answered)))
        op.record(Action.INTAKE_CHOSE, intake, choice=choice)
        if choice is Choice.GETTING_HELP and intake.status is not IntakeStatus.SENT:
            _leave_for_help(op, intake)
    if choice is not Choice.MISTAKE:
        return CardChosen(choice)
    question = _mistaken(last, journey_of(op, intake, entry=entry), draft)
    return CardChosen(choice, question, page_of(question) if question else None)


def leave(op: Operation, intake: Intake) -> Screening:
    """The patient stops for now; what must be said today is in the screening."""
    lock(op.session, intake)
    if intake.status is not IntakeStatus.SENT:
        intake.left_at = op.now
    op.record(Action.INTAKE_LEFT, intake, percent=intake.percent)
    return _screened(op, intake, read(intake))


def may_stop(form: OpenForm) -> bool:
    """Somebody who cannot go on may hand over what there is: where it hurts and since when is answered.

    While the safety questions are asked again the record before stays in force, so that leaving is enough.
    """
    started = form.journey.is_answered_up_to(EARLY_AFTER)
    return started and form.intake.status is not IntakeStatus.SENT and form.intake.asked_again_at is None


def hand_over_unfinished(op: Operation, intake: Intake, *, entry: Entry = BY_PATIENT) -> Screening:
    """Hand over what was answered by somebody who cannot go on; the form can still be finished.

    Safety: what was not answered stays unanswered, is never a "no", and the record says so. The rules run
    over what there is. Raises AlreadySent or NotComplete.
    """
    form = taken_up(op, intake, entry=entry)
    _not_sent(intake)
    if not may_stop(form):
        raise NotComplete(form.journey.next)
    screening = screening_of(form.journey, settings=op.settings)
    change = JourneyChange(form.journey, form.journey, op.now)
    current = current_findings.bring_up_to_date(form.draft, screening, change, settings=op.settings)
    entry.note(op.session, intake)
    sessions.close_unidentified(op, intake, besides=entry.user)
    tell_staff(op, intake, current.newly_raised)
    _keep(op, intake, current.draft, form.journey, screening)
    intake.status, intake.left_at = IntakeStatus.UNFINISHED, op.now
    intake.urgency = urgency_handed_over(form.journey, screening, op.settings)
    freeze(op, intake, current.draft, form.journey)
    documents.enqueue(op, intake)
    op.record(Action.INTAKE_HANDED_OVER_UNFINISHED, intake, percent=intake.percent)
    return screening


def send(op: Operation, intake: Intake, *, entry: Entry = BY_PATIENT) -> Sent:
    """Hand the form to the clinic for good; whole, unless from paper. Raises AlreadySent or NotComplete.

    The summary is frozen, the documents are enqueued, and staff know what is urgent, all in one transaction.
    """
    lock(op.session, intake)
    _not_sent(intake)
    draft = replace(read(intake), known=known_of(intake.appointment.as_booked))
    journey = walk(op, intake, draft, blanks=entry.blanks)
    if not journey.may_be_sent:
        raise NotComplete(journey.next)
    screening = screening_of(journey, settings=op.settings)
    change = JourneyChange(journey, journey, op.now)
    current = current_findings.bring_up_to_date(draft, screening, change, settings=op.settings)
    entry.note(op.session, intake)
    tell_staff(op, intake, current.newly_raised)
    if intake.asked_again_at is not None:
        answered = asking_again.answered(op, intake, current.draft, journey, screening)
        current, intake.asked_again_at = replace(current, draft=answered), None
    draft = current.draft
    _keep(op, intake, draft, journey, screening)
    intake.status, intake.sent_at = IntakeStatus.SENT, op.now
    intake.percent = 100 if journey.complete else journey.percent
    intake.urgency = urgency_handed_over(journey, screening, op.settings)
    write_drawn(op.session, Intake.receipt, _receipt, partial(_with_receipt, intake))
    assert intake.receipt is not None
    freeze(op, intake, draft, journey)
    documents.enqueue(op, intake)
    op.record(Action.INTAKE_SENT, intake, receipt=intake.receipt)
    return Sent(intake.receipt, screening)


def summary_of(op: Operation, intake: Intake) -> Summary:
    """What was handed over, frozen; while the patient is still at it, what would be written now.

    While the safety questions are asked again: what was handed over before.
    """
    if is_handed_over(intake):
        return Summary.from_json(intake.summary or {})
    if asking_again.is_pending(intake):
        return asking_again.record_before(intake)
    return summary_so_far(op, intake)


def summary_so_far(op: Operation, intake: Intake) -> Summary:
    """What would be written now of a form that is not sent."""
    draft = read(intake)
    return summary_now(op, intake, draft, walk(op, intake, draft))


def _to_show(*, before: Draft, after: Draft, screening: Screening) -> Interrupt | None:
    """The card that comes first: an emergency that is not answered, or one shown for the first time."""
    unanswered = current_findings.unanswered(after, screening)
    new = after.interrupts[len(before.interrupts) :]
    return unanswered or (new[-1] if new else None)


def _not_sent(intake: Intake) -> None:
    if intake.status is IntakeStatus.SENT:
        raise AlreadySent(intake.receipt or "")


def _not_changed_elsewhere(
    draft: Draft, page: Page, given: Mapping[str, Value | None], version_token: str | None
) -> None:
    now_stored = version_token_of(draft, page)
    same = all(draft.answers.get(question) == value for question, value in given.items())
    if version_token is None or version_token == now_stored or same:
        return
    stored = {each.id: draft.answers[each.id] for each in page.questions if each.id in draft.answers}
    raise PageChanged(stored, now_stored)


def _screened(op: Operation, intake: Intake, draft: Draft) -> Screening:
    return screening_of(walk(op, intake, draft), settings=op.settings)


def _say_again(op: Operation, intake: Intake) -> None:
    """Show an emergency once more to whoever answered its card and has not been seen for it."""
    draft = read(intake)
    journey = walk(op, intake, draft)
    screening = screening_of(journey, settings=op.settings)
    last, told = current_findings.current_card(draft, screening), card_for(screening)
    if last is None or last.choice is None or told is None:
        return
    card, findings = told
    if card.urgency is Urgency.EMERGENCY and not current_findings.resolved(last):
        today = current_findings.circumstances_of(journey, op.now, op.settings)
        write(intake, current_findings.shown(draft, card, findings, today))


def _keep(op: Operation, intake: Intake, draft: Draft, journey: Journey, screening: Screening) -> None:
    write(intake, draft)
    intake.status = IntakeStatus.IN_PROGRESS
    intake.percent, intake.urgency = journey.percent, urgency_of(intake, screening)
    intake.pages_done, intake.pages = journey.pages_done, len(journey.steps)
    intake.needs = list(needs_of(journey, op.settings)) or None
    intake.last_saved_at = op.now
    intake.questionnaire_version, intake.rules_version = VERSION, RULES_VERSION


def _bring_record_along(op: Operation, intake: Intake, draft: Draft, journey: Journey) -> None:
    """Whoever left to get help and goes on has a record already: it says what they say now, and is not sent.

    Safety: a page in the pack must not lack what was raised since. While safety questions are asked again,
    the record before stays in force.
    """
    if intake.summary is not None and intake.asked_again_at is None:
        freeze(op, intake, draft, journey)
        documents.enqueue(op, intake)


def _page_after(journey: Journey, page: Page) -> Page | None:
    """The page that follows; or the first one not done, when this answer opened something before it."""
    following = journey.after(page)
    return following if following is None or journey.may_open(following) else journey.next


def _leave_for_help(op: Operation, intake: Intake) -> None:
    intake.status, intake.left_at = IntakeStatus.LEFT_URGENT, op.now
    draft = read(intake)
    freeze(op, intake, draft, walk(op, intake, draft))
    documents.enqueue(op, intake)


def _mistaken(interrupt: Interrupt, journey: Journey, draft: Draft) -> str | None:
    """The question answered last among those that led to the emergency page."""
    walked = [question.id for step in (*journey.steps, *journey.more) for question in step.asked]
    asked = [question for question in walked if question not in draft.already_answered]
    return max((each for each in interrupt.because if each in asked), key=asked.index, default=None)


def _with_receipt(intake: Intake, receipt: str) -> Intake:
    intake.receipt = receipt
    return intake


def _receipt() -> str:
    return "".join(secrets.choice(code.LETTERS) for _ in range(8))
