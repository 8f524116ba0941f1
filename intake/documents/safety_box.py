"""The safety box in words: what fired and why, what the patient was told, what is open, what was denied.

Safety: the tier stands in words and a sign, never in colour alone; without a finding the box is neutral,
has no tick and no green, and says only that no rule fired and how many questions were answered.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from intake.documents.pdf.clean import clean
from intake.i18n import gettext, lower_first
from intake.summary import Summary
from intake.summary.phrases import listed, word_no_together
from intake.summary.record import Fired, GroupLine, Safety, Said

MOST_NOT_SURE = 5  # named on page 1


@dataclass(frozen=True)
class BoxRow:
    """A labelled line, and the direction its text runs in."""

    label: str
    text: str
    direction: str = "ltr"


@dataclass(frozen=True)
class BoxLine:
    """What fired in a group: its wording, the answers that decided it, and what else was reported there."""

    urgency: str
    group: str
    said: str
    because: str = ""
    also: str = ""


@dataclass(frozen=True)
class SafetyBox:
    """`tier` is the class and the figure of the box; `sign` describes the figure, "" when there is none."""

    tier: str
    sign: str
    heading: str
    fired: tuple[BoxRow, ...]
    did: tuple[BoxRow, ...]
    open: tuple[BoxRow, ...]
    doubts: tuple[BoxRow, ...]
    in_confidence: tuple[BoxRow, ...]


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
        fired=tuple(_row(line, safety) for line in printed_lines(safety)),
        did=tuple(_did(safety, tier)),
        open=tuple(_rows(_open(safety))),
        doubts=tuple(_rows(doubts(safety))),
        in_confidence=tuple(_rows((gettext("In confidence:"), said) for said in safety.in_confidence)),
    )


def heading(safety: Safety) -> str:
    """The headline, and how many safety questions are still without an answer."""
    if not _is_incomplete(safety):
        return safety.headline
    count = incomplete(safety)
    return f"{safety.headline} \u00b7 {count}" if safety.urgency else count


def _is_incomplete(safety: Safety) -> bool:
    if safety.incomplete is not None:
        return safety.incomplete
    # The first release kept the numbers alone.
    return safety.answered < safety.asked or not safety.complete


def incomplete(safety: Safety) -> str:
    """ "INCOMPLETE: 12 of 52 safety questions answered"."""
    return gettext(
        "INCOMPLETE: %(answered)s of %(asked)s safety questions answered",
        answered=safety.answered,
        asked=safety.asked,
    )


def full_answers(summary: Summary) -> tuple[str, str, tuple[str, str], tuple[BoxRow, ...]]:
    """Title, note, columns and rows of the table of all safety answers, group by group."""
    asked = gettext(
        "%(answered)s of %(asked)s safety questions answered.",
        answered=summary.safety.answered,
        asked=summary.safety.asked,
    )
    said = [each for each in summary.answers if each.safety]
    grouped = any(each.group for each in said)
    rows = tuple(_by_group(summary, said) if grouped else _by_section(said))
    column = gettext("Group") if grouped else gettext("Part of the form")
    return gettext("All safety answers"), asked, (column, gettext("Answers")), rows


def doubts(safety: Safety) -> Iterable[tuple[str, str]]:
    """What does not fit, each with where it was seen; lines above a note say their tier."""
    seen_in = {
        "map": gettext("Does not fit (picture):"),
        "list": gettext("Does not fit (list):"),
        "number": gettext("Does not fit (number):"),
        "text": gettext("Does not fit (text):"),
    }
    for doubt in safety.doubts:
        tier = "" if doubt.urgency == "NOTE" else f"{doubt.urgency.replace('_', ' ')} \u00b7 "
        yield seen_in.get(doubt.source, ""), f"{tier}{doubt.line}"
    yield from ((seen_in["text"], mention) for mention in safety.mentions)


def answered_no(groups: Iterable[GroupLine]) -> str:
    """Pertinent negatives, a group at a time: "HEART nausea/vomiting, faint; LUNGS breathless"."""
    return _by_name(groups, "negatives")


def asked_together(groups: Iterable[GroupLine]) -> str:
    """What was answered no by one question that names several things, a group at a time."""
    return _by_name(groups, "together")


def negatives(safety: Safety) -> Iterable[tuple[str, str]]:
    """Page 1: the groups, and how many of their questions were answered no. Their names follow on page 2."""
    if not any(group.asked for group in safety.groups):
        yield gettext("Answered no:"), answered_no(safety.groups)
        return
    whole = [group for group in safety.groups if group.no and group.no == group.asked]
    part = [group for group in safety.groups if group.no and group.no < group.asked]
    together = [group for group in safety.groups if group.together]
    yield gettext("All answered no:"), ", ".join(f"{group.label.upper()}\u00a0{group.no}" for group in whole)
    yield (
        gettext("Some answered no:"),
        ", ".join(
            gettext(
                "%(group)s %(no)s of %(asked)s", group=group.label.upper(), no=group.no, asked=group.asked
            )
            for group in part
        ),
    )
    yield (
        gettext("Answered no (asked together):"),
        ", ".join(f"{group.label.upper()}\u00a0{len(group.together)}" for group in together),
    )


def not_sure(safety: Safety) -> str:
    """What the patient is not sure about; beyond a few, only how many."""
    if len(safety.not_sure) <= MOST_NOT_SURE:
        return listed(safety.not_sure)
    return gettext("%(count)s questions, listed under All safety answers", count=len(safety.not_sure))


def also_reported(safety: Safety) -> str:
    """What was reported in groups where no rule above a note fired."""
    return "; ".join(f"{label.upper()} {listed(said)}" for label, said in reported_elsewhere(safety))


def reported_elsewhere(safety: Safety) -> Iterable[tuple[str, tuple[str, ...]]]:
    """The same, by the label of the group; what is a reason of a line is printed there."""
    printed = {fired.group for fired in safety.fired}
    for group in safety.groups:
        left = _not_printed(group.positives, safety)
        if left and group.label not in printed:
            yield group.label, left


def single_features(safety: Safety) -> str:
    """Notes in one line; those that only a "not sure" raised by group, as the answers stand elsewhere."""
    unsure = [fired for fired in safety.rules if fired.unsure and fired.line in safety.notes]
    reported = [note for note in safety.notes if note not in {fired.line for fired in unsure}]
    groups = ", ".join(dict.fromkeys(fired.group for fired in unsure))
    return "; ".join([*reported, *([gettext("not sure: %(groups)s", groups=groups)] if groups else [])])


def further(fired: Fired, safety: Safety) -> tuple[str, ...]:
    """What else was reported in the group of a rule that fired, and is no reason of any line."""
    mine = (group.positives for group in safety.groups if group.label == fired.group)
    return tuple(said for positives in mine for said in _not_printed(positives, safety))


def _not_printed(positives: Iterable[str], safety: Safety) -> tuple[str, ...]:
    printed = {reason.words for each in safety.fired for reason in each.reasons}
    if printed:
        return tuple(said for said in positives if said not in printed)
    # The first release kept the reasons in one line, and of a choice the answer alone.
    printed = {said for each in safety.fired for said in each.because.split("; ")}
    return tuple(said for said in positives if not printed & {said, said.split(": ")[-1]})


def printed_lines(safety: Safety) -> Iterable[BoxLine]:
    """What fired; many that only a "not sure" raised share a line for each group, without reasons."""
    together = _shortens(safety)
    for fired in safety.fired:
        if not (together and fired.unsure):
            yield _line(fired, safety)
    unsure = [fired for fired in safety.fired if fired.unsure] if together else []
    for urgency, group in dict.fromkeys((fired.urgency, fired.group) for fired in unsure):
        said = [fired.line for fired in unsure if (fired.urgency, fired.group) == (urgency, group)]
        # "Patient not sure" is said once.
        yield BoxLine(urgency, group, "; ".join([said[0], *(line.split(": ", 1)[-1] for line in said[1:])]))


def unsure_lines(summary: Summary) -> tuple[str, str, tuple[str, str], tuple[BoxRow, ...]] | None:
    """Title, note, columns and rows of the lines that page 1 shortens, with their answers; None for none."""
    safety = summary.safety
    if not _shortens(safety):
        return None
    note = gettext("These fired only because the patient is not sure.")
    whole = (_line(fired, safety) for fired in safety.fired if fired.unsure)
    rows = tuple(BoxRow(line.group, _in_full(line)) for line in whole)
    return gettext("Not sure, with the answers"), note, (gettext("Group"), gettext("Line and answers")), rows


def _shortens(safety: Safety) -> bool:
    return sum(fired.unsure for fired in safety.fired) > MOST_NOT_SURE


def _line(fired: Fired, safety: Safety) -> BoxLine:
    first = next((each for each in safety.fired if each.group == fired.group), fired)
    more = further(fired, safety) if fired is first else ()
    return BoxLine(fired.urgency, fired.group, fired.line, clean(fired.because), listed(more))


def _row(line: BoxLine, safety: Safety) -> BoxRow:
    """The tier is said where it is not that of the headline."""
    tier = "" if line.urgency == safety.urgency else f"{line.urgency.replace('_', ' ')} \u00b7 "
    return BoxRow(f"{tier}{line.group}.", _in_full(line))


def _in_full(line: BoxLine) -> str:
    because = gettext("Answers: %(answers)s.", answers=line.because) if line.because else ""
    also = gettext("Also: %(answers)s.", answers=line.also) if line.also else ""
    return " ".join(filter(None, (f"{line.said}.", because, also)))


def _did(safety: Safety, tier: str) -> Iterable[BoxRow]:
    for told in safety.told:
        yield BoxRow(gettext("Patient"), clean(told))
    for withdrawn in safety.withdrawn:
        yield BoxRow(gettext("Withdrawn."), clean(withdrawn))
    if tier in ("EMERGENCY", "SAME_DAY"):
        yield BoxRow(gettext("Staff action, initials, time:"), "_" * 46)


def _open(safety: Safety) -> Iterable[tuple[str, str]]:
    yield gettext("Safety answers yes or not sure:"), "; ".join(safety.transcribed)
    yield gettext("Patient not sure:"), not_sure(safety)
    yield gettext("Not answered:"), listed(safety.not_answered)
    yield gettext("Preferred not to say:"), listed(safety.declined)
    yield gettext("Single or non-specific features:"), single_features(safety)
    yield gettext("Also reported:"), also_reported(safety)
    yield from negatives(safety)


def _rows(pairs: Iterable[tuple[str, str]]) -> Iterable[BoxRow]:
    return (BoxRow(name, clean(text)) for name, text in pairs if text)


def _by_name(groups: Iterable[GroupLine], side: str) -> str:
    return "; ".join(
        f"{group.label.upper()} {listed(said)}" for group in groups if (said := getattr(group, side))
    )


def _by_group(summary: Summary, said: list[Said]) -> Iterable[BoxRow]:
    """A row for each clinical group, and one for the safety questions of the history."""
    together = {group.label: group.together for group in summary.safety.groups}
    names = [group.label for group in summary.safety.groups]
    others = [name for name in dict.fromkeys(each.group for each in said) if name and name not in names]
    for name in (*names, *others):
        text = _by_answer([each for each in said if each.group == name], together.get(name, ()))
        if text:
            yield BoxRow(name, text)
    rest = [each for each in said if not each.group]
    # Medicines that one question named among other things are printed with the medicines.
    medicines = [lower_first(fact.label) for fact in summary.medicines if fact.text == word_no_together()]
    if rest or medicines:
        yield BoxRow(gettext("History"), _by_answer(rest, tuple(medicines)))


def _by_section(said: list[Said]) -> Iterable[BoxRow]:
    """A row for each part of the form, for records that do not name the groups."""
    parts = list(dict.fromkeys(each.section for each in said))
    return (BoxRow(part, _by_answer([each for each in said if each.section == part])) for part in parts)


def _by_answer(said: list[Said], together: tuple[str, ...] = ()) -> str:
    """One line for each kind of answer, the worrying ones first."""
    names = {
        "yes": gettext("Yes"),
        "not_sure": gettext("Not sure"),
        "prefer_not_say": gettext("Preferred not to say"),
        "not_applicable": gettext("Does not apply"),
        "no": gettext("No"),
    }
    # What one question named among others is listed one by one in its place.
    alone = [it for it in said if not (it.gate and it.value == "no")]
    kinds = {name: [_name(it) for it in alone if it.value == value] for value, name in names.items()}
    details = [f"{_name(it)}: {it.answer}" for it in said if it.value not in names]
    yes, *others = (f"{name}: {listed(chosen)}" if chosen else "" for name, chosen in kinds.items())
    asked_with = gettext("No (asked together): %(what)s", what=listed(together)) if together else ""
    return clean("\n".join(filter(None, (yes, *details, *others, asked_with))))


def _name(said: Said) -> str:
    return lower_first(said.label or said.question)
