"""What every page for patients shares: who is here, how far they are, and where they go next."""

import hashlib
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, session, url_for
from flask.blueprints import BlueprintSetupState
from sqlalchemy.orm import Session
from werkzeug.routing import BaseConverter, ValidationError

from intake.i18n import gettext
from intake.i18n import lazy as _
from intake.questionnaire import PAGES, QUESTIONS, page_of
from intake.questionnaire.criteria import age_on
from intake.questionnaire.pages import Page
from intake.questionnaire.questions import Question, Telephone
from intake.questionnaire.values import Value
from intake.red_flags import Screening
from intake.red_flags.advice import has_phone
from intake.services.context import Operation
from intake.services.forms import current_findings, intakes
from intake.services.forms.draft import Interrupt
from intake.services.forms.intakes import OpenForm
from intake.services.forms.walking import screening_of
from intake.storage.models import Intake, IntakeStatus, Route, WebSession
from intake.text import telephone
from intake.web import clinic, reading
from intake.web.error_handlers import ErrorText, hand_back
from intake.web.patient.views import VisitView
from intake.web.template_filters import raised

blueprint = Blueprint("patient", "intake.web.patient")

ANOTHER_FORM = ErrorText(
    _("This page belongs to another form"),
    _("Somebody else has opened their form in this browser. Nothing was saved. Open your own link again."),
)


class PageConverter(BaseConverter):
    """A page of the questionnaire in an address; an id that names none is no address."""

    def to_python(self, value: str) -> Page:
        if value not in PAGES:
            raise ValidationError
        return PAGES[value]

    def to_url(self, value: Page) -> str:
        return value.id


