"""Work owed is done, however often somebody dies over it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from intake.config import Settings
from intake.services.audit import SYSTEM
from intake.services.context import Operation
from intake.services.messages import outbox
from intake.services.messages.outbox import Claim, LeaseLost
from intake.storage import Database
from intake.storage.models import Job, JobKind
from intake.tasks.delivery import Work
from intake.tasks.jobs import Jobs
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


# ---- the most urgent first, and one worker for each piece


def owe(database: Database, *kinds: JobKind) -> None:
    with acting(database) as op:
        for kind in kinds:
            outbox.add(op, kind, uuid4())
        op.commit()


def take(database: Database, now: datetime = NOW) -> Claim | None:
    with acting(database, now=now) as op:
        claimed = outbox.claim_next(op, outbox.ORDER)
        op.commit()
    return claimed


def test_the_most_urgent_comes_first_whenever_it_was_added(database: Database) -> None:
    waiting = [JobKind.SEND_REMINDER, JobKind.SEND_INVITATION, RENDER, JobKind.TELL_OF_ALERT]
    owe(database, *waiting)

    taken = [claimed.job.kind for claimed in iter(lambda: take(database), None)]

    assert taken == waiting[::-1]


def test_every_kind_of_work_has_its_place_in_the_order() -> None:
    assert sorted(outbox.ORDER) == sorted(JobKind)


@pytest.mark.parametrize("database_with_tables", ["postgresql"], indirect=True)
def test_whoever_looks_while_another_takes_a_piece_takes_the_next_and_waits_for_nobody(
    database: Database,
) -> None:
    owe(database, RENDER, RENDER)

    with acting(database) as first, acting(database) as second:
        one, other = outbox.claim_next(first, [RENDER]), outbox.claim_next(second, [RENDER])
        none = outbox.claim_next(second, [RENDER])
        first.commit()
        second.commit()

    assert one is not None
    assert other is not None
    assert one.job.id != other.job.id
    assert none is None


def test_whoever_lost_the_lease_marks_nothing(database: Database) -> None:
    owe(database, RENDER)
    later = NOW + timedelta(minutes=6)
    stopped, other = take(database), take(database, later)
    assert stopped is not None
    assert other is not None

    for mark in (outbox.held, outbox.postpone):
        with acting(database, now=later) as op, pytest.raises(LeaseLost):
            mark(op, stopped)
    with acting(database, now=later) as op:
        outbox.release(op, [stopped])
        assert (outbox.is_held(op, stopped), outbox.is_held(op, other)) == (False, True)
        op.commit()

    with database.reading() as session:
        assert session.get_one(Job, other.job.id).lease_until == other.until


def test_what_a_worker_gives_back_is_there_for_the_next_at_once(database: Database) -> None:
    owe(database, RENDER)
    claimed = take(database)
    assert claimed is not None

    with acting(database) as op:
        outbox.release(op, [claimed])
        op.commit()

    assert take(database) is not None


def test_what_was_not_tried_waits_for_a_moment_and_is_no_try(database: Database) -> None:
    owe(database, RENDER)
    claimed = take(database)
    assert claimed is not None

    with acting(database) as op:
        outbox.postpone(op, claimed)
        op.commit()

    assert take(database) is None
    again = take(database, NOW + outbox.POSTPONED)
    assert again is not None
    assert again.job.attempts == 2

    for _ in range(3 * outbox.ATTEMPTS):
        with acting(database, now=NOW + outbox.POSTPONED) as op:
            outbox.postpone(op, again)
            op.commit()
        again = take(database, NOW + 2 * outbox.POSTPONED)
        assert again is not None
        assert again.job.attempts == 2


def test_a_job_that_its_workers_die_of_does_not_stop_the_others(
    database: Database, settings: Settings
) -> None:
    owe(database, RENDER)
    now = NOW
    for _ in range(outbox.LEFT_BEHIND):
        claimed = take(database, now)
        assert claimed is not None
        assert not claimed.left_behind
        now += timedelta(minutes=6)

    jobs = Jobs(lambda: Work(database, settings, lambda: now))

    assert jobs.do_next(outbox.ORDER) is False
    assert jobs.do_next(outbox.ORDER) is None
    with database.reading() as session:
        job = session.get_one(Job, claimed.job.id)
    assert (job.last_error, job.lease_until) == ("LeftBehind", None)
    assert job.not_before > now


# ---- a worker that was killed, and who may send meanwhile

SENT = tuple(kind for kind in JobKind if kind is not RENDER)


@pytest.mark.parametrize("kind", SENT)
def test_a_message_of_a_killed_worker_is_sent_in_about_a_minute(database: Database, kind: JobKind) -> None:
    owe(database, kind)
    assert take(database) is not None

    assert take(database, NOW + timedelta(seconds=60)) is None
    assert take(database, NOW + timedelta(seconds=77)) is not None


@pytest.mark.parametrize("deadline", ["1", "60", "120"])
@pytest.mark.parametrize("kind", SENT)
def test_nobody_begins_a_message_that_could_still_be_under_way_when_another_takes_it(
    database: Database, kind: JobKind, deadline: str
) -> None:
    settings = Settings.from_environment({"BACKSTORY_MESSAGE_DEADLINE": deadline})
    owe(database, kind)
    with Operation.open(database, settings, SYSTEM, NOW) as op:
        claimed = outbox.claim_next(op, outbox.ORDER)
        op.commit()
    assert claimed is not None

    began = [
        after for after in range(200) if is_held(database, settings, claimed, NOW + timedelta(seconds=after))
    ]

    assert began[0] == 0
    sent = NOW + timedelta(seconds=began[-1] + settings.message_deadline)
    assert take(database, sent) is None


def is_held(database: Database, settings: Settings, claimed: Claim, now: datetime) -> bool:
    with Operation.reading(database, settings, SYSTEM, now) as op:
        return outbox.is_held(op, claimed)


@pytest.mark.parametrize("kind", outbox.URGENT)
def test_what_is_urgent_is_tried_every_five_minutes_for_a_day(database: Database, kind: JobKind) -> None:
    owe(database, kind)
    now = NOW

    for tries in (1, 2, 3, 4, 20, 24 * 12):
        claimed = take(database, now)
        assert claimed is not None, tries
        with acting(database, now=now) as op:
            op.session.get_one(Job, claimed.job.id).attempts = tries
            outbox.failed(op, claimed.job.id, error=OSError())
            op.commit()
        now += timedelta(minutes=5)

    assert take(database, now) is not None


def test_a_step_of_the_clock_gives_nobody_what_the_same_worker_has_in_hand(
    database: Database, settings: Settings
) -> None:
    owe(database, JobKind.TELL_OF_ALERT)
    clock = [NOW]
    jobs = Jobs(lambda: Work(database, settings, lambda: clock[0]))
    claimed = take(database)
    assert claimed is not None

    with jobs._holding(claimed):
        for step in (timedelta(hours=-3), timedelta(days=-2), timedelta(minutes=9), timedelta(days=30)):
            clock[0] = NOW + step
            assert jobs.do_next(outbox.ORDER) is None
