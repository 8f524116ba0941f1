"""The safety box in words: what fired and why, what the patient was told, what is open, what was denied.

Safety: the tier stands in words and a sign, never in colour alone; without a finding the box is neutral,
has no tick and no green, and says only that no rule fired and how many questions were answered.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from intake.documents.pdf.clean import clean
from intake.i18n import gettext
from intake.summary.phrases import listed
from intake.summary.record import Fired, GroupLine, Safety

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
    together = shortens(safety)
    for fired in safety.fired:
        if not (together and fired.unsure):
            yield line_of(fired, safety)
    unsure = [fired for fired in safety.fired if fired.unsure] if together else []
    for urgency, group in dict.fromkeys((fired.urgency, fired.group) for fired in unsure):
        said = [fired.line for fired in unsure if (fired.urgency, fired.group) == (urgency, group)]
        yield BoxLine(urgency, group, unsure_together(said))


def shortens(safety: Safety) -> bool:
    return sum(fired.unsure for fired in safety.fired) > MOST_NOT_SURE


def line_of(fired: Fired, safety: Safety) -> BoxLine:
    first = next((each for each in safety.fired if each.group == fired.group), fired)
    more = further(fired, safety) if fired is first else ()
    return BoxLine(fired.urgency, fired.group, fired.line, clean(fired.because), listed(more))


def unsure_together(said: list[str]) -> str:
    """ "Patient not sure" is said once."""
    return "; ".join([said[0], *(line.split(": ", 1)[-1] for line in said[1:])])


def tier_of(urgency: str, safety: Safety) -> str:
    """The tier is said where it is not that of the headline."""
    return "" if urgency == safety.urgency else f"{urgency.replace('_', ' ')}: "


def in_full(line: BoxLine) -> str:
    return " ".join(filter(None, (f"{line.said}.", answers_in_full(line))))


def answers_in_full(line: BoxLine) -> str:
    """The answers that decided the line, and what else was reported in its group."""
    because = gettext("Answers: %(answers)s.", answers=line.because) if line.because else ""
    also = gettext("Also: %(answers)s.", answers=line.also) if line.also else ""
    return " ".join(filter(None, (because, also)))


def rows_of(pairs: Iterable[tuple[str, str]]) -> Iterable[BoxRow]:
    return (BoxRow(name, clean(text)) for name, text in pairs if text)


def _by_name(groups: Iterable[GroupLine], side: str) -> str:
    return "; ".join(
        f"{group.label.upper()} {listed(said)}" for group in groups if (said := getattr(group, side))
    )
