"""What a changed answer does to the findings that stand: raised, withdrawn, interrupted. Pure.

Safety: a finding that was ever raised is never forgotten. When its answer is changed it is kept as
withdrawn, with the answer before and after; when it fires again it counts as new.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from intake.questionnaire.journey import Journey
from intake.red_flags import Finding, Screening, Urgency, rule
from intake.red_flags.advice import card_for
from intake.red_flags.watch import mentions
from intake.services.sheet import Check, Choice, Interrupt, Raised, Sheet
from intake.summary import AnswerChange, Retraction


@dataclass(frozen=True)
class Standing:
    """The sheet with its findings brought up to date, and those that rose just now."""

    sheet: Sheet
    risen: tuple[Finding, ...]


def bring_up_to_date(
    sheet: Sheet, screening: Screening, *, before: Journey, after: Journey, now: datetime
) -> Standing:
    """The same as `compare`, with the emergency page owed to the patient for what rose."""
    stands = compare(sheet, screening, before=before, after=after, now=now)
    emergencies = tuple(each for each in stands.risen if each.urgency is Urgency.EMERGENCY)
    return Standing(interrupted(stands.sheet, screening, emergencies, now=now), stands.risen)


def compare(
    sheet: Sheet, screening: Screening, *, before: Journey, after: Journey, now: datetime
) -> Standing:
    """Compare what stood on the sheet with what fires now."""
    stood = {raised.rule: raised for raised in sheet.raised}
    fires = {each.rule.id: each for each in screening.findings if each.urgency >= Urgency.SAME_DAY}
    risen = tuple(each for each in fires.values() if _height(stood, each.rule.id) < each.urgency)
    withdrawn = tuple(
        _retraction(raised, before, after, now)
        for raised in sheet.raised
        if raised.rule not in fires or fires[raised.rule].urgency < raised.urgency
    )
    kept = tuple(_kept(stood, finding, now) for finding in fires.values())
    return Standing(replace(sheet, raised=kept, withdrawn=(*sheet.withdrawn, *withdrawn)), risen)


def gone(
    earlier: Sheet, screening: Screening, *, before: Journey, after: Journey, now: datetime
) -> tuple[Retraction, ...]:
    """What stood on an earlier sheet and does not fire at that height now, with the answers it looks at."""
    fires = {each.rule.id: each.urgency for each in screening.findings}
    retractions = (
        _retraction(raised, before, after, now)
        for raised in earlier.raised
        if fires.get(raised.rule, 0) < raised.urgency
    )
    return tuple(
        replace(each, changes=tuple(change for change in each.changes if change.question in _looked_at(each)))
        for each in retractions
    )


def interrupted(
    sheet: Sheet, screening: Screening, emergencies: Iterable[Finding], *, now: datetime
) -> Sheet:
    """The sheet with the emergency page owed to the patient for these findings, if there are any."""
    emergencies = tuple(emergencies)
    told = card_for(screening)
    if not emergencies or told is None:
        return sheet
    because = dict.fromkeys(question for finding in emergencies for question in finding.because)
    rules = tuple(finding.rule.id for finding in emergencies)
    interrupt = Interrupt(at=now, rules=rules, because=tuple(because), advice=told[0].id)
    return replace(sheet, interrupts=(*sheet.interrupts, interrupt))


def unanswered(sheet: Sheet, screening: Screening) -> Interrupt | None:
    """The emergency page that was shown and not answered yet, while its reason still stands."""
    last = standing(sheet, screening)
    return last if last is not None and last.choice is None else None


def standing(sheet: Sheet, screening: Screening) -> Interrupt | None:
    """The last emergency page, while any emergency still stands."""
    fires = any(True for _ in screening.at(Urgency.EMERGENCY))
    return sheet.interrupts[-1] if fires and sheet.interrupts else None


def resolved(interrupt: Interrupt) -> bool:
    """True when the patient has been seen for it; help that is on its way has not come yet."""
    return interrupt.choice is Choice.ALREADY_SEEN


def new_checks(sheet: Sheet, journey: Journey, *, now: datetime) -> tuple[Check, ...]:
    """The "no"s to look at again that the patient has not been shown before."""
    shown = {(check.question, check.phrase) for check in sheet.checks}
    return tuple(
        Check(mention.question, mention.phrase, now)
        for mention in mentions(journey)
        if (mention.question, mention.phrase) not in shown
    )


def _looked_at(retraction: Retraction) -> frozenset[str]:
    return frozenset(rule(retraction.rule).when.question_ids())


def _height(stood: Mapping[str, Raised], rule: str) -> int:
    return stood[rule].urgency if rule in stood else 0


def _kept(stood: Mapping[str, Raised], finding: Finding, now: datetime) -> Raised:
    """Since when it stands at this height."""
    raised = stood.get(finding.rule.id)
    if raised is not None and raised.urgency == finding.urgency:
        return raised
    return Raised(finding.rule.id, finding.urgency, now)


def _retraction(raised: Raised, before: Journey, after: Journey, now: datetime) -> Retraction:
    old, new = before.counting, after.counting
    changed = (question for question in old if old[question] != new.get(question))
    changes = tuple(AnswerChange(question, old.get(question), new.get(question)) for question in changed)
    return Retraction(raised.rule, raised.urgency.name, changes, raised.at, now)
