"""What cannot wait: the card with the patient's choices, the standing banner, and a second look at answers.

Safety: staff were told before the card is shown. It never blocks and never goes away by itself: the banner
stays on every later page while its reason stands, red over amber, and nobody can dismiss it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Response, g, make_response, request, session, url_for

from intake.i18n import Words, fill, gettext, lower_first
from intake.questionnaire import PAGES, QUESTIONS, page_of
from intake.questionnaire.pages import Page
from intake.questionnaire.questions import Question
from intake.red_flags.advice import (
    CHECK_PROMPT,
    CHECK_PROMPT_MAP,
    CHECK_PROMPT_PAIR,
    CHOICES,
    MOST_TOLD,
    RECEIPT,
    Card,
    Wording,
    card_for,
)
from intake.red_flags.contradictions import AnswerSource
from intake.red_flags.model import Urgency
from intake.red_flags.second_looks import Look, looks
from intake.services.alerts.call_script import read_out
from intake.services.forms import intakes
from intake.services.forms.draft import Choice
from intake.services.forms.intakes import LONGEST_WHERE, CardChosen
from intake.storage.models import Route
from intake.web import clinic, invited, operation
from intake.web.frozen import frozen
from intake.web.patient.blueprint import (
    AnswerLine,
    FormVisit,
    WayOut,
    another_form,
    blueprint,
    change_address,
    go,
    here_in,
    kept,
    line,
    look,
    show,
    way_out,
)


@dataclass(frozen=True)
class QuotedAnswer:
    """One of the patient's own answers that led to a card, and the page on which it can be changed."""

    line: AnswerLine
    page: Page


@dataclass(frozen=True)
class Advice:
    """A card as this patient sees it.

    `told` are at most MOST_TOLD of their own answers; `more` and `unsure` count the further ones.
    `inside`: it is shown in the clinic, or read out by staff. `calls_back` is the number that the clinic will
    phone, where the card says so.
    """

    card: Card
    wording: Wording
    told: tuple[QuotedAnswer, ...]
    more: int
    unsure: int
    is_open: bool
    inside: bool
    calls_back: str | None

    @property
    def action(self) -> Words | None:
        """What to do; nobody who is in the clinic reads or hears there that it is closed."""
        return self.card.action_inside(self.wording) if self.inside else self.wording.action

    @property
    def emergency(self) -> bool:
        return self.card.urgency is Urgency.EMERGENCY

    @property
    def on_receipt(self) -> Words:
        """The sentence between the card and the receipt."""
        return RECEIPT[self.card.urgency]


@dataclass(frozen=True)
class Answered:
    """An answer to look at again, with its page."""

    line: AnswerLine
    page: Page


@dataclass(frozen=True)
class AnswersInDoubt:
    """Answers to look at once more, under one sentence that says why."""

    words: str
    answers: tuple[Answered, ...]


def advice_now(here: FormVisit) -> Advice | None:
    """The one card that this patient should see, or None."""
    told = card_for(here.screening)
    if told is None:
        return None
    card, findings = told
    because = dict.fromkeys(id for finding in findings for id in finding.because)
    quoted = {id: finding.quoted for finding in findings if finding.quoted for id in finding.because}
    asked = [each.id for step in (*here.journey.steps, *here.journey.more) for each in step.asked]
    # Facts the clinic had already are nothing the patient told us here.
    reasons = sorted((id for id in because if id in asked and not page_of(id).confirm), key=asked.index)
    # After sending, a link that somebody opens again must not show answers.
    reasons = reasons if not here.sent or "own_copy" in session else []
    unsure = [id for id in reasons if _is_unsure(here, id)]
    ordered = [*(id for id in reasons if id not in unsure), *unsure]
    shown, left = ordered[:MOST_TOLD], ordered[MOST_TOLD:]
    # Late in the day nobody can promise a call: the words for a closed clinic are the safe ones.
    is_open = clinic().settings.can_call_back(clinic().now())
    promised = card.promises_a_call(is_open=is_open, has_phone=here.can_be_called)
    return Advice(
        card=card,
        wording=card.wording(is_open=is_open, has_phone=here.can_be_called),
        told=tuple(_told(id, here, quoted) for id in shown),
        more=sum(id not in unsure for id in left),
        unsure=sum(id in unsure for id in left),
        is_open=is_open,
        inside=_is_inside(),
        calls_back=here.number if promised else None,
    )


def _is_inside() -> bool:
    """On a tablet of the clinic, or with staff who read the page out."""
    return g.entry.user is not None or g.entry.route is Route.TABLET


def _told(question_id: str, here: FormVisit, quoted: Mapping[str, str]) -> QuotedAnswer:
    """The answer; of free text only the words that count."""
    said = line(QUESTIONS[question_id], here)
    if question_id in quoted:
        said = replace(said, answer=f"“{quoted[question_id]}”")
    return QuotedAnswer(said, page_of(question_id))


