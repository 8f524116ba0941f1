"""Whoever asks for a page that is not theirs is refused, and leaves a trace."""

import pytest
from sqlalchemy import select

from intake.storage.models import AuditEvent


@pytest.fixture
def denied(clinic_database):
    """(who, what they may not) for each refusal on record."""

    def found():
        with clinic_database.reading() as session:
            chosen = select(AuditEvent).where(AuditEvent.action == "staff:denied")
            events = session.scalars(chosen.order_by(AuditEvent.stream, AuditEvent.seq)).all()
            return [(event.actor, event.detail) for event in events]

    return found


def test_a_page_that_somebody_may_not_open_is_recorded_with_who_asked(reception, clinician, denied):
    assert reception.opens("/settings").status == 403
    assert reception.opens("/users").status == 403
    clinician.opens("/users")
    reception.opens("/day/")

    (first, second), other = (
        [each for each in denied() if str(reception.user.id) in each[0]],
        [each for each in denied() if str(clinician.user.id) in each[0]],
    )
    assert "manage_settings" in str(first[1])
    assert "manage_users" in str(second[1])
    assert len(other) == 1


def test_looking_at_the_head_leaves_no_trace(reception, denied):
    assert reception.client.head("/settings").status_code == 403

    assert denied() == []
