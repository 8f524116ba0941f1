"""The safety box in words: what fired and why, what the patient was told, what is open, what was denied.

Safety: the tier stands in words and a sign, never in colour alone; without a finding the box is neutral,
has no tick and no green, and says only that no rule fired and how many questions were answered.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from intake.documents.clean import clean
from intake.i18n import gettext
from intake.summary import Summary
from intake.summary.record import Fired, GroupLine, Safety, Said


@dataclass(frozen=True)
class Row:
    """A labelled line, and the direction its text runs in."""

    label: str
    text: str
    direction: str = "ltr"


@dataclass(frozen=True)
class SafetyBox:
    """`tier` is the class and the figure of the box; `sign` describes the figure, "" when there is none."""

    tier: str
    sign: str
    heading: str
    fired: tuple[Row, ...]
    did: tuple[Row, ...]
    open: tuple[Row, ...]


def box_of(summary: Summary) -> SafetyBox:
    """The box at the top of page 1."""
    safety = summary.safety
    signs = {
        "EMERGENCY": gettext("Warning triangle: emergency"),
        "SAME_DAY": gettext("Clock: today"),
        "PRIORITY": gettext("Exclamation mark: first at the visit"),
    }
    tier = safety.urgency or "" if safety.profile == "rules" else ""
    return SafetyBox(
        tier=tier.lower() if tier in signs else "neutral",
        sign=signs.get(tier, ""),
        heading=heading(safety),
        fired=tuple(_fired(fired, safety) for fired in safety.fired),
        did=tuple(_did(safety, tier)),
        open=tuple(_rows(_open(safety))),
    )


def heading(safety: Safety) -> str:
    """The headline, and how many safety questions are still without an answer."""
    if safety.answered == safety.asked and safety.complete:
        return safety.headline
    count = incomplete(safety)
    return count if not safety.fired and not safety.notes else f"{safety.headline} \u00b7 {count}"


def incomplete(safety: Safety) -> str:
    """ "INCOMPLETE: 12 of 52 safety questions answered"."""
    return gettext(
        "INCOMPLETE: %(answered)s of %(asked)s safety questions answered",
        answered=safety.answered,
        asked=safety.asked,
    )


def full_answers(summary: Summary) -> tuple[str, str, tuple[str, str], tuple[Row, ...]]:
    """Title, note, columns and rows of the table of all safety answers, by part of the form."""
    asked = gettext(
        "%(answered)s of %(asked)s safety questions answered.",
        answered=summary.safety.answered,
        asked=summary.safety.asked,
    )
    parts = list(dict.fromkeys(said.section for said in summary.answers if said.safety))
    rows = tuple(
        Row(part, _by_answer([said for said in summary.answers if said.safety and said.section == part]))
        for part in parts
    )
    title = gettext("All safety answers")
    return title, asked, (gettext("Part of the form"), gettext("Answers")), rows


def denied(groups: Iterable[GroupLine]) -> str:
    """Pertinent negatives, a group at a time: "HEART nausea/vomiting, faint; LUNGS breathless"."""
    return "; ".join(
        f"{group.label.upper()} {', '.join(group.negatives)}" for group in groups if group.negatives
    )


def also_reported(safety: Safety) -> str:
    """What was reported in groups where no rule above a note fired."""
    printed = {fired.group for fired in safety.fired}
    others = (group for group in safety.groups if group.positives and group.label not in printed)
    return "; ".join(f"{group.label.upper()} {', '.join(group.positives)}" for group in others)


def single_features(safety: Safety) -> str:
    """Notes in one line; those that only a "not sure" raised by group, as the answers stand elsewhere."""
    unsure = [fired for fired in safety.rules if fired.unsure and fired.line in safety.notes]
    reported = [note for note in safety.notes if note not in {fired.line for fired in unsure}]
    groups = ", ".join(dict.fromkeys(fired.group for fired in unsure))
    return "; ".join([*reported, *([gettext("not sure: %(groups)s", groups=groups)] if groups else [])])


def further(fired: Fired, groups: Iterable[GroupLine]) -> list[str]:
    """What else was reported in the group of a rule that fired."""
    because = fired.because.split("; ")
    mine = (group.positives for group in groups if group.label == fired.group)
    return [
        said
        for positives in mine
        for said in positives
        if said not in because and said.split(": ")[-1] not in because
    ]


def _fired(fired: Fired, safety: Safety) -> Row:
    """The line of one group; its tier is said where it is not that of the headline."""
    tier = "" if fired.urgency == safety.urgency else f"{fired.urgency.replace('_', ' ')} \u00b7 "
    more = further(fired, safety.groups)
    because = gettext("Answers: %(answers)s.", answers=clean(fired.because)) if fired.because else ""
    also = gettext("Also: %(answers)s.", answers=", ".join(more)) if more else ""
    return Row(f"{tier}{fired.group}.", " ".join(filter(None, (f"{fired.line}.", because, also))))


def _did(safety: Safety, tier: str) -> Iterable[Row]:
    for told in safety.told:
        yield Row(gettext("Patient"), clean(told))
    for withdrawn in safety.withdrawn:
        yield Row(gettext("Withdrawn."), clean(withdrawn))
    for mention in safety.mentions:
        yield Row(gettext("Free text."), clean(mention))
    if tier in ("EMERGENCY", "SAME_DAY"):
        yield Row(gettext("Staff action, initials, time:"), "_" * 46)


def _open(safety: Safety) -> Iterable[tuple[str, str]]:
    yield gettext("Safety answers yes or not sure:"), "; ".join(safety.transcribed)
    yield gettext("Patient not sure:"), ", ".join(safety.not_sure)
    yield gettext("Not answered:"), ", ".join(safety.not_answered)
    yield gettext("Preferred not to say:"), ", ".join(safety.declined)
    yield gettext("Single or non-specific features:"), single_features(safety)
    yield gettext("Also reported:"), also_reported(safety)
    yield gettext("Answered no:"), denied(safety.groups)


def _rows(pairs: Iterable[tuple[str, str]]) -> Iterable[Row]:
    return (Row(name, clean(text)) for name, text in pairs if text)


def _by_answer(answers: Iterable[Said]) -> str:
    """One line for each kind of answer, the worrying ones first."""
    names = {
        "yes": gettext("Yes"),
        "not_sure": gettext("Not sure"),
        "prefer_not_say": gettext("Preferred not to say"),
        "not_applicable": gettext("Does not apply"),
        "no": gettext("No"),
    }
    said = list(answers)
    details = [f"{it.label or it.question}: {it.answer}" for it in said if it.value not in names]
    lines = [
        f"{name}: {', '.join(chosen)}"
        for value, name in names.items()
        if (chosen := [it.label or it.question for it in said if it.value == value])
    ]
    return clean("\n".join([*lines[:1], *details, *lines[1:]]))
