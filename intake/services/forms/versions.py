"""What was handed over before: kept as it was when it is replaced, and still readable and printable."""

import hashlib
import json
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from intake.services.context import Operation
from intake.storage.models import Appointment, Edition, Intake, Patient


class EditionChanged(Exception):
    """Another record than the one that was looked at stands now; somebody was faster."""


class NothingHandedOver(Exception):
    """There is no record yet that could be marked, corrected or asked about again."""


def version_token_of(intake: Intake) -> str:
    """A fingerprint of the record that stands: posted with a page, it tells when somebody was faster."""
    return hashlib.sha256(json.dumps([intake.edition, intake.summary]).encode()).hexdigest()[:16]


def find(session: Session, intake_id: UUID, number: int) -> Edition | None:
    """The edition with this number, when it has been replaced."""
    stmt = select(Edition).where(Edition.intake_id == intake_id, Edition.number == number)
    patient = joinedload(Edition.intake).joinedload(Intake.appointment).joinedload(Appointment.patient)
    whole = patient.joinedload(Patient.identifiers), joinedload(Edition.author)
    return session.scalars(stmt.options(*whole)).unique().one_or_none()


def set_aside(op: Operation, intake: Intake, *, reason: str | None) -> Edition:
    """Keep the record that stands as an edition of its own; whatever replaces it nobody has read.

    `reason` says why an answer was corrected; None: the safety questions are asked again.
    """
    assert intake.summary is not None
    assert intake.sent_at is not None
    edition = Edition(
        intake=intake,
        number=intake.edition,
        draft=intake.draft,
        summary=intake.summary,
        reason=reason,
        urgency=intake.urgency,
        handed_over_at=intake.amended_at or intake.sent_at,
        author=intake.amended_by,
        replaced_at=op.now,
    )
    op.session.add(edition)
    intake.edition += 1
    intake.amended_at, intake.amended_by = None, None
    return edition
