"""The findings of a record with what each was found to be, for the reader."""

from collections.abc import Mapping
from dataclasses import dataclass

from intake.i18n import Words
from intake.red_flags import Urgency
from intake.services.forms.findings import LEAST, FindingMark, marks_of
from intake.services.forms.walking import is_handed_over
from intake.services.operations.surveillance import VERDICTS
from intake.storage.models import FindingVerdict, Intake
from intake.summary import Summary
from intake.summary.lines import with_its_answers
from intake.web.frozen import frozen

# The buttons, in their order.
PRESSED: dict[FindingVerdict, Words] = {verdict: VERDICTS[verdict] for verdict in FindingVerdict}


@dataclass(frozen=True)
class MarkedFinding:
    """A finding with its mark; `line` as it was handed over, with the answers that decided it."""

    rule: str
    line: str
    mark: FindingMark


@dataclass(frozen=True)
class Findings:
    """Those of a record: by rule, and those that it does not print because a line of their group says more.

    `to_be_marked`: the record was handed over, and stands.
    """

    by_rule: Mapping[str, MarkedFinding]
    unprinted: tuple[MarkedFinding, ...]
    to_be_marked: bool


def findings_of(intake: Intake, summary: Summary) -> Findings:
    """What the clinician is asked about this record."""
    marks = marks_of(intake)
    by_rule = frozen(
        {
            each.rule: MarkedFinding(
                each.rule, with_its_answers(each), marks.get(each.rule, FindingMark(each.rule))
            )
            for each in summary.safety.rules
            if Urgency[each.urgency] >= LEAST
        }
    )
    printed = {each.rule for each in summary.safety.fired}
    unprinted = tuple(each for rule, each in by_rule.items() if rule not in printed)
    return Findings(by_rule, unprinted, is_handed_over(intake))
