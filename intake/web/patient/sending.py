"""The end of the form: check every answer, add more, stop for now, send, and keep a copy."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response, g, make_response, session, url_for

from intake.i18n import Words
from intake.questionnaire import SECTIONS
from intake.questionnaire.pages import Page
from intake.red_flags import Urgency
from intake.red_flags.advice import CLOSE
from intake.services import intakes
from intake.services.entry import BY_PATIENT
from intake.services.intakes import AlreadySent, NotComplete
from intake.storage.models import IntakeStatus
from intake.web import clinic, invited
from intake.web.patient.emergency import advice_now
from intake.web.patient.room import Line, Visit, another_form, go, here_in, line, look, room, show


@dataclass(frozen=True)
class AnsweredPage:
    """A page with its answers, for a list."""

    page: Page
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Chapter:
    """Answers under one heading."""

    heading: Words
    pages: tuple[AnsweredPage, ...]


@room.get("/form/check")
@invited
def check() -> Response:
    here = look()
    if here.owed or here.sent or not here.journey.may_be_sent:
        return go(here.onward)
    page = show(
        here,
        "check.html",
        safety=_safety(here),
        chapters=_chapters(here),
        passed_by=_passed_by(here),
        blank=_left_blank(here),
        more=here.pages(more=True),
        back=url_for("patient.ask", page=here.pages()[-1]),
    )
    return make_response(page)


@room.get("/form/more")
@invited
def more() -> Response:
    here = look()
    if here.owed or here.sent or not here.journey.may_be_sent or not here.pages(more=True):
        return go(here.onward)
    return make_response(
        show(here, "more.html", topics=[(page, _is_answered(page, here)) for page in here.pages(more=True)])
    )


@room.get("/form/leave")
@invited
def leave() -> Response:
    here = look()
    if here.sent:
        return go(here.onward)
    getting_help = here.intake.status is IntakeStatus.LEFT_URGENT
    return make_response(show(here, "leave.html", advice=advice_now(here), getting_help=getting_help))


@room.post("/form/leave")
@invited
def stop() -> Response:
    if (refused := another_form(look())) is not None:
        return refused
    with clinic().database.writing() as db:
        intakes.leave(db, here_in(db), settings=clinic().settings, now=clinic().now(), entry=g.entry)
        db.commit()
    return go(url_for("patient.leave"))


@room.post("/form/send")
@invited
def send() -> Response:
    here = look()
    if (refused := another_form(here)) is not None:
        return refused
    if here.owed:
        return go(here.onward)
    settings, now = clinic().settings, clinic().now()
    with clinic().database.writing() as db:
        try:
            sent = intakes.send(db, here_in(db), settings=settings, now=now, entry=g.entry)
        except AlreadySent:
            return go(url_for("patient.received"))
        except NotComplete as open_still:
            return go(url_for("patient.ask", page=open_still.next))
        # The clinic's own screens pass from patient to patient: nobody's answers are shown there again.
        if g.entry == BY_PATIENT:
            session["own_copy"] = True
        db.commit()
    clinic().queue.nudge()
    return go(url_for("patient.now" if sent.interrupt else "patient.received"))


@room.get("/form/received")
@invited
def received() -> Response:
    here = look()
    if here.owed or not here.sent:
        return go(here.onward)
    advice = advice_now(here)
    page = show(
        here,
        "received.html",
        advice=advice,
        emergency=advice is not None and advice.card.urgency is Urgency.EMERGENCY,
        close=CLOSE,
        own_copy="own_copy" in session,
    )
    return make_response(page)


@room.get("/form/copy")
@invited
def own_copy() -> Response:
    here = look()
    if not here.sent or "own_copy" not in session:
        return go(here.onward)
    return make_response(show(here, "own_copy.html", safety=_safety(here), chapters=_chapters(here)))


def _safety(here: Visit) -> tuple[AnsweredPage, ...]:
    """The safety questions and their answers, page by page."""
    return tuple(_listed(here, safety=True))


def _chapters(here: Visit) -> tuple[Chapter, ...]:
    """Everything else, section by section."""
    pages = tuple(_listed(here, safety=False))
    chapters = (
        Chapter(section.title, tuple(each for each in pages if each.page in section.pages))
        for section in SECTIONS
    )
    return tuple(chapter for chapter in chapters if chapter.pages)


def _listed(here: Visit, *, safety: bool) -> Iterator[AnsweredPage]:
    for page in (*here.pages(), *here.pages(more=True)):
        lines = tuple(line(question, here) for question in here.asked(page) if question.safety is safety)
        if lines and _is_answered(page, here):
            yield AnsweredPage(page, lines)


def _left_blank(here: Visit) -> list[AnsweredPage]:
    """The safety questions that nobody answered: only a returned paper form comes here with any."""
    return list(_with_blanks(here)) if g.entry.blanks else []


def _with_blanks(here: Visit) -> Iterator[AnsweredPage]:
    for page in (*here.pages(), *here.pages(more=True)):
        blank = (
            each for each in here.asked(page) if each.safety and here.journey.facts.value(each.id) is None
        )
        if lines := tuple(line(question, here) for question in blank):
            yield AnsweredPage(page, lines)


def _passed_by(here: Visit) -> list[Page]:
    """Pages of the main path on which nothing was said, and nothing had to be."""
    return [
        page
        for page in here.pages()
        if not _is_answered(page, here) and not any(question.safety for question in here.asked(page))
    ]


def _is_answered(page: Page, here: Visit) -> bool:
    return any(here.journey.facts.value(question.id) is not None for question in here.asked(page))
