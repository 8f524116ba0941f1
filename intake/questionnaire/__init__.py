"""What we ask: the declaration from which pages, storage, note, PDF and exports follow.

    sections/   the pages in order, in the patient's words
    criteria    when a question is asked, and when a rule fires
    journey     the way through for given answers

No Flask and no database here. The declaration checks itself when it is imported.
"""

import hashlib

from intake.questionnaire.pages import Page, Section
from intake.questionnaire.questions import AnyOf, Grid, OneOf, Question
from intake.questionnaire.sections import (
    belly,
    chest,
    health,
    infection_and_injury,
    medicines_and_visit,
    more,
    nerves,
    pain_story,
    place,
    pregnancy,
    start,
)

SECTIONS: tuple[Section, ...] = (
    start.SECTION,
    place.SECTION,
    chest.SECTION,
    pregnancy.SECTION,
    belly.SECTION,
    health.SECTION,
    nerves.SECTION,
    infection_and_injury.SECTION,
    pain_story.SECTION,
    medicines_and_visit.SECTION,
    more.SECTION,
)
PAGES: dict[str, Page] = {page.id: page for section in SECTIONS for page in section.pages}
QUESTIONS: dict[str, Question] = {q.id: q for page in PAGES.values() for q in page.questions}

# Ids that were asked once. Never to be used again for another meaning.
RETIRED = frozenset({"spread_where"})


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
    earlier: set[str] = set()
    for page in PAGES.values():
        # Safety: what opens a question lies on an earlier page, so nothing opens or closes on the page in hand.
        for criterion in (page.asked_when, *(q.asked_when for q in page.questions)):
            _claim(earlier.issuperset(criterion.question_ids()), f"{page.id} looks ahead")
        _claim(sum(q.forced for q in page.questions) <= 4, f"{page.id} asks more than four safety questions")
        earlier.update(q.id for q in page.questions)


def _claim(holds: bool, otherwise: str) -> None:
    if not holds:
        raise BrokenDeclaration(otherwise)


def _version() -> str:
    """Changes with any id, wording, option or condition that a patient could notice."""
    said = [
        (
            page.id,
            repr(page.asked_when),
            q.id,
            repr(q.text),
            repr(q.hint),
            repr(q.asked_when),
            repr(_offered(q)),
        )
        for page in PAGES.values()
        for q in page.questions
    ]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:10]


def _offered(question: Question) -> object:
    if isinstance(question, OneOf | AnyOf):
        return question.options
    return (question.rows, question.columns) if isinstance(question, Grid) else ()


_check()
VERSION = _version()
