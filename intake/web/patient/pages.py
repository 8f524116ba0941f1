"""A page of questions: shown with what was answered, taken with what was typed.

Nothing typed is ever lost: whatever keeps a page from being saved, the patient's own words come back on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Response, g, make_response, request, url_for

from intake.i18n import gettext
from intake.i18n import lazy as _
from intake.questionnaire import section_of
from intake.questionnaire.fields import PageForm, on_offer, posted, recalled
from intake.questionnaire.pages import Page
from intake.questionnaire.questions import Question
from intake.questionnaire.values import Value
from intake.services import intakes
from intake.services.intakes import AlreadySent, PageChanged, PageNotOnPath, Saved
from intake.web import clinic, invited
from intake.web.drawing import views
from intake.web.faults import Fault, hand_back
from intake.web.patient.cards import advice_now
from intake.web.patient.room import (
    Line,
    Visit,
    another_form,
    came_via,
    go,
    here_in,
    line,
    look,
    room,
    said,
    show,
)

SENT_ALREADY = Fault(
    _("The form was already sent"),
    _("This page was not saved. If it matters for your visit, tell the clinic on {clinic_phone}."),
)
NOT_ASKED = Fault(
    _("This page is not asked any more"),
    _("An earlier answer was changed, perhaps in another window. This page was not saved."),
)


@dataclass(frozen=True)
class Asked:
    """What a page asks now: questions to answer, and facts the clinic knows, which are only confirmed."""

    questions: tuple[Question, ...]
    confirmed: tuple[Question, ...]


@room.get("/form/")
@invited
def form() -> Response:
    return go(look().onward)


@room.get("/form/<page:page>")
@invited
def ask(page: Page) -> Response:
    here = look()
    if here.sent or not here.journey.may_open(page) or not here.asked(page):
        return go(here.onward)
    if here.owed and not _puts_right(here, page):
        return go(here.onward)
    asked = _asked(here, page)
    return _show(here, page, asked, recalled(page, asked.questions, here.journey.answers))


@room.post("/form/<page:page>")
@invited
def answer(page: Page) -> Response:
    return take(page)


def take(page: Page) -> Response:
    """Save what was just sent for `page`, and say where to go; or show it again with what is wrong."""
    here = look()
    if (refused := another_form(here)) is not None:
        return refused
    asked = _asked(here, page)
    sent = posted(page, asked.questions, request.form, on=here.journey.facts.on)
    leaving = "leave" in request.form
    if not sent.validate() and not (leaving and sent.readable):
        return _show(here, page, asked, sent, status=422)
    known = {question.id: here.journey.facts.value(question.id) for question in asked.confirmed}
    try:
        saved = _save(page, {**known, **sent.answers}, leaving)
    except AlreadySent:
        return hand_back(SENT_ALREADY, 409, again=False)
    except PageNotOnPath:
        return hand_back(NOT_ASKED, 409, again=False)
    except PageChanged as changed:
        return _show(look(), page, asked, sent, status=409, changed=changed)
    return go(_onward(page, saved, leaving))


def _save(page: Page, answers: Mapping[str, Value | None], leaving: bool) -> Saved:
    settings, now = clinic().settings, clinic().now()
    with clinic().database.writing() as db:
        intake = here_in(db)
        seen = request.form.get("seen")
        saved = intakes.save_page(
            db, intake, page, answers, seen=seen, settings=settings, now=now, entry=g.entry
        )
        if leaving:
            intakes.leave(db, intake, settings=settings, now=now, entry=g.entry)
        db.commit()
    if saved.raised:
        clinic().queue.nudge()
    return saved


def _onward(page: Page, saved: Saved, leaving: bool) -> str:
    """What comes after a page: a card, the way out, a second look, the next page, or the check page."""
    if saved.interrupt:
        return url_for("patient.now", look=1 if saved.checks else None, leave=1 if leaving else None)
    if saved.checks:
        return url_for("patient.look_again", leave=1 if leaving else None)
    if leaving:
        return url_for("patient.leave")
    via = came_via()
    following = saved.journey.next if via and not page.more else saved.next
    if following is None:
        return url_for("patient.check")
    return url_for("patient.ask", page=following, via=via)


def _puts_right(here: Visit, page: Page) -> bool:
    """The page holds an answer that the card names, and is opened from there."""
    advice = advice_now(here) if came_via() == "now" else None
    return advice is not None and any(told.page is page for told in advice.told)


def _asked(here: Visit, page: Page) -> Asked:
    asked = on_offer(here.asked(page), here.journey.counting)
    to_change = request.args.getlist("change")
    confirmed = tuple(
        question
        for question in asked
        if page.confirm and question.id not in to_change and here.journey.facts.value(question.id) is not None
    )
    open_still = (question for question in asked if question not in confirmed)
    return Asked(tuple(_may_stay_blank(question) for question in open_still), confirmed)


def _may_stay_blank(question: Question) -> Question:
    """Nobody can be asked what was left blank on paper. It is never taken for a "no"."""
    return replace(question, required=False) if g.entry.blanks and question.required else question


def _show(
    here: Visit,
    page: Page,
    asked: Asked,
    form: PageForm,
    *,
    status: int = 200,
    changed: PageChanged | None = None,
) -> Response:
    html = show(
        here,
        "question.html",
        page=page,
        form=form,
        # A private question is no heading: headings become titles, and titles stay in a phone's history.
        alone=_stands_alone(page, form, asked),
        confirmed=tuple(line(question, here) for question in asked.confirmed),
        elsewhere=_elsewhere(here, asked, changed),
        seen=changed.mark if changed else request.form.get("seen", intakes.mark_of(here.intake, page)),
        back=_back(here, page),
        step=_step(here, page),
        section=section_of(page),
        views=views(),
        via=came_via(),
    )
    return make_response(html, status)


def _stands_alone(page: Page, form: PageForm, asked: Asked) -> bool:
    alone = len(form.drawn) == 1 and not asked.confirmed
    return alone and not (page.privacy or page.statement)


def _elsewhere(here: Visit, asked: Asked, changed: PageChanged | None) -> tuple[Line, ...]:
    """What stands in the form since another window saved this page."""
    if changed is None:
        return ()
    on = here.journey.facts.on
    return tuple(Line(each, said(each, changed.stored.get(each.id), on)) for each in asked.questions)


def _back(here: Visit, page: Page) -> str | None:
    if came_via() == "check":
        return url_for("patient.check")
    pages = here.pages(more=page.more)
    before = pages[pages.index(page) - 1] if page in pages[1:] else None
    if before is None:
        return url_for("patient.more") if page.more else None
    return url_for("patient.ask", page=before)


def _step(here: Visit, page: Page) -> str:
    steps = here.pages(more=page.more)
    place = steps.index(page) + 1 if page in steps else 1
    if page.more:
        return gettext("More detail: page %(place)s of %(all)s", place=place, all=len(steps))
    return gettext("Page %(place)s of about %(all)s", place=place, all=len(steps))
