"""A patient with a link, who reads pages and fills in forms as a browser would."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

import lxml.html
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from intake.demo.vignettes import VIGNETTES, Vignette, answers_of, born
from intake.questionnaire import PAGES, QUESTIONS
from intake.questionnaire.answers import Answers
from intake.questionnaire.fields import recalled
from intake.questionnaire.journey import Journey
from intake.questionnaire.questions import Question
from intake.questionnaire.values import Value
from intake.red_flags import Urgency
from intake.services.appointments import booking
from intake.services.appointments.booking import Booking
from intake.services.forms import intakes
from intake.services.forms.draft import Draft, write
from intake.services.invitations import links
from intake.storage import Database
from intake.storage.models import Appointment, Intake, IntakeStatus
from tests.acting import acting

CASES = {case.id: case for case in VIGNETTES}
# How the card of each urgency is drawn.
_CLASS = {Urgency.EMERGENCY: "message-urgent", Urgency.SAME_DAY: "message-today"}


@dataclass(frozen=True)
class Form:
    """A form on a page: where it posts to, and what stands in its boxes."""

    action: str
    fields: MultiDict[str, str]
    names: frozenset[str]


@dataclass
class Patient:
    """Someone with an appointment and a link. `page` is what their browser shows."""

    client: FlaskClient
    appointment: Appointment
    token: str
    born: date
    answers: Mapping[str, Value] = field(default_factory=dict)
    page: TestResponse | None = None

    @property
    def path(self) -> str:
        assert self.page is not None
        return self.page.request.path

    @property
    def words(self) -> str:
        """The page as text."""
        return " ".join(self.tree.body.text_content().split())

    @property
    def html(self) -> str:
        assert self.page is not None
        return self.page.get_data(as_text=True)

    @property
    def tree(self) -> Any:
        return lxml.html.document_fromstring(self.html)

    @property
    def status(self) -> int:
        assert self.page is not None
        return self.page.status_code

    def opens(self, address: str) -> "Patient":
        self.page = self.client.get(address, follow_redirects=True)
        return self

    def comes_in(self) -> "Patient":
        """Open the link and give the date of birth."""
        self.opens(f"/i/{self.token}")
        return self.gives(self.born)

    def gives(self, day: date, **more: str) -> "Patient":
        birth = {"birth-day": str(day.day), "birth-month": str(day.month), "birth-year": str(day.year)}
        return self.sends(birth | more)

    def sends(
        self, said: Mapping[str, Any] | None = None, *, to: str | None = None, press: str = ""
    ) -> "Patient":
        """Fill `said` into the form on the page and press its button. A list is several boxes of one name."""
        form = next(each for each in self.forms() if to is None or each.action == to)
        sent = MultiDict(form.fields)
        for name, value in (said or {}).items():
            sent.setlist(name, value if isinstance(value, list) else [value])
        if press:
            sent[press] = "1"
        self.page = self.client.post(form.action, data=sent, follow_redirects=True)
        return self

    def forms(self) -> list[Form]:
        """The forms of the page, but for the ways out on the clinic's own screens."""
        tree = self.tree
        back = tree.xpath("//section[@class='together']//form | //dialog//form")
        return [_form(each, self._here()) for each in tree.iter("form") if each not in back]

    def answers_page(self) -> "Patient":
        """Answer what the page asks with this patient's own answers."""
        (form,) = (each for each in self.forms() if "seen" in each.fields)
        names = {name.split("-")[0] for name in form.names} & set(QUESTIONS)
        said: MultiDict[str, str] = MultiDict()
        for question in (QUESTIONS[name] for name in names):
            for name, text in typed(question, self.answers.get(question.id)):
                said.add(name, text)
        return self.sends({name: said.getlist(name) for name in said})

    def has_come_to(self, database: Database, page_id: str | None = None) -> "Patient":
        """Let everything before this page be answered already (everything, without one), then come in."""
        journey = Journey(Answers(self.answers), self.appointment.made_at.date())
        pages = [step.page.id for step in journey.steps]
        before = pages[: pages.index(page_id)] if page_id and not PAGES[page_id].more else list(PAGES)
        passed = frozenset(before) & frozenset(pages)
        questions = {question.id for each in before for question in PAGES[each].questions}
        answers = Answers({id: value for id, value in self.answers.items() if id in questions})
        with database.writing() as session:
            intake = intakes.find(session, self.appointment.intake.id)
            assert intake is not None
            write(intake, Draft(answers=answers, passed=passed))
            intake.status = IntakeStatus.IN_PROGRESS
            session.commit()
        self.comes_in()
        return self.opens(f"/form/{page_id}") if page_id else self

    def walks(self, *, to: str = "/form/check") -> "Patient":
        """Go on from page to page, past emergencies and prompts, until the address is `to`."""
        if self.page is None:
            self.comes_in()
        for _ in range(80):
            if self.path == to:
                return self
            self._steps_on()
        raise AssertionError(f"never came to {to}, stopped at {self.path}: {self.words[:400]}")

    def stops_after(self, pages: int) -> "Patient":
        """Go on for so many pages, and leave the next one open; the check page at the latest."""
        for _ in range(pages):
            if self.path != "/form/check":
                self._steps_on()
        return self

    def sends_it_all(self) -> "Patient":
        """From the check page to the receipt, past a last look at what does not fit."""
        self.sends(to="/form/send")
        if self.path == "/form/look":
            self.opens("/form/check").sends(to="/form/send")
        return self

    def carries_on(self) -> "Patient":
        """Press the last choice of the card, which leads on with the form."""
        carry_on = self.tree.xpath(
            "//button[@name='choice'][@value='continue' or @value='understood']/@value"
        )
        return self.sends({"choice": carry_on[0]})

    def is_told(self, urgency: Urgency) -> "Patient":
        """Go on until a card of this urgency is shown, past any other."""
        if self.page is None:
            self.comes_in()
        for _ in range(80):
            if self.path == "/form/now" and self.tree.xpath(
                f"//div[@role='alert'][@class='{_CLASS[urgency]}']"
            ):
                return self
            self._steps_on()
        raise AssertionError(f"was told nothing of {urgency.name}, stopped at {self.path}")

    @property
    def banner(self) -> Any:
        """What stands over the page while it cannot wait; None without it."""
        found = self.tree.xpath("//section[contains(@class, 'standing')]")
        return found[0] if found else None

    @property
    def heading(self) -> str:
        """What the page is headed."""
        (heading,) = self.tree.xpath("//h1")
        return " ".join(heading.text_content().split())

    def _steps_on(self) -> None:
        assert self.status in (200, 422), f"{self.status} at {self.path}: {self.words[:400]}"
        if self.path == "/form/now":
            self.carries_on()
        elif self.path == "/form/look":
            self.opens("/form/")
        else:
            self.answers_page()

    def _here(self) -> str:
        assert self.page is not None
        request = self.page.request
        query = request.query_string.decode()
        return f"{request.path}?{query}" if query else request.path


