"""A clinic whose workers are processes of their own, and what a test asks of it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from intake.config import Settings
from intake.red_flags import Finding, Urgency, rule
from intake.services import alerts
from intake.services.appointments import booking
from intake.services.appointments.booking import Booking
from intake.services.audit import SYSTEM
from intake.services.context import Operation
from intake.services.invitations import links
from intake.services.messages import heartbeat, outbox
from intake.services.messages.heartbeat import WorkerView
from intake.storage import Database, open_database
from intake.storage.models import Job, JobKind
from intake.tasks import Queue
from tests.services.conftest import BORN

CHECKOUT = Path(__file__).parents[2]


class ClinicAtWork:
    """Anna's appointment next month, reminders and alerts about it, and the workers that send them."""

    def __init__(self, folder: Path, database_url: str, **environment: str) -> None:
        self.environment = {
            "BACKSTORY_DATA_DIR": str(folder / "data"),
            "BACKSTORY_KEY_FILE": str(folder / "keys" / "keys.json"),
            "BACKSTORY_DATABASE_URL": database_url,
            "BACKSTORY_ALERT_EMAIL": "desk@clinic.example",
            **{f"BACKSTORY_{name}": value for name, value in environment.items()},
        }
        self.settings = Settings.from_environment(self.environment)
        self.database: Database = open_database(self.settings)
        self.database.migrate()
        self.queue = Queue(self.database, self.settings)
        self.processes: list[subprocess.Popen[bytes]] = []
        with self.acting() as op:
            in_a_month = datetime.now(UTC) + timedelta(days=30)
            self.appointment = booking.make(
                op,
                Booking(
                    name="Anna Canary", date_of_birth=BORN, starts_at=in_a_month, email="anna@example.org"
                ),
            )
            links.invite(op, self.appointment)
            op.commit()

    def closes(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
        self.queue.stop()
        self.database.dispose()

    def acting(self) -> Any:
        return Operation.open(self.database, self.settings, SYSTEM, datetime.now(UTC))

    def reminds(self, times: int) -> None:
        """Owe this many reminders; all of them are due."""
        with self.acting() as op:
            for number in range(times):
                key = f"{number} at {time.monotonic_ns()}"
                outbox.add(
                    op,
                    JobKind.SEND_REMINDER,
                    self.appointment.id,
                    dedupe_key=key,
                    appointment_id=self.appointment.id,
                )
            op.commit()

    def alarms(self) -> None:
        """Raise an alert for an emergency."""
        with self.acting() as op:
            found = booking.find(op.session, self.appointment.id)
            assert found is not None
            alerts.raise_(op, found.intake, [Finding(rule("R-CES-1"), Urgency.EMERGENCY, "reported", ())])
            op.commit()

    def jobs(self, kind: JobKind = JobKind.SEND_REMINDER) -> list[Job]:
        with self.database.reading() as session:
            return list(session.scalars(select(Job).where(Job.kind == kind, Job.not_before < in_an_hour())))

    def all_done(self, kind: JobKind = JobKind.SEND_REMINDER) -> bool:
        return all(job.done_at is not None for job in self.jobs(kind))

    def workers(self) -> tuple[WorkerView, ...]:
        with self.database.reading() as session:
            return heartbeat.workers(session)

    def leases_run_out(self) -> None:
        """As if the lease of whatever is in hand had been taken long ago."""
        with self.acting() as op:
            op.session.execute(
                update(Job)
                .where(Job.lease_until.is_not(None))
                .values(lease_until=op.now - timedelta(seconds=1))
                .execution_options(synchronize_session=False)
            )
            op.session.commit()

    def works(self, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start a worker, and wait until it says that it is there."""
        said = {f"BACKSTORY_{name}": value for name, value in environment.items()}
        before = {worker.pid for worker in self.workers()}
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.ending_with", "work", *options],
            cwd=CHECKOUT,
            env={**os.environ, **self.environment, **said},
            stdout=subprocess.DEVNULL,
        )
        self.processes.append(process)
        until(lambda: process.pid in {worker.pid for worker in self.workers()} - before, 90)
        return process


def in_an_hour() -> datetime:
    return datetime.now(UTC) + timedelta(hours=1)


def until(holds: Callable[[], object], within: float = 40) -> float:
    """Wait for it; how many seconds that took."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < within, "it did not happen"
        time.sleep(0.02)
    return time.monotonic() - began


@contextmanager
def stopped(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """The process stands still, as when its computer sleeps."""
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)
