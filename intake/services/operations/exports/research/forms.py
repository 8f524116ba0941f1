"""Which forms a project gets, and what one form is in it.

Answers and findings are those of the record as it was handed over; today's rules look at nothing again. What
was asked is worked out from the answers, and only for a form of the version in force.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from intake.documents.research.columns import (
    OLDEST,
    AnswerState,
    Cells,
    cells_of,
    every_question,
    state_name,
    state_of,
)
from intake.documents.research.derived import NO_TIER, ResearchFacts, band_of, cells_of_form
from intake.documents.research.dictionary import TableChoices, columns, derived_columns
from intake.questionnaire import PAGES, QUESTIONS, VERSION
from intake.questionnaire.answers import value_from_json
from intake.questionnaire.criteria import age_on
from intake.questionnaire.journey import Journey
from intake.questionnaire.questions import FreeText, Question
from intake.questionnaire.values import BadAnswer, Value
from intake.red_flags import RULES_VERSION, screen
from intake.red_flags.watch import in_confidence
from intake.services.context import Operation
from intake.services.forms import draft as drafts
from intake.services.forms.findings import marks_of
from intake.services.forms.walking import walk
from intake.services.operations.exports.research.project import ProjectKey
from intake.storage.models import HANDED_OVER, Appointment, Intake

_PAGE_OF = {question.id: page for page in PAGES.values() for question in page.questions}
_CODE = re.compile(r"[a-z0-9_:]{1,60}")


@dataclass(frozen=True)
class ResearchRequest:
    """What is asked for: the visits of these days, both included, without the patients who are left out."""

    project: str
    approval: str
    first: date
    last: date
    choices: TableChoices
    left_out: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class ResearchForm:
    """One form with what is kept of it."""

    op: Operation
    intake: Intake
    key: ProjectKey

    @cached_property
    def record(self) -> Mapping[str, Any]:
        """The record as it was handed over."""
        return self.intake.summary or {}

    @cached_property
    def draft(self) -> drafts.Draft:
        """What stood behind it."""
        return drafts.read(self.intake)

    @cached_property
    def journey(self) -> Journey:
        """The way through as it was on the day it was handed over."""
        on = self.intake.sent_at or self.intake.left_at or self.intake.last_saved_at or self.op.now
        return walk(replace(self.op, now=on), self.intake, self.draft)

    @cached_property
    def said(self) -> dict[str, Value]:
        """The answers of the record, by the id of the question, also of those that are asked no longer."""
        return {each["id"]: value_from_json(each["value"]) for each in self.record.get("answers", ())}

    @property
    def of_this_version(self) -> bool:
        """It was handed over with the questions in force."""
        return self.intake.questionnaire_version == VERSION

    @property
    def age(self) -> int | None:
        """On the day of the appointment."""
        born = self.said.get("dob")
        known = self.intake.appointment.patient.date_of_birth
        return age_on(date.fromisoformat(born) if isinstance(born, str) else known, self.visit)

    @property
    def visit(self) -> date:
        """The day of the appointment."""
        return self.op.settings.local(self.intake.appointment.starts_at).date()

    @property
    def keeps_words_back(self) -> bool:
        """Something was said in confidence: none of the patient's own words leave."""
        return bool(self.record.get("safety", {}).get("in_confidence")) or bool(in_confidence(self.journey))


def forms_of(op: Operation, asked: ResearchRequest) -> tuple[UUID, ...]:
    """The ids of the forms that were handed over and stand."""
    start, end = op.settings.day_bounds(asked.first)[0], op.settings.day_bounds(asked.last)[1]
    stmt = (
        select(Intake.id, Appointment.patient_id)
        .join(Intake.appointment)
        .where(Appointment.starts_at >= start, Appointment.starts_at < end)
        .where(Intake.status.in_(HANDED_OVER), Intake.summary_sealed.is_not(None))
    )
    return tuple(id for id, patient in op.session.execute(stmt) if patient not in asked.left_out)


def opened(op: Operation, ids: Iterable[UUID], key: ProjectKey) -> Iterator[ResearchForm]:
    """These forms, as far as they are still there."""
    stmt = (
        select(Intake)
        .where(Intake.id.in_(list(ids)), Intake.status.in_(HANDED_OVER), Intake.summary_sealed.is_not(None))
        .options(joinedload(Intake.appointment).joinedload(Appointment.patient))
        .options(selectinload(Intake.finding_outcomes))
    )
    forms = (ResearchForm(op, intake, key) for intake in op.session.scalars(stmt))
    # In the order of their numbers: the order of the visits would tell days.
    return iter(sorted(forms, key=lambda form: key.number("form", form.intake.id)))


def row_of(form: ResearchForm, choices: TableChoices) -> Cells:
    """Every cell of a form, by the name of its column."""
    cells: Cells = dict(cells_of_form(derived_columns(choices), facts_of(form, choices)))
    cells |= answer_cells(form)
    if form.keeps_words_back:
        cells |= {column.name: None for column in columns(choices) if column.free_text}
    return {column.name: cells.get(column.name) for column in columns(choices)}


