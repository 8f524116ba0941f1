"""A clock that was ahead for a while and was set right locks nobody out, and lets nobody in for longer."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from intake.services.context import CLOCKS_DIFFER
from intake.services.invitations import attempts, walk_ins
from intake.services.messages import heartbeat, outbox, reminders
from intake.services.messages.heartbeat import AtWork
from intake.services.staff import accounts, password_links, sessions
from intake.storage.models import (
    Appointment,
    Job,
    JobKind,
    Role,
    SessionKind,
    StaffLink,
    StaffLinkPurpose,
    ThrottleKind,
    User,
    WalkInCode,
    WebSession,
)
from tests.acting import acting
from tests.services.conftest import NOW

WINDOW = timedelta(minutes=5)
AHEAD = st.timedeltas(timedelta(minutes=6), timedelta(days=400))


def test_tries_that_were_counted_in_the_future_lock_nobody_out(database):
    for _ in range(20):
        with acting(database, now=NOW + timedelta(days=1)) as op:
            attempts.spend(op, ThrottleKind.SIGN_IN, "x" * 32, within=WINDOW)
            op.commit()

    with acting(database, now=NOW) as op:
        tries = [attempts.spend(op, ThrottleKind.SIGN_IN, "x" * 32, within=WINDOW).tries for _ in range(3)]
        op.commit()

    # And they are counted from now on.
    assert tries == [1, 2, 3]


def test_a_session_that_was_seen_in_the_future_is_over_or_goes_on_by_the_right_clock(database):
    with acting(database, now=NOW) as op:
        user = accounts.expect_user(op, name="Ada", email="ada@clinic.example", role=Role.ADMIN)
        op.session.flush()
        token = sessions.start_staff(op, user)
        op.commit()
    with acting(database, now=NOW + timedelta(seconds=60)) as op:
        sessions.see(op, sessions.find(op, token, SessionKind.STAFF))
        op.commit()

    with acting(database, now=NOW) as op:
        found = sessions.find(op, token, SessionKind.STAFF)
        assert sessions.to_be_seen(found, now=NOW)
        sessions.see(op, found)
        op.commit()
    with acting(database, now=NOW) as op:
        assert sessions.find(op, token, SessionKind.STAFF).seen_at == NOW


@given(ahead=AHEAD, kind=st.sampled_from([SessionKind.STAFF, SessionKind.PATIENT]))
def test_nobody_is_let_in_by_a_sight_of_the_future(ahead, kind):
    left_alone = WebSession(kind=kind, started_at=NOW, seen_at=NOW + ahead)

    assert not sessions.lasts(left_alone, now=NOW)


# ---- messages: none waits for the moment that a wrong clock has set

STEPS = st.timedeltas(timedelta(days=-400), timedelta(days=400))
AT_ONCE = tuple(kind for kind in JobKind if kind not in outbox.SCHEDULED)
one_database = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def owe(database, kind, now, not_before=None):
    """Nothing else is owed than this job, which was added by a clock that said `now`."""
    with acting(database, now=now) as op:
        op.session.execute(delete(Job))
        outbox.add(op, kind, uuid4(), not_before=not_before)
        op.commit()


def take(database, now):
    with acting(database, now=now) as op:
        claim = outbox.claim_next(op, outbox.ORDER)
        op.commit()
    return claim


@one_database
@given(kind=st.sampled_from(AT_ONCE), step=STEPS)
def test_what_is_to_be_done_at_once_is_due_whatever_the_clock_said(database, kind, step):
    owe(database, kind, NOW + step)

    assert take(database, NOW) is not None


@one_database
@given(
    kind=st.sampled_from(list(JobKind)),
    steps=st.lists(STEPS, min_size=1, max_size=4),
    how=st.sampled_from(["fails", "is postponed", "is left behind"]),
)
def test_whatever_the_clock_said_while_it_was_tried_it_is_tried_again_in_time(database, kind, steps, how):
    """The clock is wrong by each of these steps in turn; then it is right, and stays so."""
    owe(database, kind, NOW)
    for step in steps:
        claim = take(database, NOW + step)
        if claim is None or how == "is left behind":
            continue
        with acting(database, now=NOW + step) as op:
            if how == "fails":
                outbox.failed(op, claim.job.id, error=OSError())
            else:
                outbox.postpone(op, claim)
            op.commit()

    waits = timedelta(minutes=5) if kind in outbox.URGENT else timedelta(hours=2)
    assert take(database, NOW + waits + timedelta(minutes=6)) is not None


@one_database
@given(ahead=st.timedeltas(timedelta(), timedelta(days=400)), fails=st.booleans())
def test_a_call_for_an_overdue_alert_never_waits_for_a_clock_that_was_ahead(database, ahead, fails):
    owe(database, JobKind.TELL_OF_OVERDUE, NOW + ahead, not_before=NOW + ahead + timedelta(minutes=15))

    # Workers look all the time: it leaves at the first look by the right clock, or when it should.
    looks = (NOW, NOW + timedelta(minutes=15) + CLOCKS_DIFFER)
    assert any(take(database, look) is not None for look in looks)


@one_database
@given(days=st.integers(1, 300), step=STEPS)
def test_a_reminder_for_another_day_leaves_on_that_day_whatever_the_clock_said(database, days, step):
    day = NOW + timedelta(days=days)
    owe(database, JobKind.SEND_REMINDER, NOW + step, not_before=day)

    assert take(database, day - timedelta(seconds=1)) is None
    assert take(database, day) is not None


def test_a_reminder_that_was_tried_and_is_moved_waits_for_its_new_day(database, anna):
    with acting(database, now=NOW) as op:
        booked = op.session.get_one(Appointment, anna.appointment.id)
        booked.starts_at = NOW + timedelta(days=30)
        reminders.plan(op, booked)
        for message in op.session.query(Job).filter(Job.kind == JobKind.SEND_REMINDER):
            message.attempts, message.not_before = 3, NOW + timedelta(hours=2)
        reminders.plan(op, booked)
        op.commit()

    assert take(database, NOW + timedelta(days=10)) is None
    assert take(database, NOW + timedelta(days=30)) is not None


@pytest.mark.parametrize("ahead", [timedelta(minutes=1), timedelta(minutes=4), timedelta(days=40)])
def test_a_lease_taken_by_a_clock_that_was_ahead_ends_within_minutes(database, ahead):
    owe(database, JobKind.TELL_OF_ALERT, NOW)
    assert take(database, NOW + ahead) is not None

    assert take(database, NOW) or take(database, NOW + timedelta(seconds=151))


def test_a_worker_that_was_seen_in_the_future_is_forgotten(database):
    with acting(database, now=NOW + timedelta(days=40)) as op:
        heartbeat.beat(op, AtWork("urgent", op.now))
        op.commit()
    with acting(database, now=NOW) as op:
        heartbeat.beat(op, AtWork("urgent", op.now))
        op.commit()

    with database.reading() as session:
        assert [worker.seen_at for worker in heartbeat.workers(session)] == [NOW]


# ---- what opens something lasts no longer than it should


@given(ahead=AHEAD, purpose=st.sampled_from(StaffLinkPurpose))
def test_a_password_link_of_the_future_does_not_work(ahead, purpose):
    lasts = password_links.LASTS[purpose]
    link = StaffLink(purpose=purpose, expires_at=NOW + lasts, user=User(active=True))
    assert password_links._works(link, NOW)

    link.expires_at += ahead

    assert not password_links._works(link, NOW)


@given(ahead=AHEAD)
def test_a_code_of_the_future_opens_nothing(ahead):
    assert walk_ins._opens(WalkInCode(expires_at=NOW + walk_ins.CODE_LASTS), NOW)
    assert not walk_ins._opens(WalkInCode(expires_at=NOW + walk_ins.CODE_LASTS + ahead), NOW)


def test_a_tablet_that_was_let_in_by_a_clock_that_was_ahead_lasts_half_a_year_from_its_first_use(database):
    half_a_year = sessions.LIMITS[SessionKind.TABLET].absolute
    with acting(database, now=NOW + timedelta(days=400)) as op:
        token = walk_ins.enrol(op, "Desk")
        op.commit()

    for after in range(0, half_a_year.days, 30):
        with acting(database, now=NOW + timedelta(days=after)) as op:
            sessions.see(op, sessions.find(op, token, SessionKind.TABLET))
            op.commit()

    with acting(database, now=NOW + half_a_year + timedelta(minutes=1)) as op:
        assert sessions.find(op, token, SessionKind.TABLET) is None


@one_database
@given(steps=st.lists(STEPS, min_size=1, max_size=5), tries=st.integers(1, 5))
def test_throttles_lock_for_no_longer_than_their_time_after_any_steps(database, steps, tries):
    subject = uuid4().hex
    for step in steps:
        for _ in range(tries):
            with acting(database, now=NOW + step) as op:
                attempts.spend(op, ThrottleKind.SIGN_IN, subject, within=WINDOW)
                op.commit()

    with acting(database, now=NOW + WINDOW) as op:
        inside = sum(0 <= (NOW + WINDOW - (NOW + step)).total_seconds() < 300 for step in steps)
        assert attempts.spent(op, ThrottleKind.SIGN_IN, subject, within=WINDOW).tries <= inside * tries


@one_database
@given(steps=st.lists(STEPS, min_size=1, max_size=4))
def test_a_session_ends_in_time_after_any_steps(database, steps):
    """It is a tablet's, which goes on when the clock was set right, and is in use all the time."""
    limits = sessions.LIMITS[SessionKind.TABLET]

    def is_used(now):
        with acting(database, now=now) as op:
            found = sessions.find(op, token, SessionKind.TABLET)
            if found is not None:
                sessions.see(op, found)
                op.commit()
            return found is not None

    with acting(database, now=NOW + steps[0]) as op:
        token = walk_ins.enrol(op, "Desk")
        op.commit()
    for step in steps[1:]:
        is_used(NOW + step)

    for days in (0, 60, 120, 180):
        is_used(NOW + timedelta(days=days))
    assert not is_used(NOW + limits.absolute + timedelta(minutes=1))
