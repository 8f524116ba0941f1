"""The red strip says on every page of the staff what stands still, without waiting for a new page."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from intake.config.values import Mode
from intake.services.messages import heartbeat, outbox
from intake.services.operations.backup import after_restore, status
from intake.storage.models import Job, JobKind
from tests.acting import acting

NO_BACKUP = "no backup of the last seven days"
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


def test_staff_are_told_when_the_last_backup_is_too_old(reception, app, clinic_database, clock, tmp_path):
    clinic = app.extensions["clinic"]
    clinic.environment = replace(clinic.environment, backup_folder=tmp_path / "backups", backup_every=60)
    said = []
    for minutes in (89, 91):
        with acting(clinic_database, now=clock.now - timedelta(minutes=minutes)) as op:
            status.note_unchanged(op)
            op.commit()
        said.append(reception.opens("/strip").page.json)

    nothing, [notice] = said
    assert nothing == []
    assert "no backup of what was written since 07:59" in notice["parts"][0]


def test_only_the_admin_is_told_that_a_clinic_has_no_backup_at_all(
    app, reception, admin, clinic_database, clock
):
    clinic = app.extensions["clinic"]
    clinic.environment = replace(clinic.environment, mode=Mode.PRODUCTION)

    assert NO_BACKUP in admin.opens("/settings").words
    assert NO_BACKUP not in reception.opens("/day/").words
    with acting(clinic_database, now=clock.now) as op:
        status.note_unchanged(op)
        op.commit()
    assert NO_BACKUP not in admin.opens("/settings").words


def test_messages_that_wait_since_a_restore_are_said_until_somebody_decides(
    reception, clinic_database, clock
):
    with acting(clinic_database, now=clock.now) as op:
        outbox.add(op, JobKind.SEND_REMINDER, uuid4())
        op.session.query(Job).update({"held_at": clock.now})
        op.commit()

    [notice] = reception.opens("/strip").page.json
    assert "1 message to a patient waits" in notice["parts"][0]

    with acting(clinic_database, now=clock.now) as op:
        after_restore.drop(op)
        op.commit()
    assert reception.opens("/strip").page.json == []
