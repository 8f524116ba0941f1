"""The summary laid out in words: what stands on page 1, what follows, and nothing cut off.

Page 1 keeps who, safety and the patient's words, come what may; when it is too full ideas and background go
first, the body map last. A text too long for its line shows its first words there and stands whole
under "Full text".
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from intake.documents import amended, safety_box
from intake.documents.facts import said_of, without_denied
from intake.documents.moments import day_in_words, moment, moment_in_words, unfinished_in_words
from intake.documents.pdf import columns, fonts
from intake.documents.pdf.clean import clean, direction
from intake.documents.pdf.view import (
    BodyMap,
    Cell,
    FullText,
    RatedBar,
    SectionView,
    Severity,
    Story,
    SummaryView,
    Table,
    Words,
)
from intake.documents.safety_box import BoxRow
from intake.i18n import current_language, gettext, lower_first, ngettext, text_direction
from intake.summary import Summary
from intake.summary.phrases import listed
from intake.summary.record import Fact

LONGEST_LINE = 200  # characters of one answer on page 1
LONGEST_PROBLEM = 450
LONGEST_LIST = 420


@dataclass(frozen=True)
class Plan:
    """What stands on page 1: the body map, how many of the sections. `texts`: the page of the full texts.

    `runs_on`: page 1 does not hold its part, and what follows needs no page of its own.
    """

    map_first: bool = True
    sections: int = 6
    texts: int = 2
    runs_on: bool = False


# From full to sparse: other answers, ideas and background go first, then the rest, the body map last.
FULL = Plan()
SPARSER = (
    Plan(True, 5),
    Plan(True, 4),
    Plan(True, 3),
    Plan(True, 2),
    Plan(True, 1),
    Plan(True, 0),
    Plan(False, 0),
)


def view_of(summary: Summary, plan: Plan, approved: bool) -> SummaryView:
    """What the template prints for a summary, in the language being spoken; it cleans what it prints.

    `approved`: the rules are signed off for use.
    """
    long = _LongTexts(summary, plan.texts)
    story = _story(summary, long)
    sections = [write(summary, long) for write in (_impact, _treatments, _medicines, _background, _ideas)]
    sections += [section for section in (_other(summary, long),) if not section.silent]
    first, moved = _said(sections[: plan.sections]), _said(sections[plan.sections :])
    map_first = plan.map_first and bool(summary.regions)
    beside = 0 if map_first else columns.filling(first, columns.story_height(story) - columns.HEADING)
    left, right = columns.shared(first[beside:])
    return SummaryView(
        language=current_language(),
        direction=text_direction(),
        title=gettext("Pre-visit history: %(name)s", name=summary.name),
        author=gettext("Backstory, from the patient's answers"),
        description=gettext("What the patient said before the visit. Patient-reported, not verified."),
        made=moment(summary.written_at).isoformat(),
        running=_running(summary),
        foot=_foot(summary, approved),
        name=long.words(summary.name or gettext("Name not known")),
        heading=gettext("Back pain: pre-visit history"),
        about=_about(summary),
        band=_band(summary),
        needs=" \u00b7 ".join(summary.needs),
        notice=" \u00b7 ".join(filter(None, (amended.standing_of(summary), _notice(summary, approved)))),
        safety=safety_box.box_of(summary),
        story=story,
        map=_body_map(summary),
        map_first=map_first,
        beside=first[:beside],
        left=left,
        right=right,
        moved=moved,
        runs_on=plan.runs_on,
        silent=_silent(section for section in sections if section.silent),
        texts=tuple(long.texts),
        tables=(
            *_corrections(summary),
            *_unsure(summary),
            *_patterns(summary),
            Table(*safety_box.full_answers(summary)),
        ),
        source=_source(summary),
    )


@dataclass
class _LongTexts:
    """Keeps page 1 readable: hands out what fits, and collects the whole of what does not."""

    summary: Summary
    page: int
    texts: list[FullText] = field(default_factory=list)

    def line(self, label: str, text: str, most: int = LONGEST_LINE) -> str:
        """`text`, or its first words and where it continues."""
        text = clean(text)
        if len(text) <= most and text.count("\n") < 6:
            return text
        item = len(self.texts) + 1
        self.texts.append(FullText(f"{item}. {label}", self.words(text)))
        start = " ".join("\n".join(text.split("\n")[:5])[:most].rsplit(None, 1)[:1])
        where = gettext("(continues on page %(page)s, item %(item)s)", page=self.page, item=item)
        return f"{start} \u2026 {where}"

    def shortened(self, label: str, text: str, most: int = LONGEST_LINE) -> Words:
        return self.words(self.line(label, text, most))

    def rows(self, facts: Iterable[Fact]) -> tuple[BoxRow, ...]:
        return tuple(self.row(fact.label, fact.text) for fact in facts)

    def row(self, label: str, text: str, most: int = LONGEST_LINE) -> BoxRow:
        shown = self.line(label, text, most)
        return BoxRow(label, shown, direction(shown))

    def words(self, text: str) -> Words:
        text = clean(text)
        foreign = self.summary.patient_language
        language = "" if foreign == self.summary.language else foreign
        return Words(text, direction(text), language, "" if fonts.plain(text) else " wide")


def _running(summary: Summary) -> str:
    born = gettext("born %(day)s", day=day_in_words(summary.born)) if summary.born else ""
    return "     ".join(filter(None, (summary.name, born, summary.number)))


def _foot(summary: Summary, approved: bool) -> str:
    parts = (
        gettext("REPLACED") if summary.replaced_at else "",
        gettext("Patient-reported, not verified. Not a diagnosis."),
        _notice(summary, approved),
        gettext("Backstory %(version)s", version=summary.software),
    )
    return "     ".join(filter(None, parts))


def _notice(summary: Summary, approved: bool) -> str:
    # Safety: shown until a clinical safety officer has signed off exactly these rules.
    if approved or summary.safety.profile != "rules":
        return ""
    return gettext("Rules not approved for clinical use.")


def _about(summary: Summary) -> str:
    visit = moment_in_words(summary.appointment_at)
    seen_by = gettext("For %(who)s", who=summary.with_whom) if summary.with_whom else ""
    return "\n".join(filter(None, (", ".join(filter(None, (seen_by, visit))), _sent(summary))))


def _sent(summary: Summary) -> str:
    if summary.could_not_go_on:
        return unfinished_in_words(summary)
    if summary.sent_at is None:
        return gettext("NOT SENT. State of %(when)s", when=moment_in_words(summary.written_at))
    sent = gettext("Sent %(when)s", when=moment_in_words(summary.sent_at))
    left = gettext("left the form to get help") if summary.left_for_help else ""
    return ", ".join(filter(None, (sent, _waited(summary), left)))


def _waited(summary: Summary) -> str:
    """How old the answers are at the visit."""
    if summary.appointment_at is None or summary.sent_at is None:
        return ""
    days = (moment(summary.appointment_at).date() - moment(summary.sent_at).date()).days
    if days < 1:
        return gettext("on the day of the visit") if days == 0 else ""
    return ngettext("%(num)s day before the visit", "%(num)s days before the visit", days)


def _band(summary: Summary) -> tuple[Cell, ...]:
    age = f"({summary.age})" if summary.age is not None else ""
    cells = (
        Cell(gettext("Born"), " ".join(filter(None, (day_in_words(summary.born), age))), "k1"),
        Cell(gettext("Sex at birth"), summary.sex, "k2"),
        Cell(gettext("Number"), summary.number, "k3"),
        Cell(gettext("Phone"), summary.phone, "k4"),
        Cell(gettext("Completed by"), summary.completed_by, "k5"),
    )
    return tuple(cell for cell in cells if cell.text)


def _story(summary: Summary, long: _LongTexts) -> Story:
    wants = gettext("Wants from this visit")
    return Story(
        problem=long.shortened(gettext("Main problem"), summary.problem, LONGEST_PROBLEM),
        agenda=tuple(
            long.shortened(f"{wants}, {place}", text) for place, text in enumerate(summary.agenda, 1)
        ),
        hopes=long.rows(summary.hopes),
        history=summary.history,
        pain=long.rows(summary.pain),
        severity=_severity(summary),
    )


def _said(sections: Iterable[SectionView]) -> tuple[SectionView, ...]:
    return tuple(section for section in sections if not section.silent)


def _body_map(summary: Summary) -> BodyMap:
    said = [
        f"{count} {region.words}" + (f" ({gettext('worst')})" if region.worst else "")
        for count, region in enumerate(summary.regions, 1)
    ]
    key = "; ".join(said) or gettext("No place was marked.")
    description = gettext("Body map, back view and front view. Marked: %(places)s.", places=key.rstrip("."))
    return BodyMap(description, f"{gettext('Back')}{' ' * 28}{gettext('Front')}", key)


def _severity(summary: Summary) -> Severity:
    names = {"now": gettext("now"), "average": gettext("average"), "worst": gettext("worst")}
    said = ", ".join(f"{name} {summary.scores[key]}" for key, name in names.items() if key in summary.scores)
    if not said:
        return Severity(gettext("Pain score not answered."), gettext("Pain scale 0 to 10, nothing marked."))
    caption = gettext("Pain 0 to 10: %(scores)s.", scores=said)
    if len(summary.scores) > 1:
        caption += " " + gettext("Average and worst are of the last 7 days.")
    return Severity(caption, gettext("Pain scale 0 to 10: %(scores)s.", scores=said))


def _impact(summary: Summary, long: _LongTexts) -> SectionView:
    goals = tuple(RatedBar(long.line(gettext("Own activity"), g.text, 80), g.rating) for g in summary.goals)
    return SectionView(gettext("Impact"), long.rows(summary.impact), goals=goals)


def _treatments(summary: Summary, long: _LongTexts) -> SectionView:
    return SectionView(gettext("Treatments tried"), long.rows(summary.treatments))


def _medicines(summary: Summary, long: _LongTexts) -> SectionView:
    """What was denied shares one line."""
    taken, denied = without_denied(summary.medicines)
    rows = long.rows(taken)
    return SectionView(
        gettext("Medicines and allergies"),
        (*rows, *([BoxRow(gettext("Answered no"), denied)] if denied else [])),
    )


def _background(summary: Summary, long: _LongTexts) -> SectionView:
    # Safety: where nothing was asked or answered, nothing was reported either, but that reads like a "no".
    nothing = gettext("nothing reported") if summary.denied else gettext("not answered")
    reported = said_of(summary.background) or nothing
    rows = (long.row(gettext("Reported"), reported, LONGEST_LIST),)
    no = listed(fact.text for fact in summary.denied)
    return SectionView(gettext("Background"), rows, gettext("Answered no: %(what)s.", what=no) if no else "")


def _ideas(summary: Summary, long: _LongTexts) -> SectionView:
    return SectionView(gettext("Ideas, concerns, questions"), long.rows(summary.ideas))


def _other(summary: Summary, long: _LongTexts) -> SectionView:
    return SectionView(gettext("Other answers"), long.rows(summary.other))


def _silent(sections: Iterable[SectionView]) -> str:
    titles = ", ".join(lower_first(section.title) for section in sections)
    return gettext("Nothing was said about: %(what)s.", what=titles) if titles else ""


def _corrections(summary: Summary) -> tuple[Table, ...]:
    """What was corrected, by whom and why."""
    if summary.amendment is None or not summary.amendment.corrections:
        return ()
    corrections = summary.amendment.corrections
    rows = tuple(BoxRow(correction.label, amended.corrected(correction)) for correction in corrections)
    note = gettext("The record as it was before is kept by the clinic.")
    return (
        Table(gettext("Corrected by the clinic"), note, (gettext("Answer"), gettext("Correction")), rows),
    )


def _unsure(summary: Summary) -> tuple[Table, ...]:
    lines = safety_box.unsure_lines(summary)
    return (Table(*lines),) if lines else ()


def _patterns(summary: Summary) -> tuple[Table, ...]:
    if not summary.patterns:
        return ()
    nothing = gettext("none of the listed features reported")
    rows = tuple(
        BoxRow(f"{row.title} [{', '.join(row.sources)}]", "; ".join(row.features) or nothing)
        for row in summary.patterns
    )
    columns = (gettext("Condition"), gettext("Features reported"))
    return (Table(gettext("Reported features"), summary.patterns_heading, columns, rows),)


def _source(summary: Summary) -> str:
    return gettext(
        "Written by fixed rules from %(count)s answers; no language model added or interpreted anything. "
        "Every answer is attached to this file as FHIR (intake.fhir.json). "
        "Questionnaire %(questionnaire)s, rules %(rules)s, Backstory %(software)s.",
        count=len(summary.answers),
        questionnaire=summary.questionnaire_version,
        rules=summary.rules_version,
        software=summary.software,
    )
