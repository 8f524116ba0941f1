"""What must not be missed: every rule is tried on the answers that count.

    rules/     each red flag: criterion, urgency, line, rationale, sources, advice
    advice     what the patient is told
    groups     how findings and pertinent negatives are printed
    patterns   reported features, grouped (clinician only)
    watch      free text that does not fit a "no"

Pure: no clock, no settings, no database.
"""

import hashlib

from intake.questionnaire.criteria import Truth
from intake.questionnaire.journey import Journey
from intake.red_flags.model import Finding, RedFlag, Screening, Urgency
from intake.red_flags.rules import RED_FLAGS

__all__ = ["RED_FLAGS", "RULES_VERSION", "Finding", "RedFlag", "Screening", "Urgency", "rule", "screen"]


def screen(journey: Journey) -> Screening:
    """Try every red flag on the answers that count.

    YES fires at the rule's tier, NOT_SURE at its tier for "not sure", UNANSWERED is not assessed; only NO is clear.
    """
    findings: list[Finding] = []
    not_assessed: list[RedFlag] = []
    for red_flag in RED_FLAGS:
        verdict = red_flag.when.verdict(journey.facts)
        if verdict.truth == Truth.YES:
            findings.append(Finding(red_flag, red_flag.urgency, "reported", verdict.because))
        elif verdict.truth == Truth.NOT_SURE and (urgency := red_flag.urgency_when_unsure):
            findings.append(Finding(red_flag, urgency, "unsure", verdict.because))
        elif verdict.truth == Truth.UNANSWERED:
            not_assessed.append(red_flag)
    return Screening(tuple(findings), tuple(not_assessed))


def rule(rule_id: str) -> RedFlag:
    """The red flag with this id. Raises KeyError."""
    return {red_flag.id: red_flag for red_flag in RED_FLAGS}[rule_id]


def _version() -> str:
    """Changes with any rule, tier or wording; approval is given to one version."""
    said = [(r.id, r.urgency, r.unsure, repr(r.when), repr(r.line), r.advice) for r in RED_FLAGS]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:10]


RULES_VERSION = _version()
