"""How long patients wait for the clinic's call: from the alert to the first try, to contact, to the outcome.

A call is all alerts of a form that were closed together. The target of contact is what the patient is
promised, the deadline of the alert; those of the first try and of the outcome the clinic sets. All count
from when it is open.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from intake.config import Settings
from intake.i18n import Words
from intake.i18n import lazy as _
from intake.red_flags import Urgency
from intake.services.operations.disclosure_control import SMALL, Count, alone, parts
from intake.storage.models import Alert, AttemptKind, Intake, Outcome

URGENCIES: dict[Urgency, Words] = {
    Urgency.EMERGENCY: _("Emergency"),
    Urgency.SAME_DAY: _("Same day"),
}
STEPS: tuple[Words, ...] = (_("To the first try"), _("To contact with the patient"), _("To the outcome"))


@dataclass(frozen=True)
class CallStep:
    """One of STEPS: how many calls met its target, of those that did or whose target has gone by.

    `minutes` is the median of those that came so far, None where there are too few; `within` the target in
    minutes, None for contact, whose target is each call's own deadline.
    """

    name: Words
    within: int | None
    minutes: int | None
    met: Count
    missed: Count
    percent: int | None

    @property
    def counted(self) -> bool:
        """There is a call in it, or that is hidden."""
        return any(count.value != 0 for count in (self.met, self.missed))


@dataclass(frozen=True)
class CallTimes:
    """The calls of one urgency."""

    urgency: Words
    calls: Count
    steps: tuple[CallStep, ...]


@dataclass(frozen=True)
class _Call:
    urgency: Urgency
    raised_at: datetime
    due_at: datetime
    tried_at: datetime | None
    reached_at: datetime | None
    closed_at: datetime | None


def call_times(forms: Iterable[Intake], settings: Settings, now: datetime) -> tuple[CallTimes, ...]:
    """The times of every call about these forms, small numbers hidden."""
    calls = [call for form in forms for call in _calls(form)]
    return tuple(
        _times([call for call in calls if call.urgency is urgency], urgency, settings, now)
        for urgency in URGENCIES
    )


def _times(calls: Sequence[_Call], urgency: Urgency, settings: Settings, now: datetime) -> CallTimes:
    emergency = urgency is Urgency.EMERGENCY
    tried = settings.try_emergency_within if emergency else settings.try_same_day_within
    closed = settings.close_emergency_within if emergency else settings.close_same_day_within
    by = (
        (tried, [(_from(call, settings), call.tried_at, _by(call, tried, settings)) for call in calls]),
        (None, [(_from(call, settings), call.reached_at, call.due_at) for call in calls]),
        (closed, [(_from(call, settings), call.closed_at, _by(call, closed, settings)) for call in calls]),
    )
    steps = (_step(name, within, times, now) for name, (within, times) in zip(STEPS, by, strict=True))
    return CallTimes(URGENCIES[urgency], alone(len(calls)), tuple(steps))


def _from(call: _Call, settings: Settings) -> datetime:
    """From when somebody could have called."""
    return settings.open_from(call.raised_at) or call.raised_at


def _by(call: _Call, within: int, settings: Settings) -> datetime:
    """The moment that meets a target of so many minutes."""
    return _from(call, settings) + timedelta(minutes=within)


def _step(
    name: Words,
    within: int | None,
    times: Sequence[tuple[datetime, datetime | None, datetime]],
    now: datetime,
) -> CallStep:
    """`times`: begin, done or None, and target of each call. One that still has time says nothing yet."""
    met = sum(done is not None and done <= by for _begin, done, by in times)
    missed = sum((done or now) > by for _begin, done, by in times)
    shown = alone(met + missed)
    counts = parts([met, missed], total_shown=shown.value is not None)
    hidden = any(count.value is None for count in counts)
    # Somebody may call before the clinic opens.
    waited = [max(0, (done - begin).total_seconds()) / 60 for begin, done, _by in times if done is not None]
    return CallStep(
        name=name,
        within=within,
        minutes=round(median(waited)) if len(waited) >= SMALL else None,
        met=counts[0],
        missed=counts[1],
        percent=None if hidden or not met + missed else round(100 * met / (met + missed)),
    )


def _calls(form: Intake) -> Iterator[_Call]:
    together: dict[datetime | None, list[Alert]] = {}
    for alert in form.alerts:
        together.setdefault(_closed_at(alert), []).append(alert)
    for closed_at, alerts in together.items():
        urgency = max(alert.urgency for alert in alerts)
        leading = [alert for alert in alerts if alert.urgency is urgency]
        raised_at = min(alert.raised_at for alert in leading)
        tries = [each for each in form.attempts if each.made_at >= raised_at]
        spoke = [each.made_at for each in tries if each.kind is AttemptKind.SPOKE]
        reached = closed_at is not None and any(_is_reached(alert) for alert in alerts)
        closing = [closed_at] if closed_at is not None else []
        yield _Call(
            urgency=urgency,
            raised_at=raised_at,
            due_at=min(alert.due_at for alert in leading),
            tried_at=min([*(each.made_at for each in tries), *closing], default=None),
            reached_at=min([*spoke, *(closing if reached else [])], default=None),
            closed_at=closed_at,
        )


def _is_reached(alert: Alert) -> bool:
    return alert.outcome in set(Outcome) - {Outcome.NOT_REACHED}


def _closed_at(alert: Alert) -> datetime | None:
    """When it was closed, however often its result was put right since; not before it was opened again."""
    closed_at = alert.closed_at
    for earlier in reversed(alert.earlier_results):
        if earlier.replaced_at != closed_at:
            break
        closed_at = earlier.closed_at
    return closed_at
