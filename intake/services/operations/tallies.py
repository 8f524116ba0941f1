"""What can be counted of a form without saying whose it is; and the counts that outlive the forms.

A rule fired when it did in any record that was handed over, and counts at its highest urgency there. A form
counts in the month of its visit.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select, update
from sqlalchemy.orm import defer, joinedload, selectinload

from intake.config import Settings
from intake.red_flags import Urgency
from intake.services.context import Operation
from intake.services.forms.findings import LEAST, fired_in, marks_of
from intake.services.upsert import insert_if_missing
from intake.storage.models import Alert, Edition, FindingOutcome, Intake, Outcome, Tally

WHOLE_FORM, NO_RULE, NOT_MARKED = "", 0, ""


@dataclass(frozen=True, order=True)
class FormTally:
    """The key of a tally: of a form as a whole (`rule` WHOLE_FORM), or of a rule that fired in it."""

    month: str
    rule: str
    urgency: int
    verdict: str


@dataclass(frozen=True)
class Times:
    """How many forms, and how many calls that reached the patient."""

    forms: int = 0
    calls: int = 0

    def __add__(self, other: "Times") -> "Times":
        return Times(self.forms + other.forms, self.calls + other.calls)


def keep(op: Operation, form: Intake) -> None:
    """Before a form is erased: count it among those that were, and keep nothing else about it."""
    # In one order for everybody, so that two who erase never wait for each other.
    for said, times in sorted(_said_of(form, op.settings).items()):
        key = {"month": said.month, "rule": said.rule, "urgency": said.urgency, "verdict": said.verdict}
        insert_if_missing(op.session, Tally, key | {"number": 0, "calls": 0})
        more = {"number": Tally.number + times.forms, "calls": Tally.calls + times.calls}
        stmt = update(Tally).filter_by(**key).values(more)
        op.session.execute(stmt.execution_options(synchronize_session=False))


def count(op: Operation, *which: ColumnElement[bool]) -> Mapping[FormTally, Times]:
    """All that can be said of the forms chosen, and of every form that was erased."""
    found: defaultdict[FormTally, Times] = defaultdict(Times)
    for form in op.session.scalars(_forms().where(*which)):
        for said, times in _said_of(form, op.settings).items():
            found[said] += times
    for row in op.session.scalars(select(Tally)):
        found[FormTally(row.month, row.rule, row.urgency, row.verdict)] += Times(row.number, row.calls)
    return found


def was_ever(urgency: Urgency) -> ColumnElement[bool]:
    """The forms of which a record of this urgency was handed over, or stands."""
    before = exists().where(Edition.intake_id == Intake.id, Edition.urgency == urgency)
    return or_(Intake.urgency == urgency, before)


def _forms() -> Select[Intake]:
    """The forms of which something can be said."""
    alerted = exists().where(Alert.intake_id == Intake.id)
    return (
        select(Intake)
        .join(Intake.appointment)
        .where(or_(Intake.summary_sealed.is_not(None), Intake.edition > 1, alerted))
        .options(
            defer(Intake.draft_sealed),
            joinedload(Intake.appointment),
            selectinload(Intake.alerts),
            selectinload(Intake.editions).defer(Edition.draft_sealed),
            selectinload(Intake.finding_outcomes).joinedload(FindingOutcome.marked_by),
        )
    )


def _said_of(form: Intake, settings: Settings) -> dict[FormTally, Times]:
    """Each rule of PRIORITY or more, and the form as a whole."""
    month = f"{settings.local(form.appointment.starts_at):%Y-%m}"
    records, reached = list(_records(form)), _reached(form)
    fired, marks = _fired(records), marks_of(form)
    calls = len({alert.closed_at for alert in reached})
    if not records and not calls:
        return {}
    highest = max((*fired.values(), *_urgencies(records)), default=NO_RULE)
    said = {FormTally(month, WHOLE_FORM, int(highest), NOT_MARKED): Times(int(bool(records)), calls)}
    called = {alert.rule for alert in reached}
    for rule, urgency in fired.items():
        if urgency >= LEAST:
            verdict = marks[rule].verdict if rule in marks else NOT_MARKED
            said[FormTally(month, rule, int(urgency), verdict or NOT_MARKED)] = Times(1, int(rule in called))
    return said


def _records(form: Intake) -> Iterator[Mapping[str, Any]]:
    """What was handed over. Where a clinic only has answers written down, no rule could fire."""
    for record in (*(edition.summary for edition in form.editions), form.summary):
        if record is not None and record["safety"].get("profile") != "transcribe":
            yield record


def _fired(records: Iterable[Mapping[str, Any]]) -> dict[str, Urgency]:
    fired: dict[str, Urgency] = {}
    for rule, urgency in (pair for record in records for pair in fired_in(record).items()):
        fired[rule] = max(urgency, fired.get(rule, urgency))
    return fired


def _urgencies(records: Iterable[Mapping[str, Any]]) -> Iterator[Urgency]:
    """What the records call themselves: words that fit no rule can raise one."""
    for record in records:
        if name := record["safety"].get("urgency"):
            yield Urgency[name]


def _reached(form: Intake) -> list[Alert]:
    """The alerts after which somebody had spoken with the patient. Those closed at once were one call."""
    spoken = set(Outcome) - {Outcome.NOT_REACHED}
    return [alert for alert in form.alerts if alert.closed_at is not None and alert.outcome in spoken]
