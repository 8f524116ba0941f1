"""Which findings are printed, in which order, and with which answers as reasons. Pure."""

from collections.abc import Iterable

from intake.i18n import gettext, join, lower_first
from intake.questionnaire.criteria import Cause
from intake.questionnaire.journey import Journey
from intake.red_flags import Finding, Screening, Urgency
from intake.red_flags.groups import GROUPS
from intake.red_flags.watch import SELF_HARM, TEXT_RULES, in_confidence
from intake.summary.phrases import reason
from intake.summary.record import Fired, Reason

# Where each answer was printed first: by question and option, the name of the group.
Printed = dict[tuple[str, str], str]


def fired_lines(journey: Journey, screening: Screening) -> tuple[Fired, ...]:
    """The lines of the safety box: words of self-harm first, then the most urgent; no answer twice."""
    lines = _by_urgency(
        finding
        for group in GROUPS
        for finding in _printed_of([f for f in screening.findings if f.rule.group == group.id])
        if finding.urgency > Urgency.NOTE
    )
    printed: Printed = {}
    return tuple(
        fired(journey, finding, printed) for finding in sorted(lines, key=lambda f: f.rule is not SELF_HARM)
    )


def note_lines(journey: Journey, screening: Screening) -> tuple[str, ...]:
    """The highest line of each group in which nothing above a note fired."""
    by_group = ([f for f in screening.findings if f.rule.group == group.id] for group in GROUPS)
    highest = (_printed_of(found)[:1] for found in by_group)
    return tuple(fired(journey, f, {}).line for found in highest for f in found if f.urgency is Urgency.NOTE)


def rule_lines(journey: Journey, screening: Screening) -> tuple[Fired, ...]:
    """Every rule that fired, the most urgent first, each with all of its reasons."""
    return tuple(fired(journey, finding, {}) for finding in _by_urgency(screening.findings))


def confidential_lines(journey: Journey) -> tuple[str, ...]:
    """What only the clinician may read, with the words quoted.

    Safety: it is in no screening, so that no list, alert or urgency that others see can tell of it.
    """
    return tuple(map(line, in_confidence(journey)))


def line(finding: Finding) -> str:
    """The clinician's wording: of an unsure patient, or with the words that were found."""
    said = str(finding.rule.line)
    if finding.quoted:
        return f'{said}: "{finding.quoted}"'
    return gettext("Patient not sure: %(line)s", line=lower_first(said)) if finding.unsure else said


def _with_answers(finding: Finding, answers: str) -> str:
    """A note stands without its reasons. Where it holds by one of several things, the answers say by which.

    They take the place of what the line lists after a colon.
    """
    several = finding.rule.when.has_alternatives() and not finding.unsure
    if finding.urgency is Urgency.NOTE and several and answers:
        name = line(finding).partition(": ")[0]
        return gettext("%(line)s (%(answers)s)", line=name, answers=answers)
    return line(finding)


def fired(journey: Journey, finding: Finding, printed: Printed) -> Fired:
    """The line of a finding. What stands in `printed` is referred to; what is printed here is added to it."""
    group = next(str(group.label) for group in GROUPS if group.id == finding.rule.group)
    # A text is quoted in the line itself.
    causes = () if finding.rule in TEXT_RULES else finding.causes
    reasons = tuple(why for cause in causes for why in _reasons(journey, cause, group, printed))
    return Fired(
        rule=finding.rule.id,
        group=group,
        urgency=finding.urgency.name,
        unsure=finding.unsure,
        line=_with_answers(finding, because(reasons, group)),
        because=because(reasons, group),
        ids=tuple(finding.because),
        reasons=reasons,
    )


def with_its_answers(each: Fired) -> str:
    """The line for where nothing stands beside it, with all of the answers that decided it.

    Safety: a line names several things, and may hold by one. What was denied is not to be read as reported.
    """
    answers = "; ".join(dict.fromkeys(why.words for why in each.reasons)) or each.because
    if not answers or each.urgency == Urgency.NOTE.name:
        return each.line
    return gettext("%(line)s (%(answers)s)", line=each.line, answers=answers)


def because(reasons: Iterable[Reason], group: str) -> str:
    """ "leg weakness; both legs; as under Cauda equina": each answer is printed once."""
    reasons = tuple(reasons)
    words = [each.words for each in reasons if not each.under]
    under = [name for name in dict.fromkeys(each.under for each in reasons if each.under) if name != group]
    if any(each.under == group for each in reasons):
        words.append(gettext("as above"))
    if under:
        words.append(gettext("as under %(groups)s", groups=join(under)))
    return "; ".join(words)


def _reasons(journey: Journey, cause: Cause, group: str, printed: Printed) -> Iterable[Reason]:
    id = cause.question_id
    options = cause.options or ("",)
    new = tuple(option for option in options if (id, option) not in printed)
    known = {option: printed[id, option] for option in options if option not in new}
    if words := reason(journey, id, tuple(filter(None, new))) if new else "":
        yield Reason(words, id)
        printed.update({(id, option): group for option in new})
    # The age stands in the identity strip: it is not referred to.
    for option, under in known.items() if id != "dob" else ():
        yield Reason(reason(journey, id, (option,) if option else ()), id, under)


def _printed_of(findings: list[Finding]) -> list[Finding]:
    """Of the findings of one group those that are printed, the highest first."""
    ranked = sorted(findings, key=lambda finding: (-finding.urgency, finding.unsure))
    told = [finding for finding in ranked if finding.urgency >= Urgency.SAME_DAY]
    if not told:
        return ranked[:1]
    return [each for place, each in enumerate(told) if not _is_said_by_another(place, told)]


def _is_said_by_another(place: int, told: list[Finding]) -> bool:
    """Another line prints all of its answers: one that is not less urgent and not less certain."""
    here = told[place]
    return any(
        _answers(here) < _answers(other) or (_answers(here) == _answers(other) and at < place)
        for at, other in enumerate(told)
        if other.urgency >= here.urgency and other.unsure <= here.unsure
    )


def _answers(finding: Finding) -> frozenset[tuple[str, str]]:
    # What a text rule found is the words, not the whole answer.
    quoted = ((finding.rule.id, finding.quoted),) if finding.quoted else ()
    chosen = ((cause.question_id, option) for cause in finding.causes for option in cause.options or ("",))
    return frozenset(quoted or chosen)


def _by_urgency(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: -finding.urgency)
