"""An approval of the safety content as its page shows it."""

from dataclasses import dataclass
from datetime import date, datetime

from intake.storage.models import SafetyApproval


@dataclass(frozen=True)
class RecordedApproval:
    """Who approved which version, and when; `withdrawn_at` None: it was not withdrawn."""

    version: str
    person: str
    role: str
    approved_on: date
    withdrawn_at: datetime | None

    @classmethod
    def of(cls, kept: SafetyApproval) -> "RecordedApproval":
        """The approval of this row, without the content that was approved."""
        return cls(kept.version, kept.person, kept.role, kept.approved_on, kept.withdrawn_at)
