"""The safety box: what fired and why, what was answered no, and what nobody can know yet.

Safety: says nothing that could be read as reassurance. Without a finding it states that no rule fired and how
many safety questions were answered, no more.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from intake.i18n import gettext, lower_first
from intake.i18n import lazy as _
from intake.questionnaire import QUESTIONS
from intake.questionnaire.journey import Journey
from intake.questionnaire.questions import Gate, Note, Question, YesNoUnsure
from intake.red_flags import Screening, Urgency
from intake.red_flags.groups import GROUPS, Group
from intake.summary import lines
from intake.summary.doubts import doubts
from intake.summary.phrases import detail, named, negative, word
from intake.summary.record import Doubt, GroupLine, Safety

HEADLINES = {
    Urgency.EMERGENCY: _("EMERGENCY: act now"),
    Urgency.SAME_DAY: _("SAME DAY: act today"),
    Urgency.PRIORITY: _("PRIORITY: first at the visit"),
    Urgency.NOTE: _("Single or non-specific features only"),
}
# What "not sure" says is said in these parts of the note already.
_SAYS_UNSURE = frozenset({Note.MEDICINES, Note.PAIN})


def write_safety(
    journey: Journey, screening: Screening, *, told: Sequence[str], withdrawn: Sequence[str], profile: str
) -> Safety:
    """The safety box for these answers. In the profile "transcribe" no rule is applied."""
    asked, answered = journey.safety_asked, journey.safety_answered
    blank = [q for q in asked if journey.facts.value(q.id) is None]
    box = Safety(
        profile=profile,
        urgency=None,
        headline=gettext("Answers to the safety questions, in the order asked. No rule was applied."),
        complete=journey.complete,
        # Safety: one blank that had to be answered is enough to say so (H-03).
        incomplete=any(question.required for question in blank),
        asked=len(asked),
        answered=len(answered),
        not_sure=tuple(_not_sure(journey)),
        not_answered=tuple(named(q.id) for q in blank),
        declined=tuple(named(q.id) for q in asked if journey.facts.value(q.id) == "prefer_not_say"),
        told=tuple(told),
        withdrawn=tuple(withdrawn),
    )
    if profile != "rules":
        return replace(box, transcribed=tuple(_transcribed(journey)))
    return _with_findings(box, journey, screening)


def _with_findings(box: Safety, journey: Journey, screening: Screening) -> Safety:
    doubted, confidential = doubts(journey), lines.confidential_lines(journey)
    urgency = _urgency(screening, doubted, confidential)
    return replace(
        box,
        urgency=urgency.name if urgency else None,
        headline=_headline(urgency, box.answered, box.asked),
        fired=lines.fired_lines(journey, screening),
        notes=lines.note_lines(journey, screening),
        rules=lines.rule_lines(journey, screening),
        groups=tuple(line for group in GROUPS if (line := _group_line(journey, group))),
        doubts=doubted,
        in_confidence=confidential,
    )


def _urgency(screening: Screening, doubted: Iterable[Doubt], confidential: Sequence[str]) -> Urgency | None:
    """The highest tier. Words that do not fit a "no", or are in confidence, raise it to PRIORITY at most."""
    written = (Urgency[doubt.urgency] for doubt in doubted)
    raised = [min(tier, Urgency.PRIORITY) for tier in written if tier > Urgency.NOTE]
    raised.extend(Urgency.PRIORITY for _ in confidential)
    return max((*raised, *([screening.urgency] if screening.urgency else [])), default=None)


def _headline(urgency: Urgency | None, answered: int, asked: int) -> str:
    if urgency:
        return str(HEADLINES[urgency])
    return gettext(
        "No safety rule fired. %(answered)s of %(asked)s safety questions answered.",
        answered=answered,
        asked=asked,
    )


def _group_line(journey: Journey, group: Group) -> GroupLine | None:
    mine = [q for q in journey.safety_asked if _prints(group, q)]
    alone = [q for q in mine if not isinstance(q, Gate)]
    opened = [q for q in mine if isinstance(q, Gate)]
    reported = [*_labels(journey, alone, "yes"), *_without_more(journey, opened)]
    unsure = _labels(journey, mine, "not_sure")
    (reported or unsure).extend(_details(journey, mine))
    no = [q for q in alone if isinstance(q, YesNoUnsure) and negative(journey, q.id)]
    # Those of the group first; every other "no" follows, so that none is in no list.
    no.sort(key=lambda q: q.id not in group.negatives)
    line = GroupLine(
        label=str(group.label),
        positives=tuple(reported),
        negatives=tuple(negative(journey, q.id) for q in no),
        unsure=tuple(unsure),
        declined=tuple(_labels(journey, mine, "prefer_not_say")),
        unanswered=tuple(named(q.id) for q in mine if journey.facts.value(q.id) is None),
        together=tuple(_together(journey, group)),
        asked=sum(isinstance(q, YesNoUnsure) for q in alone),
        no=sum(journey.facts.value(q.id) == "no" for q in no),
    )
    return line if _says_something(line) else None


def _says_something(line: GroupLine) -> bool:
    said = (line.positives, line.negatives, line.unsure, line.declined, line.unanswered, line.together)
    return any(said) or line.no > 0


def _prints(group: Group, question: Question) -> bool:
    """The line of the group prints it: no other part of the note does."""
    return question.group == group.id and question.printed_in is Note.SAFETY


def _without_more(journey: Journey, gates: Iterable[Question]) -> Iterator[str]:
    """Questions that name several things, answered yes though none of them was said to be so."""
    for gate in gates:
        assert isinstance(gate, Gate)
        items = [journey.facts.value(id) for id in gate.items]
        if journey.facts.value(gate.id) == "yes" and not {"yes", "not_sure"}.intersection(map(str, items)):
            yield named(gate.id)


def _together(journey: Journey, group: Group) -> Iterator[str]:
    """What one question named among other things, and was answered no with them."""
    for id, question in QUESTIONS.items():
        if id in journey.asked_together and _prints(group, question) and not isinstance(question, Gate):
            yield named(id)


def _details(journey: Journey, questions: Iterable[Question]) -> list[str]:
    """What was chosen where a yes opened a choice."""
    choices = (q.id for q in questions if not isinstance(q, YesNoUnsure))
    return [said for id in choices if (said := detail(journey, id))]


def _labels(journey: Journey, questions: Iterable[Question], value: str) -> list[str]:
    return [
        named(q.id) for q in questions if isinstance(q, YesNoUnsure) and journey.facts.value(q.id) == value
    ]


def _not_sure(journey: Journey) -> Iterator[str]:
    """Every safety question that the patient is not sure about, but those whose own line says so."""
    for question in journey.safety_asked:
        said_there = question.printed_in in _SAYS_UNSURE
        if journey.facts.value(question.id) == "not_sure" and not said_there:
            yield named(question.id)


def _transcribed(journey: Journey) -> Iterator[str]:
    """Every yes and not sure, in the order asked: formatting, not inference."""
    for question in journey.safety_asked:
        value = journey.facts.value(question.id)
        if isinstance(question, YesNoUnsure) and value in ("yes", "not_sure"):
            yield f"{named(question.id)}: {lower_first(word(journey, question.id))}"
        elif value is not None and not isinstance(question, YesNoUnsure):
            yield f"{named(question.id)}: {word(journey, question.id)}"
