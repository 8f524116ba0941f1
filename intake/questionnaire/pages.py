"""A page: a few questions under one title, asked together."""

from dataclasses import KW_ONLY, dataclass

from intake.i18n import Words
from intake.questionnaire.criteria import ALWAYS, Criterion
from intake.questionnaire.questions import Question


@dataclass(frozen=True)
class Page:
    """Questions asked together.

    `more`: offered at the end under "Add more detail", never needed. `confirm`: facts the clinic already has
    are shown to be confirmed, not asked again. `privacy`: a line for questions where people may hold back.
    """

    id: str
    title: Words
    questions: tuple[Question, ...]
    _: KW_ONLY
    intro: Words | None = None
    privacy: Words | None = None
    asked_when: Criterion = ALWAYS
    confirm: bool = False
    more: bool = False


@dataclass(frozen=True)
class Section:
    """Pages that belong together; its name heads the step line."""

    id: str
    title: Words
    pages: tuple[Page, ...]