def stored(database: Database, patient: Patient) -> Intake:
    """The patient's form as the clinic keeps it."""
    with database.reading() as session:
        intake = intakes.find(session, patient.appointment.intake.id)
        assert intake is not None
        return intake


def invite(
    database: Database, client: FlaskClient, clock: Any, case: Vignette | str = "V01", **facts: Any
) -> Patient:
    """A patient with an appointment in two hours who will answer as the vignette says."""
    now = clock()
    answers = said_by(case, now.date()) if isinstance(case, str) else answers_of(case, now.date())
    case = CASES[case] if isinstance(case, str) else case
    birth = born(case, now.date())
    with acting(database, now=now) as op:
        usual = {
            "name": "Anna Canary",
            "date_of_birth": birth,
            "starts_at": now + timedelta(hours=2),
            "sex_at_birth": answers["sex_at_birth"],
            "phone": "07700 900123",
        }
        other = {key: facts.pop(key) for key in ("patient", "minutes", "language", "source") if key in facts}
        appointment = booking.make(op, Booking(**{**usual, **facts}), **other)
        token = links.invite(op, appointment)
        op.commit()
    return Patient(client, appointment, token, birth, answers)


@cache
def said_by(case_id: str, on: date) -> Answers:
    """Everything this made-up patient answers on the day."""
    return answers_of(CASES[case_id], on)


def typed(question: Question, value: Value | None) -> Iterator[tuple[str, str]]:
    """(name, text) for each box of the question, as a browser sends them for this answer."""
    page = next(page for page in PAGES.values() if question in page.questions)
    (shown,) = recalled(page, (question,), {} if value is None else {question.id: value}).controls
    name, kind = question.id, question.kind
    if kind in ("any_of", "regions"):
        yield from ((name, each) for each in shown.shown)
    elif kind == "day":
        yield from ((f"{name}-{part}", text) for part, text in shown.shown.items())
    elif kind == "grid":
        yield from ((f"{name}-{row}", cell) for row, cell in shown.shown.items())
    elif kind in ("ranked", "rated"):
        yield from ((f"{name}-{place}", text) for place, text in enumerate(shown.shown, 1))
        yield from (
            (f"{name}-{place}-rating", text) for place, text in enumerate(getattr(shown, "ratings", ()), 1)
        )
    elif getattr(shown, "chosen", ""):
        yield f"{name}-choice", shown.chosen
    elif shown.shown:
        yield name, shown.shown


def _form(element: Any, here: str) -> Form:
    fields: MultiDict[str, str] = MultiDict()
    names = set()
    for box in element.iter():
        name = box.get("name") if box.tag in ("input", "select", "textarea") else None
        if name is None:
            continue
        names.add(name)
        if box.tag == "select":
            chosen = next(
                (option for option in box.iter("option") if option.get("selected") is not None), None
            )
            fields.add(name, chosen.get("value", "") if chosen is not None else "")
        elif box.tag == "textarea":
            # A browser leaves out the line break that follows the tag.
            fields.add(name, (box.text or "").removeprefix("\n"))
        elif box.get("type") not in ("radio", "checkbox") or box.get("checked") is not None:
            fields.add(name, box.get("value", "on"))
    return Form(element.get("action") or here, fields, frozenset(names))
