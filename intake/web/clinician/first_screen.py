"""What stands open above the patient's own words, and what one press unfolds.

A clinician has one minute: each rule that fired is a line, its reasons behind it, and the patient's words
stand on the first screen however many fired. Safety: nothing is left out. Emergencies are never folded, and
what is folded is counted and its groups are named.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from intake.documents import safety_box
from intake.i18n import gettext, ngettext
from intake.red_flags import Urgency
from intake.summary import Summary
from intake.summary.record import Fired, Safety
from intake.web.frozen import frozen

MOST_LINES = 5  # before the least urgent are folded; emergencies stand whatever their number
MOST_NAMED = 4  # of what is not sure or not answered; more are counted
NO: tuple[object, ...] = ("no", ["none"], ("none",))
LONGEST_WORDS = 120  # characters of their own words that stand; the rest is behind a press
LONGEST_WANT = 60
LONGEST_REASONS = 60  # characters that stand beside the line; longer ones are behind it


@dataclass(frozen=True)
class SharedLine:
    """Lines of one tier that share one: its `groups` are named, the lines, `at` their places, are behind it.

    `unsure`: they fired only because the patient is not sure.
    """

    urgency: str
    groups: str
    at: tuple[int, ...]
    unsure: bool


@dataclass(frozen=True)
class FirstScreen:
    """How a record is folded. Lines are meant by their place in the record, 0 the first.

    `standing` have a line each, `shared` share one; `beside` are those whose reasons stand in their line.
    `also` is what else was reported in the group of a line, by its place. `counted` says how many safety
    questions were answered, and how; `names_...`: those are few, and stand open by name. `begun` holds the
    first words of each text that is too long for the first screen, by the text.
    """

    standing: tuple[int, ...]
    shared: tuple[SharedLine, ...]
    beside: frozenset[int]
    also: Mapping[int, tuple[str, ...]]
    counted: str
    names_not_sure: bool
    names_not_answered: bool
    begun: Mapping[str, str]


def first_screen(summary: Summary) -> FirstScreen:
    """The first screen of this record."""
    safety = summary.safety
    standing = _standing(safety.fired)
    return FirstScreen(
        standing=standing,
        shared=tuple(_shared(safety.fired, standing)),
        beside=frozenset(at for at in standing if len(safety.fired[at].because) <= LONGEST_REASONS),
        also=frozen(dict(_also(safety))),
        counted=_counted(summary),
        names_not_sure=len(safety.not_sure) <= MOST_NAMED,
        names_not_answered=len(safety.not_answered) <= MOST_NAMED,
        begun=frozen(dict(_begun(summary))),
    )


def first_words(text: str, longest: int) -> str | None:
    """The beginning of a long text, ending with a whole word; None when `longest` characters hold it."""
    whole = " ".join(text.split())
    if len(whole) <= longest:
        return None
    return whole[:longest].rsplit(None, 1)[0] + "\u2026"


def _begun(summary: Summary) -> Iterable[tuple[str, str]]:
    wants = (*summary.agenda, *(fact.text for fact in summary.hopes))
    for text, longest in ((summary.problem, LONGEST_WORDS), *((text, LONGEST_WANT) for text in wants)):
        if words := first_words(text, longest):
            yield text, words


def _standing(fired: Sequence[Fired]) -> tuple[int, ...]:
    """Of many: the first, every emergency, and the most urgent of what the patient is sure about."""
    if len(fired) <= MOST_LINES:
        return tuple(range(len(fired)))
    ranked = sorted(range(len(fired)), key=lambda at: (fired[at].unsure, -Urgency[fired[at].urgency]))
    sure = [at for at in ranked if not fired[at].unsure][:MOST_LINES]
    emergencies = [at for at in ranked if fired[at].urgency == Urgency.EMERGENCY.name]
    return tuple(sorted({0, *emergencies, *sure} if sure or emergencies else ()))


def _shared(fired: Sequence[Fired], standing: Sequence[int]) -> Iterable[SharedLine]:
    left = [at for at in range(len(fired)) if at not in standing]
    for urgency, unsure in dict.fromkeys((fired[at].urgency, fired[at].unsure) for at in left):
        alike = tuple(at for at in left if (fired[at].urgency, fired[at].unsure) == (urgency, unsure))
        groups = ", ".join(dict.fromkeys(fired[at].group for at in alike))
        yield SharedLine(urgency, groups, alike, unsure)


def _also(safety: Safety) -> Iterable[tuple[int, tuple[str, ...]]]:
    seen = set()
    for at, fired in enumerate(safety.fired):
        if fired.group not in seen and (more := safety_box.further(fired, safety)):
            yield at, more
        seen.add(fired.group)


def _counted(summary: Summary) -> str:
    """ "42 of 42 safety questions answered, 2 not sure, all others no": others than what stands above it."""
    safety = summary.safety
    words = [
        gettext(
            "%(answered)s of %(asked)s safety questions answered",
            answered=safety.answered,
            asked=safety.asked,
        )
    ]
    if safety.not_sure:
        words.append(ngettext("%(num)s not sure", "%(num)s not sure", len(safety.not_sure)))
    if safety.not_answered:
        words.append(ngettext("%(num)s not answered", "%(num)s not answered", len(safety.not_answered)))
    if safety.declined:
        declined = len(safety.declined)
        words.append(ngettext("%(num)s preferred not to say", "%(num)s preferred not to say", declined))
    denied = [said.value in NO for said in summary.answers if said.safety]
    if any(denied):
        words.append(gettext("all no") if all(denied) and len(words) == 1 else gettext("all others no"))
    return ", ".join(words)
