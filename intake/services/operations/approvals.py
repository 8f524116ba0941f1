"""Who approved the safety content that is in force, and what changed since.

An approval names the safety version, so it ends by itself when anything that asks, decides or advises
changes. It keeps that content, so that what changed can be said in words. The clinic's own settings stand
beside it, outside the version.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from intake.config import Approval, Settings
from intake.questionnaire.declared import canonical
from intake.red_flags import SAFETY_VERSION
from intake.red_flags.safety_changes import Change, changes
from intake.red_flags.safety_version import content
from intake.services.audit import Action
from intake.services.context import Operation
from intake.storage.models import SafetyApproval
from intake.summary import Summary

LONGEST = 120


class CannotApprove(ValueError):
    """The approval is not complete, or lies in the future; the message says why."""


@dataclass(frozen=True)
class ApprovalState:
    """The last approval, and what changed since; `changed` is None where what was approved is not kept."""

    last: SafetyApproval | None
    changed: tuple[Change, ...] | None
    beside: tuple[str, ...] = ()


# Built once: it is asked for with every page.
_APPROVAL = SafetyApproval.__table__.c
_NEWEST = (
    select(_APPROVAL.role, _APPROVAL.person, _APPROVAL.approved_on)
    .where(_APPROVAL.version == bindparam("version"), _APPROVAL.withdrawn_at.is_(None))
    .order_by(_APPROVAL.made_at.desc())
    .limit(1)
)


def in_force(settings: Settings) -> Approval | None:
    """Who approved exactly what is in force; None: every page and summary says that nobody did."""
    return settings.approval(SAFETY_VERSION)


def covers(settings: Settings, summary: Summary) -> bool:
    """The summary was written under the very version that is approved now."""
    return in_force(settings) is not None and summary.safety_version == SAFETY_VERSION


def of_this_version(session: Session) -> Approval | None:
    """The newest approval on record of what is in force, unless it was withdrawn."""
    found = session.execute(_NEWEST, {"version": SAFETY_VERSION}).first()
    return Approval(f"{found.person}, {found.role}", found.approved_on) if found else None


def approve(op: Operation, *, role: str, person: str, on: date) -> SafetyApproval:
    """Put on record that this person approved exactly what is in force. Raises CannotApprove."""
    role, person = role.strip(), person.strip()
    if not role or not person or max(len(role), len(person)) > LONGEST:
        raise CannotApprove("An approval names a role and a person.")
    if on > op.settings.today(op.now):
        raise CannotApprove("An approval cannot lie in the future.")
    approval = SafetyApproval(
        role=role,
        person=person,
        approved_on=on,
        version=SAFETY_VERSION,
        content=zlib.compress(canonical(content()).encode("ascii"), level=9),
        beside=json.dumps(beside(op.settings), sort_keys=True),
        made_at=op.now,
        made_by_id=op.actor.user_id,
    )
    op.session.add(approval)
    op.record(Action.SAFETY_APPROVED, approval, version=SAFETY_VERSION)
    return approval


def withdraw(op: Operation) -> int:
    """End every approval of what is in force; how many there were."""
    stmt = select(SafetyApproval).where(
        SafetyApproval.version == SAFETY_VERSION, SafetyApproval.withdrawn_at.is_(None)
    )
    standing = op.session.scalars(stmt).all()
    for approval in standing:
        approval.withdrawn_at = op.now
        op.record(Action.SAFETY_APPROVAL_WITHDRAWN, approval, version=SAFETY_VERSION)
    return len(standing)


def standing(op: Operation) -> ApprovalState:
    """The last approval on record, and all that changed since: the content, and the clinic's settings."""
    last = op.session.scalars(select(SafetyApproval).order_by(SafetyApproval.made_at.desc()).limit(1)).first()
    if last is None:
        # An approval in the settings only names a version: what it was is not kept.
        return ApprovalState(None, None)
    return ApprovalState(last, changes(approved_content(last), content()), _changed_beside(last, op.settings))


def content_of(session: Session, version: str) -> Mapping[str, Any] | None:
    """The content of a version that is in force or was approved once; None when it is not kept."""
    if version == SAFETY_VERSION:
        return content()
    found = session.scalars(select(SafetyApproval).where(SafetyApproval.version == version).limit(1)).first()
    return None if found is None else approved_content(found)


def approved_content(approval: SafetyApproval) -> Mapping[str, Any]:
    """What was approved."""
    said: Mapping[str, Any] = json.loads(zlib.decompress(approval.content))
    return said


def beside(settings: Settings) -> dict[str, Any]:
    """What the clinic sets for itself: it is not approved, but an approval was given beside it."""
    return {
        "profile": settings.profile.value,
        "pattern table": settings.pattern_table,
        "features": sorted(settings.features),
        "languages": sorted(settings.languages),
        "country": settings.country,
        "telephone numbers": {name: getattr(settings, name) for name in _telephone_numbers()},
    }


def _telephone_numbers() -> list[str]:
    names = [field.name for field in fields(Settings)]
    return [
        name for name in names if name.endswith(("_line", "_number", "_phone")) or name == "emergency_text"
    ]


def _changed_beside(last: SafetyApproval, settings: Settings) -> tuple[str, ...]:
    before, after = json.loads(last.beside), beside(settings)
    return tuple(name for name in after if before.get(name) != after[name])
