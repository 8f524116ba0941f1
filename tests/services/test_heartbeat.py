"""What stands still is noticed, and what moves is not complained about."""

import os
import socket
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from intake.config import Settings
from intake.services.messages import heartbeat, outbox
from intake.services.messages.heartbeat import FORGOTTEN, STILL, AtWork, Trouble
from intake.storage import Database
from intake.storage.models import JobKind
from intake.tasks import Queue
from tests.acting import acting, looking
from tests.services.conftest import NOW

LATER = NOW + STILL + timedelta(seconds=1)
KINDS = {
    JobKind.SEND_INVITATION: Trouble.MESSAGES,
    JobKind.SEND_REMINDER: Trouble.MESSAGES,
    JobKind.TELL_OF_EMERGENCY: Trouble.MESSAGES,
    JobKind.TELL_OF_ALERT: Trouble.CALLS_FOR_ATTENTION,
    JobKind.TELL_OF_OVERDUE: Trouble.CALLS_FOR_ATTENTION,
    JobKind.TELL_OF_HAND_OVER: Trouble.CALLS_FOR_ATTENTION,
    JobKind.TELL_OF_NEW_BROWSER: Trouble.MESSAGES,
    JobKind.TELL_OF_NEW_PASSWORD: Trouble.MESSAGES,
    JobKind.RENDER_DOCUMENT: Trouble.DOCUMENTS,
    **dict.fromkeys(outbox.ABOUT_ACCOUNTS, Trouble.MESSAGES),
}


def troubles(database: Database, now: datetime) -> list[Trouble]:
    with looking(database, now=now) as op:
        return [each.trouble for each in heartbeat.silences(op)]


def beat(database: Database, now: datetime) -> None:
    with acting(database, now=now) as op:
        heartbeat.beat(op)
        op.commit()


def fail(database: Database, kind: JobKind, now: datetime, *, for_good: bool = False) -> None:
    """Owe work of this kind, try it once, and fail."""
    with acting(database, now=now) as op:
        outbox.add(op, kind, uuid4())
        op.session.flush()
        [message_id] = outbox.due(op)
        outbox.claim(op, message_id)
        outbox.failed(op, message_id, error=OSError("no route"), for_good=for_good)
        op.commit()


def test_every_kind_of_work_belongs_to_a_trouble() -> None:
    assert set(KINDS) == set(JobKind)


def test_a_new_clinic_with_nothing_to_do_has_no_trouble(database: Database) -> None:
    assert troubles(database, LATER) == []


def test_work_that_waits_for_a_queue_that_never_came_is_noticed(database: Database) -> None:
    with acting(database) as op:
        outbox.add(op, JobKind.RENDER_DOCUMENT, uuid4())
        op.commit()

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
        assert heartbeat.last_beat(session) == NOW + timedelta(seconds=65)
    queue.stop()


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_failure_is_noticed_and_the_success_after_it(database: Database, kind: JobKind) -> None:
    fail(database, kind, NOW)
    assert troubles(database, NOW) == [KINDS[kind]]

    later = NOW + timedelta(minutes=2)
    with acting(database, now=later) as op:
        [message_id] = outbox.due(op)
        outbox.claim(op, message_id)
        outbox.done(op, message_id)
        op.commit()

    assert troubles(database, later) == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_given_up_is_shown_unless_it_is_one_patients_address(
    database: Database, kind: JobKind
) -> None:
    fail(database, kind, NOW, for_good=True)

    shown = [] if KINDS[kind] is Trouble.MESSAGES else [KINDS[kind]]
    assert troubles(database, NOW + timedelta(minutes=1)) == shown
    assert troubles(database, NOW + heartbeat.SHOWN) == []


# ---- each worker


def at_work(database: Database, worker: AtWork, now: datetime) -> None:
    with acting(database, now=now) as op:
        heartbeat.beat(op, worker)
        op.commit()


def test_each_worker_is_seen_with_what_it_works_for_until_it_ends(database: Database) -> None:
    one, other = AtWork("urgent", NOW), AtWork("documents, messages", NOW)
    at_work(database, one, NOW)
    at_work(database, other, NOW + timedelta(seconds=20))

    with database.reading() as session:
        seen = heartbeat.workers(session)
    assert [(each.lanes, each.host, each.pid) for each in seen] == [
        ("documents, messages", socket.gethostname(), os.getpid()),
        ("urgent", socket.gethostname(), os.getpid()),
    ]
    assert [each.silent(LATER) for each in seen] == [False, True]

    with acting(database) as op:
        heartbeat.leave(op, other)
        op.commit()
    with database.reading() as session:
        assert [each.lanes for each in heartbeat.workers(session)] == ["urgent"]


def test_a_worker_that_was_killed_is_forgotten_after_a_day(database: Database) -> None:
    at_work(database, AtWork("urgent", NOW), NOW)

    at_work(database, AtWork("messages", NOW), NOW + FORGOTTEN + timedelta(seconds=1))

    with database.reading() as session:
        assert [each.lanes for each in heartbeat.workers(session)] == ["messages"]


def test_one_of_several_workers_that_falls_silent_is_no_trouble_of_the_queue(database: Database) -> None:
    at_work(database, AtWork("urgent", NOW), NOW)
    at_work(database, AtWork("urgent", NOW), LATER)

    assert troubles(database, LATER) == []


@pytest.mark.parametrize("kind", outbox.URGENT)
def test_workers_that_beat_and_do_not_get_to_what_is_urgent_are_noticed(
    database: Database, kind: JobKind
) -> None:
    with acting(database) as op:
        outbox.add(op, kind, uuid4())
        op.commit()
    beat(database, LATER)

    assert troubles(database, LATER) == [Trouble.QUEUE]


def test_reminders_that_wait_behind_others_are_no_trouble(database: Database) -> None:
    with acting(database) as op:
        outbox.add(op, JobKind.SEND_REMINDER, uuid4())
        op.commit()
    beat(database, LATER)

    assert troubles(database, LATER) == []


def test_a_beat_of_a_clock_that_was_ahead_hides_nothing(database: Database) -> None:
    beat(database, NOW + timedelta(days=1))

    assert troubles(database, NOW) == [Trouble.QUEUE]
