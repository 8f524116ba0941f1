"""What opens the questions that rules read, broken one by one: whether some verdict shows it."""

from collections.abc import Iterator
from typing import Any

from intake.questionnaire import PAGES, QUESTIONS
from intake.questionnaire.criteria import Criterion, Truth
from intake.red_flags import RED_FLAGS, screen
from tests.mutation.rules import Result, Tried
from tests.mutation.trees import mutants
from tests.red_flags.people import Person

READ_BY_RULES = {id for red_flag in RED_FLAGS for id in red_flag.when.question_ids()}


def branches(everybody: list[Tried]) -> Iterator[Result]:
    """Each broken condition of a question that a rule reads, and of the page it stands on."""
    whole = [each for each in everybody if each[0].only is None]
    for question in (QUESTIONS[id] for id in QUESTIONS if id in READ_BY_RULES):
        for what, broken in mutants(question.asked_when):
            yield f"{question.id} asked: {what}", _noticed(question, question.asked_when, broken, whole)
    for page in PAGES.values():
        if any(question.id in READ_BY_RULES for question in page.questions):
            for what, broken in mutants(page.asked_when):
                yield f"{page.id} shown: {what}", _noticed(page, page.asked_when, broken, whole)


def _noticed(declared: Any, was: Criterion, broken: Criterion, people: list[Tried]) -> bool:
    """Somebody for whom the branch differs gets another verdict."""
    concerned = (
        person for person, facts in people if _opens(was.truth(facts)) != _opens(broken.truth(facts))
    )
    object.__setattr__(declared, "asked_when", broken)
    try:
        return any(_fires(person) != person.fires for person in concerned)
    finally:
        object.__setattr__(declared, "asked_when", was)


def _opens(truth: Truth) -> bool:
    return truth >= Truth.NOT_SURE


def _fires(person: Person) -> frozenset[str]:
    findings = screen(person.journey).findings
    return frozenset(finding.rule.id + ("?" if finding.unsure else "") for finding in findings)
