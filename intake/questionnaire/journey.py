"""The way through: which questions are asked, which answers count, and what comes next.

Computed from the answers each time and never stored. Safety: an answer counts only while its question is asked,
so a stale hidden answer can neither fire a rule nor hide one.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from intake.questionnaire import EARLY_AFTER, PAGES, QUESTIONS
from intake.questionnaire.answers import Answers
from intake.questionnaire.criteria import ALWAYS, Truth
from intake.questionnaire.pages import Page
from intake.questionnaire.questions import FreeText, Gate, Grid, OneOf, Question
from intake.questionnaire.values import Value

T = TypeVar("T")
# Of their stored answers less may count than they still offer.
_NARROWED = frozenset(
    each.id
    for each in QUESTIONS.values()
    if isinstance(each, Grid) or getattr(each, "among", None) or getattr(each, "beside", None)
)


@dataclass(frozen=True)
class Step:
    """A page on the path, with the questions of it that are asked."""

    page: Page
    asked: tuple[Question, ...]


@dataclass
class CountedFacts:
    """The answers that count, as criteria see them."""

    on: date
    features: frozenset[str]
    counted: dict[str, Value] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    value: Callable[[str], Value | None] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # Asked a thousand times for each form that is screened.
        self.value = self.counted.get

    def is_closed(self, question_id: str) -> bool:
        return question_id in self.closed


class Journey:
    """The way through for these answers.

    `on` is the day it is walked (ages are worked out for it), `passed` the ids of pages the patient has saved,
    `features` what the clinic has switched on. `blanks`: a returned paper form is copied, so a page that was
    passed is done though something on it is blank. `skipped` are ids of private pages that somebody who answers for
    the patient left to them. Both change the way through, never what counts as answered.
    """

    def __init__(
        self,
        answers: Answers,
        on: date,
        passed: frozenset[str] = frozenset(),
        features: frozenset[str] = frozenset(),
        blanks: bool = False,
        skipped: frozenset[str] = frozenset(),
    ) -> None:
        self.answers = answers
        self.passed = passed
        self.blanks = blanks
        self.skipped = skipped
        self.facts = CountedFacts(on, features)
        self._stored = dict(answers)
        walked = [Step(page, self._asked(page)) for page in self._in_order()]
        self.steps = tuple(step for step in walked if step.asked and not step.page.more)
        self.more = tuple(step for step in walked if step.asked and step.page.more)
        self._by_page = {step.page.id: step.asked for step in walked}

    def _in_order(self) -> Iterator[Page]:
        """The pages in the order of this patient. Which come early is known when EARLY_AFTER has been walked."""
        early: list[Page] = []
        for page in PAGES.values():
            if any(page is each for each in early):
                continue
            yield page
            if page.id == EARLY_AFTER:
                early = [each for each in PAGES.values() if self._is_early(each)]
                yield from early

    def _is_early(self, page: Page) -> bool:
        return page.early_when is not None and page.early_when.truth(self.facts) >= Truth.NOT_SURE

    @cached_property
    def counting(self) -> Answers:
        """Only the answers whose questions are asked."""
        return Answers(self.facts.counted)

    @cached_property
    def next(self) -> Page | None:
        """The first page of the main path that is not done, or None."""
        return next((step.page for step in self.steps if not self._done(step)), None)

    @property
    def complete(self) -> bool:
        """Everything that must be answered is answered."""
        return all(self._answered(step) for step in self.steps)

    @property
    def may_be_sent(self) -> bool:
        """Everything is answered; or, from paper, every page was seen to."""
        return self._all_dealt_with or (self.blanks and self.next is None)

    def may_skip(self, page: Page) -> bool:
        """Somebody who answers for the patient may leave a private page to the patient."""
        return page.private and self.facts.value("who_completing") not in (None, "self")

    @property
    def _all_dealt_with(self) -> bool:
        return all(self._answered(step) or self._left_out(step) for step in self.steps)

    def is_answered_up_to(self, page_id: str) -> bool:
        """This page of the main path is done, and every page before it."""
        upto = [step.page.id for step in self.steps].index(page_id) + 1
        return all(self._done(step) for step in self.steps[:upto])

    @property
    def percent(self) -> int:
        """How much of the main path is done, 0 to 100; 100 only when complete."""
        whole = self.complete and self.next is None
        return 100 if whole else min(99, 100 * self.pages_done // len(self.steps))

    @cached_property
    def pages_done(self) -> int:
        """How many pages of the main path are done, of as many as there are steps."""
        return sum(self._done(step) for step in self.steps)

    @property
    def safety_asked(self) -> tuple[Question, ...]:
        """The safety questions on the path."""
        return tuple(q for step in (*self.steps, *self.more) for q in step.asked if q.safety)

    @cached_property
    def asked_together(self) -> frozenset[str]:
        """The items of gates that were answered "no": nobody asked them one by one."""
        gates = [q for step in (*self.steps, *self.more) for q in step.asked if isinstance(q, Gate)]
        closed = {item for gate in gates if self.facts.value(gate.id) == "no" for item in gate.items}
        # What stands behind an inner gate was asked with the outer one.
        inner = {item for id in closed if isinstance(q := QUESTIONS[id], Gate) for item in q.items}
        return frozenset(closed | inner)

    @property
    def safety_answered(self) -> tuple[Question, ...]:
        """Those of them that have an answer; declining to say is no answer."""
        return tuple(q for q in self.safety_asked if self.facts.value(q.id) not in (None, "prefer_not_say"))

    def asked(self, page: Page) -> tuple[Question, ...]:
        """The questions of `page` that are asked; none when it is not on the path."""
        return self._by_page.get(page.id, ())

    def may_open(self, page: Page) -> bool:
        """The page is on the path and everything required before it is answered."""
        if not self.asked(page):
            return False
        if self.blanks:
            return True
        if page.more:
            return self._all_dealt_with
        before = self.steps[: [step.page for step in self.steps].index(page)]
        return all(self._answered(step) or self._left_out(step) for step in before)

    def after(self, page: Page) -> Page | None:
        """The page that follows on the same path, or None after the last."""
        pages = self._along(page)
        return pages[pages.index(page) + 1] if page is not pages[-1] else None

    def before(self, page: Page) -> Page | None:
        """The page that comes before on the same path, or None."""
        pages = self._along(page)
        return pages[pages.index(page) - 1] if page is not pages[0] else None

    def _along(self, page: Page) -> list[Page]:
        return [step.page for step in (self.more if page.more else self.steps)]

    def _done(self, step: Step) -> bool:
        if (self.blanks and step.page.id in self.passed) or self._left_out(step):
            return True
        return self._answered(step) and (step.page.id in self.passed or self._says_all(step))

    def _left_out(self, step: Step) -> bool:
        """Safety: what is left out stays unanswered; the form is not complete, and its record says so."""
        return step.page.id in self.skipped and self.may_skip(step.page)

    def _answered(self, step: Step) -> bool:
        return all(not q.required or self.facts.value(q.id) is not None for q in step.asked)

    def _says_all(self, step: Step) -> bool:
        return all(self.facts.value(q.id) is not None for q in step.asked)

    def _asked(self, page: Page) -> tuple[Question, ...]:
        gate = page.asked_when.truth(self.facts)
        if gate == Truth.NO:
            self.facts.closed.update(question.id for question in page.questions)
            return ()
        asked = tuple(q for q in page.questions if self._opens(gate, q))
        for question in asked:
            value = self._stored.get(question.id)
            if value is not None and (standing := self._standing(question, value)) is not None:
                self.facts.counted[question.id] = standing
        return asked

    def _opens(self, gate: Truth, question: Question) -> bool:
        if question.asked_when is ALWAYS:
            return gate >= Truth.NOT_SURE
        truth = min(gate, question.asked_when.truth(self.facts))
        if truth == Truth.NO:
            self.facts.closed.add(question.id)
        return truth >= Truth.NOT_SURE

    def _standing(self, question: Question, value: Value) -> Value | None:
        """What of the stored answer counts.

        Safety: "which is worst" is stale once that place is no longer marked, and so is the effect of what is no
        longer ticked, and the box beside an "other" that is not chosen any more.
        """
        offered = question.on_offer(value)
        if question.id not in _NARROWED:
            return offered
        if isinstance(question, OneOf) and question.among:
            return offered if self._ticks(question.among, str(value)) else None
        if isinstance(question, FreeText) and question.beside:
            return offered if self._ticks(question.beside, "other") else None
        if isinstance(question, Grid) and isinstance(offered, Mapping):
            return {row: cell for row, cell in offered.items() if self._ticks(*row.split(":"))} or None
        return offered

    def _ticks(self, question_id: str, option: str) -> bool:
        value = self.facts.value(question_id)
        return option in value if isinstance(value, tuple) else value == option


def once(work: Callable[[Journey], T]) -> Callable[[Journey], T]:
    """Work it out once for each journey: what it gives depends on nothing else, and a journey never changes."""
    known: WeakKeyDictionary[Journey, T] = WeakKeyDictionary()

    @wraps(work)
    def remembered(journey: Journey) -> T:
        if journey not in known:
            known[journey] = work(journey)
        return known[journey]

    return remembered
