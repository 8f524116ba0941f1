"""The same questions on paper, made from the declaration: to be filled in with a pen and copied by staff.

Safety: the emergency wording comes first and the safety questions before all others. Nobody watches paper, so
a question is skipped only where the way is plain; where the app decides by more, everybody is asked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from intake.documents.orders import Letterhead, Paper
from intake.documents.pdf.bodymap import body_map
from intake.documents.pdf.engine import LOCK, engine, one_at_a_time
from intake.documents.pdf.template import cannot_wait, leaf, template
from intake.i18n import fill, gettext
from intake.questionnaire import PAGES, QUESTIONS, VERSION
from intake.questionnaire.body import PARTS, REGIONS
from intake.questionnaire.criteria import (
    Both,
    Chosen,
    Criterion,
    Either,
    Feature,
    NotChosen,
    Ticked,
    Yes,
)
from intake.questionnaire.pages import Page
from intake.questionnaire.questions import (
    NOT_SURE,
    AnyOf,
    FreeText,
    Gate,
    Grid,
    Number,
    OneOf,
    Question,
    Ranked,
    Regions,
    box_beside,
)
from intake.red_flags.advice import DO_NOT_WAIT

MOST_OPTIONS_NAMED = 3


@dataclass(frozen=True)
class PaperRow:
    """One row of a question of several: its words, and how it is answered."""

    label: str
    boxes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PaperQuestion:
    """A question as it stands on paper. `kind` says how it is answered; `lines` how much room to write.

    `names` is what one question in place of several names; `typed` the id of the line beside "other".
    """

    id: str
    number: int
    text: str
    hint: str
    condition: str
    kind: str
    boxes: tuple[str, ...] = ()
    rows: tuple[PaperRow, ...] = ()
    lines: int = 0
    names: tuple[str, ...] = ()
    typed: str = ""


@dataclass(frozen=True)
class PaperGroup:
    """Questions under one heading."""

    title: str
    statement: str
    intro: str
    condition: str
    questions: tuple[PaperQuestion, ...]


def render(
    letterhead: Letterhead,
    facts: Mapping[str, str],
    *,
    features: frozenset[str],
    made: datetime,
    paper: Paper = "A4",
) -> bytes:
    """The bytes of the PDF, in the language being spoken. `facts` fill the placeholders of the texts."""
    with LOCK:
        machine = engine(paper, "paper_form")
    safety, main, more = parts(facts, features)
    title = gettext("Before your appointment")
    words = template("paper_form.xml.j2").render(
        leaf=leaf(title, letterhead, made),
        letterhead=letterhead,
        emergency=cannot_wait(facts),
        do_not_wait=fill(DO_NOT_WAIT, facts),
        safety=safety,
        main=main,
        more=more,
        version=VERSION,
    )
    with one_at_a_time():
        return machine.write(machine.lay_out(words, {"fig:map": body_map((), None, 90)}), made)


def parts(facts: Mapping[str, str], features: frozenset[str]) -> tuple[tuple[PaperGroup, ...], ...]:
    """The safety questions, the other questions, and those for who likes: each in the order of the form."""
    asked = [page for page in PAGES.values() if _switched_on(page.asked_when, features)]
    main, more = [page for page in asked if not page.more], [page for page in asked if page.more]
    printed = ((main, True), (main, False), (more, False))
    order = (each for pages, safety in printed for page in pages for each in _of(page, safety))
    numbers = {question.id: place for place, question in enumerate(order, 1)}
    return tuple(tuple(_groups(pages, safety, numbers, facts)) for pages, safety in printed)


def _of(page: Page, safety: bool) -> list[Question]:
    """The questions of one half. The line beside an "other" stands with its question."""
    return [question for question in page.questions if question.safety is safety and not _is_beside(question)]


def _is_beside(question: Question) -> bool:
    return isinstance(question, FreeText) and question.beside is not None


def _groups(
    pages: list[Page], safety: bool, numbers: Mapping[str, int], facts: Mapping[str, str]
) -> Iterator[PaperGroup]:
    for page in pages:
        mine = _of(page, safety)
        if mine:
            condition = _condition(page.asked_when, numbers, numbers[mine[0].id])
            asked = (_asked(each, numbers, facts) for each in mine)
            yield PaperGroup(
                title=str(page.title),
                # Said once, above the first questions of the page.
                statement=_statement(page, facts) if safety or not _of(page, True) else "",
                intro=fill(page.intro, facts) if page.intro and safety else "",
                condition=condition,
                questions=tuple(
                    replace(each, condition="") if each.condition == condition else each for each in asked
                ),
            )


def _statement(page: Page, facts: Mapping[str, str]) -> str:
    return fill(page.statement, facts) if page.statement else ""


def _asked(question: Question, numbers: Mapping[str, int], facts: Mapping[str, str]) -> PaperQuestion:
    number = numbers[question.id]
    return PaperQuestion(
        id=question.id,
        number=number,
        text=fill(question.text, facts),
        # What to do with a picture on a screen does not help on paper.
        hint=fill(question.hint, facts) if question.hint and not isinstance(question, Regions) else "",
        condition=_condition(question.asked_when, numbers, number),
        kind="write" if isinstance(question, OneOf) and question.among else question.kind,
        boxes=_boxes(question),
        rows=tuple(_rows(question)),
        lines=_lines(question),
        names=tuple(fill(name, facts) for name in question.names) if isinstance(question, Gate) else (),
        typed=box.id if (box := box_beside(question)) else "",
    )


def _boxes(question: Question) -> tuple[str, ...]:
    if isinstance(question, Regions) or (isinstance(question, OneOf) and question.among):
        return ()
    if isinstance(question, OneOf | AnyOf):
        return tuple(str(option.text) for option in question.options)
    if question.kind == "scale":
        return tuple(map(str, range(11)))
    if isinstance(question, FreeText | Number):
        return tuple(str(choice.text) for choice in question.choices)
    return ()


def _rows(question: Question) -> Iterator[PaperRow]:
    if isinstance(question, Regions):
        for part in dict.fromkeys(region.part for region in REGIONS):
            mine = tuple(str(region.label) for region in REGIONS if region.part == part)
            yield PaperRow(str(PARTS[part]), mine)
    if isinstance(question, Grid):
        columns = tuple(str(column.text) for column in question.columns)
        for row in question.rows:
            yield PaperRow(str(row.text), columns)


def _lines(question: Question) -> int:
    if isinstance(question, Ranked):
        return question.most
    if isinstance(question, FreeText):
        return 1 if question.lines == 1 else max(3, question.lines + question.limit // 1000)
    return 1


def _switched_on(criterion: Criterion, features: frozenset[str]) -> bool:
    return not isinstance(criterion, Feature) or criterion.name in features


def _condition(criterion: Criterion, numbers: Mapping[str, int], place: int) -> str:
    """Who answers, when that is plain and was asked before; "" asks everybody."""
    parts = criterion.parts if isinstance(criterion, Both) else (criterion,)
    said = [words for part in parts if (words := _plainly(part, numbers, place))]
    return " ".join(said)


def _plainly(criterion: Criterion, numbers: Mapping[str, int], place: int) -> str:
    if any(numbers.get(id, place) >= place for id in criterion.question_ids()):
        return ""
    if isinstance(criterion, Either):
        yeses = [part.question_id for part in criterion.parts if isinstance(part, Yes)]
        return _after_yes(yeses, numbers) if len(yeses) == len(criterion.parts) else ""
    if isinstance(criterion, Yes):
        return _after_yes([criterion.question_id], numbers)
    if isinstance(criterion, Chosen | Ticked | NotChosen) and len(criterion.options) <= MOST_OPTIONS_NAMED:
        return _after_choice(criterion, numbers)
    return ""


def _after_yes(ids: list[str], numbers: Mapping[str, int]) -> str:
    asked = [str(each) for each in sorted(numbers[id] for id in ids)]
    if len(asked) == 1:
        return gettext("Only if “Yes” or “Not sure” to %(number)s.", number=asked[0])
    return gettext("Only if “Yes” or “Not sure” to any of %(numbers)s.", numbers=", ".join(asked))


def _after_choice(criterion: Chosen | Ticked | NotChosen, numbers: Mapping[str, int]) -> str:
    question = QUESTIONS[criterion.question_id]
    if not isinstance(question, OneOf | AnyOf) or isinstance(question, Regions):
        return ""
    chosen = [*criterion.options, *_unsure_too(criterion, question)]
    options = ", ".join(f"“{question.option(each).text}”" for each in chosen)
    number = numbers[question.id]
    if isinstance(criterion, NotChosen):
        return gettext("Skip if you chose %(options)s at %(number)s.", options=options, number=number)
    return gettext("Only if you chose %(options)s at %(number)s.", options=options, number=number)


def _unsure_too(criterion: Chosen | Ticked | NotChosen, question: OneOf | AnyOf) -> list[str]:
    """Safety: "not sure" ticked in a list may be any of its options."""
    listed = isinstance(criterion, Chosen) and isinstance(question, AnyOf)
    offered = any(option.id == NOT_SURE.id for option in question.options)
    return [NOT_SURE.id] if listed and offered and NOT_SURE.id not in criterion.options else []
