"""Reminders leave at the clinic's time of day, whatever the clocks and the diary do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as properties
from hypothesis import strategies as st
from sqlalchemy import delete, select

from intake.config import Settings
from intake.services.appointments import booking
from intake.services.appointments.booking import Booking
from intake.services.context import Operation
from intake.services.messages import outbox, reminders
from intake.storage import Database
from intake.storage.models import Appointment, Job, JobKind
from tests.acting import acting
from tests.services.conftest import BORN, NOW
from tests.services.correspondence import empty_database

LONDON = ZoneInfo("Europe/London")


class Diary:
    """One patient's appointment, with its reminders, by the clock on the wall of a clinic in London."""

    def __init__(self, database: Database, settings: Settings, now: datetime = NOW) -> None:
        self.database, self.settings, self.now = database, settings, now
        self.appointment: Appointment

    def books(self, wall: str) -> "Diary":
        with acting(self.database, settings=self.settings, now=self.now) as op:
            self.appointment = booking.make(
                op, Booking(name="Anna Canary", date_of_birth=BORN, starts_at=at(wall))
            )
            op.commit()
        return self

    def moves(self, wall: str) -> "Diary":
        with self._changing() as (op, appointment):
            appointment.starts_at = at(wall)
            reminders.plan(op, appointment)
        return self

    def cancels(self) -> "Diary":
        with self._changing() as (op, appointment):
            booking.cancel(op, appointment)
        return self

    def sends_what_is_due(self) -> "Diary":
        with acting(self.database, now=self.now) as op:
            for message_id in outbox.due(op):
                outbox.claim(op, message_id)
                outbox.done(op, message_id)
            op.commit()
        return self

    @property
    def owed(self) -> list[str]:
        """When each reminder that is still to come leaves, by the clock on the wall."""
        waiting = [row for row in self.rows if not (row.cancelled_at or row.done_at)]
        return [f"{self.settings.local(row.not_before):%Y-%m-%d %H:%M}" for row in waiting]

    @property
    def rows(self) -> list[Job]:
        with self.database.reading() as session:
            chosen = select(Job).where(Job.kind == JobKind.SEND_REMINDER)
            return list(session.scalars(chosen.order_by(Job.not_before)))

    @contextmanager
    def _changing(self) -> Iterator[tuple[Operation, Appointment]]:
        with acting(self.database, settings=self.settings, now=self.now) as op:
            appointment = booking.find(op.session, self.appointment.id)
            assert appointment is not None
            yield op, appointment
            op.commit()


