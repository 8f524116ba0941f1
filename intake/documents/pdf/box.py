"""The safety box at the top of page 1, no longer than page 1 has room for; its whole follows in a table.

Safety: nothing is left out of the file. What the box shortens is returned beside it, to be printed after it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from intake.documents.pdf.answers import many_unsure, unsure_ids
from intake.documents.pdf.clean import clean
from intake.documents.safety_box import (
    MOST_NOT_SURE,
    BoxLine,
    BoxRow,
    also_reported,
    answered_no,
    answers_in_full,
    doubts,
    heading,
    in_full,
    line_of,
    rows_of,
    shortens,
    single_features,
    tier_of,
    unsure_together,
)
from intake.i18n import gettext, lower_first
from intake.questionnaire.questions import Note
from intake.summary import Summary
from intake.summary.history import SPECIAL
from intake.summary.lines import because
from intake.summary.phrases import listed
from intake.summary.record import Fired, Reason, Safety


@dataclass(frozen=True)
class Detail:
    """What of the box stands on page 1. The whole of what does not stands in a table after it.

    `beside`: groups that answered no in part, or one question with others; `counts`: to how many.
    `references`: "as above"; `reasons`: how many of each line; `wording`: how many lines are worded, while
    the others give their group alone; `confidence`: how many words of what is in confidence.
    """

    beside: bool = True
    counts: bool = True
    notes: bool = True
    told: bool = True
    names: bool = True
    also: bool = True
    doubts: bool = True
    references: bool = True
    reasons: int = 99
    wording: int = 99
    denied: bool = True
    confidence: int = 9999


WHOLE = Detail()


@dataclass(frozen=True)
class SafetyBox:
    """`tier` is the class and the figure of the box; `sign` describes the figure, "" when there is none.

    `moved` is what the box has no room for, to be printed after page 1.
    """

    tier: str
    sign: str
    heading: str
    fired: tuple[BoxRow, ...]
    did: tuple[BoxRow, ...]
    open: tuple[BoxRow, ...]
    moved: tuple[BoxRow, ...]


def box_of(summary: Summary, detail: Detail = WHOLE, page: int = 2, lines: int = 2) -> SafetyBox:
    """The box at the top of page 1. `page` is that of the safety answers, `lines` that of the rest."""
    safety = summary.safety
    signs = {
        "EMERGENCY": gettext("Warning triangle: emergency"),
        "SAME_DAY": gettext("Clock: today"),
        "PRIORITY": gettext("Exclamation mark: first at the visit"),
    }
    tier = safety.urgency or "" if safety.profile == "rules" else ""
    told = [*(BoxRow(gettext("Patient"), clean(each)) for each in safety.told), *_withdrawn(safety)]
    kept_told = told if detail.told else []
    doubted = list(rows_of(doubts(safety)))
    noted = list(rows_of(_noted(safety)))
    moved = [
        *([] if detail.told else [(gettext("what the patient was told"), told)]),
        *([] if detail.notes else [(gettext("single features"), noted)]),
        *([] if detail.doubts else [(gettext("what does not fit (%(count)s)", count=len(doubted)), doubted)]),
        *([] if detail.denied else [(gettext("what was answered no"), list(rows_of(negatives(safety))))]),
    ]
    elsewhere = ", ".join(name for name, rows in moved if rows)
    return SafetyBox(
        tier=tier.lower() if tier in signs else "neutral",
        sign=signs.get(tier, ""),
        heading=heading(safety),
        fired=tuple(_fired_rows(safety, detail, lines)),
        did=(*kept_told, *_staff(tier)),
        open=(
            *rows_of(_open(summary, detail, page, lines)),
            *(doubted if detail.doubts else []),
            *rows_of(_in_confidence(safety, detail, lines)),
            *(noted if detail.notes else []),
            *(rows_of([_in_one(negatives(safety, detail.beside, detail.counts))]) if detail.denied else []),
            *rows_of([(gettext("On page %(page)s:", page=lines), elsewhere)]),
        ),
        moved=(
            *_in_whole(safety, detail),
            *rows_of(_confided(safety, detail)),
            *(row for _, rows in moved for row in rows),
            *([] if _named(safety.not_answered, detail) else _blank(safety)),
        ),
    )


def negatives(safety: Safety, beside: bool = True, counts: bool = True) -> Iterable[tuple[str, str]]:
    """Page 1: the groups, and how many of their questions were answered no. Their names follow on page 2.

    Without `beside` only groups that are named nowhere else are named as asked together.
    """
    if not any(group.asked for group in safety.groups):
        yield gettext("Answered no:"), answered_no(safety.groups)
        return
    whole = [group for group in safety.groups if group.no and group.no == group.asked]
    part = [group for group in safety.groups if beside and group.no and group.no < group.asked]
    together = [group for group in safety.groups if group.together and (beside or not group.no)]
    named = (f"{group.label.upper()}\u00a0{group.no}" if counts else group.label.upper() for group in whole)
    yield gettext("All answered no:"), ", ".join(named)
    yield (
        gettext("Some answered no:"),
        ", ".join(
            gettext(
                "%(group)s %(no)s of %(asked)s", group=group.label.upper(), no=group.no, asked=group.asked
            )
            for group in part
        ),
    )
    yield gettext("Asked together:"), ", ".join(group.label.upper() for group in together)


def _in_one(pairs: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """Labelled texts in one line: "All answered no: HEART 6; asked together: SKIN"."""
    said = [(label, text) for label, text in pairs if text]
    if not said:
        return "", ""
    (label, text), *others = said
    return label, "; ".join([text, *(f"{lower_first(label)} {text}" for label, text in others)])


def _fired_rows(safety: Safety, detail: Detail, page: int) -> Iterable[BoxRow]:
    """A row for each tier and group that is worded, then one for each tier with the groups that are not."""
    worded, named = _worded(safety, detail)
    for urgency, group in dict.fromkeys((fired.urgency, fired.group) for fired in worded):
        mine = [fired for fired in worded if (fired.urgency, fired.group) == (urgency, group)]
        said = " ".join(in_full(_shown(fired, safety, detail)) for fired in mine)
        yield BoxRow(f"{tier_of(urgency, safety)}{group}.", said)
    told = {fired.group for fired in worded}
    # The lines are in order of urgency: what is worded is no less urgent than what is not.
    yield from _named_rows([fired for fired in named if fired.group not in told or fired.unsure], safety)
    if named or (worded and not detail.reasons):
        yield BoxRow(gettext("Lines and answers:"), gettext("on page %(page)s", page=page))


def _named_rows(named: Iterable[Fired], safety: Safety) -> Iterable[BoxRow]:
    """The groups of these lines, each at its highest tier."""
    highest: dict[str, Fired] = {}
    for fired in named:
        highest.setdefault(fired.group, fired)
    for urgency, unsure in dict.fromkeys((fired.urgency, fired.unsure) for fired in highest.values()):
        groups = [
            group for group, fired in highest.items() if (fired.urgency, fired.unsure) == (urgency, unsure)
        ]
        label = gettext("Patient not sure:") if unsure else gettext("Raised:")
        yield BoxRow(f"{tier_of(urgency, safety)}{label}", f"{', '.join(groups)}.")


def _worded(safety: Safety, detail: Detail) -> tuple[list[Fired], list[Fired]]:
    """The lines that page 1 words, and those of which it names the group."""
    together = shortens(safety)
    worded = [fired for fired in safety.fired if not (together and fired.unsure)][: detail.wording]
    return worded, [fired for fired in safety.fired if fired not in worded]


def _shown(fired: Fired, safety: Safety, detail: Detail) -> BoxLine:
    """The line as page 1 has it."""
    line = line_of(fired, safety)
    told = _because(fired, detail) if fired.reasons else line.because
    return replace(line, because=clean(told) if detail.reasons else "", also=line.also if detail.also else "")


def _because(fired: Fired, detail: Detail) -> str:
    """The reasons there is room for. What the lead sentence or the strip says is not said again."""
    new = _new(fired)
    told, referred = [each for each in new if not each.under], [each for each in new if each.under]
    # Safety: a line that names several things never stands without the answers that it holds by.
    said = because(
        [*told[: detail.reasons], *(referred if detail.references or not told else ())], fired.group
    )
    if more := len(told[detail.reasons :]):
        return gettext("%(reasons)s; %(count)s more", reasons=said, count=more)
    return said


def _new(fired: Fired) -> list[Reason]:
    """The reasons that neither the lead sentence nor the strip says."""
    return [each for each in fired.reasons if each.id not in (*SPECIAL[Note.LEAD], "dob")]


def _in_whole(safety: Safety, detail: Detail) -> Iterable[BoxRow]:
    """The lines that page 1 shortens. Not sure answers stand in the table of all, and are not repeated."""
    worded, named = _worded(safety, detail)
    for fired in worded:
        line, shown = line_of(fired, safety), [each for each in _new(fired) if not each.under]
        if len(shown) > detail.reasons or not detail.reasons or (line.also and not detail.also):
            # Its wording stands on page 1.
            yield BoxRow(tier_of(fired.urgency, safety) + fired.group, answers_in_full(line))
    unsure = [fired for fired in named if fired.unsure]
    for fired in named:
        if not fired.unsure:
            yield BoxRow(tier_of(fired.urgency, safety) + fired.group, in_full(line_of(fired, safety)))
    for urgency, group in dict.fromkeys((fired.urgency, fired.group) for fired in unsure):
        said = [fired.line for fired in unsure if (fired.urgency, fired.group) == (urgency, group)]
        yield BoxRow(tier_of(urgency, safety) + group, unsure_together(said))


def _in_confidence(safety: Safety, detail: Detail, page: int) -> Iterable[tuple[str, str]]:
    """What is for the clinician alone, as far as there is room."""
    for said in safety.in_confidence:
        words = said.split()
        begun = gettext(
            "%(words)s \u2026 (whole on page %(page)s)", words=" ".join(words[: detail.confidence]), page=page
        )
        yield gettext("In confidence:"), said if len(words) <= detail.confidence else begun


def _confided(safety: Safety, detail: Detail) -> Iterable[tuple[str, str]]:
    """The whole of what page 1 shortens."""
    long = (said for said in safety.in_confidence if len(said.split()) > detail.confidence)
    return ((gettext("In confidence"), said) for said in long)


def _withdrawn(safety: Safety) -> Iterable[BoxRow]:
    return (BoxRow(gettext("Withdrawn."), clean(each)) for each in safety.withdrawn)


def _staff(tier: str) -> Iterable[BoxRow]:
    if tier in ("EMERGENCY", "SAME_DAY"):
        yield BoxRow(gettext("Staff action, initials, time:"), "_" * 46)


def _open(summary: Summary, detail: Detail, page: int, lines: int) -> Iterable[tuple[str, str]]:
    safety, where = summary.safety, gettext("listed on page %(page)s", page=page)
    yield gettext("Safety answers yes or not sure:"), "; ".join(safety.transcribed)
    if many_unsure(summary):
        yield gettext("%(count)s answers not sure,", count=len(unsure_ids(summary))), where
    else:
        yield _by_number(gettext("Patient not sure:"), safety.not_sure, where, detail)
    blank = gettext("listed on page %(page)s", page=lines)
    yield _by_number(gettext("Not answered:"), safety.not_answered, blank, detail)
    yield _by_number(gettext("Preferred not to say:"), safety.declined, where, detail)


def _by_number(label: str, names: tuple[str, ...], where: str, detail: Detail) -> tuple[str, str]:
    """The names, or how many they are."""
    return label, listed(names) if _named(names, detail) else f"{len(names)}, {where}"


def _named(names: tuple[str, ...], detail: Detail) -> bool:
    """Page 1 gives the names: there are few, or none."""
    return not names or (detail.names and len(names) <= MOST_NOT_SURE)


def _blank(safety: Safety) -> Iterable[BoxRow]:
    return rows_of([(gettext("Not answered"), listed(safety.not_answered))])


def _noted(safety: Safety) -> Iterable[tuple[str, str]]:
    yield gettext("Single or non-specific features:"), single_features(safety)
    yield gettext("Also reported:"), also_reported(safety)
