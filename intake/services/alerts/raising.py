"""An alert is raised in the transaction of the answer that raised it, and has a clock from then on."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from intake.config import Settings
from intake.config.timing import EMERGENCY_WITHIN
from intake.red_flags import ALERTS_FROM, Finding, Urgency
from intake.services.audit import Action, Actor
from intake.services.context import Operation
from intake.services.messages import outbox
from intake.storage.models import Alert, AlertState, Intake, JobKind


def raise_(op: Operation, intake: Intake, findings: Iterable[Finding]) -> tuple[Alert, ...]:
    """Raise an alert for each finding of SAME_DAY or more; one that stands already is not raised twice.

    Safety: one that somebody has and that fires again is opened again; what was dismissed once may be true
    now. One that was closed stays as it was, with what was done, and a new one is raised beside it.
    """
    raised = []
    for finding in findings:
        if finding.urgency < ALERTS_FROM:
            continue
        alert = _standing(op, intake, finding)
        if alert is not None and alert.state is AlertState.OPEN:
            continue
        due = due_at(finding.urgency, settings=op.settings, now=op.now)
        if alert is None:
            alert = _new(op, intake, finding, due)
        elif alert.state is AlertState.CLOSED:
            _let_stand(op, alert)
            alert = _new(op, intake, finding, due, Action.ALERT_RAISED_AGAIN)
        else:
            _again(op, alert, finding, due)
        enqueue_mails(op, alert)
        raised.append(alert)
    return tuple(raised)


def due_at(urgency: Urgency, *, settings: Settings, now: datetime) -> datetime:
    """By when somebody must have acted: minutes for an emergency, else the call that the patient is promised.

    Both count while the clinic is open; without opening hours there is no time to wait.
    """
    if urgency is Urgency.EMERGENCY:
        opens = settings.open_from(now)
        return opens + EMERGENCY_WITHIN if opens else now
    return settings.call_back_by(now) or now


def _standing(op: Operation, intake: Intake, finding: Finding) -> Alert | None:
    finding_hmac = _finding_index(op, intake, finding)
    return op.session.scalars(
        select(Alert)
        .where(Alert.intake_id == intake.id, Alert.finding_hmac == finding_hmac)
        .with_for_update()
    ).one_or_none()


def _new(
    op: Operation, intake: Intake, finding: Finding, due: datetime, action: Action = Action.ALERT_RAISED
) -> Alert:
    alert = Alert(
        intake=intake,
        finding_hmac=_finding_index(op, intake, finding),
        rule=finding.rule.id,
        certainty=finding.certainty,
        urgency=finding.urgency,
        state=AlertState.OPEN,
        raised_at=op.now,
        due_at=due,
    )
    op.session.add(alert)
    op.acting_as(Actor.patient(intake)).record(action, alert, urgency=finding.urgency.name)
    return alert


def _let_stand(op: Operation, closed: Alert) -> None:
    """What was done about it is kept: from now on it is found by its id only."""
    closed.finding_hmac = op.hmac_index(*closed_index_parts(closed))
    op.session.flush()


def _again(op: Operation, alert: Alert, finding: Finding, due: datetime) -> None:
    alert.state, alert.owner = AlertState.OPEN, None
    alert.raised_at, alert.due_at = op.now, due
    alert.certainty = finding.certainty
    op.acting_as(Actor.patient(alert.intake)).record(Action.ALERT_RAISED_AGAIN, alert)


def enqueue_mails(op: Operation, alert: Alert) -> None:
    """One e-mail to the clinic at once, and one when nobody has acted in time; neither says about whom."""
    op.session.flush()
    dedupe_key = f"{op.now:%Y%m%dT%H%M%S%f}"
    outbox.add(op, JobKind.TELL_OF_ALERT, alert.id, dedupe_key=dedupe_key)
    outbox.add(op, JobKind.TELL_OF_OVERDUE, alert.id, dedupe_key=dedupe_key, not_before=alert.due_at)


def _finding_index(op: Operation, intake: Intake, finding: Finding) -> str:
    """Recognises the same rule at the same urgency without saying which rule it is."""
    return op.hmac_index(*_index_parts(intake.id, finding.rule.id, finding.urgency))


def index_parts(alert: Any) -> tuple[tuple[str, ...], ...]:
    """Of what the HMAC of an alert may be made: while it stands, and once it is found by its id only."""
    return _index_parts(alert.intake_id, alert.rule, alert.urgency), closed_index_parts(alert)


def _index_parts(intake_id: UUID, rule: str, urgency: Urgency) -> tuple[str, ...]:
    return ("alert", str(intake_id), rule, urgency.name)


def closed_index_parts(alert: Any) -> tuple[str, ...]:
    """Of what the HMAC of one that was let stand is made."""
    return ("closed alert", str(alert.id))
