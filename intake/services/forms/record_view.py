"""The records that were handed over before, as the clinician's pages list them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from intake.services.forms.earlier import EarlierForm
from intake.storage.models import Edition


@dataclass(frozen=True)
class EditionView:
    """A record that was replaced. `reason` None: the safety questions were asked again."""

    number: int
    handed_over_at: datetime
    reason: str | None

    @classmethod
    def of(cls, edition: Edition) -> "EditionView":
        """The record of this row."""
        return cls(edition.number, edition.handed_over_at, edition.reason)


@dataclass(frozen=True)
class EarlierView:
    """What a record is compared with. `edition` is set when it is an earlier record of the same form."""

    intake_id: UUID
    at: datetime
    edition: int | None

    @classmethod
    def of(cls, earlier: EarlierForm) -> "EarlierView":
        """Where that form is, and when it was sent."""
        return cls(earlier.intake_id, earlier.at, earlier.edition)
