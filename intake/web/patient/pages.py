"""A page of questions: shown with what was answered, taken with what was typed.

Nothing typed is ever lost: whatever keeps a page from being saved, the patient's own words come back on it.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import date

from flask import Response, g, make_response, request, url_for

from intake.i18n import gettext
from intake.i18n import lazy as _
from intake.questionnaire import EARLY_AFTER, section_of
from intake.questionnaire.fields import PageForm, filled_in, on_offer, posted, recalled
from intake.questionnaire.pages import Page
from intake.questionnaire.questions import Question
from intake.services.context import Operation
from intake.services.forms import intakes, told_before
from intake.services.forms.intakes import AlreadySent, Departure, PageChanged, PageNotOnPath, Saved
from intake.services.forms.told_before import ToldBefore
from intake.web import clinic, invited, operation, reading
from intake.web.drawing import views
from intake.web.error_handlers import ErrorText, hand_back
from intake.web.patient.blueprint import (
    AnswerLine,
    FormVisit,
    WayOut,
    another_form,
    blueprint,
    came_via,
    go,
    is_another_form,
    kept,
    line,
    look,
    said,
    show,
    taken_up,
    way_out,
)
from intake.web.patient.cards import advice_now

SENT_ALREADY = ErrorText(
    _("The form was already sent"),
    _("This page was not saved. If it matters for your visit, tell the clinic on {clinic_phone}."),
)
NOT_ASKED = ErrorText(
    _("This page is not asked any more"),
    _("An earlier answer was changed, perhaps in another window. This page was not saved."),
)


LONGEST_COPY = 16


@dataclass(frozen=True)
class AskedQuestion:
    """What a page asks now: questions to answer, and facts the clinic knows, which are only confirmed."""

    questions: tuple[Question, ...]
    confirmed: tuple[Question, ...]


@dataclass(frozen=True)
class Before:
    """What the patient told the clinic last time, in words; `filled`: it stands in the boxes of the page."""

    day: date
    lines: tuple[AnswerLine, ...]
    filled: bool

    @classmethod
    def of(cls, told: ToldBefore | None, *, filled: bool) -> "Before | None":
        if told is None:
            return None
        lines = tuple(AnswerLine(question, question.said(value)) for question, value in told.answers)
        return cls(clinic().settings.today(told.at), lines, filled)


@dataclass(frozen=True)
class Taken:
    """A page as it was sent, and what it asks of the form as it stands. `way_out` None: to the next page.

    `stays`: something typed cannot be read, and whoever goes back or stops has not been told so yet.
    """

    here: FormVisit
    asked: AskedQuestion
    sent: PageForm
    way_out: WayOut | None
    skipping: bool
    departure: Departure
    stays: bool

    @property
    def may_be_saved(self) -> bool:
        """It is a page of this form, and whole; or whoever skips or leaves it has sent what can be read.

        Whoever goes back, or stops, keeps what can be read, whatever the rest is.
        """
        if is_another_form(self.here):
            return False
        if self.departure is not Departure.ON:
            return True
        leaves = self.way_out is not None or self.skipping
        return self.sent.validate() or (leaves and self.sent.readable)


@blueprint.get("/form/")
@invited
def form() -> Response:
    """On to where the form goes on."""
    return go(look().onward)


@blueprint.get("/form/<page:page>")
@invited
def ask(page: Page) -> Response:
    """A page of questions, with what was answered."""
    here = look()
    if here.sent or not here.journey.may_open(page) or not here.asked(page):
        return go(here.onward)
    if here.unanswered and not _puts_right(here, page):
        return go(here.onward)
    asked = _asked(here, page)
    return _show(here, page, asked, recalled(page, asked.questions, here.journey.answers))


@blueprint.post("/form/<page:page>")
@invited
def answer(page: Page) -> Response:
    """Save a page."""
    return take(page)


def take(page: Page) -> Response:
    """Save what was just sent for `page`, and say where to go; or show it again with what is wrong.

    The form is read, held against what was sent, and saved in one transaction. Pages are made after it.
    """
    if "told_before" in request.form:
        return _fill_in(page)
    try:
        with operation() as op:
            taken = _taken(op, page)
            saved = _save(op, page, taken) if taken.may_be_saved else None
            op.commit()
    except AlreadySent:
        return hand_back(SENT_ALREADY, 409, again=False)
    except PageNotOnPath:
        return hand_back(NOT_ASKED, 409, again=False)
    except PageChanged as changed:
        return _show(taken.here, page, taken.asked, taken.sent, status=409, changed=changed)
    if saved is None:
        refused = another_form(taken.here)
        return refused or _show(taken.here, page, taken.asked, taken.sent, status=422)
    if saved.raised:
        clinic().queue.nudge()
    if taken.stays:
        return _told_unreadable(page, taken)
    if taken.departure is Departure.BACK and taken.way_out is None:
        return go(_backward(page, taken.here, saved))
    return go(_onward(page, saved, taken.way_out))


def _told_before(here: FormVisit, page: Page) -> Before | None:
    """What this patient told the clinic last time, and whether it stands in the boxes now."""
    if not any(question.lasting for question in page.questions):
        return None
    with reading() as op:
        told = told_before.told_before(op, here, page, entry=g.entry)
    return Before.of(told, filled="told_before" in request.form)


def _fill_in(page: Page) -> Response:
    """Show what was told last time in the blank boxes of the page. Nothing is saved yet."""
    with operation() as op:
        taken = _taken(op, page)
        told = told_before.told_before(op, taken.here, page, entry=g.entry)
        if told is not None and not is_another_form(taken.here):
            filled_in(taken.sent, {question.id: value for question, value in told.answers})
            told_before.note_filled_in(op, taken.here, page, len(told.answers))
        op.commit()
    if (refused := another_form(taken.here)) is not None:
        return refused
    if taken.here.sent or told is None:
        return go(taken.here.onward)
    return _show(taken.here, page, taken.asked, taken.sent)


def _taken(op: Operation, page: Page) -> Taken:
    here = taken_up(op)
    asked = _asked(here, page)
    settings = clinic().settings
    sent = posted(
        page,
        asked.questions,
        request.form,
        on=here.journey.facts.on,
        region=settings.region,
        clinic_phone=settings.clinic_phone,
    )
    leaving = way_out(request.form)
    pressed = request.form.get(leaving or "back")
    # The second press has another value: what cannot be read must not hold anybody who cannot go on.
    stays = pressed == "1" and not sent.readable
    if "draft" in request.form or stays:
        departure = Departure.AWAY
    elif pressed and (leaving is None or not sent.readable):
        departure = Departure.BACK
    else:
        departure = Departure.ON
    skipping = "skip" in request.form and here.journey.may_skip(page)
    return Taken(here, asked, sent, leaving, skipping, departure, stays)


def _told_unreadable(page: Page, taken: Taken) -> Response:
    """The page once more: what can be read is saved, and the next press leaves the rest."""
    here = look()
    taken.sent.tell_unreadable()
    token = intakes.version_token_of(here.draft, page)
    return _show(here, page, taken.asked, taken.sent, status=422, version_token=token, partly_saved=True)


def _save(op: Operation, page: Page, taken: Taken) -> Saved:
    value = taken.here.journey.facts.value
    answers = {question.id: value(question.id) for question in taken.asked.confirmed} | taken.sent.answers
    saved = intakes.save_page(
        op,
        taken.here,
        page,
        # Known facts are confirmed by going on, not by going back.
        answers if taken.departure is Departure.ON else taken.sent.readable_answers,
        version_token=request.form.get("seen"),
        copy=request.form.get("copy", "")[:LONGEST_COPY],
        departure=taken.departure,
        entry=g.entry,
        skip=taken.skipping,
    )
    if taken.way_out is WayOut.LEAVE:
        intakes.leave(op, taken.here.intake)
    return saved


def _backward(page: Page, here: FormVisit, saved: Saved) -> str:
    """The page before; or the card that what was just saved brings, which leads there."""
    here = replace(here, journey=saved.journey)
    if saved.interrupt:
        before = None if came_via() == "check" else _page_before(here, page)
        return url_for("patient.now", back=before.id if before else None)
    return _back(here, page) or here.onward


def _onward(page: Page, saved: Saved, way_out: WayOut | None) -> str:
    """What comes after a page: a card, the way out, a second look, the next page, or the check page."""
    if saved.interrupt:
        return url_for("patient.now", look=1 if saved.checks else None, **kept(way_out))
    # Somebody who cannot go on is not asked to look at answers once more.
    if saved.checks and way_out is not WayOut.UNFINISHED:
        return url_for("patient.look_again", **kept(way_out))
    if way_out is not None:
        return way_out.address
    via = came_via()
    following = saved.journey.next if via and not page.more else saved.next
    if following is None:
        return url_for("patient.check")
    return url_for("patient.ask", page=following, via=via)


def _puts_right(here: FormVisit, page: Page) -> bool:
    """The page holds an answer that the card names, and is opened from there."""
    advice = advice_now(here) if came_via() == "now" else None
    return advice is not None and any(told.page is page for told in advice.told)


def _asked(here: FormVisit, page: Page) -> AskedQuestion:
    asked = on_offer(here.asked(page), here.journey.counting)
    to_change = request.args.getlist("change")
    confirmed = tuple(
        question
        for question in asked
        if page.confirm and question.id not in to_change and here.journey.facts.value(question.id) is not None
    )
    open_still = (question for question in asked if question not in confirmed)
    return AskedQuestion(tuple(_may_stay_blank(question) for question in open_still), confirmed)


def _may_stay_blank(question: Question) -> Question:
    """Nobody can be asked what was left blank on paper. It is never taken for a "no"."""
    return replace(question, required=False) if g.entry.blanks and question.required else question


def _show(
    here: FormVisit,
    page: Page,
    asked: AskedQuestion,
    form: PageForm,
    *,
    status: int = 200,
    changed: PageChanged | None = None,
    version_token: str | None = None,
    partly_saved: bool = False,
) -> Response:
    stored = intakes.version_token_of(here.draft, page)
    html = show(
        here,
        "question.html",
        page=page,
        form=form,
        # A private question is no heading: headings become titles, and titles stay in a phone's history.
        alone=_stands_alone(page, form, asked),
        confirmed=tuple(line(question, here) for question in asked.confirmed),
        elsewhere=_elsewhere(here, asked, changed),
        version_token=changed.version_token if changed else version_token or request.form.get("seen", stored),
        copy=request.form.get("copy", "")[:LONGEST_COPY] or secrets.token_urlsafe(6),
        partly_saved=partly_saved,
        back=_back(here, page),
        step=_step(here, page),
        section=section_of(page),
        views=views(),
        via=came_via(),
        may_stop=_may_stop(here, page),
        may_skip=here.journey.may_skip(page),
        before=_told_before(here, page),
    )
    return make_response(html, status)


def _may_stop(here: FormVisit, page: Page) -> bool:
    """From the page after where and when on, what there is can be handed over. Paper may be blank anyway."""
    pages = [each.id for each in here.pages()]
    beyond = page.id in pages and EARLY_AFTER in pages and pages.index(page.id) > pages.index(EARLY_AFTER)
    return beyond and not g.entry.blanks and intakes.may_stop(here)


def _stands_alone(page: Page, form: PageForm, asked: AskedQuestion) -> bool:
    alone = len(form.drawn) == 1 and not asked.confirmed
    return alone and not (page.privacy or page.statement)


def _elsewhere(here: FormVisit, asked: AskedQuestion, changed: PageChanged | None) -> tuple[AnswerLine, ...]:
    """What stands in the form since another window saved this page."""
    if changed is None:
        return ()
    on = here.journey.facts.on
    return tuple(
        AnswerLine(question, said(question, changed.stored.get(question.id), on))
        for question in asked.questions
    )


def _back(here: FormVisit, page: Page) -> str | None:
    if came_via() == "check":
        return url_for("patient.check")
    before = _page_before(here, page)
    if before is None:
        return url_for("patient.more") if page.more else None
    return url_for("patient.ask", page=before)


def _page_before(here: FormVisit, page: Page) -> Page | None:
    pages = here.pages(more=page.more)
    return pages[pages.index(page) - 1] if page in pages[1:] else None


def _step(here: FormVisit, page: Page) -> str:
    steps = here.pages(more=page.more)
    place = steps.index(page) + 1 if page in steps else 1
    if page.more:
        return gettext("More detail: page %(place)s of %(all)s", place=place, all=len(steps))
    return gettext("Page %(place)s of about %(all)s", place=place, all=len(steps))