def at(wall: str) -> datetime:
    """A moment by the clock on the wall; one that comes twice is the first."""
    return datetime.fromisoformat(wall).replace(tzinfo=LONDON).astimezone(UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """On SQLite only: what is owed when is worked out by us and not by the database."""
    opened = empty_database(tmp_path)
    yield opened
    opened.dispose()


@pytest.fixture
def diary(database: Database, settings: Settings) -> Diary:
    return Diary(database, settings)


def test_reminders_leave_a_week_and_a_day_before_at_the_clinics_time(diary: Diary) -> None:
    diary.books("2026-03-24 10:30")

    assert diary.owed == ["2026-03-17 10:00", "2026-03-23 10:00"]


def test_the_clinic_says_at_what_time_they_leave(database: Database, settings: Settings) -> None:
    diary = Diary(database, replace(settings, reminder_time=time(17, 45))).books("2026-03-24 10:30")

    assert diary.owed == ["2026-03-17 17:45", "2026-03-23 17:45"]


def test_only_what_lies_ahead_is_owed(database: Database, settings: Settings) -> None:
    now = at("2026-03-09 09:00")

    assert Diary(database, settings, now).books("2026-03-10 10:30").owed == ["2026-03-09 10:00"]


@pytest.mark.parametrize("wall", ["2026-03-09 16:00", "2026-03-10 10:30"])
def test_who_comes_today_or_after_the_time_of_reminders_tomorrow_gets_none(
    database: Database, settings: Settings, wall: str
) -> None:
    assert Diary(database, settings, at("2026-03-09 10:00")).books(wall).owed == []


@pytest.mark.parametrize(
    ("visit", "leaves", "utc"),
    [
        ("2026-03-29 10:30", "2026-03-28 10:00", 10),  # The clocks go forward in the night before.
        ("2026-03-30 10:30", "2026-03-29 10:00", 9),
        ("2026-10-25 10:30", "2026-10-24 10:00", 9),  # And back.
        ("2026-10-26 10:30", "2026-10-25 10:00", 10),
    ],
)
def test_ten_oclock_is_ten_oclock_on_both_sides_of_a_change_of_the_clocks(
    diary: Diary, visit: str, leaves: str, utc: int
) -> None:
    diary.books(visit)

    assert diary.owed[-1] == leaves
    assert diary.rows[-1].not_before.astimezone(UTC).hour == utc


@pytest.mark.parametrize(
    ("visit", "leaves"),
    [
        ("2026-03-30 10:30", "2026-03-29 01:30+00:00"),  # There is no half past one: half past two.
        ("2026-10-26 10:30", "2026-10-25 00:30+00:00"),  # There are two: the first.
    ],
)
def test_a_time_that_is_left_out_comes_later_and_one_that_comes_twice_the_first_time(
    database: Database, settings: Settings, visit: str, leaves: str
) -> None:
    diary = Diary(database, replace(settings, reminder_time=time(1, 30))).books(visit)

    assert diary.rows[-1].not_before == datetime.fromisoformat(leaves)


def test_a_visit_that_is_moved_is_reminded_of_at_its_new_time_only(diary: Diary) -> None:
    diary.books("2026-03-24 10:30").moves("2026-03-26 09:00")

    assert diary.owed == ["2026-03-19 10:00", "2026-03-25 10:00"]
    assert {row.cancel_reason for row in diary.rows if row.cancelled_at} == {"moved"}


def test_a_visit_that_is_moved_back_is_reminded_of_as_before(diary: Diary) -> None:
    diary.books("2026-03-24 10:30").moves("2026-03-26 09:00").moves("2026-03-24 10:30")

    assert diary.owed == ["2026-03-17 10:00", "2026-03-23 10:00"]
    assert len(diary.rows) == 4


def test_a_visit_that_is_moved_by_minutes_is_reminded_of_once(diary: Diary) -> None:
    diary.books("2026-03-24 10:30").moves("2026-03-24 10:50")

    assert diary.owed == ["2026-03-17 10:00", "2026-03-23 10:00"]


def test_a_reminder_that_has_left_does_not_leave_again_for_the_same_time(diary: Diary) -> None:
    diary.books("2026-03-24 10:30")
    diary.now = at("2026-03-17 10:00")
    diary.sends_what_is_due()

    diary.now = at("2026-03-17 11:00")
    diary.moves("2026-03-30 10:30").moves("2026-03-24 10:30")

    assert diary.owed == ["2026-03-23 10:00"]


def test_a_visit_that_is_cancelled_is_not_reminded_of(diary: Diary) -> None:
    diary.books("2026-03-24 10:30").cancels()

    assert diary.owed == []
    assert {row.cancel_reason for row in diary.rows} == {"cancelled"}


def test_planning_again_changes_nothing(diary: Diary) -> None:
    diary.books("2026-03-24 10:30")
    before = [(row.id, row.not_before) for row in diary.rows]

    diary.moves("2026-03-24 10:30").moves("2026-03-24 10:30")

    assert [(row.id, row.not_before) for row in diary.rows] == before


# ---- whatever happens


@pytest.fixture(scope="module")
def any_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = empty_database(tmp_path_factory.mktemp("reminders"))
    yield opened
    opened.dispose()


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31))  # noqa: DTZ001  (on the wall)
# It is moved to a time, or so much time goes by.
STEPS = st.lists(st.one_of(MOMENTS, st.timedeltas(timedelta(), timedelta(days=20))), max_size=6)


@properties(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(booked=MOMENTS, visit=MOMENTS, clock=st.times(), steps=STEPS)
def test_what_is_owed_lies_ahead_before_the_visit_at_the_clinics_time_and_once(
    any_database: Database, booked: datetime, visit: datetime, clock: time, steps: list[datetime | timedelta]
) -> None:
    settings = replace(Settings.from_environment({}), reminder_time=clock.replace(second=0, microsecond=0))
    diary = Diary(any_database, settings, booked.replace(tzinfo=UTC))
    with any_database.writing() as session:
        session.execute(delete(Job))
        session.commit()

    diary.books(visit.isoformat())
    for step in steps:
        if isinstance(step, datetime):
            visit = step
        else:
            diary.now += step
            diary.sends_what_is_due()
        diary.moves(visit.isoformat())

    starts_at, today = at(visit.isoformat()), settings.local
    waiting = [row.not_before for row in diary.rows if not (row.cancelled_at or row.done_at)]
    days = [(today(starts_at).date() - today(leaves).date()).days for leaves in waiting]
    assert sorted(days) == sorted(set(days) & {1, 7})
    for leaves in waiting:
        assert diary.now < leaves < starts_at
        assert today(leaves).time() == settings.reminder_time or _clocks_change(leaves)
    assert len({row.dedupe_key for row in diary.rows}) == len(diary.rows)


def _clocks_change(moment: datetime) -> bool:
    """The clocks change within an hour of it."""
    hour = timedelta(hours=1)
    return (moment - hour).astimezone(LONDON).utcoffset() != (moment + hour).astimezone(LONDON).utcoffset()
