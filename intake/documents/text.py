"""The summary as a plain-text note, to paste into a record.

ASCII but for words that only another script can write; lines under 100 characters. Short by leaving out
what a clinician does not need twice; what the patient wrote is never cut, and then the note is longer.
"""

import textwrap
from collections.abc import Iterable, Iterator

from intake.documents import amended, safety_box
from intake.documents.clean import ascii_where_possible
from intake.documents.moments import day_in_words, moment_in_words
from intake.i18n import gettext, lower_first, speaking
from intake.summary import Summary
from intake.summary.history import word_no
from intake.summary.record import Fact

WIDTH = 99


def render(summary: Summary, approved: bool = False) -> bytes:
    """The note in UTF-8. `approved`: the rules are signed off, so nothing says that they are not."""
    with speaking(summary.language):
        lines = [line for paragraph in _paragraphs(summary, approved) for line in _wrapped(paragraph)]
    return ("\n".join(lines) + "\n").encode()


def _paragraphs(summary: Summary, approved: bool) -> Iterator[str]:
    yield gettext("PRE-VISIT HISTORY (patient-reported, unverified). %(state)s", state=_state(summary))
    if standing := amended.standing_of(summary):
        yield f"{standing}."
    yield _identity(summary)
    yield from _safety(summary)
    if summary.agenda:
        yield _line(gettext("WANTS"), _numbered(summary.agenda))
    if summary.problem:
        yield f'"{summary.problem}"'
    yield _line(gettext("PAIN"), _sentences((summary.history, _facts(summary.pain), _scores(summary))))
    yield _line(gettext("IMPACT"), _sentences((_facts(summary.impact), _goals(summary))))
    yield _line(gettext("TRIED"), _facts(summary.treatments))
    yield _line(gettext("MEDICINES"), _medicines(summary))
    nothing = gettext("none reported") if summary.denied else gettext("not answered")
    yield _line(gettext("BACKGROUND"), "; ".join(summary.background) or nothing)
    yield from (f"{fact.label.upper()}: {fact.text}" for fact in summary.ideas)
    for each in summary.amendment.corrections if summary.amendment else ():
        yield _line(gettext("CORRECTED"), f"{each.label}: {amended.corrected(each)}")
    yield _end(summary, approved)


def _state(summary: Summary) -> str:
    if summary.sent_at is None:
        return gettext("NOT SENT, state of %(when)s", when=moment_in_words(summary.written_at))
    return gettext(
        "Sent %(when)s by %(who)s", when=moment_in_words(summary.sent_at), who=summary.completed_by
    )


def _identity(summary: Summary) -> str:
    born = gettext("born %(day)s", day=day_in_words(summary.born)) if summary.born else ""
    needs = [gettext("Needs: %(what)s", what=", ".join(summary.needs))] if summary.needs else []
    who = ", ".join(filter(None, (summary.name, born, summary.number)))
    return ". ".join([who, *needs])


def _safety(summary: Summary) -> Iterator[str]:
    safety = summary.safety
    yield _line(gettext("SAFETY"), safety_box.heading(safety))
    for fired in safety.fired:
        tier = fired.urgency.replace("_", " ")
        yield f" {tier} - {fired.group}: {fired.line}"
    yield from (f" {gettext('Patient')} {told}" for told in safety.told)
    yield from (f" {gettext('WITHDRAWN')} {withdrawn}" for withdrawn in safety.withdrawn)
    yield from (f" {mention}" for mention in safety.mentions)
    yield from _signed(
        "+", [said for group in safety.groups for said in group.positives] or safety.transcribed
    )
    medicines = {lower_first(fact.label) for fact in summary.medicines}  # these have a line of their own
    negatives = (said for group in safety.groups for said in group.negatives)
    yield from _signed("-", [said for said in negatives if said not in medicines])
    yield from _signed("?", safety.not_sure)
    yield from _signed(gettext("not answered:"), safety.not_answered)
    yield from _signed(gettext("preferred not to say:"), safety.declined)
    if notes := safety_box.single_features(safety):
        yield f" {gettext('Single or non-specific:')} {notes}"


def _signed(sign: str, said: Iterable[str]) -> Iterator[str]:
    if text := ", ".join(said):
        yield f" {sign} {text}"


def _medicines(summary: Summary) -> str:
    no = word_no()
    denied = ", ".join(lower_first(fact.label) for fact in summary.medicines if fact.text == no)
    taken = [fact for fact in summary.medicines if fact.text != no]
    return _sentences((_facts(taken), gettext("Answered no: %(what)s", what=denied) if denied else ""))


def _scores(summary: Summary) -> str:
    names = {"now": gettext("now"), "average": gettext("avg"), "worst": gettext("worst")}
    said = " ".join(f"{name} {summary.scores[key]}" for key, name in names.items() if key in summary.scores)
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


def _facts(facts: Iterable[Fact]) -> str:
    return "; ".join(f"{lower_first(fact.label)}: {fact.text}" for fact in facts)


def _sentences(parts: Iterable[str]) -> str:
    said = (part[0].upper() + part[1:] for part in parts if part)
    return " ".join(part if part.endswith(".") else f"{part}." for part in said)


def _numbered(texts: Iterable[str]) -> str:
    return " ".join(f"{place}) {text}" for place, text in enumerate(texts, 1))


def _line(heading: str, text: str) -> str:
    return f"{heading}: {text}" if text else ""


def _wrapped(paragraph: str) -> list[str]:
    """The paragraph in lines; those after the first are set in by one space."""
    text = ascii_where_possible(paragraph.rstrip().replace("\n", " / ")).replace("\n", " ")
    first = " " if text.startswith(" ") else ""
    return textwrap.wrap(
        text.strip(), WIDTH, initial_indent=first, subsequent_indent=" ", break_on_hyphens=False
    )
