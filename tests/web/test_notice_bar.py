"""The red strip says on every page of the staff what stands still, without waiting for a new page."""

from datetime import timedelta

import pytest

from intake.services.messages import heartbeat
from tests.acting import acting

SILENT = "has not done its work in the background since 09:30"


@pytest.fixture
def silent(clinic_database, clock):
    """The queue was at work, and then it was not."""
    with acting(clinic_database, now=clock.now) as op:
        heartbeat.beat(op)
        op.commit()
    clock.wait(minutes=4)


@pytest.fixture
def overdue(come, clock):
    """A patient who should have been phoned an hour ago."""
    come("V05")
    clock.wait(hours=3)


def test_everybody_who_is_signed_in_sees_that_the_queue_stands_still(silent, reception, clinician, admin):
    for somebody, path in ((reception, "/day/"), (clinician, "/worklist/"), (admin, "/settings")):
        assert SILENT in somebody.opens(path).words


def test_open_pages_hear_of_it_by_asking(reception, clinic_database, clock):
    assert reception.opens("/strip").page.json == []

    with acting(clinic_database, now=clock.now - timedelta(minutes=4)) as op:
        heartbeat.beat(op)
        op.commit()

    [notice] = reception.opens("/strip", **{"X-Background": "1"}).page.json
    assert "has not done its work in the background since 09:26" in notice["parts"][0]
    assert notice["address"] is None


def test_an_overdue_call_leads_to_the_day_list(overdue, reception):
    [notice] = [each for each in reception.opens("/strip").page.json if each["address"]]

    assert notice == {"parts": ["1 patient should have been phoned by now.", "", ""], "address": "/day/"}
