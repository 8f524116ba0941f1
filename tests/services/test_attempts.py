"""Tries are counted together by however many there are, and not for longer than they should be."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import func, select

from intake.services.invitations import attempts
from intake.storage import Database
from intake.storage.models import Throttle, ThrottleKind
from tests.acting import NOW, acting, looking

WITHIN = timedelta(minutes=5)
ONE = "1" * 32


def tries(database: Database, subject: str = ONE, after: timedelta = timedelta()) -> int:
    with acting(database, now=NOW + after) as op:
        spent = attempts.spend(op, ThrottleKind.NETWORK, subject, within=WITHIN)
        op.commit()
    return spent.tries


def test_forty_at_once_are_counted_one_by_one(database: Database) -> None:
    with ThreadPoolExecutor(20) as crowd:
        counted = list(crowd.map(lambda _: tries(database), range(40)))

    assert sorted(counted) == list(range(1, 41))


def test_tries_are_forgotten_when_their_time_is_over(database: Database) -> None:
    assert [tries(database), tries(database, after=WITHIN - timedelta(seconds=1))] == [1, 2]
    assert tries(database, after=WITHIN) == 1


def test_a_clock_that_is_set_back_locks_nobody(database: Database) -> None:
    for _ in range(10):
        tries(database, after=timedelta(days=1))

    with looking(database) as op:
        assert attempts.spent(op, ThrottleKind.NETWORK, ONE, within=WITHIN).tries == 0
    assert [tries(database), tries(database, after=timedelta(minutes=1))] == [1, 2]


def test_what_was_no_guess_is_given_back(database: Database) -> None:
    tries(database), tries(database)

    with acting(database) as op:
        for _ in range(3):
            attempts.give_back(op, ThrottleKind.NETWORK, ONE)
        op.commit()

    assert tries(database) == 1


def test_a_flood_of_made_up_addresses_leaves_no_more_rows_than_an_hour_brings(database: Database) -> None:
    for hour in range(4):
        with acting(database, now=NOW + hour * timedelta(hours=2)) as op:
            for number in range(50):
                attempts.spend(op, ThrottleKind.SIGN_IN, f"{hour:02}{number:030}", within=WITHIN)
                attempts.sweep_some(op)
            op.commit()

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Throttle)) == 50
