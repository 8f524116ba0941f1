"""The version token of a call: what of it may have changed since a page was shown, part by part."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Self

from intake.storage.models import Alert, HandOverState, Intake


class CallPart(StrEnum):
    """What can change in a call while somebody writes."""

    RAISED = "raised"
    CLOSED = "closed"
    OWNER = "owner"
    TRIED = "tried"
    NOTED = "noted"


class CallChanged(Exception):
    """The call is not what the page showed; `parts` are what has changed. Nothing was done."""

    def __init__(self, parts: frozenset[CallPart]) -> None:
        super().__init__("call changed")
        self.parts = parts


@dataclass(frozen=True)
class CallVersion:
    """A fingerprint of each part. It holds ids and times only, and is no secret."""

    raised: str
    closed: str
    owner: str
    tried: str
    noted: str

    @classmethod
    def of(cls, intake: Intake) -> Self:
        """The call about this form as it stands in the session."""
        alerts = sorted(intake.alerts, key=lambda alert: alert.id)
        offers = [each.id for each in intake.hand_overs if each.state is HandOverState.OFFERED]
        return cls(
            raised=_fingerprint((alert.id, alert.raised_at) for alert in alerts),
            closed=_fingerprint(part for alert in alerts for part in _closing(alert)),
            owner=_fingerprint((*(alert.owner_id for alert in alerts if alert.owner_id), *sorted(offers))),
            tried=_fingerprint(sorted(each.id for each in intake.attempts)),
            noted=_fingerprint(sorted(each.id for each in intake.later_notes)),
        )

    @classmethod
    def read(cls, words: str) -> Self:
        """Read back what `str` gave. Raises ValueError."""
        parts = words.split("-")
        if len(parts) != len(fields(cls)):
            raise ValueError("no version of a call")
        return cls(*parts)

    def __str__(self) -> str:
        return "-".join(getattr(self, each.name) for each in fields(self))

    def check(self, intake: Intake) -> None:
        """Raise CallChanged unless the call still is what it was."""
        now = CallVersion.of(intake)
        parts = frozenset(part for part in CallPart if getattr(self, part) != getattr(now, part))
        if parts:
            raise CallChanged(parts)


def _closing(alert: Alert) -> tuple[object, ...]:
    """What tells that it was closed, put right or opened again; nothing while it never was."""
    earlier = len(alert.earlier_results)
    return (alert.id, alert.closed_at, alert.closed_by_id, earlier) if alert.closed_at or earlier else ()


def _fingerprint(said: Iterable[object]) -> str:
    return hashlib.sha256(repr([str(each) for each in said]).encode()).hexdigest()[:12]
