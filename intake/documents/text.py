"""The summary as a plain-text note, to paste into a record.

UTF-8, every character as it was typed; lines under 100 characters. Short by leaving out what a clinician does
not need twice; what the patient wrote is never cut, and then the note is longer.
"""

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator

from intake.documents import amended, safety_box, wording
from intake.documents.beside import NOTHING, Beside, calls_in_words, changed_in_words
from intake.documents.facts import said_of, without_denied
from intake.documents.moments import day_in_words, moment_in_words, unfinished_in_words
from intake.documents.pdf.clean import as_typed
from intake.i18n import Words, gettext, lower_first, speaking
from intake.summary import Summary
from intake.summary.phrases import listed
from intake.summary.record import Fact

WIDTH = 99
# Between two figures a line end is not written as a stroke: "1" and "2 daily" would read "1 / 2 daily".
_FIGURE = r"[\d\u00bc-\u00be\u2150-\u215e]"
_BETWEEN_FIGURES = re.compile(rf"(?<={_FIGURE})[ \t]*\n\s*(?={_FIGURE})")


def render(summary: Summary, approved: bool = False, beside: Beside = NOTHING) -> bytes:
    """The note in UTF-8. `approved`: the rules are signed off, so nothing says that they are not."""
    with speaking(summary.language):
        paragraphs = _paragraphs(summary, approved, beside)
        lines = [line for paragraph in paragraphs for line in _wrapped(paragraph)]
    return ("\n".join(lines) + "\n").encode()


def _paragraphs(summary: Summary, approved: bool, beside: Beside) -> Iterator[str]:
    yield gettext("PRE-VISIT HISTORY (patient-reported, unverified). %(state)s", state=_state(summary))
    if standing := amended.standing_of(summary):
        yield f"{standing}."
    yield _identity(summary)
    yield from _safety(summary)
    yield from (_named(gettext("Call:"), call) for call in calls_in_words(beside))
    yield _line(*changed_in_words(summary, beside))
    yield from (f"{fact.label.upper()}: {fact.text}" for fact in summary.hopes)
    if summary.agenda:
        yield _line(gettext("WANTS"), _numbered(summary.agenda))
    if summary.problem:
        yield f'"{summary.problem}"'
    yield _line(gettext("PAIN"), _sentences((summary.history, _facts(summary.pain), _scores(summary))))
    yield _line(gettext("IMPACT"), _sentences((_facts(summary.impact), _goals(summary))))
    yield _line(gettext("TRIED"), _facts(summary.treatments, gettext("Tried")))
    yield _line(gettext("MEDICINES"), _medicines(summary))
    nothing = wording.NOTHING_REPORTED if summary.denied else wording.NOT_SAID
    yield _line(gettext("BACKGROUND"), said_of(summary.background) or str(nothing))
    yield from _answered_no(summary)
    yield from (f"{fact.label.upper()}: {fact.text}" for fact in summary.ideas)
    yield _line(gettext("OTHER ANSWERS"), said_of(summary.other))
    for each in summary.amendment.corrections if summary.amendment else ():
        yield _line(gettext("CORRECTED"), f"{each.label}: {amended.corrected(each)}")
    yield _end(summary, approved)


def _state(summary: Summary) -> str:
    if summary.could_not_go_on:
        return unfinished_in_words(summary)
    if summary.sent_at is None:
        return gettext("NOT SENT, state of %(when)s", when=moment_in_words(summary.written_at))
    sent = moment_in_words(summary.sent_at)
    if not summary.completed_by:
        return gettext("Sent %(when)s", when=sent)
    return gettext("Sent %(when)s by %(who)s", when=sent, who=summary.completed_by)


def _identity(summary: Summary) -> str:
    born = gettext("born %(day)s", day=day_in_words(summary.born)) if summary.born else ""
    needs = [gettext("Needs: %(what)s", what=listed(summary.needs))] if summary.needs else []
    who = ", ".join(filter(None, (summary.name, born, summary.number)))
    return ". ".join([who, *needs])


def _safety(summary: Summary) -> Iterator[str]:
    safety = summary.safety
    yield _line(gettext("SAFETY"), safety_box.heading(safety))
    for line in safety_box.printed_lines(safety):
        tier = line.urgency.replace("_", " ")
        yield f" {tier} - {line.group}: {line.said}"
        yield _named(gettext("Because:"), line.because)
        yield _named(gettext("Also:"), line.also)
    yield from (f" {wording.TOLD} {told}" for told in safety.told)
    yield from (f" {wording.WITHDRAWN} {withdrawn}" for withdrawn in safety.withdrawn)
    yield _named(gettext("Yes or not sure:"), "; ".join(safety.transcribed))
    yield _named(wording.NOT_SURE, listed(safety.not_sure))
    yield _named(wording.NOT_ANSWERED, listed(safety.not_answered))
    yield _named(wording.DECLINED, listed(safety.declined))
    yield _named(wording.SINGLE_FEATURES, safety_box.single_features(safety))
    yield _named(wording.ALSO_REPORTED, safety_box.also_reported(safety))
    yield from (_named(seen_in, said) for seen_in, said in safety_box.doubts(safety))
    yield from (_named(wording.IN_CONFIDENCE, said) for said in safety.in_confidence)


