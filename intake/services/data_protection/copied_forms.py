"""The forms of one person as parts of their copy: answers, earlier versions, findings, alerts and calls."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from intake.documents.subject_copy import CopyEntry, CopyLine
from intake.i18n import fill, gettext, speaking
from intake.i18n import lazy as _
from intake.questionnaire import QUESTIONS
from intake.questionnaire.answers import Answers
from intake.red_flags.advice import CARDS
from intake.services.alerts.listing import LINES
from intake.services.alerts.outcomes import OUTCOMES
from intake.services.data_protection.confidence import PRIVATE_PAGES, may_be_sent
from intake.services.data_protection.copy_lines import UNREADABLE, CopiedFact, LineWriter
from intake.services.forms import draft as drafts
from intake.services.forms.draft import Draft
from intake.storage.models import Edition, Intake, Outcome
from intake.summary import Summary
from intake.summary.phrases import label as label_of

FORM = (
    CopiedFact("status", _("How far the form has come")),
    CopiedFact("route", _("How it was filled in")),
    CopiedFact("recorded_by", _("Filled in by")),
    CopiedFact("language", _("Language of the form")),
    CopiedFact("percent", _("Percent filled in")),
    CopiedFact("pages_done", _("Pages saved")),
    CopiedFact("pages", _("Pages in all")),
    CopiedFact("receipt", _("Receipt")),
    CopiedFact("opened_at", _("Opened")),
    CopiedFact("last_saved_at", _("Last saved")),
    CopiedFact("left_at", _("Left")),
    CopiedFact("sent_at", _("Sent")),
    CopiedFact("edition", _("Number of the version that stands")),
    CopiedFact("amended_at", _("Corrected")),
    CopiedFact("amended_by", _("Corrected by")),
    CopiedFact("asked_again_at", _("Safety questions asked again")),
    CopiedFact("questionnaire_version", _("Version of the questions")),
    CopiedFact("rules_version", _("Version of the safety rules")),
)
NEEDS = CopiedFact("needs", _("What the clinic has to arrange"))
URGENCY = CopiedFact("urgency", _("How urgent the clinic took it"))
EDITION = (
    CopiedFact("number", _("Number of this version")),
    CopiedFact("handed_over_at", _("Handed over")),
    CopiedFact("author", _("Corrected by")),
    CopiedFact("reason", _("Why it was corrected")),
    CopiedFact("replaced_at", _("Replaced")),
)
RULE = CopiedFact("rule", _("What it was about"), lambda rule: str(LINES.get(rule, rule)))
RESULT = (
    CopiedFact("outcome", _("What came of it"), lambda it: outcome_in_words(it)),
    CopiedFact("note", _("Note of staff")),
    CopiedFact("initials", _("Initials")),
    CopiedFact("closed_at", _("Closed")),
    CopiedFact("closed_by", _("Closed by")),
)
ALERT = (
    RULE,
    CopiedFact("certainty", _("How sure the answer was")),
    URGENCY,
    CopiedFact("state", _("How far it has come")),
    CopiedFact("raised_at", _("Raised")),
    CopiedFact("due_at", _("To be acted on by")),
    CopiedFact("owner", _("Whose it is")),
    CopiedFact("acknowledged_at", _("Taken on")),
    CopiedFact("acknowledged_by", _("Taken on by")),
    *RESULT,
)
EARLIER_RESULT = (
    *RESULT,
    CopiedFact("replaced_at", _("Put right")),
    CopiedFact("replaced_by", _("Put right by")),
)
ATTEMPT = (
    CopiedFact("kind", _("What came of it")),
    CopiedFact("made_at", _("When")),
    CopiedFact("made_by", _("Who phoned")),
    CopiedFact("number", _("Number that was dialled")),
    CopiedFact("again_at", _("To be tried again")),
    CopiedFact("note", _("Note of staff")),
)
LATER_NOTE = (
    CopiedFact("written_at", _("When")),
    CopiedFact("written_by", _("Who wrote it")),
    CopiedFact("note", _("Note of staff")),
)
HAND_OVER = (
    CopiedFact("offered_at", _("When")),
    CopiedFact("offered_by", _("Who offered the call")),
    CopiedFact("offered_to", _("To whom")),
    CopiedFact("state", _("What became of it")),
    CopiedFact("answered_at", _("Answered")),
    CopiedFact("note", _("Note of staff")),
)
OUTCOME = (
    RULE,
    CopiedFact("verdict", _("What it was found to be")),
    CopiedFact("marked_at", _("When")),
    CopiedFact("marked_by", _("Who marked it")),
)


def outcome_in_words(kept: str) -> str:
    """What came of an alert."""
    return str(OUTCOMES[Outcome(kept)]) if kept in list(Outcome) else kept


def title_of(writer: LineWriter, intake: Intake) -> str:
    """Which form it is."""
    return gettext("Form for %(when)s", when=writer.moment(intake.appointment.starts_at))


def answers_of(writer: LineWriter, intake: Intake) -> CopyEntry:
    """Every answer that is kept of the form that stands, with the question as it was asked."""
    return _answers(writer, intake, title_of(writer, intake), intake)


def form_of(writer: LineWriter, intake: Intake) -> CopyEntry:
    """How the form came, and what happened while it was filled in."""
    title = title_of(writer, intake)
    lines = [*writer.lines(intake, title, FORM), *writer.lines(intake, title, (NEEDS,))]
    page = writer.read(lambda: intake.last_page, title, gettext("The page saved last"))
    if not (writer.sent and page in PRIVATE_PAGES):
        lines += writer.line("last_page", gettext("The page saved last"), page)
    kept = _draft(writer, intake, title)
    if kept is not None:
        lines += _corrections(writer, kept)
    if not writer.sent:
        lines += writer.lines(intake, title, (URGENCY,))
        lines += _happenings(writer, kept) if kept is not None else ()
    lines += _as_kept(writer, intake, title)
    return CopyEntry("form", title, tuple(lines))


def editions_of(writer: LineWriter, intake: Intake) -> Iterator[CopyEntry]:
    """The versions that were handed over before, each with its answers."""
    for each in intake.editions:
        number = gettext("version %(number)s", number=each.number)
        title = f"{title_of(writer, intake)}, {number}"
        about = EDITION if writer.sent else (*EDITION, URGENCY)
        said = _answers(writer, intake, title, each)
        lines = (*writer.lines(each, title, about), *said.lines, *_as_kept(writer, each, title))
        yield CopyEntry("earlier_version", title, lines)


def findings_of(writer: LineWriter, intake: Intake) -> Iterator[CopyEntry]:
    """What the rules made of the answers, and what clinicians found it to be."""
    title = title_of(writer, intake)
    summary = _summary(writer, intake, title)
    if summary is not None:
        safety, lines = summary.safety, list[CopyLine]()
        for each in safety.fired:
            lines += writer.line(each.rule, gettext("Finding"), f"{each.line} ({each.because})")
        for id, name, said in (
            ("notes", gettext("Note"), safety.notes),
            ("in_confidence", gettext("In confidence"), safety.in_confidence),
            ("doubts", gettext("What does not fit"), tuple(doubt.line for doubt in safety.doubts)),
            ("told", gettext("What the patient was shown"), safety.told),
            ("withdrawn", gettext("Taken back when an answer changed"), safety.withdrawn),
        ):
            for words in said:
                lines += writer.line(id, name, words)
        yield CopyEntry("findings", title, tuple(lines))
    for outcome in intake.finding_outcomes:
        yield writer.entry("found_to_be", title, outcome, OUTCOME)


def calls_of(writer: LineWriter, intake: Intake) -> Iterator[CopyEntry]:
    """Alerts, what was done about them, and every note of it."""
    title = title_of(writer, intake)
    for alert in intake.alerts:
        yield writer.entry("alert", title, alert, ALERT)
        for result in alert.earlier_results:
            yield writer.entry("earlier_result", title, result, EARLIER_RESULT)
    for attempt in intake.attempts:
        yield writer.entry("call", title, attempt, ATTEMPT)
    for note in intake.later_notes:
        yield writer.entry("note", title, note, LATER_NOTE)
    for offer in intake.hand_overs:
        yield writer.entry("hand_over", title, offer, HAND_OVER)


def _answers(writer: LineWriter, intake: Intake, title: str, kept: Intake | Edition) -> CopyEntry:
    """From the record as it was handed over; what it does not hold, from the form itself."""
    lines: list[CopyLine] = []
    summary = _summary(writer, kept, title)
    for said in summary.answers if summary is not None else ():
        words = said.original or said.answer
        if not writer.sent or may_be_sent(words, said.id):
            lines.append(CopyLine(said.id, said.question, words, said.value))
    there = {said.id: said.value for said in summary.answers} if summary is not None else {}
    written = _draft(writer, kept, title)
    if written is not None:
        for answers in (written.answers, written.known):
            lines += _from_draft(writer, intake, answers, there)
            there |= answers.to_json()
    if written is None or (summary is None and kept.summary_sealed is not None):
        lines += writer.line("answers", gettext("Answers"), UNREADABLE)
    return CopyEntry("answers", title, tuple(lines))


def _from_draft(
    writer: LineWriter, intake: Intake, answers: Answers, there: Mapping[str, Any]
) -> Iterator[CopyLine]:
    """What the record does not say, or says otherwise: answers that do not count any more, for example."""
    facts = writer.op.settings.clinic_facts(writer.op.now, intake.language)
    for id, value in answers.to_json().items():
        if id in there and there[id] == value:
            continue
        question = QUESTIONS.get(id)
        with speaking(intake.language):
            asked = fill(question.text, facts) if question is not None else id
            words = question.said(answers[id]) if question is not None else str(value)
        if not writer.sent or may_be_sent(words, id):
            yield CopyLine(id, asked, words, value)


def _happenings(writer: LineWriter, kept: Draft) -> Iterator[CopyLine]:
    """What was shown, chosen and taken back on the way."""
    for raised in kept.raised:
        words = f"{writer.moment(raised.at)}: {LINES.get(raised.rule, raised.rule)}"
        yield from writer.line("raised", gettext("Stands as a finding since"), words)
    for shown in kept.interrupts:
        heading = CARDS[shown.advice].wording(is_open=shown.is_open, has_phone=shown.has_phone).heading
        said = [writer.moment(shown.at), fill(heading, writer.op.settings.clinic_facts(shown.at))]
        said += [shown.choice.value.replace("_", " ")] if shown.choice else []
        said += [writer.moment(shown.choice_at)] if shown.choice_at else []
        yield from writer.line(
            "advice", gettext("Advice that was shown"), ": ".join(filter(None, (*said, shown.where)))
        )
    for retraction in kept.withdrawn:
        times = _between(writer, retraction.raised_at, retraction.withdrawn_at)
        words = f"{LINES.get(retraction.rule, retraction.rule)}: {times}"
        yield from writer.line("withdrawn", gettext("Finding that went when an answer changed"), words)
    for check in kept.checks:
        asked = "; ".join(label_of(id) for id in check.questions if id in QUESTIONS)
        words = f"{writer.moment(check.shown_at)}: {asked} ({check.phrase})"
        yield from writer.line("look_again", gettext("Asked to look again at"), words)


def _corrections(writer: LineWriter, kept: Draft) -> Iterator[CopyLine]:
    for each in kept.corrections:
        was, now = (_in_words(each.question, value) for value in (each.old, each.new))
        if writer.sent and not all(may_be_sent(words, each.question) for words in (was, now)):
            continue
        by = each.by if writer.names else gettext("a member of staff")
        words = gettext(
            "%(label)s: was %(was)s, now %(now)s. %(by)s, %(when)s: %(reason)s",
            label=label_of(each.question) if each.question in QUESTIONS else each.question,
            was=was,
            now=now,
            by=by,
            when=writer.moment(each.at),
            reason=each.reason,
        )
        yield from writer.line("correction", gettext("Correction"), words)


def _in_words(id: str, value: Any) -> str:
    if value is None:
        return gettext("blank")
    return QUESTIONS[id].said(value) if id in QUESTIONS else str(value)


def _as_kept(writer: LineWriter, kept: Intake | Edition, title: str) -> Iterator[CopyLine]:
    """Form and record as they lie in the database, for programs; not where they would say too much."""
    if not writer.whole:
        return
    for name in ("draft", "summary"):
        value = writer.read(lambda: getattr(kept, name), title, name)  # noqa: B023
        if value is not UNREADABLE and value is not None:
            yield CopyLine(f"{name}_as_kept", gettext("As it is kept"), "", value, data_only=True)


def _draft(writer: LineWriter, kept: Intake | Edition, title: str) -> Draft | None:
    found = writer.read(lambda: drafts.opened(kept.draft), title, gettext("Answers"))
    return found if isinstance(found, Draft) else None


def _summary(writer: LineWriter, kept: Intake | Edition, title: str) -> Summary | None:
    stored = writer.read(lambda: kept.summary, title, gettext("The record that was handed over"))
    if stored is UNREADABLE or stored is None:
        return None
    found = writer.read(lambda: Summary.from_json(stored), title, gettext("The record that was handed over"))
    return found if isinstance(found, Summary) else None


def _between(writer: LineWriter, first: datetime, last: datetime) -> str:
    return gettext("from %(first)s to %(last)s", first=writer.moment(first), last=writer.moment(last))


def some(entries: Iterable[CopyEntry]) -> tuple[CopyEntry, ...]:
    """Those that say something."""
    return tuple(each for each in entries if each.lines)
