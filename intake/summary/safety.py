"""The safety box: what fired and why, what was denied, and what nobody can know yet.

Safety: says nothing that could be read as reassurance. Without a finding it states that no rule fired and how
many safety questions were answered, no more.
"""

from collections.abc import Iterable, Sequence

from intake.i18n import gettext, lower_first
from intake.i18n import lazy as _
from intake.questionnaire import QUESTIONS
from intake.questionnaire.journey import Journey
from intake.questionnaire.questions import Question, YesNoUnsure
from intake.red_flags import RED_FLAGS, Finding, Screening, Urgency
from intake.red_flags.groups import GROUPS, Group
from intake.summary.phrases import label, phrase, reason, word
from intake.summary.record import Fired, GroupLine, Safety

HEADLINES = {
    Urgency.EMERGENCY: _("EMERGENCY: act now"),
    Urgency.SAME_DAY: _("SAME DAY: act today"),
    Urgency.PRIORITY: _("PRIORITY: first at the visit"),
    Urgency.NOTE: _("Single or non-specific features only"),
}
_LOOKED_AT = frozenset(id for red_flag in RED_FLAGS for id in red_flag.when.question_ids())


def write_safety(
    journey: Journey,
    screening: Screening,
    *,
    told: Sequence[str],
    withdrawn: Sequence[str],
    mentions: Sequence[str],
    profile: str,
) -> Safety:
    """The safety box for these answers. In the profile "transcribe" no rule is applied."""
    asked, answered = journey.safety_asked, journey.safety_answered
    blank = [q for q in asked if journey.facts.value(q.id) is None]
    declined = [q for q in asked if journey.facts.value(q.id) == "prefer_not_say"]
    rules_apply = profile == "rules"
    return Safety(
        profile=profile,
        urgency=screening.urgency.name if screening.urgency else None,
        headline=_headline(screening, len(answered), len(asked)) if rules_apply else _transcribed_headline(),
        complete=journey.complete,
        asked=len(asked),
        answered=len(answered),
        fired=tuple(_fired(journey, f) for f in _highest_of_each_group(screening)) if rules_apply else (),
        notes=tuple(_line(f) for f in _alone(screening)) if rules_apply else (),
        rules=tuple(_fired(journey, f) for f in _by_urgency(screening.findings)) if rules_apply else (),
        groups=tuple(line for group in GROUPS if (line := _group_line(journey, group)))
        if rules_apply
        else (),
        not_sure=tuple(_not_sure(journey)),
        not_answered=tuple(label(q.id) for q in blank),
        declined=tuple(label(q.id) for q in declined),
        told=tuple(told),
        withdrawn=tuple(withdrawn),
        mentions=tuple(mentions) if rules_apply else (),
        transcribed=() if rules_apply else tuple(_transcribed(journey)),
    )


def _headline(screening: Screening, answered: int, asked: int) -> str:
    if screening.urgency:
        return str(HEADLINES[screening.urgency])
    return gettext(
        "No safety rule fired. %(answered)s of %(asked)s safety questions answered.",
        answered=answered,
        asked=asked,
    )


def _transcribed_headline() -> str:
    return gettext("Answers to the safety questions, in the order asked. No rule was applied.")


def _by_urgency(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: -finding.urgency)


def _highest_of_each_group(screening: Screening) -> list[Finding]:
    """The printing rule: within one group only the highest line; plain findings before unsure ones."""
    best: dict[str, Finding] = {}
    for finding in screening.findings:
        held = best.get(finding.rule.group)
        if held is None or (finding.urgency, not finding.unsure) > (held.urgency, not held.unsure):
            best[finding.rule.group] = finding
    return _by_urgency(f for f in best.values() if f.urgency > Urgency.NOTE)


def _alone(screening: Screening) -> list[Finding]:
    """Notes of groups in which nothing higher fired."""
    printed = {finding.rule.group for finding in screening.findings if finding.urgency > Urgency.NOTE}
    return [f for f in screening.at(Urgency.NOTE) if f.rule.group not in printed]


def _fired(journey: Journey, finding: Finding) -> Fired:
    return Fired(
        rule=finding.rule.id,
        group=next(str(group.label) for group in GROUPS if group.id == finding.rule.group),
        urgency=finding.urgency.name,
        unsure=finding.unsure,
        line=_line(finding),
        because="; ".join(said for id in finding.because if (said := reason(journey, id))),
        ids=tuple(finding.because),
    )


def _line(finding: Finding) -> str:
    line = str(finding.rule.line)
    return gettext("Patient not sure: %(line)s", line=lower_first(line)) if finding.unsure else line


def _group_line(journey: Journey, group: Group) -> GroupLine | None:
    mine = [q for q in journey.safety_asked if q.group == group.id]
    reported, unsure = _labels(journey, mine, "yes"), _labels(journey, mine, "not_sure")
    (reported or unsure).extend(_details(journey, mine))
    line = GroupLine(
        label=str(group.label),
        positives=tuple(reported),
        negatives=tuple(_labels(journey, [QUESTIONS[id] for id in group.negatives], "no")),
        unsure=tuple(unsure),
        declined=tuple(_labels(journey, mine, "prefer_not_say")),
        unanswered=tuple(label(q.id) for q in mine if journey.facts.value(q.id) is None),
    )
    said_nothing = not (line.positives or line.negatives or line.unsure or line.declined or line.unanswered)
    return None if said_nothing else line


def _details(journey: Journey, questions: Iterable[Question]) -> list[str]:
    """What was chosen where a yes opened a choice: "timing of the change: within 24 h"."""
    choices = (q.id for q in questions if not isinstance(q, YesNoUnsure))
    return [f"{label(id)}: {said}" for id in choices if (said := word(journey, id))]


def _labels(journey: Journey, questions: Iterable[Question], value: str) -> list[str]:
    return [
        label(q.id) for q in questions if isinstance(q, YesNoUnsure) and journey.facts.value(q.id) == value
    ]


def _not_sure(journey: Journey) -> Iterable[str]:
    for id, value in journey.counting.items():
        question = QUESTIONS[id]
        if isinstance(question, YesNoUnsure):
            if value == "not_sure":
                yield label(id)
        elif id in _LOOKED_AT and (value == "not_sure" or (isinstance(value, tuple) and "not_sure" in value)):
            yield label(id) if question.group else phrase(journey, id)


def _transcribed(journey: Journey) -> Iterable[str]:
    """Every yes and not sure, in the order asked: formatting, not inference."""
    for question in journey.safety_asked:
        value = journey.facts.value(question.id)
        if isinstance(question, YesNoUnsure) and value in ("yes", "not_sure"):
            yield f"{label(question.id)}: {lower_first(word(journey, question.id))}"
        elif value is not None and not isinstance(question, YesNoUnsure):
            yield f"{label(question.id)}: {word(journey, question.id)}"