def _answered_no(summary: Summary) -> Iterator[str]:
    """Pertinent negatives in words. Safety: never behind a dash, which reads as a bullet."""
    groups = summary.safety.groups
    # Medicines have a line of their own.
    medicines = {lower_first(fact.label) for fact in summary.medicines}
    said = [negative for group in groups for negative in group.negatives if negative not in medicines]
    together = [each for group in groups for each in group.together]
    asked_together = gettext("(asked together) %(what)s", what=listed(together)) if together else ""
    no = listed([*said, *(fact.text for fact in summary.denied)])
    yield _line(gettext("ANSWERED NO"), ". ".join(filter(None, (no, asked_together))))


def _named(name: Words, text: str) -> str:
    return f" {name} {text}" if text else ""


def _medicines(summary: Summary) -> str:
    taken, denied = without_denied(summary.medicines)
    return _sentences(
        (_facts(taken, gettext("Medicines")), gettext("Answered no: %(what)s", what=denied) if denied else "")
    )


def _scores(summary: Summary) -> str:
    said = " ".join(
        f"{name} {summary.scores[key]}" for key, name in wording.SCORES.items() if key in summary.scores
    )
    return gettext("NRS %(scores)s", scores=said) if said else ""


def _goals(summary: Summary) -> str:
    said = (
        f"{goal.text} {goal.rating}/10" if goal.rating is not None else goal.text for goal in summary.goals
    )
    text = "; ".join(said)
    return gettext("Own activities: %(what)s", what=text) if text else ""


def _end(summary: Summary, approved: bool) -> str:
    open_rules = summary.safety.profile == "rules" and not approved
    notice = gettext("Rules not approved for clinical use.") if open_rules else ""
    made = gettext(
        "Backstory %(version)s, rules %(rules)s.", version=summary.software, rules=summary.rules_version
    )
    return " ".join(filter(None, (made, notice, gettext("Not a diagnosis."))))


def _facts(facts: Iterable[Fact], heading: str = "") -> str:
    """What stands first under a heading of the same name needs no label; after another line it does.

    Safety: H-39. Only labels get a capital or lose it, never the words beside them, which may be typed.
    """
    return "; ".join(
        fact.text
        if place == 0 and fact.label == heading
        else f"{lower_first(fact.label) if place else fact.label}: {fact.text}"
        for place, fact in enumerate(facts)
    )


def _sentences(parts: Iterable[str]) -> str:
    return " ".join(part if part.endswith(".") else f"{part}." for part in parts if part)


def _numbered(texts: Iterable[str]) -> str:
    return " ".join(f"{place}) {text}" for place, text in enumerate(texts, 1))


def _line(heading: str, text: str) -> str:
    return f"{heading}: {text}" if text else ""


def _wrapped(paragraph: str) -> list[str]:
    """The paragraph in lines; those after the first are set in by one space."""
    if not paragraph.strip():
        return []
    typed = _BETWEEN_FIGURES.sub("; ", as_typed(paragraph.rstrip()))
    return wrapped(" / ".join(typed.split("\n")))


def wrapped(text: str) -> list[str]:
    """The text in lines of at most WIDTH, broken at blanks; those after the first are set in by one space.

    Words without blanks (Thai, Chinese) break between two letters: never inside a number, nor before a mark.
    """
    first = " " if text.startswith(" ") else ""
    lines = textwrap.wrap(
        text.strip(),
        WIDTH,
        initial_indent=first,
        subsequent_indent=" ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [part for line in lines for part in _broken(line)]


def _broken(line: str) -> list[str]:
    parts = []
    while len(line) > WIDTH:
        place = next((place for place in range(WIDTH, WIDTH // 2, -1) if _may_break(line, place)), WIDTH)
        parts.append(line[:place])
        line = f" {line[place:]}"
    return [*parts, line]


def _may_break(line: str, place: int) -> bool:
    before, after = line[place - 1], line[place]
    if unicodedata.category(after) in ("Mn", "Mc", "Me", "Cf") or unicodedata.category(before) == "Cf":
        return False
    return not (_in_number(before) and _in_number(after))


def _in_number(character: str) -> bool:
    return character in ".,/" or unicodedata.category(character).startswith("N")
