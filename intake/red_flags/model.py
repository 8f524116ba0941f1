"""What a red flag is, what a finding is, and what a screening tells."""

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass
from enum import IntEnum

from intake.i18n import Words
from intake.questionnaire.criteria import Cause, Criterion


class Urgency(IntEnum):
    """How soon somebody must act: one line, first at the visit, today, now."""

    NOTE = 1
    PRIORITY = 2
    SAME_DAY = 3
    EMERGENCY = 4


# From this tier on staff get an alert, and the patient is told.
ALERTS_FROM = Urgency.SAME_DAY


@dataclass(frozen=True)
class RedFlag:
    """A rule: when it fires, how urgent it is, and why.

    `urgency` is for a patient who says so; `unsure` for one who is not sure (one tier lower when None).
    `line` is the clinician's wording, `sources` are ids in `sources.SOURCES`, `advice` is a card in `advice.CARDS`.
    """

    id: str
    group: str
    urgency: Urgency
    _: KW_ONLY
    when: Criterion
    line: Words
    rationale: str
    sources: tuple[str, ...]
    advice: str | None = None
    unsure: Urgency | None = None

    @property
    def urgency_when_unsure(self) -> Urgency | None:
        """The tier for "not sure"; None: too weak to print."""
        if self.unsure:
            return self.unsure
        return Urgency(self.urgency - 1) if self.urgency > Urgency.NOTE else None


@dataclass(frozen=True)
class Finding:
    """A rule that fired. `causes` are the answers that decided it, in the order of the rule.

    `quoted` are the patient's own words, where the rule reads free text.
    """

    rule: RedFlag
    urgency: Urgency
    certainty: str
    causes: tuple[Cause, ...]
    quoted: str = ""

    @property
    def because(self) -> tuple[str, ...]:
        """The ids of the questions that decided it."""
        return tuple(dict.fromkeys(cause.question_id for cause in self.causes))

    @property
    def unsure(self) -> bool:
        """It fired only because the patient is not sure."""
        return self.certainty == "unsure"


@dataclass(frozen=True)
class Screening:
    """Every finding, in the order of the rules, and the rules that a blank keeps open."""

    findings: tuple[Finding, ...]
    not_assessed: tuple[RedFlag, ...]

    @property
    def urgency(self) -> Urgency | None:
        """The highest tier, or None when no rule fired."""
        return max((finding.urgency for finding in self.findings), default=None)

    def at(self, urgency: Urgency) -> Iterator[Finding]:
        """The findings of one tier."""
        return (finding for finding in self.findings if finding.urgency == urgency)
