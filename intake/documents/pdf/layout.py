"""The summary laid out in words: what stands on page 1, what follows, and nothing cut off.

Page 1 holds who, safety, the patient's words and the pain, come what may, and as much else as its plan says.
A text too long for its line shows its first words there and stands whole under "Full text".
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass, field, replace

from intake.documents import amended
from intake.documents.facts import said_of, without_denied
from intake.documents.moments import day_in_words, moment, moment_in_words, unfinished_in_words
from intake.documents.pdf import columns, fonts
from intake.documents.pdf.answers import full_answers, many_unsure, unsure_ids
from intake.documents.pdf.box import SafetyBox, box_of
from intake.documents.pdf.clean import clean, direction
from intake.documents.pdf.plans import ACTIVITY, AFTER, BACKGROUND, Plan, Room
from intake.documents.pdf.view import (
    BodyMap,
    Cell,
    Foot,
    FullText,
    RatedBar,
    Running,
    SectionView,
    Severity,
    Story,
    SummaryView,
    Table,
    Words,
)
from intake.documents.safety_box import BoxRow
from intake.i18n import current_language, gettext, lower_first, ngettext, text_direction
from intake.red_flags.sources import key_to
from intake.summary import Summary
from intake.summary.phrases import listed
from intake.summary.places import places_of
from intake.summary.record import Fact

GAP = "     "


def view_of(summary: Summary, plan: Plan, approved: bool, rest: bool = True) -> SummaryView:
    """What the template prints for a summary, in the language being spoken; it cleans what it prints.

    `approved`: the rules are signed off for use. Without `rest` the tables after page 1 are left out.
    """
    long = _LongTexts(summary, plan)
    story = _story(summary, long)
    box = box_of(summary, plan.detail, plan.answers, plan.lines)
    later = _LongTexts(summary, replace(plan, line=AFTER), long.texts)
    writers = (_impact, _treatments, _medicines, _background, _ideas, _other)
    sections = [
        write(summary, long if place < plan.sections else later) for place, write in enumerate(writers)
    ]
    if sections[-1].silent:
        sections.pop()
    silent = _silent(section for section in sections if section.silent)
    first, moved = _said(sections[: plan.sections]), _said(sections[plan.sections :])
    denied = _denied(summary)
    after = _said((_more_pain(summary, later), *moved, *([] if plan.denied else [denied])))
    map_first = plan.map_first and bool(summary.regions)
    beside = 0 if map_first else columns.filling(first, columns.story_height(story) - columns.HEADING)
    left, right = columns.shared(first[beside:])
    moved_left, moved_right = columns.shared(after)
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
        heading=gettext("Back pain history"),
        about=_about(summary),
        band=_band(summary),
        needs=long.line(gettext("Needs"), " \u00b7 ".join(summary.needs), plan.lead),
        notice=" \u00b7 ".join(filter(None, (amended.standing_of(summary), _notice(summary, approved)))),
        safety=box,
        story=story,
        map=_body_map(summary, long),
        map_first=map_first,
        beside=first[:beside],
        left=left,
        right=right,
        moved_left=moved_left,
        moved_right=moved_right,
        runs_on=plan.runs_on,
        denied=denied.small if plan.denied else "",
        silent=silent,
        texts=tuple(long.texts),
        box_in_full=_box_in_full(summary, box),
        tables=_tables(summary) if rest else (),
        source=_source(summary),
    )


@dataclass
class _LongTexts:
    """Keeps page 1 readable: hands out what fits, and collects the whole of what does not."""

    summary: Summary
    plan: Plan
    texts: list[FullText] = field(default_factory=list)

    def line(self, label: str, text: str, room: Room | None = None) -> str:
        """`text`, or its first words and where it continues."""
        room, text = room or self.plan.line, clean(text)
        if room.holds(text):
            return text
        item = len(self.texts) + 1
        self.texts.append(FullText(f"{item}. {label}", self.words(text)))
        where = gettext("(continues on page %(page)s, item %(item)s)", page=self.plan.texts, item=item)
        return f"{room.first_words(text)} \u2026 {where}"

    def shortened(self, label: str, text: str, room: Room | None = None) -> Words:
        return self.words(self.line(label, text, room))

    def rows(self, facts: Iterable[Fact]) -> tuple[BoxRow, ...]:
        return tuple(self.row(fact.label, fact.text) for fact in facts)

    def row(self, label: str, text: str, room: Room | None = None) -> BoxRow:
        shown = self.line(label, text, room)
        return BoxRow(label, shown, direction(shown))

    def words(self, text: str) -> Words:
        text = clean(text)
        foreign = self.summary.patient_language
        language = "" if foreign == self.summary.language else foreign
        return Words(text, direction(text), language, "" if fonts.plain(text) else " wide")


def _running(summary: Summary) -> Running:
    """The head of page 1, over the name, and that of the others, which names the patient."""
    born = gettext("born %(day)s", day=day_in_words(summary.born)) if summary.born else ""
    reference = gettext("Reference %(reference)s", reference=summary.reference) if summary.reference else ""
    before, between, after = gettext("page %(page)s of %(pages)s", page="\n", pages="\n").split("\n")
    return Running(
        first=GAP.join(filter(None, (summary.clinic, reference, before))),
        others=GAP.join(
            filter(None, (summary.name, born, summary.number, summary.clinic, reference, before))
        ),
        between=between,
        after=after,
    )


def _foot(summary: Summary, approved: bool) -> Foot:
    """On page 1 the notice stands under the name."""
    replaced = gettext("REPLACED") if summary.replaced_at else ""
    said = gettext("Patient-reported, not verified. Not a diagnosis.")
    made = gettext("Backstory %(version)s", version=summary.software)
    return Foot(
        first=GAP.join(filter(None, (replaced, said))),
        others=GAP.join(filter(None, (replaced, said, _notice(summary, approved), made))),
    )


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
    return ngettext("%(num)s day before", "%(num)s days before", days)


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
        problem=long.shortened(gettext("Main problem"), summary.problem, long.plan.problem),
        agenda=tuple(
            long.shortened(f"{wants}, {place}", text) for place, text in enumerate(summary.agenda, 1)
        ),
        hopes=long.rows(summary.hopes),
        history=long.line(gettext("Pain"), _lead(summary, long.plan), long.plan.lead),
        pain=long.rows(_told(summary, summary.pain)) if long.plan.pain else (),
        severity=_severity(summary),
    )


def _more_pain(summary: Summary, long: _LongTexts) -> SectionView:
    rows = () if long.plan.pain else long.rows(_told(summary, summary.pain))
    said = _lead(summary, long.plan)
    places = "" if said == summary.history else summary.history.removesuffix(said)
    return SectionView(gettext("More about the pain"), rows, places.strip())


def _lead(summary: Summary, plan: Plan) -> str:
    """What is said of the pain; without its first sentence where that only names what the map shows."""
    first, _, others = summary.history.partition(". ")
    if plan.places or not others or not _names_all(first, summary):
        return summary.history
    return others


def _names_all(text: str, summary: Summary) -> bool:
    """The text names every place that is marked."""
    return all(place.words in text for place in places_of(summary.regions))


def _told(summary: Summary, facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The lines, but those of many "not sure" that the table of safety answers lists."""
    if not many_unsure(summary):
        return tuple(facts)
    unsure = unsure_ids(summary)
    return tuple(fact for fact in facts if not (fact.ids and unsure.issuperset(fact.ids)))


