"""The declaration as plain JSON: what is asked, of whom, in which words and in which order.

Made from ids, source texts and criteria alone, never from `repr`: the same in every process and every Python, and
after every reformatting or renaming of our own code.
"""

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from intake.i18n import Lazy, Words
from intake.questionnaire.body import REGIONS, SITE_GROUPS
from intake.questionnaire.criteria import ONSET_DAYS, Criterion
from intake.questionnaire.pages import Page, Section
from intake.questionnaire.questions import Option, Question

# What a kind of question may have beside the rest. The height of a box is no part of what is asked.
_LISTS = ("options", "choices", "rows", "columns")
_DETAILS = ("among", "least", "most", "limit", "beside")


def pages(declared: Iterable[Page]) -> dict[str, Any]:
    """Every page by its id."""
    return {page.id: _page(page) for page in declared}


def questions(declared: Iterable[Question]) -> dict[str, Any]:
    """Every question by its id."""
    return {question.id: _question(question) for question in declared}


def sections(declared: Iterable[Section]) -> dict[str, Any]:
    """Every section by its id: its title and its pages in order."""
    return {
        section.id: {"title": source(section.title), "pages": [page.id for page in section.pages]}
        for section in declared
    }


def places() -> dict[str, Any]:
    """Every group of places that conditions ask about, and what each place is called."""
    return {
        "groups": {name: sorted(regions) for name, regions in SITE_GROUPS.items()},
        "words": {region.id: [source(region.label), source(region.noted)] for region in REGIONS},
    }


def onset_days() -> dict[str, int]:
    """The days that each answer about the beginning stands for."""
    return dict(ONSET_DAYS)


def criterion(when: Criterion | None) -> list[object] | None:
    """A criterion, or None where there is none."""
    return None if when is None else when.as_data()


def source(words: Words | None) -> str | None:
    """The text as it was written, in the source language."""
    return words.source if isinstance(words, Lazy) else words


def sources(many: Iterable[Words]) -> list[str | None]:
    """The texts as they were written."""
    return [source(words) for words in many]


def canonical(content: object) -> str:
    """The one spelling of this content: keys in order, no spaces, nothing but ASCII."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def fingerprint(content: object) -> str:
    """The first 12 hex digits of the SHA-256 of its canonical spelling."""
    return sha256(canonical(content).encode("ascii")).hexdigest()[:12]


def _page(page: Page) -> dict[str, Any]:
    return {
        "title": source(page.title),
        "statement": source(page.statement),
        "intro": source(page.intro),
        "privacy": source(page.privacy),
        "private": page.private,
        "asked when": criterion(page.asked_when),
        "early when": criterion(page.early_when),
        "confirm": page.confirm,
        "more": page.more,
        "questions": [question.id for question in page.questions],
    }


def _question(question: Question) -> dict[str, Any]:
    said: dict[str, Any] = {
        "kind": question.kind,
        "text": source(question.text),
        "hint": source(question.hint),
        "asked when": criterion(question.asked_when),
        "required": question.required,
        "safety": question.safety,
        "noted": source(question.noted),
        "label": source(question.label),
        "group": question.group,
        "note": question.printed_in.value,
        "lasting": question.lasting,
        "items": list(getattr(question, "items", ())),
        "names": sources(getattr(question, "names", ())),
    }
    said |= {name: _options(getattr(question, name)) for name in _LISTS if hasattr(question, name)}
    return said | {name: getattr(question, name) for name in _DETAILS if hasattr(question, name)}


def _options(options: Iterable[Option]) -> list[list[object]]:
    return [
        [option.id, source(option.text), source(option.noted), option.exclusive, option.beside]
        for option in options
    ]
