"""What cannot wait: the emergency page with its four choices, and a second look at a "no" that does not fit.

Safety: staff were told before this page is shown. It never blocks and never goes away by itself: its number
stays on every later page while its reason stands.
"""

from dataclasses import dataclass

from flask import Response, g, make_response, request, session, url_for

from intake.i18n import fill, gettext
from intake.i18n import lazy as _
from intake.questionnaire import QUESTIONS, page_of
from intake.questionnaire.body import REGIONS
from intake.questionnaire.pages import Page
from intake.questionnaire.questions import Question
from intake.red_flags.advice import CARDS, CHECK_PROMPT, WATCH_REGIONS, Card, card_for
from intake.services import intakes
from intake.services.call_script import read_out
from intake.services.intakes import Chosen
from intake.services.sheet import Check, Choice
from intake.web import clinic, invited
from intake.web.patient.room import (
    Line,
    Visit,
    another_form,
    change_address,
    go,
    here_in,
    line,
    look,
    room,
    show,
)

# The line that a card asks to call; without one it is the emergency number.
LINE_OF = {
    "adv_cancer_now": "cancer_line",
    "adv_maternity_now": "maternity_line",
    "adv_maternity_today": "maternity_line",
    "adv_crisis_now": "crisis_line",
}
LONGEST_WHERE = 200
MARKED_PROMPT = _("You marked “{phrase}” on the picture. Please check your answer to: {question}")


@dataclass(frozen=True)
class Advice:
    """A card as this patient sees it: with their own answers as reasons, and whether the clinic is open."""

    card: Card
    told: tuple[Line, ...]
    is_open: bool

    @property
    def line(self) -> str:
        """The name of the number to call."""
        return LINE_OF.get(self.card.id, "emergency_number")

    @property
    def calls_first(self) -> bool:
        """To call is what the card asks for; otherwise the number is only the way out."""
        return self.card.id != "adv_ed_now"


@dataclass(frozen=True)
class Doubt:
    """A "no" to look at once more. `page` None: no question asks about it."""

    words: str
    question: Question | None
    page: Page | None


def advice_now(here: Visit) -> Advice | None:
    """The one card that this patient should see, or None."""
    told = card_for(here.screening)
    if told is None:
        return None
    card, findings = told
    because = dict.fromkeys(id for finding in findings for id in finding.because)
    asked = [each.id for step in (*here.journey.steps, *here.journey.more) for each in step.asked]
    # Facts the clinic had already are nothing the patient told us here.
    reasons = sorted((id for id in because if id in asked and not page_of(id).confirm), key=asked.index)
    # After sending, a link that somebody opens again must not show answers.
    shown = reasons if not here.sent or "own_copy" in session else []
    # Late in the day nobody can promise a call: the words for a closed clinic are the safe ones.
    reachable = clinic().settings.can_call_back(clinic().now())
    return Advice(card, tuple(line(QUESTIONS[id], here) for id in shown), reachable)


@room.get("/form/now")
@invited
def now() -> Response:
    here = look()
    advice = advice_now(here) if here.stands else None
    if advice is None:
        return go(here.onward)
    values = {"advice": advice, "choices": Choice, "aloud": read_out(advice.card, advice.is_open)}
    return make_response(show(here, "now.html", **values))


@room.post("/form/now")
@invited
def choose() -> Response:
    here = look()
    if (refused := another_form(here)) is not None:
        return refused
    wanted = request.form.get("choice", "")
    if not here.stands or wanted not in list(Choice):
        return go(here.onward)
    choice, where = Choice(wanted), request.form.get("where", "").strip()
    if choice is Choice.ALREADY_SEEN and (not where or len(where) > LONGEST_WHERE):
        return _ask_where(here)
    chosen = _choose(choice, where)
    if choice is Choice.GETTING_HELP:
        clinic().queue.nudge()
    return go(_after(chosen))


@room.get("/form/look")
@invited
def look_again() -> Response:
    here = look()
    doubts = _doubts(here)
    onward = url_for("patient.leave") if "leave" in request.args else here.onward
    if here.owed:
        return go(here.onward)
    if not doubts:
        return go(onward)
    page = show(here, "look_again.html", doubts=doubts, crisis=CARDS["adv_crisis_now"], onward=onward)
    return make_response(page)


def _ask_where(here: Visit) -> Response:
    typed = request.form.get("where")
    error = None
    if typed is not None:
        error = (
            gettext("Write where and when you were seen")
            if not typed.strip()
            else gettext("Make your answer shorter, %(limit)s letters at most", limit=LONGEST_WHERE)
        )
    page = show(here, "where_seen.html", typed=typed or "", error=error, limit=LONGEST_WHERE)
    return make_response(page, 422 if error else 200)


def _choose(choice: Choice, where: str) -> Chosen:
    settings = clinic().settings
    with clinic().database.writing() as db:
        intake = here_in(db)
        chosen = intakes.choose(
            db, intake, choice, where=where, settings=settings, now=clinic().now(), entry=g.entry
        )
        db.commit()
    return chosen


def _after(chosen: Chosen) -> str:
    if chosen.choice is Choice.GETTING_HELP:
        return url_for("patient.leave")
    if chosen.page is not None and chosen.question is not None:
        return change_address(QUESTIONS[chosen.question], chosen.page, "now")
    leaving = "leave" in request.args
    if "look" in request.args:
        return url_for("patient.look_again", leave=1 if leaving else None)
    return url_for("patient.leave") if leaving else look().onward


def _doubts(here: Visit) -> list[Doubt]:
    """What the last saved page gave reason to look at again, as far as it still stands."""
    checks = here.sheet.checks
    latest = max((check.shown_at for check in checks), default=None)
    fresh = (check for check in checks if check.shown_at == latest)
    doubts = [_doubt(check) for check in fresh if _still(check, here)]
    # What nobody asks about comes first: it is about staying alive.
    return sorted(doubts, key=lambda doubt: doubt.question is not None)


def _still(check: Check, here: Visit) -> bool:
    return check.question is None or here.journey.facts.value(check.question) == "no"


def _doubt(check: Check) -> Doubt:
    if check.question is None:
        return Doubt(fill(_("You wrote “{phrase}”."), {"phrase": check.phrase}), None, None)
    question = QUESTIONS[check.question]
    places = {str(region.label) for region in REGIONS if region.id in WATCH_REGIONS}
    prompt = MARKED_PROMPT if check.phrase in places else CHECK_PROMPT
    words = fill(prompt, {"phrase": check.phrase, "question": str(question.text)})
    return Doubt(words, question, page_of(question.id))
