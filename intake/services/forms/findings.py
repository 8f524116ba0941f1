"""What findings turned out to be: the clinician marks each one after the visit, in one press.

Marks belong to a rule of an intake and stay when its record is amended. The latest counts; who marked, and
when, stays in the audit, which never says what.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from intake.red_flags import Urgency
from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.forms.versions import NothingHandedOver
from intake.services.forms.walking import is_handed_over, lock
from intake.storage.models import FindingOutcome, FindingVerdict, Intake

LEAST = Urgency.PRIORITY


class NotInRecord(Exception):
    """The record that stands has no such finding to be marked."""


class MarkedMeanwhile(Exception):
    """Somebody marked it since it was looked at; what they said stands."""


@dataclass(frozen=True)
class FindingMark:
    """What a finding was found to be. `version` counts its marks: 0, and no verdict, before the first."""

    rule: str
    version: int = 0
    verdict: FindingVerdict | None = None
    by: str = ""
    at: datetime | None = None


def fired_in(record: Mapping[str, Any] | None) -> dict[str, Urgency]:
    """The rules that fired in a record as it was handed over, each at its highest urgency."""
    fired: dict[str, Urgency] = {}
    for each in (record or {}).get("safety", {}).get("rules", ()):
        rule, urgency = each["rule"], Urgency[each["urgency"]]
        fired[rule] = max(urgency, fired.get(rule, urgency))
    return fired


def to_be_marked(record: Mapping[str, Any] | None) -> dict[str, Urgency]:
    """Those that a clinician is asked about: the visit begins with them, or should have come sooner."""
    return {rule: urgency for rule, urgency in fired_in(record).items() if urgency >= LEAST}


def marks_of(intake: Intake) -> dict[str, FindingMark]:
    """Every rule of this intake that was marked, and how."""
    return {
        outcome.rule: FindingMark(
            outcome.rule, outcome.version, outcome.verdict, outcome.marked_by.name, outcome.marked_at
        )
        for outcome in intake.finding_outcomes
    }


def mark(op: Operation, intake: Intake, rule: str, verdict: FindingVerdict, *, version_token: int) -> None:
    """Note what the finding of this rule was; the same again changes nothing.

    `version_token` is the version of the mark that was looked at. Raises NothingHandedOver, NotInRecord or
    MarkedMeanwhile.
    """
    lock(op.session, intake)
    if not is_handed_over(intake):
        raise NothingHandedOver
    if rule not in to_be_marked(intake.summary):
        raise NotInRecord
    outcome = _marked(op, intake, rule)
    if outcome is not None and outcome.verdict is verdict:
        return
    if (outcome.version if outcome else 0) != version_token:
        raise MarkedMeanwhile
    user = op.user
    outcome = outcome or FindingOutcome(intake=intake, finding_hmac=_rule_index(op, intake, rule), rule=rule)
    outcome.verdict, outcome.marked_by, outcome.marked_at = verdict, user, op.now
    op.session.add(outcome)
    op.session.flush()
    op.record(Action.FINDING_MARKED, outcome, mark=outcome.version)


def _marked(op: Operation, intake: Intake, rule: str) -> FindingOutcome | None:
    finding_hmac = _rule_index(op, intake, rule)
    stmt = select(FindingOutcome).where(
        FindingOutcome.intake_id == intake.id, FindingOutcome.finding_hmac == finding_hmac
    )
    return op.session.scalars(stmt.execution_options(populate_existing=True)).one_or_none()


def _rule_index(op: Operation, intake: Intake, rule: str) -> str:
    """Recognises the rule of this intake without saying which rule it is."""
    return op.hmac_index(*index_parts(intake.id, rule))


def index_parts(intake_id: UUID, rule: str) -> tuple[str, ...]:
    """Of what the HMAC of a mark is made."""
    return ("finding outcome", str(intake_id), rule)
