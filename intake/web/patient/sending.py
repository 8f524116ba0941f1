"""The end of the form: check every answer, add more, stop for now, send, and keep a copy."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask import Response, g, make_response, session, url_for

from intake.i18n import Words, fill, format_moment
from intake.questionnaire import SECTIONS
from intake.questionnaire.pages import Page
from intake.questionnaire.questions import FreeText, Note, Question
from intake.red_flags import Urgency
from intake.red_flags.advice import CHOICES, CLOSE
from intake.services.forms import intakes
from intake.services.forms.entry import BY_PATIENT
from intake.services.forms.intakes import AlreadySent, NotComplete
from intake.storage.models import IntakeStatus
from intake.web import clinic, invited, operation, reading
from intake.web.frozen import frozen
from intake.web.patient.blueprint import (
    AnswerLine,
    FormVisit,
    another_form,
    blueprint,
    go,
    here_in,
    line,
    look,
    show,
)
from intake.web.patient.cards import advice_now

# As many safety answers as leave room for the patient's own words on the first screen of a phone.
MOST_NOTICED = 4


@dataclass(frozen=True)
class AnsweredPage:
    """A page with its answers, for a list; `many` is their number."""

    page: Page
    lines: tuple[AnswerLine, ...]

    @property
    def many(self) -> int:
        return len(self.lines)


@dataclass(frozen=True)
class Chapter:
    """Answers under one heading."""

    heading: Words
    pages: tuple[AnsweredPage, ...]


@blueprint.get("/form/check")
@invited
def check() -> Response:
    """All answers, to be checked before they are sent."""
    here = look()
    if here.unanswered or here.sent or not here.journey.may_be_sent:
        return go(here.onward)
    page = show(
        here,
        "check.html",
        **_to_look_at(here),
        denied=_answered(here, lambda each: each.safety and _is_no(here, each)),
        own_words=_answered(here, _is_own_words),
        chapters=_chapters(here, leaving_out=_is_own_words),
        passed_by=_passed_by(here),
        blank=_left_blank(here),
        more=bool(here.pages(more=True)),
        back=url_for("patient.ask", page=here.pages()[-1]),
    )
    return make_response(page)


def _to_look_at(here: FormVisit) -> dict[str, tuple[AnsweredPage, ...]]:
    """Every safety answer but a no. Where they are many, those that are only unsure are folded.

    So the patient's own words stay on the first screen of a phone.
    """
    noticed = _answered(here, lambda each: each.safety and not _is_no(here, each))
    if sum(page.many for page in noticed) <= MOST_NOTICED:
        return {"noticed": noticed, "unsure": ()}
    return {
        "noticed": _answered(
            here, lambda each: each.safety and not _is_no(here, each) and not _is_unsure(here, each)
        ),
        "unsure": _answered(here, lambda each: each.safety and _is_unsure(here, each)),
    }


@blueprint.get("/form/more")
@invited
def more() -> Response:
    """What else may be answered."""
    here = look()
    if here.unanswered or here.sent or not here.journey.may_be_sent or not here.pages(more=True):
        return go(here.onward)
    return make_response(
        show(
            here,
            "more.html",
            topics=tuple((page, _is_answered(page, here)) for page in here.pages(more=True)),
        )
    )


@blueprint.get("/form/leave")
@invited
def leave() -> Response:
    """How to come back later."""
    here = look()
    if here.sent:
        return go(here.onward)
    getting_help = here.intake.status is IntakeStatus.LEFT_URGENT
    return make_response(show(here, "leave.html", advice=advice_now(here), getting_help=getting_help))


@blueprint.post("/form/leave")
@invited
def stop() -> Response:
    """They cannot go on now."""
    if (refused := another_form(look())) is not None:
        return refused
    with operation() as op:
        intakes.leave(op, here_in(op.session))
        op.commit()
    return go(url_for("patient.leave"))


@blueprint.get("/form/unfinished")
@invited
def unfinished() -> Response:
    """Whether to hand over what is there."""
    here = look()
    if here.unanswered or here.journey.may_be_sent or not intakes.may_stop(here):
        return go(here.onward)
    open_still = len(here.journey.safety_asked) - len(here.journey.safety_answered)
    return make_response(show(here, "unfinished.html", open_still=open_still))


@blueprint.post("/form/unfinished")
@invited
def hand_over() -> Response:
    """Hand over a form that is not finished."""
    here = look()
    if (refused := another_form(here)) is not None:
        return refused
    if here.unanswered:
        return go(here.onward)
    with operation() as op:
        try:
            intakes.hand_over_unfinished(op, here_in(op.session), entry=g.entry)
        except AlreadySent:
            return go(url_for("patient.received"))
        except NotComplete:
            return go(here.onward)
        op.commit()
    clinic().queue.nudge()
    return go(url_for("patient.handed_over"))


@blueprint.get("/form/handed-over")
@invited
def handed_over() -> Response:
    """Say that it was handed over."""
    here = look()
    if here.intake.status is not IntakeStatus.UNFINISHED:
        return go(here.onward)
    page = show(
        here, "handed_over.html", advice=advice_now(here), close=CLOSE, appointment=_appointment(here)
    )
    return make_response(page)


@blueprint.post("/form/send")
@invited
def send() -> Response:
    """Send the form, once."""
    here = look()
    if (refused := another_form(here)) is not None:
        return refused
    if here.unanswered:
        return go(here.onward)
    with operation() as op:
        try:
            intake = here_in(op.session)
            if intakes.checks_before_sending(op, intake, entry=g.entry):
                op.commit()
                return go(url_for("patient.look_again", send=1))
            intakes.send(op, intake, entry=g.entry)
        except AlreadySent:
            return go(url_for("patient.received"))
        except NotComplete as open_still:
            return go(url_for("patient.ask", page=open_still.next))
        # The clinic's own screens pass from patient to patient: nobody's answers are shown there again.
        if g.entry == BY_PATIENT:
            session["own_copy"] = True
        op.commit()
    clinic().queue.nudge()
    return go(url_for("patient.received"))


@blueprint.get("/form/received")
@invited
def received() -> Response:
    """Say that it was received, and what happens next."""
    here = look()
    if not here.sent:
        return go(here.onward)
    page = show(
        here,
        "received.html",
        advice=advice_now(here),
        answered=here.stands is not None and here.stands.choice is not None,
        choices=frozen(CHOICES[Urgency.EMERGENCY]),
        close=CLOSE,
        closing=fill(CLOSE.action, {"appointment": _appointment(here)}),
        own_copy="own_copy" in session,
        open_still=not here.journey.complete,
    )
    return make_response(page)


@blueprint.get("/form/copy")
@invited
def own_copy() -> Response:
    """Their answers, to be kept or printed."""
    here = look()
    if not here.sent or "own_copy" not in session:
        return go(here.onward)
    return make_response(show(here, "own_copy.html", safety=_safety(here), chapters=_chapters(here)))


def _appointment(here: FormVisit) -> str:
    with reading() as op:
        return format_moment(here_in(op.session).appointment.starts_at, clinic().settings.zone)


def _answered(here: FormVisit, wanted: Callable[[Question], bool]) -> tuple[AnsweredPage, ...]:
    """The answered questions that are wanted, page by page."""
    return tuple(_listed(here, wanted))


def _is_no(here: FormVisit, question: Question) -> bool:
    return here.journey.facts.value(question.id) in ("no", "not_applicable")


def _is_unsure(here: FormVisit, question: Question) -> bool:
    value = here.journey.facts.value(question.id)
    return value == "not_sure" or value == ("not_sure",)


def _is_own_words(question: Question) -> bool:
    """Free text that is an answer by itself, and not the box beside an option."""
    own = isinstance(question, FreeText) and not question.beside
    return own and question.printed_in not in (Note.IDENTITY, Note.NEEDS)


def _safety(here: FormVisit) -> tuple[AnsweredPage, ...]:
    """The safety questions and their answers, page by page."""
    return _answered(here, lambda each: each.safety)


def _chapters(
    here: FormVisit, leaving_out: Callable[[Question], bool] = lambda _: False
) -> tuple[Chapter, ...]:
    """Everything else, section by section."""
    pages = _answered(here, lambda each: not (each.safety or leaving_out(each)))
    chapters = (
        Chapter(section.title, tuple(page for page in pages if page.page in section.pages))
        for section in SECTIONS
    )
    return tuple(chapter for chapter in chapters if chapter.pages)


def _listed(here: FormVisit, wanted: Callable[[Question], bool]) -> Iterator[AnsweredPage]:
    for page in (*here.pages(), *here.pages(more=True)):
        lines = tuple(line(question, here) for question in here.asked(page) if wanted(question))
        if lines and _is_answered(page, here):
            # The box of an "other" that holds nothing is no question of its own.
            yield AnsweredPage(page, tuple(each for each in lines if not _is_empty_box(each)))


def _is_empty_box(each: AnswerLine) -> bool:
    return isinstance(each.question, FreeText) and bool(each.question.beside) and not each.answer


def _left_blank(here: FormVisit) -> tuple[AnsweredPage, ...]:
    """The safety questions that nobody answered: left blank on paper, or left to the patient."""
    return tuple(_with_blanks(here)) if g.entry.blanks or not here.journey.complete else ()


def _with_blanks(here: FormVisit) -> Iterator[AnsweredPage]:
    for page in (*here.pages(), *here.pages(more=True)):
        blank = (
            each for each in here.asked(page) if each.safety and here.journey.facts.value(each.id) is None
        )
        if lines := tuple(line(question, here) for question in blank):
            yield AnsweredPage(page, lines)


def _passed_by(here: FormVisit) -> tuple[Page, ...]:
    """Pages of the main path on which nothing was said, and nothing had to be."""
    return tuple(
        page
        for page in here.pages()
        if not _is_answered(page, here) and not any(question.safety for question in here.asked(page))
    )


def _is_answered(page: Page, here: FormVisit) -> bool:
    return any(here.journey.facts.value(question.id) is not None for question in here.asked(page))
