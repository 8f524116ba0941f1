"""What the rules yield: how often each fired, what clinicians then found, and what it cost in calls.

Of the forms that are kept and of those that were erased, by whole months. Small numbers are hidden. The audit
is not read: it drives nothing.
"""

import re
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement

from intake.config import Settings
from intake.i18n import Words
from intake.i18n import lazy as _
from intake.red_flags import Urgency, rule
from intake.services.context import Operation
from intake.services.operations import tallies
from intake.services.operations.disclosure_control import FEW, NOT_SHOWN, Count, alone, parts
from intake.services.operations.statistics import TARGETS, TIERS
from intake.services.operations.tallies import NO_RULE, NOT_MARKED, WHOLE_FORM, FormTally, Times
from intake.storage.models import Appointment, FindingVerdict

VERDICTS: dict[str, Words] = {
    FindingVerdict.CONFIRMED: _("Confirmed"),
    FindingVerdict.EXPLAINED: _("Explained otherwise"),
    FindingVerdict.NOT_NEEDED: _("Not needed"),
    NOT_MARKED: _("Not marked"),
}
# A rule that fires more often than this at its urgency and is never confirmed is reviewed by clinicians.
REVIEWED, FIRED_OFTEN = Urgency.EMERGENCY, 20
_MONTH = re.compile(r"[12]\d{3}-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Months:
    """Whole months, both included: "2026-03" to "2026-05". Raises ValueError."""

    first: str
    last: str

    def __post_init__(self) -> None:
        written = _MONTH.fullmatch(self.first) and _MONTH.fullmatch(self.last)
        if not written or self.first > self.last:
            raise ValueError("Months are written 2026-03, and the first does not come after the last")

    @classmethod
    def around(cls, first: date, last: date) -> "Months":
        """The months that these days lie in."""
        return cls(f"{first:%Y-%m}", f"{last:%Y-%m}")

    def __contains__(self, month: str) -> bool:
        return self.first <= month <= self.last


@dataclass(frozen=True)
class Share:
    """How many, and how many of each hundred forms (None where hidden); below `target` is as agreed."""

    name: Words
    count: Count
    per_hundred: float | None
    target: int | None = None

    @property
    def over(self) -> bool:
        """More than was agreed."""
        return self.target is not None and self.per_hundred is not None and self.per_hundred >= self.target


@dataclass(frozen=True)
class RuleYield:
    """A rule at one urgency. `verdicts` in the order of VERDICTS; `calls` of forms in which it fired."""

    rule: str
    line: Words
    urgency: Urgency
    fired: Count
    verdicts: tuple[Count, ...]
    calls: Share


@dataclass(frozen=True)
class Surveillance:
    """What may be shown. `to_review` looks at all that was ever counted, whatever the months."""

    forms: Count
    tiers: tuple[Share, ...]
    calls: Share
    rules: tuple[RuleYield, ...]
    to_review: tuple[RuleYield, ...]


def surveillance(op: Operation, months: Months | None) -> Surveillance:
    """The yield of these months; None: of all that was ever counted."""
    said = _counted(op, months)
    whole = {each: times for each, times in said.items() if each.rule == WHOLE_FORM}
    forms = _enough(sum(times.forms for times in whole.values()))
    calls = alone(sum(times.calls for times in whole.values()))
    return Surveillance(
        forms=forms,
        tiers=_tiers(whole, forms),
        calls=Share(_("Calls that reached the patient"), calls, _per_hundred(calls, forms)),
        rules=tuple(_yield(*of, by_verdict, forms) for of, by_verdict in _by_rule(said)),
        to_review=tuple(
            _yield(*of, by_verdict, NOT_SHOWN)
            for of, by_verdict in _by_rule(_of_emergencies(op))
            if _needs_review(*of, by_verdict)
        ),
    )


def _counted(op: Operation, months: Months | None) -> dict[FormTally, Times]:
    which = _visited_in(months, op.settings) if months else ()
    found = tallies.count(op, *which)
    return {said: times for said, times in found.items() if months is None or said.month in months}


def _visited_in(months: Months, settings: Settings) -> tuple[ColumnElement[bool], ...]:
    year, month = map(int, months.last.split("-"))
    start = settings.day_bounds(date.fromisoformat(f"{months.first}-01"))[0]
    end = settings.day_bounds(date(year, month, monthrange(year, month)[1]))[1]
    return Appointment.starts_at >= start, Appointment.starts_at < end


def _of_emergencies(op: Operation) -> Mapping[FormTally, Times]:
    """All that was ever counted of forms of the urgency that is reviewed."""
    return tallies.count(op, tallies.was_ever(REVIEWED))


def _enough(forms: int) -> Count:
    """Of a few forms not even the number is told: too much could be worked out from it."""
    return NOT_SHOWN if 0 < forms < FEW else Count(forms)


def _tiers(whole: Mapping[FormTally, Times], forms: Count) -> tuple[Share, ...]:
    found: Counter[int] = Counter()
    for each, times in whole.items():
        found[each.urgency] += times.forms
    counts = parts([found[tier or NO_RULE] for tier, _name in TIERS], total_shown=forms.value is not None)
    return tuple(
        Share(name, count, _per_hundred(count, forms), TARGETS.get(tier))
        for (tier, name), count in zip(TIERS, counts, strict=True)
    )


def _by_rule(said: Mapping[FormTally, Times]) -> list[tuple[tuple[str, Urgency], Mapping[str, Times]]]:
    """What was found of each rule at each urgency, the most urgent first."""
    found: defaultdict[tuple[str, Urgency], defaultdict[str, Times]] = defaultdict(lambda: defaultdict(Times))
    for each, times in said.items():
        if each.rule != WHOLE_FORM:
            found[each.rule, Urgency(each.urgency)][each.verdict] += times
    return sorted(found.items(), key=lambda pair: (-pair[0][1], pair[0][0]))


def _yield(rule_id: str, urgency: Urgency, by_verdict: Mapping[str, Times], forms: Count) -> RuleYield:
    numbers = [by_verdict[verdict].forms if verdict in by_verdict else 0 for verdict in VERDICTS]
    total, called = sum(numbers), sum(times.calls for times in by_verdict.values())
    fired = alone(total)
    shown = fired.value is not None
    # Without a call are the others: where they are few, the calls would give them away.
    calls, _uncalled = parts([called, total - called], total_shown=shown)
    return RuleYield(
        rule=rule_id,
        line=_line(rule_id),
        urgency=urgency,
        fired=fired,
        verdicts=parts(numbers, total_shown=shown),
        calls=Share(_("Calls that reached the patient"), calls, _per_hundred(calls, forms)),
    )


def _needs_review(_rule: str, urgency: Urgency, by_verdict: Mapping[str, Times]) -> bool:
    fired = sum(times.forms for times in by_verdict.values())
    confirmed = FindingVerdict.CONFIRMED in by_verdict and by_verdict[FindingVerdict.CONFIRMED].forms
    return urgency is REVIEWED and fired > FIRED_OFTEN and not confirmed


def _line(rule_id: str) -> Words:
    """The clinician's wording; a rule of an earlier version has its id only."""
    try:
        return rule(rule_id).line
    except KeyError:
        return rule_id


def _per_hundred(count: Count, forms: Count) -> float | None:
    return round(100 * count.value / forms.value, 1) if count.value is not None and forms.value else None
