"""How it goes: forms invited, opened, finished; where people stop; what the rules raised and what came of it.

Counted over the appointments of some days, small numbers hidden. It says how often a rule led to care; what
clinicians found is counted in `surveillance`. The audit is not read: it drives nothing.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload, selectinload

from intake.i18n import Words
from intake.i18n import lazy as _
from intake.questionnaire import PAGES
from intake.red_flags import RED_FLAGS, Urgency
from intake.services.context import Operation
from intake.services.operations.call_times import CallTimes, call_times
from intake.services.operations.disclosure_control import SMALL, Count, alone, parts, steps
from intake.storage.models import (
    Alert,
    Appointment,
    AppointmentState,
    Intake,
    Invitation,
    Outcome,
    Route,
)

STEPS: tuple[Words, ...] = (
    _("Invited"),
    _("Opened"),
    _("Finished"),
    _("Finished before the visit"),
)
INVITED, OPENED, FINISHED, BEFORE = range(4)
TIERS: tuple[tuple[Urgency | None, Words], ...] = (
    (Urgency.EMERGENCY, _("Emergency")),
    (Urgency.SAME_DAY, _("Same day")),
    (Urgency.PRIORITY, _("Priority")),
    (Urgency.NOTE, _("Note")),
    (None, _("No rule")),
)
# Targets of the clinical specification, per cent of finished forms; more is over-triage.
TARGETS: dict[Urgency | None, int] = {Urgency.EMERGENCY: 3, Urgency.SAME_DAY: 10}
ROUTES: dict[Route, Words] = {
    Route.WEB: _("By the patient, with the link"),
    Route.DESK: _("Together at the desk"),
    Route.PAPER: _("On paper"),
    Route.TABLET: _("On a tablet of the clinic"),
}
CARE = (Outcome.EMERGENCY_CARE, Outcome.SEEN_TODAY, Outcome.SEEN_ELSEWHERE)
RESULTS: tuple[Words, ...] = (
    _("Led to care"),
    _("A clinician spoke with the patient"),
    _("Answer was a mistake"),
    _("Not reached"),
    _("No outcome yet"),
)


@dataclass(frozen=True)
class StatisticsLine:
    """A number with its name. `percent` of the whole, None where either is hidden."""

    name: Words
    count: Count
    percent: int | None = None
    target: int | None = None


@dataclass(frozen=True)
class RuleLine:
    """How often a rule fired at a tier, and what came of it; no `results` where nobody has to act."""

    rule: str
    line: Words
    urgency: Urgency
    fired: Count
    results: tuple[Count, ...]


@dataclass(frozen=True)
class Figures:
    """What may be shown. `minutes` is the median from opening to sending, None where too few finished."""

    steps: tuple[StatisticsLine, ...]
    minutes: int | None
    stops: tuple[StatisticsLine, ...]
    routes: tuple[StatisticsLine, ...]
    tiers: tuple[StatisticsLine, ...]
    rules: tuple[RuleLine, ...]
    calls: tuple[CallTimes, ...]


def figures(op: Operation, first: date, last: date) -> Figures:
    """The figures for the appointments of these days, both included."""
    forms = _forms(op, first, last)
    opened = [form for form in forms if form.opened_at is not None]
    finished = [form for form in opened if form.sent_at is not None]
    before = [form for form in finished if form.sent_at and form.sent_at <= form.appointment.starts_at]
    numbers = [len(each) for each in (forms, opened, finished, before)]
    counts = steps(numbers, most_wanted=(FINISHED, INVITED, BEFORE, OPENED))
    whole = counts[FINISHED].value
    return Figures(
        steps=tuple(
            StatisticsLine(name, count, _percent(count.value, counts[INVITED].value))
            for name, count in zip(STEPS, counts, strict=True)
        ),
        minutes=_minutes(finished) if whole and whole >= SMALL else None,
        stops=_stops(opened, shown=counts[OPENED].value is not None and whole is not None),
        routes=_routes(finished, whole),
        tiers=_tiers(finished, whole),
        rules=_rules(forms, finished),
        calls=call_times(forms, op.settings, op.now),
    )


def _forms(op: Operation, first: date, last: date) -> list[Intake]:
    start, end = op.settings.day_bounds(first)[0], op.settings.day_bounds(last)[1]
    invited = exists().where(Invitation.appointment_id == Appointment.id)
    stmt = (
        select(Intake)
        .join(Intake.appointment)
        .where(Appointment.starts_at >= start, Appointment.starts_at < end, invited)
        .where(Appointment.state == AppointmentState.BOOKED)
        .options(
            joinedload(Intake.appointment), selectinload(Intake.alerts).selectinload(Alert.earlier_results)
        )
        .options(selectinload(Intake.attempts))
    )
    return list(op.session.scalars(stmt))


def _minutes(finished: Sequence[Intake]) -> int:
    lengths = [
        (form.sent_at - form.opened_at).total_seconds() / 60
        for form in finished
        if form.sent_at and form.opened_at
    ]
    return round(median(lengths))


def _stops(opened: Iterable[Intake], *, shown: bool) -> tuple[StatisticsLine, ...]:
    """Forms that were opened and not finished, by the last page that was saved."""
    found = Counter(form.last_page or "" for form in opened if form.sent_at is None)
    order = ["", *PAGES, *sorted(page for page in found if page and page not in PAGES)]
    names = [page for page in order if found[page]]
    counts = parts([found[page] for page in names], total_shown=shown)
    return tuple(StatisticsLine(_page_name(page), count) for page, count in zip(names, counts, strict=True))


def _page_name(page: str) -> Words:
    if not page:
        return _("No page saved")
    return PAGES[page].title if page in PAGES else page


def _routes(finished: Iterable[Intake], whole: int | None) -> tuple[StatisticsLine, ...]:
    found = Counter(form.route for form in finished)
    counts = parts([found[route] for route in ROUTES], total_shown=whole is not None)
    return tuple(
        StatisticsLine(name, count, _percent(count.value, whole))
        for name, count in zip(ROUTES.values(), counts, strict=True)
    )


def _tiers(finished: Iterable[Intake], whole: int | None) -> tuple[StatisticsLine, ...]:
    found = Counter(form.urgency for form in finished)
    counts = parts([found[tier] for tier, _name in TIERS], total_shown=whole is not None)
    return tuple(
        StatisticsLine(name, count, _percent(count.value, whole), TARGETS.get(tier))
        for (tier, name), count in zip(TIERS, counts, strict=True)
    )


def _rules(forms: Iterable[Intake], finished: Iterable[Intake]) -> tuple[RuleLine, ...]:
    alerts: dict[tuple[str, Urgency], list[Alert]] = {}
    for alert in (alert for form in forms for alert in _latest(form)):
        alerts.setdefault((alert.rule, alert.urgency), []).append(alert)
    noted = Counter(pair for form in finished for pair in _noted(form))
    lines = {red_flag.id: red_flag.line for red_flag in RED_FLAGS}
    found = [
        *(_acted_on(rule, lines.get(rule, rule), urgency, each) for (rule, urgency), each in alerts.items()),
        *(
            RuleLine(rule, lines.get(rule, rule), urgency, alone(number), ())
            for (rule, urgency), number in noted.items()
        ),
    ]
    return tuple(sorted(found, key=lambda each: (-each.urgency, each.rule)))


def _latest(form: Intake) -> Iterable[Alert]:
    """Each rule of a form once, however often it was raised: a form is one patient, and so counts as one."""
    return {(alert.rule, alert.urgency): alert for alert in form.alerts if alert.rule}.values()


def _noted(form: Intake) -> set[tuple[str, Urgency]]:
    """The rules for which nobody has to act before the visit, from the summary as it was handed over."""
    fired = (form.summary or {}).get("safety", {}).get("rules", ())
    pairs = {(each["rule"], Urgency[each["urgency"]]) for each in fired}
    return {(rule, urgency) for rule, urgency in pairs if urgency < Urgency.SAME_DAY}


def _acted_on(rule: str, line: Words, urgency: Urgency, alerts: Sequence[Alert]) -> RuleLine:
    fired = alone(len(alerts))
    found = Counter(_result(alert) for alert in alerts)
    results = parts([found[at] for at in range(len(RESULTS))], total_shown=fired.value is not None)
    return RuleLine(rule, line, urgency, fired, results)


def _result(alert: Alert) -> int:
    """The place in RESULTS."""
    if alert.outcome in CARE:
        return 0
    others = (Outcome.CLINICIAN_ADVISED, Outcome.ANSWER_MISTAKEN, Outcome.NOT_REACHED)
    return others.index(Outcome(alert.outcome)) + 1 if alert.outcome in others else len(RESULTS) - 1


def _percent(part: int | None, whole: int | None) -> int | None:
    return round(100 * part / whole) if part is not None and whole else None
