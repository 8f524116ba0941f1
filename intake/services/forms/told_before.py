"""What a returning patient told the clinic last time, offered again with its date: "still right?".

Only facts that stay (`Question.lasting`): illnesses, medicines, allergies, operations. Safety: never a safety
question, never the complaint, and never a "none", a "no" or a "not sure". Nothing counts before it is saved.
Only the patient sees them: not somebody who answers for them, and not staff. Where two records were joined,
only forms of the same record are looked at: in case that was a mistake, nobody reads what another told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from intake.questionnaire.pages import Page
from intake.questionnaire.questions import Question
from intake.questionnaire.values import BadAnswer, Value
from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.forms.entry import Entry
from intake.services.forms.intakes import OpenForm
from intake.storage.models import Appointment, Intake, IntakeStatus
from intake.summary import Summary


@dataclass(frozen=True)
class ToldBefore:
    """What the last form of the same patient said of the blank questions of a page, and when it was sent."""

    at: datetime
    answers: tuple[tuple[Question, Value], ...]


def told_before(op: Operation, form: OpenForm, page: Page, *, entry: Entry) -> ToldBefore | None:
    """What may be offered again on this page; None when there is nothing."""
    alone = entry.user is None and form.journey.facts.value("who_completing") == "self"
    if not alone or form.intake.asked_again_at is not None:
        return None
    wanted = {
        question.id: question
        for question in form.journey.asked(page)
        if question.lasting and question.id not in form.journey.answers
    }
    if not wanted:
        return None
    last = _last_form(op, form.intake)
    if last is None or last.sent_at is None:
        return None
    answers = tuple(_lasting(Summary.from_json(last.summary or {}), wanted))
    return ToldBefore(last.sent_at, answers) if answers else None


def note_filled_in(op: Operation, form: OpenForm, page: Page, number: int) -> None:
    """Record that so many facts of an earlier form were filled in for the patient to look at."""
    op.record(Action.INTAKE_TOLD_BEFORE_FILLED_IN, form.intake, page=page.id, answers=number)


def _last_form(op: Operation, intake: Intake) -> Intake | None:
    stmt = (
        select(Intake)
        .join(Intake.appointment)
        .where(
            Appointment.patient_id == intake.appointment.patient_id,
            Intake.id != intake.id,
            Intake.status == IntakeStatus.SENT,
            Intake.summary_sealed.is_not(None),
        )
        .order_by(Intake.sent_at.desc())
    )
    whose = intake.appointment.booked_for
    return next((each for each in op.session.scalars(stmt) if each.appointment.booked_for == whose), None)


def _lasting(record: Summary, wanted: dict[str, Question]) -> Iterator[tuple[Question, Value]]:
    said = {each.id: each.value for each in record.answers}
    for id, question in wanted.items():
        try:
            value = question.parse(said.get(id))
        except BadAnswer:
            # An option that is not on offer any more.
            continue
        if value is not None and (lasting := question.lasts(value)) is not None:
            yield question, lasting
