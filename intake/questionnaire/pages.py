"""A page: a few questions under one title, asked together."""

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass

from intake.i18n import Words
from intake.questionnaire.criteria import ALWAYS, Criterion
from intake.questionnaire.questions import Question, box_beside


@dataclass(frozen=True)
class Page:
    """Questions asked together.

    `more`: offered at the end under "Add more detail", never needed. `confirm`: facts the clinic already has
    are shown to be confirmed, not asked again. `privacy`: a line for questions where people may hold back.
    `private`: the patient may not want to answer before others, so somebody who answers for them may skip the page.
    `statement`: a sentence to read, nothing to answer. `early_when`: while this holds the page stands directly after
    `questionnaire.EARLY_AFTER` and not in its own place.

    The one-line box of an option "other" is a question of its own, and stands behind the question it belongs to.
    """

    id: str
    title: Words
    questions: tuple[Question, ...]
    _: KW_ONLY
    statement: Words | None = None
    intro: Words | None = None
    privacy: Words | None = None
    private: bool = False
    asked_when: Criterion = ALWAYS
    early_when: Criterion | None = None
    confirm: bool = False
    more: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "questions", tuple(_with_boxes(self.questions)))


@dataclass(frozen=True)
class Section:
    """Pages that belong together; its name heads the step line."""

    id: str
    title: Words
    pages: tuple[Page, ...]


def _with_boxes(questions: tuple[Question, ...]) -> Iterator[Question]:
    for question in questions:
        yield question
        if box := box_beside(question):
            yield box
