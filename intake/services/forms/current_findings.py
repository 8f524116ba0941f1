"""What a changed answer does to the findings that stand: raised, withdrawn, interrupted. Pure.

Safety: a finding that was ever raised is never forgotten. When its answer is changed it is kept as
withdrawn, with the answer before and after; when it fires again it counts as new.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from intake.config import Settings
from intake.questionnaire.journey import Journey
from intake.red_flags import ALL_RULES, Finding, Screening, Urgency, rule
from intake.red_flags.advice import CARDS, Card, card_for, has_phone
from intake.red_flags.second_looks import looks
from intake.services.forms.draft import Check, Choice, Draft, Interrupt, Raised
from intake.summary import AnswerChange, Retraction


@dataclass(frozen=True)
class CurrentFindings:
    """The draft with its findings brought up to date, and those that stand at their height only now."""

    draft: Draft
    newly_raised: tuple[Finding, ...]


@dataclass(frozen=True)
class JourneyChange:
    """The way through before and after answers changed, and when that was."""

    before: Journey
    after: Journey
    at: datetime


@dataclass(frozen=True)
class Circumstances:
    """In which a card is shown. `is_open`: the clinic can still phone today; `has_phone`: on some number."""

    at: datetime
    is_open: bool
    has_phone: bool


def circumstances_of(journey: Journey, at: datetime, settings: Settings) -> Circumstances:
    """Whether the clinic can call this patient today."""
    return Circumstances(at, settings.can_call_back(at), has_phone(journey.facts, settings.region))


def bring_up_to_date(
    draft: Draft, screening: Screening, change: JourneyChange, *, settings: Settings
) -> CurrentFindings:
    """The same as `compare`, with the card that the patient is to be shown for what rose."""
    current = compare(draft, screening, change)
    circumstances = circumstances_of(change.after, change.at, settings)
    draft = interrupted(draft, current, screening, circumstances)
    return CurrentFindings(draft, current.newly_raised)


def compare(draft: Draft, screening: Screening, change: JourneyChange) -> CurrentFindings:
    """Compare what stood on the draft with what fires now."""
    raised_before = {raised.rule: raised for raised in draft.raised}
    fires = {each.rule.id: each for each in screening.findings if each.urgency >= Urgency.SAME_DAY}
    # Safety: what was an emergency and is for today now is new to staff: the emergency may be closed by then.
    newly_raised = tuple(
        finding for finding in fires.values() if _height(raised_before, finding.rule.id) != finding.urgency
    )
    withdrawn = tuple(
        _retraction(raised, change)
        for raised in draft.raised
        if raised.rule not in fires or fires[raised.rule].urgency < raised.urgency
    )
    kept = tuple(_kept(raised_before, finding, change.at) for finding in fires.values())
    return CurrentFindings(
        replace(draft, raised=kept, withdrawn=(*draft.withdrawn, *withdrawn)), newly_raised
    )


def gone(earlier: Draft, screening: Screening, change: JourneyChange) -> tuple[Retraction, ...]:
    """What stood on an earlier draft and does not fire at that height now, with the answers it looks at."""
    fires = {finding.rule.id: finding.urgency for finding in screening.findings}
    retractions = (
        _retraction(raised, change) for raised in earlier.raised if fires.get(raised.rule, 0) < raised.urgency
    )
    return tuple(
        replace(
            retraction,
            changes=tuple(
                answer for answer in retraction.changes if answer.question in _looked_at(retraction)
            ),
        )
        for retraction in retractions
    )


def interrupted(
    earlier: Draft, current: CurrentFindings, screening: Screening, circumstances: Circumstances
) -> Draft:
    """The draft with the card to be shown for what was just answered, if there is one.

    An emergency interrupts each time that one rises. A card for today is shown once; another finding
    interrupts again only when its card differs, and never over an emergency: the highest is shown.
    """
    told = card_for(screening)
    if told is None:
        return current.draft
    card, findings = told
    rose = [finding for finding in findings if finding in current.newly_raised]
    if card.urgency is Urgency.SAME_DAY:
        # Safety: also for what rose under an emergency that is taken back now, or was an emergency itself.
        rose = [] if _was_shown(earlier, card) else rose or list(findings)
    if not rose:
        return current.draft
    return shown(current.draft, card, rose, circumstances)


def shown(draft: Draft, card: Card, findings: Iterable[Finding], circumstances: Circumstances) -> Draft:
    """The draft with this card shown for these findings."""
    findings = tuple(findings)
    because = dict.fromkeys(question for finding in findings for question in finding.because)
    rules = tuple(finding.rule.id for finding in findings)
    interrupt = Interrupt(
        circumstances.at,
        rules,
        tuple(because),
        card.id,
        is_open=circumstances.is_open,
        has_phone=circumstances.has_phone,
    )
    return replace(draft, interrupts=(*draft.interrupts, interrupt))


def _was_shown(earlier: Draft, card: Card) -> bool:
    """It was shown, and is what the patient has been told ever since, or was shown for what still stood."""
    shown_for = [interrupt.rules for interrupt in earlier.interrupts if interrupt.advice == card.id]
    raised_before = {raised.rule for raised in earlier.raised}
    return bool(shown_for) and (
        card is _told_by(earlier) or any(raised_before.intersection(rules) for rules in shown_for)
    )


def _told_by(draft: Draft) -> Card | None:
    """The card for what stands on the draft."""
    raised_before = (
        Finding(ALL_RULES[each.rule], each.urgency, "reported", ())
        for each in draft.raised
        if each.rule in ALL_RULES
    )
    told = card_for(Screening(tuple(raised_before), ()))
    return told[0] if told else None


def card_for_today_waits(before: Draft, draft: Draft) -> Draft:
    """The same draft, where nobody has seen the card for today that came up since `before`.

    Safety: the next page saved shows it. An emergency stays, and comes before anything else.
    """
    new = draft.interrupts[len(before.interrupts) :]
    emergencies = (each for each in new if CARDS[each.advice].urgency is Urgency.EMERGENCY)
    return replace(draft, interrupts=(*before.interrupts, *emergencies))


def unanswered(draft: Draft, screening: Screening) -> Interrupt | None:
    """The emergency card that was shown and not answered, while its reason stands: it comes first."""
    last = current_card(draft, screening)
    emergency = last is not None and CARDS[last.advice].urgency is Urgency.EMERGENCY
    return last if last is not None and emergency and last.choice is None else None


def current_card(draft: Draft, screening: Screening) -> Interrupt | None:
    """The last card that was shown of the urgency that stands now; None when nothing is told any more."""
    told = card_for(screening)
    if told is None:
        return None
    urgency = told[0].urgency
    return next(
        (interrupt for interrupt in reversed(draft.interrupts) if CARDS[interrupt.advice].urgency is urgency),
        None,
    )


def resolved(interrupt: Interrupt) -> bool:
    """True when the patient has been seen for it; help that is on its way has not come yet."""
    return interrupt.choice is Choice.ALREADY_SEEN


def new_checks(draft: Draft, journey: Journey, *, now: datetime) -> tuple[Check, ...]:
    """The answers to look at again that the patient has not been shown before, each question once."""
    asked = {question for check in draft.checks for question in check.questions}
    checks = []
    for look in looks(journey):
        if asked.isdisjoint(look.questions):
            checks.append(Check(look.questions, look.phrase, now, look.about))
            asked.update(look.questions)
    return tuple(checks)


def _looked_at(retraction: Retraction) -> frozenset[str]:
    return frozenset(rule(retraction.rule).when.question_ids())


def _height(raised_before: Mapping[str, Raised], rule: str) -> int:
    return raised_before[rule].urgency if rule in raised_before else 0


def _kept(raised_before: Mapping[str, Raised], finding: Finding, now: datetime) -> Raised:
    """Since when it stands at this height."""
    raised = raised_before.get(finding.rule.id)
    if raised is not None and raised.urgency == finding.urgency:
        return raised
    return Raised(finding.rule.id, finding.urgency, now)


def _retraction(raised: Raised, change: JourneyChange) -> Retraction:
    old, new = change.before.counting, change.after.counting
    changed = (question for question in old if old[question] != new.get(question))
    changes = tuple(AnswerChange(question, old.get(question), new.get(question)) for question in changed)
    return Retraction(raised.rule, raised.urgency.name, changes, raised.at, change.at)
