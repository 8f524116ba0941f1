"""Work owed is done, however often somebody dies over it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from intake.services.messages import outbox
from intake.storage import Database
from intake.storage.models import Job, JobKind
from tests.acting import acting, looking
from tests.services.conftest import NOW

RENDER = JobKind.RENDER_DOCUMENT


@pytest.fixture
def owed(database: Database) -> UUID:
    with acting(database) as op:
        outbox.add(op, RENDER, uuid4())
        op.commit()
    return due(database)[0]


def due(database: Database, now: datetime = NOW) -> tuple[UUID, ...]:
    with looking(database, now=now) as op:
        return outbox.due(op)


def claim(database: Database, message_id: UUID, now: datetime = NOW) -> bool:
    with acting(database, now=now) as op:
        claimed = outbox.claim(op, message_id)
        op.commit()
    return claimed is not None


def test_the_same_work_is_owed_once(database: Database) -> None:
    ref = uuid4()
    with acting(database) as op:
        for _ in range(3):
            outbox.add(op, RENDER, ref, dedupe_key="sent")
        op.commit()

    assert len(due(database)) == 1


@pytest.mark.faults
def test_of_twenty_workers_one_gets_it(database: Database, owed: UUID) -> None:
    with ThreadPoolExecutor(20) as crowd:
        got = list(crowd.map(lambda _: claim(database, owed), range(20)))

    assert sum(got) == 1
    assert due(database) == ()


@pytest.mark.faults
def test_what_a_dead_worker_had_is_taken_up_again(database: Database, owed: UUID) -> None:
    assert claim(database, owed)

    assert not claim(database, owed, NOW + timedelta(minutes=4))
    assert claim(database, owed, NOW + timedelta(minutes=6))


@pytest.mark.faults
def test_a_worker_whose_clock_is_hours_ahead_blocks_nothing(database: Database, owed: UUID) -> None:
    assert claim(database, owed, NOW + timedelta(hours=2))

    assert due(database) == (owed,)


def test_done_is_done(database: Database, owed: UUID) -> None:
    claim(database, owed)
    with acting(database) as op:
        outbox.done(op, owed)
        op.commit()

    assert due(database, NOW + timedelta(days=1)) == ()


def test_failing_work_is_tried_later_and_given_up_in_the_end(database: Database, owed: UUID) -> None:
    now, tries = NOW, 0
    while due(database, now) and tries < 50:
        assert claim(database, owed, now)
        with acting(database, now=now) as op:
            outbox.failed(op, owed, error=ValueError("what a patient typed"))
            op.commit()
        assert due(database, now) == ()
        now, tries = now + timedelta(hours=3), tries + 1

    with database.reading() as session:
        assert (tries, outbox.given_up(session)) == (20, 1)
        assert session.get_one(Job, owed).last_error == "ValueError"


def test_work_for_later_waits(database: Database) -> None:
    with acting(database) as op:
        outbox.add(op, RENDER, uuid4(), not_before=NOW + timedelta(hours=1))
        op.commit()

    assert due(database) == ()
    assert len(due(database, NOW + timedelta(hours=1))) == 1
