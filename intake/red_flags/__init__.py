"""What must not be missed: every rule is tried on the answers that count.

    rules/     each red flag: criterion, urgency, line, rationale, sources, advice
    advice     what the patient is told
    groups     how findings and pertinent negatives are printed
    patterns   reported features, grouped (clinician only)
    watch      free text that does not fit a "no"
    safety_version   one fingerprint over all of it, which an approval names

Pure: no clock, no settings, no database.
"""

from intake.questionnaire.criteria import Truth
from intake.questionnaire.journey import Journey
from intake.red_flags import safety_version, watch
from intake.red_flags.model import ALERTS_FROM, Finding, RedFlag, Screening, Urgency
from intake.red_flags.rules import RED_FLAGS

__all__ = [
    "ALERTS_FROM",
    "ALL_RULES",
    "RED_FLAGS",
    "RULES_VERSION",
    "SAFETY_VERSION",
    "Finding",
    "RedFlag",
    "Screening",
    "Urgency",
    "rule",
    "screen",
    "screen_with_texts",
]


def screen(journey: Journey) -> Screening:
    """Try every red flag on the answers that count.

    YES fires at the rule's tier, NOT_SURE at its tier for "not sure", UNANSWERED is not assessed; only NO is clear.
    """
    findings: list[Finding] = []
    not_assessed: list[RedFlag] = []
    facts = journey.facts
    for red_flag in RED_FLAGS:
        truth = red_flag.when.truth(facts)
        if truth == Truth.YES:
            causes = red_flag.when.verdict(facts).causes
            findings.append(Finding(red_flag, red_flag.urgency, "reported", causes))
        elif truth == Truth.NOT_SURE and (urgency := red_flag.urgency_when_unsure):
            causes = red_flag.when.verdict(facts).causes
            findings.append(Finding(red_flag, urgency, "unsure", causes))
        elif truth == Truth.UNANSWERED:
            not_assessed.append(red_flag)
    return Screening(tuple(findings), tuple(not_assessed))


def screen_with_texts(journey: Journey) -> Screening:
    """The same with what free text raises by itself (R-FT-2, R-FT-3), first.

    Safety: R-FT-4 is not in it. What is said in confidence is for the clinician's record alone, and an urgency is
    seen by reception.
    """
    screening = screen(journey)
    return Screening((*watch.text_findings(journey), *screening.findings), screening.not_assessed)


def rule(rule_id: str) -> RedFlag:
    """The red flag with this id. Raises KeyError."""
    return ALL_RULES[rule_id]


ALL_RULES: dict[str, RedFlag] = {each.id: each for each in (*watch.TEXT_RULES, *RED_FLAGS)}
# Of the rules alone; what an approval names is the safety version, which covers all that is asked and told.
RULES_VERSION = safety_version.rules_version()
SAFETY_VERSION = safety_version.safety_version()
