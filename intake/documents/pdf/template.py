"""What every paper of the clinic is made of: the letterhead, and templates that print only clean text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from intake.documents.orders import Letterhead
from intake.documents.pdf.clean import clean
from intake.documents.pdf.engine import TEMPLATES
from intake.i18n import current_language, fill, gettext, ngettext, text_direction
from intake.red_flags.advice import CLOSE, in_force


@dataclass(frozen=True)
class Leaf:
    """What a PDF says about itself: language, title, author, and when it was made (ISO 8601)."""

    language: str
    direction: str
    title: str
    author: str
    made: str


def leaf(title: str, letterhead: Letterhead, made: datetime) -> Leaf:
    """The same in the language being spoken; `made` is aware."""
    return Leaf(
        current_language(), text_direction(), title, letterhead.name, made.isoformat(timespec="seconds")
    )


def cannot_wait(facts: Mapping[str, str]) -> list[str]:
    """What cannot wait and whom to call, one paragraph for each. `facts` fill the placeholders."""
    return [
        " ".join(
            [fill(words, facts), "; ".join(fill(item, facts) for item in in_force(listed.items, facts)) + "."]
        )
        for listed in CLOSE.lists
        for words in in_force([listed.words], facts)
    ]


@cache
def template(name: str) -> Template:
    """The template of that name. Whatever it prints has been cleaned, also where somebody forgot."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
    )
    # The extension brings this method, unseen by mypy.
    environment.install_gettext_callables(gettext, ngettext, newstyle=False)  # type: ignore[attr-defined]
    return environment.get_template(name)


def _printable(value: Any) -> Any:
    if isinstance(value, Markup):
        return value
    return clean(value) if isinstance(value, str) else value
