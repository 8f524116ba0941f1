"""The summary as a PDF for people: one calm page, then the details.

Conforms to PDF/UA-1 and PDF/A-3a, carries the answers as FHIR, and is the same bytes for the same summary.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from weasyprint.document import Document

from intake.documents import fhir
from intake.documents.moments import moment
from intake.documents.orders import Paper
from intake.documents.pdf import drawings
from intake.documents.pdf.bodymap import body_map
from intake.documents.pdf.engine import LOCK, Attached, Engine, engine, one_at_a_time, settle
from intake.documents.pdf.layout import view_of
from intake.documents.pdf.plans import FULL, MOST_WORDS, PLANS, UNCOUNTED, Plan
from intake.documents.pdf.template import template
from intake.i18n import gettext, speaking
from intake.summary import Summary

TAG = re.compile(r"<[^>]*>")
LONG_WORD = 30  # letters
POINTED_AT = ("texts", "answers", "lines")


def render(summary: Summary, paper: Paper = "A4", approved: bool = False) -> bytes:
    """The bytes of the PDF. `approved`: the rules are signed off, so nothing says that they are not."""
    with LOCK:
        machine = engine(paper)
    return write(summary, machine, approved)


def write(summary: Summary, machine: Engine, approved: bool = False) -> bytes:
    """The bytes of the PDF, laid out by `machine`."""
    with one_at_a_time(), speaking(summary.language):
        # The pages are dropped inside, so that the collection on the way out can free them.
        return machine.write(
            laid_out(summary, machine, approved), moment(summary.written_at), _attached(summary)
        )


def warm(summary: Summary, paper: Paper = "A4") -> None:
    """Make this process ready to render fast; call once, before it forks or serves."""
    settle(lambda: render(summary, paper))


def markup(summary: Summary, plan: Plan = FULL, approved: bool = False, rest: bool = True) -> str:
    """The page as XML, in the language being spoken; without `rest`, only its first part."""
    return template("summary.xml.j2").render(view=view_of(summary, plan, approved, rest), rest=rest)


def _attached(summary: Summary) -> Attached:
    description = gettext("All answers as a FHIR R4 QuestionnaireResponse")
    return Attached("intake.fhir.json", description, fhir.render(summary).decode())


def laid_out(summary: Summary, machine: Engine, approved: bool = False) -> Document:
    """The pages, by the fullest plan whose first part is short enough and fits on page 1."""
    plan = fullest(summary, approved)
    document = _pages(summary, machine, plan, approved)
    if _page_of("rest", document) != 2:
        plan = _sparser(summary, machine, plan, approved)
        document = _pages(summary, machine, plan, approved)
    # What points to the full texts and to the safety answers must name their true page.
    true: dict[str, Any] = {name: page for name in POINTED_AT if (page := _page_of(name, document))}
    found = replace(plan, **true)
    return document if found == plan else _pages(summary, machine, found, approved)


def fullest(summary: Summary, approved: bool = False) -> Plan:
    """The fullest plan whose page 1 is short enough, or the last one: each is shorter than the one before."""

    def is_short(plan: Plan) -> bool:
        return _words(summary, plan, approved) <= MOST_WORDS - UNCOUNTED

    return PLANS[min(bisect_left(PLANS, True, key=is_short), len(PLANS) - 1)]


def _words(summary: Summary, plan: Plan, approved: bool) -> int:
    """The words of page 1, head and foot included, as a program counts them that reads the file."""
    view = view_of(summary, plan, approved, rest=False)
    body = template("summary.xml.j2").render(view=view, rest=False).partition("<body>")[2]
    text = " ".join((TAG.sub(" ", body), view.running.first, view.running.between, view.foot.first))
    # A long word is broken at the end of a line, and counts twice.
    return 2 + sum(1 + len(word) // LONG_WORD for word in text.split())


def _sparser(summary: Summary, machine: Engine, tried: Plan, approved: bool) -> Plan:
    """The next plan that fits, or the last one. Safety: nothing is left out then either; page 1 runs on."""
    length = 2
    for plan in PLANS[PLANS.index(tried) + 1 :]:
        length = len(_pages(summary, machine, plan, approved, rest=False).pages)
        if length == 1:
            return plan
    return replace(PLANS[-1], texts=length + 1, answers=length + 1, lines=length + 1, runs_on=True)


def _pages(summary: Summary, machine: Engine, plan: Plan, approved: bool, rest: bool = True) -> Document:
    """The pages for a plan; without `rest`, only those of its first part."""
    return machine.lay_out(markup(summary, plan, approved, rest), _drawings(summary))


def _page_of(anchor: str, document: Document) -> int | None:
    return next((count for count, page in enumerate(document.pages, 1) if anchor in page.anchors), None)


def _drawings(summary: Summary) -> Mapping[str, drawings.Figure]:
    """The drawings by the names the template uses."""
    scores = summary.scores
    marked = [region.region for region in summary.regions]
    worst = next((region.region for region in summary.regions if region.worst), None)
    return {
        **_signs(),
        "fig:map": body_map(marked, worst, 67),
        "fig:map_after": body_map(marked, worst, 55),
        "fig:scale": drawings.pain_scale(scores.get("now"), scores.get("average"), scores.get("worst")),
        **{f"fig:bar{goal.rating}": _bar(goal.rating) for goal in summary.goals if goal.rating is not None},
    }


@cache
def _signs() -> dict[str, drawings.Figure]:
    return {
        "fig:emergency": drawings.emergency_sign(),
        "fig:same_day": drawings.same_day_sign(),
        "fig:priority": drawings.priority_sign(),
    }


@cache
def _bar(rating: int) -> drawings.Figure:
    return drawings.bar(rating)
