"""A record as the reader shows it: each line leads to the full answer it came from.

Plain values for the template, worked out from the frozen summary and from nothing else.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from babel import Locale

from intake.documents import amended, safety_box
from intake.i18n import current_language, gettext, lower_first
from intake.questionnaire import QUESTIONS, page_of
from intake.questionnaire.pages import Page
from intake.summary import Summary
from intake.summary.lines import because
from intake.summary.phrases import named
from intake.summary.places import MarkedPlace, places_of
from intake.summary.record import Correction, Fact, Fired, GroupLine, Safety, Said
from intake.web.clinician.marks import MarkedView, marked_views


@dataclass(frozen=True)
class Lead:
    """Words that lead to the full answer of a question; `id` None where there is none."""

    words: str
    id: str | None


@dataclass(frozen=True)
class Unanswered:
    """A safety question without an answer, and the page where it is asked; None when it is asked no more."""

    words: str
    id: str
    page: Page | None


@dataclass(frozen=True)
class FiredLine:
    """A rule that fired, and the answers that decided it."""

    fired: Fired
    answers: tuple[Lead, ...]


@dataclass(frozen=True)
class GroupLeads:
    """A clinical group with what was said in it."""

    label: str
    items: tuple[Lead, ...]


@dataclass(frozen=True)
class DoubtLine:
    """Answers or words that do not fit, where it was seen, and a question in doubt (None: no question)."""

    seen_in: str
    words: str
    id: str | None


@dataclass(frozen=True)
class FullAnswer:
    """An answer in full. `page` is where it is asked, None when it is not asked any more."""

    said: Said
    corrections: tuple[Correction, ...]
    page: Page | None


@dataclass(frozen=True)
class AnswersOf:
    """The answers of one section of the form."""

    section: str
    answers: tuple[FullAnswer, ...]


@dataclass(frozen=True)
class RecordPage:
    """Everything the reader shows of one record."""

    summary: Summary
    standing: str
    headline: str
    answered: frozenset[str]
    fired: tuple[FiredLine, ...]
    not_sure: tuple[Lead, ...]
    not_answered: tuple[Unanswered, ...]
    declined: tuple[Lead, ...]
    notes: tuple[FiredLine, ...]
    also_reported: tuple[GroupLeads, ...]
    denied: tuple[GroupLeads, ...]
    together: tuple[GroupLeads, ...]
    doubts: tuple[DoubtLine, ...]
    background: tuple[Lead, ...]
    asked_and_denied: tuple[Lead, ...]
    places: tuple[MarkedPlace, ...]
    views: tuple[MarkedView, ...]
    sections: tuple[AnswersOf, ...]
    language_name: str
    corrections: tuple[tuple[Correction, str], ...]


def page_for(summary: Summary) -> RecordPage:
    """The page of this record."""
    said = {each.id: each for each in summary.answers}
    named = {lower_first(each.label): each.id for each in summary.answers}
    groups = summary.safety.groups
    corrections = summary.amendment.corrections if summary.amendment else ()
    return RecordPage(
        summary=summary,
        standing=amended.standing_of(summary),
        headline=safety_box.heading(summary.safety),
        answered=frozenset(said),
        fired=tuple(_fired(each, said, summary.age) for each in summary.safety.fired),
        not_sure=_leads(summary.safety.not_sure, named),
        not_answered=tuple(_unanswered(summary.safety.not_answered)),
        declined=_leads(summary.safety.declined, named),
        notes=tuple(
            _fired(rule, said, summary.age)
            for rule in summary.safety.rules
            if rule.line in summary.safety.notes
        ),
        also_reported=tuple(
            GroupLeads(group, _leads(said, named))
            for group, said in safety_box.reported_elsewhere(summary.safety)
        ),
        denied=_groups(groups, "negatives", named),
        together=_groups(groups, "together", named),
        doubts=tuple(_doubts(summary.safety)),
        background=_fact_leads(summary.background),
        asked_and_denied=_fact_leads(summary.denied),
        places=places_of(summary.regions),
        views=marked_views(summary.regions),
        sections=tuple(_sections(summary)),
        language_name=language_name(summary.patient_language),
        corrections=tuple((correction, amended.corrected(correction)) for correction in corrections),
    )


def language_name(code: str) -> str:
    """The name of a language, in the language being spoken."""
    return Locale.parse(code).get_display_name(current_language()) or code


def _fired(fired: Fired, said: Mapping[str, Said], age: int | None) -> FiredLine:
    if fired.reasons or not fired.because:
        return FiredLine(fired, tuple(_reasons(fired)))
    answers = (Lead(_reason(said[id], age), id) for id in fired.ids if id in said and _argues_for(said[id]))
    # The first release did not keep the reasons one by one, and before that not the questions either.
    return FiredLine(fired, tuple(answers) or ((Lead(fired.because, None),) if fired.because else ()))


def _reasons(fired: Fired) -> Iterator[Lead]:
    yield from (Lead(reason.words, reason.id) for reason in fired.reasons if not reason.under)
    if elsewhere := because([reason for reason in fired.reasons if reason.under], fired.group):
        yield Lead(elsewhere, None)


def _doubts(safety: Safety) -> Iterator[DoubtLine]:
    ids = [next(iter(doubt.ids), None) for doubt in safety.doubts] + [None] * len(safety.mentions)
    for (seen_in, words), id in zip(safety_box.doubts(safety), ids, strict=True):
        yield DoubtLine(seen_in, words, id)


def _fact_leads(facts: Iterable[Fact]) -> tuple[Lead, ...]:
    return tuple(
        Lead(f"{fact.label}: {fact.text}" if fact.label else fact.text, next(iter(fact.ids), None))
        for fact in facts
    )


def _argues_for(said: Said) -> bool:
    return said.value not in ("no", ["none"]) and said.id != "sex_at_birth"


def _reason(said: Said, age: int | None) -> str:
    """The answer as one of the reasons: by its label where it is a plain yes."""
    if said.id == "dob" and age is not None:
        return gettext("age %(age)s", age=age)
    if said.value == "yes":
        return said.label or said.question
    if said.value == "not_sure":
        return gettext("%(what)s (not sure)", what=said.label or said.question)
    return f"{said.label or said.question}: {said.answer}" if said.safety else said.phrase or said.answer


def _leads(words: tuple[str, ...], named: Mapping[str, str]) -> tuple[Lead, ...]:
    return tuple(Lead(word, _found(word, named)) for word in words)


def _found(words: str, named: Mapping[str, str]) -> str | None:
    """The question of a line: what follows its name does not count."""
    known = (words, words.split(": ")[0], words.split(" (")[0])
    return next((named[name] for each in known if (name := lower_first(each)) in named), None)


def _unanswered(labels: Sequence[str]) -> Iterator[Unanswered]:
    asked = {named(id): id for id, question in QUESTIONS.items() if question.safety}
    for words in labels:
        id = asked.get(lower_first(words), "")
        yield Unanswered(words, id, page_of(id) if id else None)


def _groups(groups: Sequence[GroupLine], side: str, named: Mapping[str, str]) -> tuple[GroupLeads, ...]:
    return tuple(
        GroupLeads(group.label, _leads(getattr(group, side), named))
        for group in groups
        if getattr(group, side)
    )


def _sections(summary: Summary) -> list[AnswersOf]:
    """Every answer, under the names of the sections, in the order of the form."""
    corrections = summary.amendment.corrections if summary.amendment else ()
    parts = groupby(summary.answers, key=lambda said: said.section)
    return [
        AnswersOf(
            section,
            tuple(
                FullAnswer(
                    said,
                    tuple(correction for correction in corrections if correction.id == said.id),
                    page_of(said.id) if said.id in QUESTIONS else None,
                )
                for said in answers
            ),
        )
        for section, answers in parts
    ]