@blueprint.record_once
def _know_pages(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["page"] = PageConverter


@dataclass(frozen=True)
class Together:
    """A member of staff fills in for the patient: who, for whom, and whether from paper."""

    staff: str
    patient: str
    from_paper: bool
    appointment_id: UUID
    intake_id: UUID


@blueprint.context_processor
def _who_fills_in() -> dict[str, object]:
    """`together` is set on the pages that staff fill in."""
    here = g.get("visit")
    return {"together": _together(here) if here is not None else None}


def _together(here: WebSession) -> Together | None:
    if here.filled_in_by is None or here.intake is None:
        return None
    with reading() as op:
        patient = here_in(op.session).appointment.patient
    return Together(
        here.filled_in_by.name,
        patient.name,
        here.route is Route.PAPER,
        here.intake.appointment_id,
        here.intake.id,
    )


@dataclass(frozen=True)
class FormVisit(OpenForm):
    """The patient's form as it stands.

    `unanswered` is an emergency card they have not answered, `stands` the last card while its reason holds.
    """

    @cached_property
    def screening(self) -> Screening:
        """Every rule tried on what was answered so far; worked out when first asked for."""
        return screening_of(self.journey, settings=clinic().settings)

    @property
    def asked_again(self) -> bool:
        """Only the safety questions are asked, once more."""
        return bool(self.draft.already_answered)

    def asked(self, page: Page) -> tuple[Question, ...]:
        """The questions of `page` that this patient is asked now; none when it is out of reach."""
        already_answered = self.draft.already_answered
        return tuple(question for question in self.journey.asked(page) if question.id not in already_answered)

    def pages(self, *, more: bool = False) -> list[Page]:
        """The pages along the way on which something is asked now."""
        steps = self.journey.more if more else self.journey.steps
        return [step.page for step in steps if self.asked(step.page)]

    @property
    def sent(self) -> bool:
        return self.intake.status is IntakeStatus.SENT

    @property
    def unanswered(self) -> Interrupt | None:
        # After sending, the receipt itself begins with the card.
        return None if self.sent else current_findings.unanswered(self.draft, self.screening)

    @property
    def stands(self) -> Interrupt | None:
        return current_findings.current_card(self.draft, self.screening)

    @property
    def has_no_phone(self) -> bool:
        """They chose that they have none."""
        return self.journey.facts.value("phone_best") == "no_phone"

    @property
    def can_be_called(self) -> bool:
        """There is a number that the clinic can call."""
        return has_phone(self.journey.facts, clinic().settings.region)

    @property
    def number(self) -> str | None:
        """The number given for today, in groups; None without one, and for who opens a sent form again."""
        number = self.journey.facts.value("phone_best")
        if not isinstance(number, str) or self.has_no_phone or (self.sent and "own_copy" not in session):
            return None
        return telephone.grouped(number, clinic().settings.region)

    @property
    def change_number(self) -> str:
        """Where it is changed."""
        return change_address(QUESTIONS["phone_best"], page_of("phone_best"), "check")

    @property
    def onward(self) -> str:
        """The address where this patient goes on."""
        if self.sent:
            return url_for("patient.received")
        if self.unanswered:
            return url_for("patient.now")
        if self.journey.next:
            return url_for("patient.ask", page=self.journey.next)
        return url_for("patient.check")


def here_in(db: Session) -> Intake:
    """The form of the patient who was let in by `invited`."""
    intake = intakes.find(db, g.visit.intake_id)
    assert intake is not None
    return intake


def visit(op: Operation) -> FormVisit:
    """The same form, and how far it is."""
    return FormVisit(**vars(intakes.looked_at(op, here_in(op.session), entry=g.entry)))


def taken_up(op: Operation) -> FormVisit:
    """The same, which nobody else changes before the operation ends."""
    intake = intakes.find_locked(op.session, g.visit.intake_id)
    assert intake is not None
    return FormVisit(**vars(intakes.looked_at(op, intake, entry=g.entry)))


def look() -> FormVisit:
    """The same, only to look at."""
    with reading() as op:
        return visit(op)


def show(here: FormVisit, template: str, **values: Any) -> str:
    """A page of the form, with the banner on it while something cannot wait."""
    return render_template(
        f"patient/{template}",
        visit=VisitView.of(here),
        form_fingerprint=form_fingerprint(here.intake),
        **values,
    )


def go(address: str) -> Response:
    """Send the browser on to a page that it fetches anew.

    A script that keeps the page until it is saved is told where, and goes there by itself.
    """
    if "X-Keep-Page" not in request.headers:
        return make_response(redirect(address, 303))
    answer = Response(status=204, mimetype="text/plain")
    answer.headers["X-Onward"] = address
    return answer


def came_via() -> str | None:
    """From where an answer is being changed, when it is: then the way leads on to what is still open."""
    via = request.args.get("via")
    return via if via in ("check", "look", "now") else None


class WayOut(StrEnum):
    """What a page can be sent for beside going on: the button's name, and the word in later addresses."""

    LEAVE = "leave"
    UNFINISHED = "unfinished"

    @property
    def address(self) -> str:
        """The page that follows when the page in hand is saved."""
        return url_for(f"patient.{self}")


def way_out(sent: Container[str]) -> WayOut | None:
    """The way out that was asked for, in a form or an address."""
    return next((each for each in WayOut if each in sent), None)


def kept(wanted: WayOut | None) -> dict[str, Any]:
    """The same in an address, for the pages that come in between."""
    return {wanted.value: 1} if wanted else {}


@blueprint.app_template_global()
def change_address(question: Question, page: Page, via: str | None, changing: Sequence[str] = ()) -> str:
    """Where one answer is changed. On a page of known facts the others, bar `changing`, stay confirmed."""
    change = [*dict.fromkeys((*changing, question.id))] if page.confirm else []
    address = url_for("patient.ask", page=page, change=change, via=via)
    return f"{address}#q-{question.id}"


def form_fingerprint(intake: Intake) -> str:
    """A mark of this form, posted along with each page: two patients may use one browser.

    Safety: a page left open by one must never be saved in the form of the other.
    """
    return hashlib.sha256(intake.id.bytes).hexdigest()[:16]


def another_form(here: FormVisit) -> Response | None:
    """The answer to a page of somebody else's form that was left open; None when it is a page of this one."""
    return hand_back(ANOTHER_FORM, 409, again=False) if is_another_form(here) else None


def is_another_form(here: FormVisit) -> bool:
    """The page that was sent belongs to another form than the one that is open."""
    return request.form.get("whose", form_fingerprint(here.intake)) != form_fingerprint(here.intake)


def said(question: Question, value: Value | None, on: date) -> str:
    """The answer in words, so that a slip is seen: a date of birth with the age on the day `on`, a telephone
    number in groups.
    """
    if value is None:
        return ""
    words = raised(question.said(value))
    if isinstance(question, Telephone):
        return telephone.grouped(words, clinic().settings.region)
    if question.id != "dob":
        return words
    age = age_on(date.fromisoformat(str(value)), on)
    return gettext("%(day)s, age %(age)s", day=words, age=age)


@dataclass(frozen=True)
class AnswerLine:
    """A question with its answer in words, for a list of answers. `answer` is empty where there is none."""

    question: Question
    answer: str


def line(question: Question, here: FormVisit) -> AnswerLine:
    """A question and what was said to it."""
    facts = here.journey.facts
    return AnswerLine(question, said(question, facts.value(question.id), facts.on))
