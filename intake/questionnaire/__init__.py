"""What we ask: the declaration from which pages, storage, note, PDF and exports follow.

    sections/   the pages in order, in the patient's words
    criteria    when a question is asked, and when a rule fires
    journey     the way through for given answers

No Flask and no database here. The declaration checks itself when it is imported.
"""

from intake.questionnaire import declared
from intake.questionnaire.declared import fingerprint
from intake.questionnaire.pages import Page, Section
from intake.questionnaire.questions import FreeText, Gate, Question
from intake.questionnaire.sections import (
    belly_and_injury,
    body,
    chest,
    daily_life,
    health,
    more,
    nerves,
    pain_story,
    place,
    start,
)

SECTIONS: tuple[Section, ...] = (
    start.SECTION,
    place.SECTION,
    chest.SECTION,
    health.SECTION,
    body.SECTION,
    nerves.SECTION,
    belly_and_injury.SECTION,
    pain_story.SECTION,
    daily_life.SECTION,
    more.SECTION,
)
PAGES: dict[str, Page] = {page.id: page for section in SECTIONS for page in section.pages}
QUESTIONS: dict[str, Question] = {q.id: q for page in PAGES.values() for q in page.questions}

# Ids that were asked once. Never to be used again for another meaning.
RETIRED = frozenset({"spread_where", "ack_not_monitored", "ice_expect", "goal", "tx"})

# Pages with `early_when` stand directly after this one while it holds.
EARLY_AFTER = "p_when"

# At most so many on a page: short yes/no/not sure questions, and others.
MOST_SHORT, MOST_OTHERS = 6, 4


class BrokenDeclaration(Exception):
    """The questionnaire contradicts itself. Raised on import, so it can never reach a patient."""


def page_of(question_id: str) -> Page:
    """The page a question stands on."""
    return next(page for page in PAGES.values() if any(q.id == question_id for q in page.questions))


def section_of(page: Page) -> Section:
    """The section a page belongs to."""
    return next(section for section in SECTIONS if page in section.pages)


def _check() -> None:
    standing = [q.id for page in PAGES.values() for q in page.questions]
    _claim(len(standing) == len(set(standing)), "a question stands on two pages")
    _claim(not RETIRED & set(standing), "a retired id is asked again")
    _check_order(list(PAGES.values()))
    # Safety: the early pages are checked in both of their places.
    before, at, after = _around(EARLY_AFTER)
    early = [page for page in after if page.early_when is not None]
    _check_order([*before, at, *early, *(page for page in after if page not in early)])
    known = {q.id for page in (*before, at) for q in page.questions}
    for page in early:
        assert page.early_when is not None
        _claim(known.issuperset(page.early_when.question_ids()), f"{page.id} looks ahead to come early")
    # Safety: what must not be missed is asked anew each time.
    _claim(not any(q.lasting and (q.safety or q.group) for q in QUESTIONS.values()), "a safety answer lasts")
    for page in PAGES.values():
        asked = [q for q in page.questions if not (isinstance(q, FreeText) and q.beside)]
        short = sum(q.forced for q in asked)
        _claim(short <= MOST_SHORT and len(asked) - short <= MOST_OTHERS, f"{page.id} asks too much")
        for gate in (q for q in asked if isinstance(q, Gate)):
            behind = (QUESTIONS[item].asked_when.question_ids() for item in gate.items)
            _claim(bool(gate.items) and all(gate.id in ids for ids in behind), f"{gate.id} opens nothing")


def _check_order(pages: list[Page]) -> None:
    earlier: set[str] = set()
    for page in pages:
        # Safety: what opens a question lies on an earlier page, so nothing opens or closes on the page in hand.
        for criterion in (page.asked_when, *(q.asked_when for q in page.questions)):
            _claim(earlier.issuperset(criterion.question_ids()), f"{page.id} looks ahead")
        earlier.update(q.id for q in page.questions)


def _around(page_id: str) -> tuple[list[Page], Page, list[Page]]:
    pages = list(PAGES.values())
    place = list(PAGES).index(page_id)
    return pages[:place], pages[place], pages[place + 1 :]


def _claim(holds: bool, otherwise: str) -> None:
    if not holds:
        raise BrokenDeclaration(otherwise)


_check()
# Changes with any id, wording, option, order or condition that a patient could notice.
VERSION = fingerprint(
    [declared.sections(SECTIONS), declared.pages(PAGES.values()), declared.questions(QUESTIONS.values())]
)
