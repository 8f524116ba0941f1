"""Findings that somebody must act on: raised once, acknowledged by name, closed with an outcome."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from intake.config import Settings
from intake.i18n import speaking
from intake.red_flags import RED_FLAGS, Finding, Urgency
from intake.services import audit, sheet
from intake.services.audit import Action, Actor
from intake.storage.models import Alert, AlertState, Appointment, Intake, User

EMERGENCY_WITHIN = timedelta(minutes=15)
LINES = {red_flag.id: red_flag.line for red_flag in RED_FLAGS}


class NoSuchAlert(LookupError):
    """There is no alert with this id."""


class OutcomeNeeded(Exception):
    """An alert is closed by saying what came of it."""


@dataclass(frozen=True)
class AlertRow:
    """An alert as the attention strip shows it.

    `line` is the clinician's wording; `phone` the number the patient gave for today, else the clinic's.
    """

    alert_id: UUID
    appointment_id: UUID
    intake_id: UUID
    name: str
    date_of_birth: date
    phone: str | None
    starts_at: datetime
    urgency: Urgency
    line: str
    rule: str
    certainty: str
    raised_at: datetime
    state: AlertState
    acknowledged_by: str | None
    acknowledged_at: datetime | None


def raise_(
    session: Session, intake: Intake, findings: Iterable[Finding], *, settings: Settings, now: datetime
) -> tuple[Alert, ...]:
    """Raise an alert for each finding of SAME_DAY or more; one that stands already is not raised twice.

    Safety: one that was dealt with and fires again is opened again; what was dismissed once may be true now.
    """
    by = Actor.patient(intake)
    raised = []
    for finding in findings:
        if finding.urgency < Urgency.SAME_DAY:
            continue
        blind = _blind(session, intake, finding)
        alert = session.scalars(
            select(Alert).where(Alert.intake_id == intake.id, Alert.blind == blind)
        ).one_or_none()
        if alert is None:
            alert = Alert(
                intake=intake,
                blind=blind,
                rule=finding.rule.id,
                certainty=finding.certainty,
                urgency=finding.urgency,
                state=AlertState.OPEN,
                raised_at=now,
                due_at=due_at(finding.urgency, settings=settings, now=now),
            )
            session.add(alert)
            audit.record(session, Action.ALERT_RAISED, by=by, on=alert, now=now, urgency=alert.urgency.name)
        elif alert.state is AlertState.OPEN:
            continue
        else:
            alert.state, alert.raised_at = AlertState.OPEN, now
            alert.due_at = due_at(finding.urgency, settings=settings, now=now)
            alert.certainty = finding.certainty
            audit.record(session, Action.ALERT_RAISED_AGAIN, by=by, on=alert, now=now)
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


def acknowledge(session: Session, alert_id: UUID, *, by: User, now: datetime, outcome: str = "") -> Alert:
    """Note who took it on, and when; the first one counts. Raises NoSuchAlert."""
    alert = _locked(session, alert_id)
    if alert.state is AlertState.OPEN:
        alert.state = AlertState.ACKNOWLEDGED
        alert.acknowledged_by, alert.acknowledged_at = by, now
        audit.record(session, Action.ALERT_ACKNOWLEDGED, by=Actor.staff(by), on=alert, now=now)
    if outcome.strip():
        alert.outcome = outcome.strip()
    return alert


def close(session: Session, alert_id: UUID, *, by: User, outcome: str, now: datetime) -> Alert:
    """Note what came of it. Raises NoSuchAlert, or OutcomeNeeded when nothing is said."""
    if not outcome.strip():
        raise OutcomeNeeded
    alert = acknowledge(session, alert_id, by=by, now=now, outcome=outcome)
    if alert.state is not AlertState.CLOSED:
        alert.state, alert.closed_by, alert.closed_at = AlertState.CLOSED, by, now
        audit.record(session, Action.ALERT_CLOSED, by=Actor.staff(by), on=alert, now=now)
    return alert


def open_alerts(session: Session, day: date, *, settings: Settings) -> tuple[AlertRow, ...]:
    """The alerts of a day's patients that nobody has taken on, most urgent and then longest waiting first."""
    start, end = settings.day_bounds(day)
    chosen = _waiting().where(Appointment.starts_at >= start, Appointment.starts_at < end)
    return _rows(session, chosen, settings)


def all_open(session: Session, *, settings: Settings) -> tuple[AlertRow, ...]:
    """The same for every day: what is an emergency now cannot wait for the day of the visit."""
    return _rows(session, _waiting(), settings)


def overdue(session: Session, *, now: datetime) -> int:
    """How many patients wait for somebody longer than they should."""
    late = select(func.count(Alert.intake_id.distinct())).where(
        Alert.state != AlertState.CLOSED, Alert.due_at < now
    )
    return session.scalar(late) or 0


def of(session: Session, intake: Intake, *, settings: Settings) -> tuple[AlertRow, ...]:
    """Every alert of one intake, whatever its state."""
    return _rows(session, _with_everything().where(Alert.intake_id == intake.id), settings)


def _waiting() -> Select[Alert]:
    # Safety: also when the appointment was cancelled. Whoever called it off may be the one who needs help.
    return _with_everything().where(Alert.state == AlertState.OPEN)


def _with_everything() -> Select[Alert]:
    intake = joinedload(Alert.intake).defer(Intake.summary_sealed)
    whole = intake.joinedload(Intake.appointment).joinedload(Appointment.patient)
    return (
        select(Alert)
        .join(Alert.intake)
        .join(Intake.appointment)
        .options(whole, joinedload(Alert.acknowledged_by))
        .order_by(Alert.urgency.desc(), Alert.raised_at, Alert.id)
    )


def _rows(session: Session, chosen: Select[Alert], settings: Settings) -> tuple[AlertRow, ...]:
    with speaking(settings.language):
        return tuple(_row(alert) for alert in session.scalars(chosen))


def _row(alert: Alert) -> AlertRow:
    appointment = alert.intake.appointment
    return AlertRow(
        alert_id=alert.id,
        appointment_id=appointment.id,
        intake_id=alert.intake_id,
        name=appointment.patient.name,
        date_of_birth=appointment.patient.date_of_birth,
        phone=_phone(alert.intake),
        starts_at=appointment.starts_at,
        urgency=alert.urgency,
        line=str(LINES.get(alert.rule, alert.rule)),
        rule=alert.rule,
        certainty=alert.certainty,
        raised_at=alert.raised_at,
        state=alert.state,
        acknowledged_by=alert.acknowledged_by.name if alert.acknowledged_by else None,
        acknowledged_at=alert.acknowledged_at,
    )


def _phone(intake: Intake) -> str | None:
    """Safety: the number to call today is the one the patient just gave."""
    given = sheet.read(intake).answers.get("phone_best")
    return given if isinstance(given, str) else intake.appointment.patient.phone


def _locked(session: Session, alert_id: UUID) -> Alert:
    alert = session.get(Alert, alert_id, with_for_update=True, populate_existing=True)
    if alert is None:
        raise NoSuchAlert(alert_id)
    return alert


def _blind(session: Session, intake: Intake, finding: Finding) -> str:
    """Recognises the same rule at the same urgency without saying which rule it is."""
    return str(session.info["keys"].blind("alert", str(intake.id), finding.rule.id, finding.urgency.name))
