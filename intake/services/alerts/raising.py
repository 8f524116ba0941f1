"""An alert is raised in the transaction of the answer that raised it, and has a clock from then on."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.config import Settings
from intake.config.timing import EMERGENCY_WITHIN
from intake.red_flags import ALERTS_FROM, Finding, Urgency
from intake.services import audit, outbox
from intake.services.audit import Action, Actor
from intake.storage.models import Alert, AlertState, Intake, JobKind


def raise_(
    session: Session, intake: Intake, findings: Iterable[Finding], *, settings: Settings, now: datetime
) -> tuple[Alert, ...]:
    """Raise an alert for each finding of SAME_DAY or more; one that stands already is not raised twice.

    Safety: one that somebody has and that fires again is opened again; what was dismissed once may be true
    now. One that was closed stays as it was, with what was done, and a new one is raised beside it.
    """
    raised = []
    for finding in findings:
        if finding.urgency < ALERTS_FROM:
            continue
        alert = _standing(session, intake, finding)
        if alert is not None and alert.state is AlertState.OPEN:
            continue
        due = due_at(finding.urgency, settings=settings, now=now)
        if alert is None:
            alert = _new(session, intake, finding, due, now)
        elif alert.state is AlertState.CLOSED:
            _let_stand(session, alert)
            alert = _new(session, intake, finding, due, now, Action.ALERT_RAISED_AGAIN)
        else:
            _again(session, alert, finding, due, now)
        _owe_the_mails(session, alert, now)
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


def _standing(session: Session, intake: Intake, finding: Finding) -> Alert | None:
    blind = _blind(session, intake, finding)
    return session.scalars(
        select(Alert).where(Alert.intake_id == intake.id, Alert.blind == blind).with_for_update()
    ).one_or_none()


def _new(
    session: Session,
    intake: Intake,
    finding: Finding,
    due: datetime,
    now: datetime,
    action: Action = Action.ALERT_RAISED,
) -> Alert:
    alert = Alert(
        intake=intake,
        blind=_blind(session, intake, finding),
        rule=finding.rule.id,
        certainty=finding.certainty,
        urgency=finding.urgency,
        state=AlertState.OPEN,
        raised_at=now,
        due_at=due,
    )
    session.add(alert)
    by, urgency = Actor.patient(intake), finding.urgency.name
    audit.record(session, action, by=by, on=alert, now=now, urgency=urgency)
    return alert


def _let_stand(session: Session, closed: Alert) -> None:
    """What was done about it is kept: from now on it is found by its id only."""
    closed.blind = str(session.info["keys"].blind("closed alert", str(closed.id)))
    session.flush()


def _again(session: Session, alert: Alert, finding: Finding, due: datetime, now: datetime) -> None:
    alert.state, alert.owner = AlertState.OPEN, None
    alert.raised_at, alert.due_at = now, due
    alert.certainty = finding.certainty
    audit.record(session, Action.ALERT_RAISED_AGAIN, by=Actor.patient(alert.intake), on=alert, now=now)


def _owe_the_mails(session: Session, alert: Alert, now: datetime) -> None:
    """One e-mail to the clinic at once, and one when nobody has acted in time; neither says about whom."""
    session.flush()
    slot = f"{now:%Y%m%dT%H%M%S%f}"
    outbox.add(session, JobKind.TELL_OF_ALERT, alert.id, slot=slot, now=now)
    outbox.add(session, JobKind.TELL_OF_OVERDUE, alert.id, slot=slot, now=now, not_before=alert.due_at)


def _blind(session: Session, intake: Intake, finding: Finding) -> str:
    """Recognises the same rule at the same urgency without saying which rule it is."""
    return str(session.info["keys"].blind("alert", str(intake.id), finding.rule.id, finding.urgency.name))
