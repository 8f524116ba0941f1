"""What stands still is noticed, and what moves is not complained about."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from intake.config import Settings
from intake.services import outbox, signs_of_life
from intake.services.signs_of_life import STILL, Trouble
from intake.storage import Database
from intake.storage.models import JobKind
from intake.tasks import Queue
from tests.services.conftest import NOW

LATER = NOW + STILL + timedelta(seconds=1)
KINDS = {
    JobKind.SEND_INVITATION: Trouble.MESSAGES,
    JobKind.SEND_REMINDER: Trouble.MESSAGES,
    JobKind.TELL_OF_ALERT: Trouble.CALLS_FOR_ATTENTION,
    JobKind.TELL_OF_OVERDUE: Trouble.CALLS_FOR_ATTENTION,
    JobKind.RENDER_DOCUMENT: Trouble.DOCUMENTS,
}


def troubles(database: Database, now: datetime) -> list[Trouble]:
    with database.reading() as session:
        return [each.trouble for each in signs_of_life.silences(session, now=now)]


def beat(database: Database, now: datetime) -> None:
    with database.writing() as session:
        signs_of_life.beat(session, now=now)
        session.commit()


def fail(database: Database, kind: JobKind, now: datetime, *, for_good: bool = False) -> None:
    """Owe work of this kind, try it once, and fail."""
    with database.writing() as session:
        outbox.add(session, kind, uuid4(), now=now)
        session.flush()
        [message_id] = outbox.due(session, now=now)
        outbox.claim(session, message_id, now=now)
        outbox.failed(session, message_id, error=OSError("no route"), now=now, for_good=for_good)
        session.commit()


def test_every_kind_of_work_belongs_to_a_trouble() -> None:
    assert set(KINDS) == set(JobKind)


def test_a_new_clinic_with_nothing_to_do_has_no_trouble(database: Database) -> None:
    assert troubles(database, LATER) == []


def test_work_that_waits_for_a_queue_that_never_came_is_noticed(database: Database) -> None:
    with database.writing() as session:
        outbox.add(session, JobKind.RENDER_DOCUMENT, uuid4(), now=NOW)
        session.commit()

    assert troubles(database, NOW + STILL) == []
    assert troubles(database, LATER) == [Trouble.QUEUE]


def test_a_queue_that_falls_silent_is_noticed_though_nothing_waits(database: Database) -> None:
    beat(database, NOW)

    assert troubles(database, NOW + STILL) == []
    assert troubles(database, LATER) == [Trouble.QUEUE]


def test_it_is_well_again_with_the_next_beat(database: Database) -> None:
    beat(database, NOW)
    beat(database, LATER)

    assert troubles(database, LATER + STILL) == []


def test_a_queue_that_works_beats(database: Database, settings: Settings, tmp_path: Path) -> None:
    clock = [NOW]
    queue = Queue(database, replace(settings, data_dir=tmp_path), immediate=True, clock=lambda: clock[0])

    for seconds in (0, 5, 60, 0):
        clock[0] += timedelta(seconds=seconds)
        queue.sweep()

    with database.reading() as session:
        assert signs_of_life.last_beat(session) == NOW + timedelta(seconds=65)
    queue.stop()


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_failure_is_noticed_and_the_success_after_it(database: Database, kind: JobKind) -> None:
    fail(database, kind, NOW)
    assert troubles(database, NOW) == [KINDS[kind]]

    later = NOW + timedelta(minutes=2)
    with database.writing() as session:
        [message_id] = outbox.due(session, now=later)
        outbox.claim(session, message_id, now=later)
        outbox.done(session, message_id, now=later)
        session.commit()

    assert troubles(database, later) == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_given_up_is_shown_unless_it_is_one_patients_address(
    database: Database, kind: JobKind
) -> None:
    fail(database, kind, NOW, for_good=True)

    shown = [] if KINDS[kind] is Trouble.MESSAGES else [KINDS[kind]]
    assert troubles(database, NOW + timedelta(minutes=1)) == shown
    assert troubles(database, NOW + signs_of_life.SHOWN) == []
