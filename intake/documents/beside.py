"""What the clinic knows beside a record: what came of telephoning, and what changed since the visit before.

It comes after the record was frozen, so it is given to the renderer and is in no stored document.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from intake.documents.moments import day_in_words, moment, moment_in_words
from intake.i18n import gettext, listed, ngettext
from intake.summary import Summary
from intake.summary.changes import Changes, FlagChange
from intake.summary.lines import with_its_answers

# Of more answers that differ than these, those to safety questions are said and the others counted.
MOST_MOVED = 8


@dataclass(frozen=True)
class Call:
    """What came of a telephone call about an urgent answer; `at` is a moment of the clinic, ISO 8601.

    `outcome` is in words; "" while nobody has said. `raised` are the lines that it was about.
    """

    urgency: str
    raised: tuple[str, ...]
    outcome: str = ""
    note: str = ""
    initials: str = ""
    at: str = ""


@dataclass(frozen=True)
class CallEntry:
    """A try to phone, or a note that was added later; `at` is a moment of the clinic, ISO 8601."""

    at: str
    who: str
    what: str
    note: str = ""


@dataclass(frozen=True)
class Beside:
    """`changes` are those since the form that was sent at the moment `since`; both None for a first form."""

    calls: tuple[Call, ...] = ()
    entries: tuple[CallEntry, ...] = ()
    since: str | None = None
    changes: Changes | None = None


NOTHING = Beside()


def calls_in_words(beside: Beside) -> Iterator[str]:
    """ "SAME DAY, 10 Mar 2026, 08:40 (AB): Seen today, or will be, by a clinician here. Phoned at 8."."""
    for call in beside.calls:
        tier = call.urgency.replace("_", " ")
        about = "; ".join(call.raised)
        if not call.outcome:
            yield gettext("%(tier)s: outcome still open [%(about)s]", tier=tier, about=about)
            continue
        yield gettext(
            "%(tier)s, %(when)s (%(initials)s): %(outcome)s. %(note)s [%(about)s]",
            tier=tier,
            when=moment_in_words(call.at),
            initials=call.initials,
            outcome=call.outcome,
            note=call.note,
            about=about,
        )
    for entry in beside.entries:
        when, what = moment_in_words(entry.at), f"{entry.what}. {entry.note}".rstrip()
        yield gettext("%(when)s (%(who)s): %(what)s", when=when, who=entry.who, what=what)


def changed_in_words(summary: Summary, beside: Beside) -> tuple[str, str]:
    """Since when, and what is different; ("", "") for a first form."""
    if beside.since is None or beside.changes is None:
        return "", ""
    since = gettext("CHANGED SINCE %(day)s", day=day_in_words(moment(beside.since).date().isoformat()))
    said = [*_flags(beside.changes), *_scores(beside.changes), *_moved(summary, beside.changes)]
    return since, "; ".join(said) or gettext("every answer is the same")


def _flags(changes: Changes) -> Iterator[str]:
    if changes.new_flags:
        yield gettext("raised now, not then: %(what)s", what=_lines(changes.new_flags))
    if changes.gone_flags:
        yield gettext("raised then, not now: %(what)s", what=_lines(changes.gone_flags))


def _lines(flags: tuple[FlagChange, ...]) -> str:
    return listed(
        gettext("%(line)s (not all asked or answered in both)", line=with_its_answers(each.fired))
        if each.blank
        else with_its_answers(each.fired)
        for each in flags
    )


def _scores(changes: Changes) -> Iterator[str]:
    names = {"now": gettext("pain now"), "average": gettext("average pain"), "worst": gettext("worst pain")}
    for each in changes.scores:
        yield gettext("%(what)s: was %(old)s, is %(new)s", what=names[each.name], old=each.was, new=each.now)


def _moved(summary: Summary, changes: Changes) -> Iterator[str]:
    safety = {said.id for said in summary.answers if said.safety}
    moved = (*changes.followed, *changes.moved)
    few = len(moved) <= MOST_MOVED
    said = [each for each in moved if few or (each.id in safety and each.was and each.now)]
    nothing = gettext("no answer")
    for each in said:
        old, new = each.was or nothing, each.now or nothing
        yield gettext("%(what)s: was %(old)s, is %(new)s", what=each.label, old=old, new=new)
    if left := len(moved) - len(said):
        yield ngettext("%(num)s other answer is different", "%(num)s other answers are different", left)
