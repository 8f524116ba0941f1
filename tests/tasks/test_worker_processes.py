"""Workers in processes of their own, on both databases, with real mail servers that misbehave."""

import signal
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from intake.storage.models import JobKind
from tests.dripping import END, open_dripping
from tests.post_office import PostOffice
from tests.tasks.at_work import ClinicAtWork, stopped, until

pytestmark = pytest.mark.faults

# Seconds: a worker that is told to end has ended.
ENDED = 12


@pytest.fixture
def opened(tmp_path: Path, database_url: str) -> Iterator[Callable[..., ClinicAtWork]]:
    """Opens a clinic with these settings."""
    clinics: list[ClinicAtWork] = []

    def open_(**environment: str) -> ClinicAtWork:
        clinics.append(ClinicAtWork(tmp_path, database_url, **environment))
        return clinics[-1]

    yield open_
    for clinic in clinics:
        clinic.closes()


@pytest.fixture
def clinic(opened: Callable[..., ClinicAtWork], post_office: PostOffice) -> ClinicAtWork:
    return opened(MAIL_SERVER=f"smtp://127.0.0.1:{post_office.port}")


def test_an_alert_overtakes_reminders_that_are_under_way(
    clinic: ClinicAtWork, post_office: PostOffice
) -> None:
    post_office.takes = 0.5
    clinic.reminds(80)
    clinic.works()
    until(lambda: len(post_office.mails) >= 3)

    clinic.alarms()
    clinic.queue.nudge()

    assert until(lambda: clinic.all_done(JobKind.TELL_OF_ALERT)) < 2.5
    assert len(post_office.mails) < 20


def test_a_signal_reaches_another_process_within_a_second(clinic: ClinicAtWork) -> None:
    clinic.works()
    took = []

    for _ in range(10):
        time.sleep(0.3)
        clinic.reminds(1)
        clinic.queue.nudge()
        took.append(until(clinic.all_done))

    assert statistics.median(took) < 0.5
    assert max(took) < 1.5


@pytest.mark.long_faults
def test_signals_may_be_lost_and_their_tables_deleted_at_any_time(clinic: ClinicAtWork) -> None:
    clinic.works()
    clinic.queue.nudge()

    for _ in range(3):
        clinic.reminds(2)
        delete_signals(clinic)
        until(clinic.all_done)
    clinic.reminds(1)
    clinic.queue.nudge()

    assert until(clinic.all_done) < 2


@pytest.mark.long_faults
def test_two_workers_share_what_is_to_be_done_and_do_nothing_twice(
    clinic: ClinicAtWork, post_office: PostOffice
) -> None:
    post_office.takes = 0.1
    clinic.works(), clinic.works()

    clinic.reminds(60)
    clinic.queue.nudge()
    until(clinic.all_done)

    sent = Counter(mail["Message-ID"] for mail in post_office.mails)
    assert (len(sent), set(sent.values())) == (60, {1})
    assert {job.attempts for job in clinic.jobs()} == {1}


@pytest.mark.long_faults
def test_a_worker_whose_mail_server_drips_ends_and_the_next_one_sends_the_same_message(
    opened: Callable[..., ClinicAtWork], post_office: PostOffice
) -> None:
    with open_dripping(after=END) as dripping:
        clinic = opened(MAIL_SERVER=dripping.url)
        clinic.reminds(1)
        worker = clinic.works()
        until(lambda: END.encode() in dripping.heard)

        worker.send_signal(signal.SIGTERM)

        assert worker.wait(ENDED) == 0
    assert [(job.done_at, job.lease_until) for job in clinic.jobs()] == [(None, None)]
    assert clinic.workers() == ()

    clinic.works(MAIL_SERVER=f"smtp://127.0.0.1:{post_office.port}")
    until(clinic.all_done)
    [mail] = post_office.mails
    assert f"Message-ID: {mail['Message-ID']}\r\n".encode() in dripping.heard


@pytest.mark.long_faults
def test_a_worker_that_stood_still_past_its_lease_sends_the_same_and_marks_nothing_wrongly(
    opened: Callable[..., ClinicAtWork], post_office: PostOffice
) -> None:
    with open_dripping(after=END) as dripping:
        clinic = opened(MAIL_SERVER=dripping.url, MESSAGE_DEADLINE="4")
        clinic.reminds(1)
        zombie = clinic.works()
        until(lambda: END.encode() in dripping.heard)

        with stopped(zombie):
            clinic.leases_run_out()
            clinic.works(MAIL_SERVER=f"smtp://127.0.0.1:{post_office.port}")
            until(clinic.all_done)
            [done] = clinic.jobs()
        time.sleep(5)

    [job] = clinic.jobs()
    assert (job.done_at, job.attempts, job.last_error) == (done.done_at, 2, None)
    [mail] = post_office.mails
    assert f"Message-ID: {mail['Message-ID']}\r\n".encode() in dripping.heard


@pytest.mark.long_faults
def test_an_alert_that_a_killed_worker_had_in_hand_is_sent_by_the_next_when_its_lease_is_over(
    opened: Callable[..., ClinicAtWork], post_office: PostOffice
) -> None:
    with open_dripping(after=END) as dripping:
        clinic = opened(MAIL_SERVER=dripping.url, MESSAGE_DEADLINE="4")
        clinic.alarms()
        killed = clinic.works()
        until(lambda: END.encode() in dripping.heard)
        killed.kill()

    clinic.works(MAIL_SERVER=f"smtp://127.0.0.1:{post_office.port}", MESSAGE_DEADLINE="4")

    assert until(lambda: clinic.all_done(JobKind.TELL_OF_ALERT)) < 4 + 15 + 3
    assert len(post_office.mails) == 1


def test_a_worker_that_is_killed_is_seen_to_be_silent_and_one_that_ends_is_not_seen(
    clinic: ClinicAtWork,
) -> None:
    killed, ended = clinic.works("--only", "urgent"), clinic.works("--only", "documents")
    assert {(worker.pid, worker.lanes) for worker in clinic.workers()} == {
        (killed.pid, "urgent"),
        (ended.pid, "documents"),
    }

    killed.kill()
    ended.send_signal(signal.SIGTERM)
    ended.wait(ENDED)

    assert [worker.pid for worker in clinic.workers()] == [killed.pid]


@pytest.mark.long_faults
def test_the_second_mail_server_is_tried_when_the_first_drips(
    opened: Callable[..., ClinicAtWork], post_office: PostOffice
) -> None:
    with open_dripping() as dripping:
        second = f"smtp://127.0.0.1:{post_office.port}"
        clinic = opened(MAIL_SERVER=dripping.url, SECOND_MAIL_SERVER=second, MESSAGE_DEADLINE="4")
        clinic.works()

        clinic.alarms()
        clinic.queue.nudge()

        assert until(lambda: clinic.all_done(JobKind.TELL_OF_ALERT)) < 6
        assert dripping.called


def delete_signals(clinic: ClinicAtWork) -> None:
    address = make_url(clinic.settings.database_url)
    if address.drivername == "sqlite":
        for file in clinic.settings.data_dir.glob("queue.db*"):
            file.unlink()
        return
    dsn = address.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("DROP TABLE queue_task")