@blueprint.get("/form/now")
@invited
def now() -> Response:
    """The card: what to do now, and what they said that asks for it."""
    here = look()
    advice = advice_now(here)
    if advice is None:
        return go(here.onward)
    return _show_card(here, advice)


@blueprint.post("/form/now")
@invited
def choose() -> Response:
    """What they do about the card."""
    here = look()
    if (refused := another_form(here)) is not None:
        return refused
    advice, wanted = advice_now(here), request.form.get("choice", "")
    if advice is None or wanted not in _choices(here, advice):
        return go(here.onward)
    if "back" in request.form:
        return _show_card(here, advice, where=request.form.get("where", ""))
    choice, where = Choice(wanted), request.form.get("where", "").strip()
    if choice is Choice.ALREADY_SEEN and (not where or len(where) > LONGEST_WHERE):
        return _ask_where(here)
    chosen = _choose(choice, where)
    if choice is Choice.GETTING_HELP:
        clinic().queue.nudge()
    return go(_after(chosen, sent=here.sent))


@blueprint.get("/form/look")
@invited
def look_again() -> Response:
    """Answers that do not fit together, to be looked at once."""
    here = look()
    doubts = _doubts(here)
    onward = _onward(here)
    if here.unanswered:
        return go(here.onward)
    if not doubts:
        return go(onward)
    return make_response(show(here, "look_again.html", doubts=doubts, onward=onward))


def _onward(here: FormVisit) -> str:
    if wanted := way_out(request.args):
        return wanted.address
    return url_for("patient.check") if "send" in request.args else here.onward


def _show_card(here: FormVisit, advice: Advice, *, where: str = "") -> Response:
    """The card; `where` was typed on the page behind it, by somebody who came back to the card."""
    values = {
        "advice": advice,
        "choices": frozen(_choices(here, advice)),
        "aloud": read_out(advice.card, advice.is_open),
        "where": where,
    }
    return make_response(show(here, "now.html", **values))


def _choices(here: FormVisit, advice: Advice) -> dict[str, Words]:
    """What the patient can choose on this card. What was sent cannot be changed here."""
    offered = dict(CHOICES[advice.card.urgency])
    if here.sent:
        offered.pop(Choice.MISTAKE)
        offered.pop(Choice.CONTINUE, None)
    return offered


def _is_unsure(here: FormVisit, question_id: str) -> bool:
    value = here.journey.facts.value(question_id)
    return value == "not_sure" or (isinstance(value, tuple) and "not_sure" in value)


def _ask_where(here: FormVisit) -> Response:
    typed = request.form.get("where")
    error = None
    if typed is not None:
        error = (
            gettext("Write where and when you were seen")
            if not typed.strip()
            else gettext("Make your answer shorter, %(limit)s letters at most", limit=LONGEST_WHERE)
        )
    so_far = request.form.get("so_far", "") if typed is None else typed
    page = show(here, "where_seen.html", typed=so_far, error=error, limit=LONGEST_WHERE)
    return make_response(page, 422 if error else 200)


def _choose(choice: Choice, where: str) -> CardChosen:
    with operation() as op:
        intake = here_in(op.session)
        chosen = intakes.choose(op, intake, choice, where=where, entry=g.entry)
        op.commit()
    return chosen


def _after(chosen: CardChosen, *, sent: bool) -> str:
    if sent:
        return url_for("patient.received")
    if chosen.choice is Choice.GETTING_HELP:
        return url_for("patient.leave")
    if chosen.page is not None and chosen.question is not None:
        return change_address(QUESTIONS[chosen.question], chosen.page, "now")
    if request.args.get("back") in PAGES:
        return url_for("patient.ask", page=PAGES[request.args["back"]])
    wanted = way_out(request.args)
    if "look" in request.args and wanted is not WayOut.UNFINISHED:
        return url_for("patient.look_again", **kept(wanted))
    return wanted.address if wanted else look().onward


def _doubts(here: FormVisit) -> tuple[AnswersInDoubt, ...]:
    """What the last saved page gave reason to look at again, as far as it still does not fit."""
    checks = here.draft.checks
    latest = max((check.shown_at for check in checks), default=None)
    fresh = {check.about for check in checks if check.shown_at == latest}
    return tuple(_doubt(each, here) for each in looks(here.journey) if each.about in fresh)


def _doubt(found: Look, here: FormVisit) -> AnswersInDoubt:
    questions = [QUESTIONS[id] for id in (*found.questions, *found.beside)]
    words = {"phrase": found.phrase, "place": lower_first(found.phrase), "question": _text(questions[0])}
    prompts = {AnswerSource.TEXT: CHECK_PROMPT, AnswerSource.MAP: CHECK_PROMPT_MAP}
    prompt = prompts.get(found.source, CHECK_PROMPT_PAIR)
    answers = tuple(Answered(line(question, here), page_of(question.id)) for question in questions)
    return AnswersInDoubt(fill(prompt, words), answers)


def _text(question: Question) -> str:
    return str(question.text)