def _said(sections: Iterable[SectionView]) -> tuple[SectionView, ...]:
    return tuple(section for section in sections if not section.silent)


def _body_map(summary: Summary, long: _LongTexts) -> BodyMap:
    places = "; ".join(place.in_key for place in places_of(summary.regions))
    # Safety: what the lead sentence names is not said twice; what it does not name stands here.
    is_named = _names_all(_lead(summary, long.plan), summary)
    return BodyMap(
        description=gettext("Body map, back view and front view. Marked: %(places)s.", places=places),
        views=f"{gettext('Back')}{' ' * 28}{gettext('Front')}",
        places=places or gettext("No place was marked."),
        key="" if is_named else long.line(gettext("Where it hurts"), places, long.plan.lead),
        marked=bool(places),
    )


def _severity(summary: Summary) -> Severity | None:
    """None where no number was given."""
    scores = summary.scores
    names = {"average": gettext("average"), "worst": gettext("worst")}
    week = ", ".join(f"{name} {scores[key]}" for key, name in names.items() if key in scores)
    now = gettext("now %(score)s", score=scores["now"]) if "now" in scores else ""
    said = ", ".join(filter(None, (now, gettext("%(scores)s (7 days)", scores=week) if week else "")))
    if not said:
        return None
    return Severity(
        gettext("Pain %(scores)s", scores=said), gettext("Pain scale 0 to 10: %(scores)s.", scores=said)
    )