def answer_cells(form: ResearchForm) -> Cells:
    """The cells of every question: its state, and its answer where there is one."""
    cells: Cells = {}
    for question in every_question():
        value = form.said.get(question.id)
        fits = None if value is None else _fitting(question, value)
        cells[state_name(question)] = _state(form, question, value, fits)
        cells |= {} if fits is None else cells_of(question, fits)
    return cells


def facts_of(form: ResearchForm, choices: TableChoices) -> ResearchFacts:
    """What is known of a form beside its answers."""
    intake, appointment, local = form.intake, form.intake.appointment, form.op.settings.local
    sent_at, opened_at = intake.sent_at, intake.opened_at
    clinician = appointment.clinician_id
    onset = form.said.get("on_when")
    return ResearchFacts(
        form_number=form.key.number("form", intake.id),
        patient_number=form.key.number("patient", appointment.patient_id),
        clinician_number=form.key.number("clinician", clinician) if clinician else None,
        age=form.age,
        period=_period(form.visit, choices),
        language=intake.language,
        route=intake.route.value,
        handed_over_as=intake.status.value,
        edition=intake.edition,
        questionnaire_version=intake.questionnaire_version or "",
        rules_version=intake.rules_version or "",
        tier=intake.urgency.name.lower() if intake.urgency else NO_TIER,
        sent_days=(local(sent_at).date() - form.visit).days if sent_at else None,
        minutes=round((sent_at - opened_at).total_seconds() / 60) if sent_at and opened_at else None,
        onset=onset if isinstance(onset, str) else None,
        fired={each["rule"]: bool(each["unsure"]) for each in form.record.get("safety", {}).get("rules", ())},
        not_assessed=_not_assessed(form),
        found={rule: mark.verdict.value for rule, mark in marks_of(intake).items() if mark.verdict},
        earlier=";".join(_earlier(form)),
    )


def told_of(form: ResearchForm, choices: TableChoices) -> Cells:
    """The cells by which somebody could be recognised, whether or not the export has them."""
    age = form.age
    banded = choices.age not in ("years", "none")
    sex = form.said.get("sex_at_birth")
    return {
        "age": None if age is None else min(age, OLDEST),
        "age_band": band_of(age, int(choices.age)) if banded else None,
        "appointment_period": _period(form.visit, choices),
        "sex_at_birth": str(sex) if sex is not None else None,
        "form_language": form.intake.language,
    }


def _period(visit: date, choices: TableChoices) -> str:
    return {"month": f"{visit:%Y-%m}", "year": f"{visit:%Y}"}.get(choices.period, "")


def _not_assessed(form: ResearchForm) -> frozenset[str] | None:
    judged = form.record.get("safety", {}).get("profile") != "transcribe"
    if not judged or not form.of_this_version or form.intake.rules_version != RULES_VERSION:
        return None
    return frozenset(rule.id for rule in screen(form.journey).not_assessed)


def _fitting(question: Question, value: Value) -> Value | None:
    """What of an answer this version of the form has as well."""
    try:
        left = question.on_offer(value)
        return left if left is not None and question.parse(left) is not None else None
    except BadAnswer:
        return None


def _state(form: ResearchForm, question: Question, value: Value | None, fits: Value | None) -> AnswerState:
    if value is not None:
        return state_of(fits) if fits is not None and fits == value else AnswerState.EARLIER_ANSWER
    if not form.of_this_version:
        return AnswerState.UNKNOWN
    if question.id in form.journey.asked_together:
        return AnswerState.ASKED_TOGETHER
    if not _is_asked(form.journey, question):
        return AnswerState.NOT_ASKED
    return AnswerState.LEFT_BLANK if _PAGE_OF[question.id].id in form.draft.passed else AnswerState.NOT_OPENED


def _is_asked(journey: Journey, question: Question) -> bool:
    if question not in journey.asked(_PAGE_OF[question.id]):
        return False
    if isinstance(question, FreeText) and question.beside:
        chosen = journey.facts.value(question.beside)
        return "other" in chosen if isinstance(chosen, tuple) else chosen == "other"
    return True


def _earlier(form: ResearchForm) -> Iterator[str]:
    """Codes that this version no longer has; never the patient's own words."""
    for each in form.record.get("answers", ()):
        if each.get("own_words", True):
            continue
        question, value = QUESTIONS.get(each["id"]), form.said[each["id"]]
        fits = _fitting(question, value) if question else None
        for code in sorted(_codes(value) - _codes(fits)):
            if _CODE.fullmatch(code):
                yield f"{each['id']}={code}"


def _codes(value: Value | None) -> set[str]:
    match value:
        case None:
            return set()
        case tuple():
            return {each for each in value if isinstance(each, str)}
        case Mapping():
            return {f"{row}:{cell}" for row, cell in value.items()}
    return {str(value)}
