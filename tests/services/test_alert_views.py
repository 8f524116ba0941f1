"""What reception sees of alerts: nothing that tells an answer, and nobody waits unseen."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from intake.red_flags import Urgency
from intake.red_flags.watch import SAID_AT_RECEPTION
from intake.services.alerts import AlertRow, AlertView, CallView
from intake.storage.models import AlertState, Outcome

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
WAITS = AlertRow(
    alert_id=UUID(int=1),
    appointment_id=UUID(int=2),
    intake_id=UUID(int=3),
    name="Anna Example",
    date_of_birth=date(1962, 3, 27),
    phone="07700 900123",
    starts_at=NOW + timedelta(days=1),
    urgency=Urgency.SAME_DAY,
    line="New trouble passing urine",
    rule="R-SOME",
    certainty="reported",
    raised_at=NOW - timedelta(minutes=30),
    due_at=NOW + timedelta(minutes=30),
    state=AlertState.OPEN,
    owner=None,
    owner_id=None,
    acknowledged_by=None,
    acknowledged_at=None,
    outcome=None,
    note=None,
    initials=None,
    closed_by=None,
    closed_at=None,
    withdrawn_at=None,
)
TAKEN = replace(WAITS, alert_id=UUID(int=4), state=AlertState.ACKNOWLEDGED, owner="Rosa Reception")
CLOSED = replace(
    TAKEN,
    alert_id=UUID(int=5),
    urgency=Urgency.EMERGENCY,
    state=AlertState.CLOSED,
    outcome=Outcome.SEEN_TODAY,
    due_at=NOW - timedelta(hours=1),
)


def call(*rows: AlertRow, known_phone: str | None = None) -> CallView:
    return CallView.of(rows, known_phone=known_phone, reads=False, now=NOW)


def test_the_wording_is_only_for_whoever_may_read_the_answers():
    assert AlertView.of(WAITS, reads=True).line == WAITS.line
    assert WAITS.line not in repr(AlertView.of(WAITS, reads=False))
    assert WAITS.rule not in repr(AlertView.of(WAITS, reads=False))


@pytest.mark.parametrize("rule", sorted(SAID_AT_RECEPTION))
def test_what_everybody_at_the_desk_must_know_is_a_headline(rule):
    assert AlertView.of(replace(WAITS, rule=rule), reads=False).headline == WAITS.line
    assert AlertView.of(WAITS, reads=True).headline == ""


def test_one_alert_that_nobody_has_makes_the_call_nobodys():
    whole, part = call(TAKEN, CLOSED), call(TAKEN, WAITS)

    assert (whole.owner, whole.has_some) == ("Rosa Reception", "Rosa Reception")
    assert (part.owner, part.has_some) == (None, "Rosa Reception")
    assert (call(WAITS).owner, call(WAITS).has_some) == (None, None)


def test_what_is_closed_asks_for_nothing_any_more():
    done = call(CLOSED)

    assert (done.waiting, done.urgency, done.due_at, done.late, done.owner) == ((), None, None, False, None)
    assert [each.outcome for each in done.closed] == [Outcome.SEEN_TODAY]


def test_a_call_is_as_urgent_and_as_late_as_the_worst_that_waits():
    late = replace(TAKEN, due_at=NOW - timedelta(minutes=1), raised_at=NOW - timedelta(minutes=5))

    both = call(WAITS, late, CLOSED)

    assert (both.urgency, both.due_at, both.late) == (Urgency.SAME_DAY, late.due_at, True)
    assert both.seen == late.raised_at
    assert not call(WAITS).late


def test_without_an_alert_the_number_is_what_the_clinic_knows():
    assert call(known_phone="020 7946 0000").phone == "020 7946 0000"
    assert call(replace(WAITS, phone=None), known_phone="020 7946 0000").phone is None