def _impact(summary: Summary, long: _LongTexts) -> SectionView:
    goals = tuple(
        RatedBar(long.line(gettext("Own activity"), goal.text, ACTIVITY), goal.rating)
        for goal in summary.goals
    )
    return SectionView(gettext("Impact"), long.rows(_told(summary, summary.impact)), goals=goals)


def _treatments(summary: Summary, long: _LongTexts) -> SectionView:
    return SectionView(gettext("Treatments tried"), long.rows(_told(summary, summary.treatments)))


def _medicines(summary: Summary, long: _LongTexts) -> SectionView:
    taken, _ = without_denied(_told(summary, summary.medicines))
    return SectionView(gettext("Medicines and allergies"), long.rows(taken))


def _background(summary: Summary, long: _LongTexts) -> SectionView:
    # Safety: where nothing was asked or answered, nothing was reported either, but that reads like a "no".
    nothing = gettext("nothing reported") if summary.denied else gettext("not answered")
    reported = said_of(_told(summary, summary.background)) or nothing
    return SectionView(gettext("Background"), (long.row(gettext("Reported"), reported, BACKGROUND),))


def _denied(summary: Summary) -> SectionView:
    """What was answered no of medicines and background, in one small line."""
    _, medicines = without_denied(summary.medicines)
    background = listed(fact.text for fact in summary.denied)
    said = "; ".join(filter(None, (medicines, background)))
    small = gettext("Answered no: %(what)s.", what=said) if said else ""
    return SectionView(gettext("Medicines and background"), (), small)


def _ideas(summary: Summary, long: _LongTexts) -> SectionView:
    return SectionView(gettext("Ideas, concerns, questions"), long.rows(_told(summary, summary.ideas)))


def _other(summary: Summary, long: _LongTexts) -> SectionView:
    return SectionView(gettext("Other answers"), long.rows(_told(summary, summary.other)))


def _silent(sections: Iterable[SectionView]) -> str:
    titles = listed(lower_first(section.title) for section in sections)
    return gettext("Nothing was said about: %(what)s.", what=titles) if titles else ""


def _tables(summary: Summary) -> tuple[Table, ...]:
    return (*_corrections(summary), *_answers(summary), *_patterns(summary))


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


def _answers(summary: Summary) -> tuple[Table, ...]:
    table = Table(*full_answers(summary), anchor="answers")
    return (table,) if table.rows else ()


def _box_in_full(summary: Summary, box: SafetyBox) -> tuple[Table, ...]:
    """What the safety box of page 1 has no room for."""
    if not box.moved:
        return ()
    unsure = unsure_ids(summary)
    note = gettext("Answers that are not sure stand under All safety answers.") if unsure else ""
    columns = (gettext("Part"), gettext("Line and answers"))
    return (Table(gettext("Safety in full"), note, columns, box.moved, anchor="lines"),)


def _patterns(summary: Summary) -> tuple[Table, ...]:
    """The conditions of which something was reported, in their fixed order, and the names of the others."""
    reported = [row for row in summary.patterns if row.features]
    if not reported:
        return ()
    rows = [BoxRow(f"{row.title} [{', '.join(row.sources)}]", "; ".join(row.features)) for row in reported]
    others = listed(row.title for row in summary.patterns if not row.features)
    if others:
        rows.append(BoxRow(gettext("None of the listed features reported"), others))
    columns = (gettext("Condition"), gettext("Features reported"))
    key = _key(summary, {code for row in reported for code in row.sources})
    return (Table(gettext("Reported features"), summary.patterns_heading, columns, tuple(rows), key),)


def _key(summary: Summary, codes: Set[str]) -> str:
    """What the codes of the sources stand for. Records that do not keep the key are read by today's."""
    known = {source.label: source.text for source in summary.pattern_sources} or key_to(sorted(codes))
    said = "; ".join(f"[{code}] {text}" for code, text in sorted(known.items()) if code in codes)
    return gettext("Sources: %(sources)s.", sources=said.rstrip(".")) if said else ""


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
