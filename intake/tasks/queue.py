"""Work beside the request: the jobs of the outbox are done here.

The queue is only a wake-up signal. It carries no facts, may lose every signal, and may be deleted at any
time: the rows of the outbox are the truth, and a sweep every minute finds what no signal announced.
"""

import json
import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from huey import SqliteHuey, crontab
from huey.consumer import Consumer
from huey.registry import Message as Signal

from intake.config import Settings
from intake.messaging import Undeliverable
from intake.services.forms import documents
from intake.services.messages import correspondence, heartbeat, outbox
from intake.services.operations import daily_seal, retention
from intake.services.operations.clinic_settings import SettingsInForce
from intake.storage import Database
from intake.storage.models import Job
from intake.tasks import backups
from intake.tasks.delivery import Work, deliver

log = logging.getLogger(__name__)

BEAT = timedelta(seconds=20)


class Queue:
    """The wake-up signal, and the worker that acts on it.

    `immediate` works in the call itself, for tests and for commands that end.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        immediate: bool = False,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self.database, self.settings = database, settings
        self._in_force = SettingsInForce(settings)
        self._clock = clock or _now
        self._last_beat: datetime | None = None
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.huey = SqliteHuey(
            "backstory",
            filename=str(settings.data_dir / "queue.db"),
            results=False,
            serializer=PlainJSON(),
            immediate=immediate,
        )
        self._signal = self.huey.task(name="sweep")(self.sweep)
        self.huey.periodic_task(crontab(minute="*"), name="sweep_each_minute")(self.sweep)
        self.huey.periodic_task(crontab(minute="17"), name="tidy_each_hour")(self.tidy)
        self.huey.periodic_task(crontab(minute="47"), name="seal_each_day")(self.seal)
        self.huey.periodic_task(crontab(minute="*"), name="back_up")(lambda: backups.begin(self._work))
        self._consumer: QuietConsumer | None = None
        self._thread: threading.Thread | None = None

    def nudge(self) -> None:
        """Signal that there are new jobs, after a commit. Never raises: they are found without it."""
        try:
            self._signal()
        except Exception as problem:
            log.warning("The queue did not take a signal: %s", type(problem).__name__)

    def sweep(self) -> int:
        """Do everything that is due; how many pieces of work were done."""
        self.settings = self._in_force.read(self.database)
        self._show_life()
        with self._work.reading() as op:
            due = outbox.due(op)
        return sum(self._deliver(job_id) for job_id in due)

    def tidy(self) -> int:
        """Erase what has been kept for long enough; how many appointments that was.

        Every hour, because a computer that is switched off at night would never do it.
        """
        self.settings = self._in_force.read(self.database)
        with self._work.reading() as op:
            expired = retention.expired(op)
        erased = sum(self._erase(appointment_id) for appointment_id in expired)
        with self._work.operation() as op:
            retention.sweep_up(op)
            op.commit()
        backups.note_erasures(self._work)
        return erased

    def seal(self) -> bool:
        """Write the day's seal of the record outside the database; looked at every hour, as for `tidy`."""
        try:
            return daily_seal.seal_today(self.database, self.settings, now=self._clock())
        except OSError as problem:
            log.error("The seal of the record could not be written: %s", problem.strerror)
            return False

    def _erase(self, appointment_id: UUID) -> bool:
        with self._work.operation() as op:
            try:
                erased = retention.erase(op, appointment_id)
            except retention.AlertOpen:
                return False
            op.commit()
        return erased is not None

    def start(self) -> None:
        """Work in threads of this process, beginning with what was left undone."""
        self._consumer = QuietConsumer(self.huey, workers=1, max_delay=1.0, scheduler_interval=20)
        self._thread = threading.Thread(target=self._consumer.run, name="queue", daemon=True)
        self._thread.start()
        threading.Thread(target=self._warm, name="warming", daemon=True).start()
        self.nudge()

    def stop(self) -> None:
        """Finish what is in hand and stop."""
        if self._consumer is not None and self._thread is not None:
            self._consumer.stop(graceful=True)
            self._thread.join()
            self._consumer = self._thread = None
        self.huey.storage.close()

    @property
    def _work(self) -> Work:
        """By the settings in force since the sweep began."""
        return Work(self.database, self.settings, self._clock)

    def _warm(self) -> None:
        documents.warm(settings=self.settings, now=self._clock())

    def _show_life(self) -> None:
        """Before each piece of work, so that one that hangs is noticed; not more often than is looked at."""
        now = self._clock()
        if self._last_beat is not None and timedelta() <= now - self._last_beat < BEAT:
            return
        with self._work.operation() as op:
            heartbeat.beat(op)
            op.commit()
        self._last_beat = now

    def _deliver(self, job_id: UUID) -> bool:
        self._show_life()
        job = self._claim(job_id)
        if job is None:
            return False
        try:
            deliver(self._work, job)
        except Exception as problem:
            # The message of an exception may hold what a patient wrote; its kind does not.
            log.warning("%s failed: %s", job.kind, type(problem).__name__)
            with self._work.operation() as op:
                for_good = isinstance(problem, Undeliverable)
                outbox.failed(op, job_id, error=problem, for_good=for_good)
                correspondence.note_failure(op, job_id)
                op.commit()
            return False
        return True

    def _claim(self, job_id: UUID) -> Job | None:
        with self._work.operation() as op:
            job = outbox.claim(op, job_id)
            op.commit()
        return job


class PlainJSON:
    """What lies in the queue is plain JSON: whoever could write to it must not be able to run code."""

    def serialize(self, signal: Signal) -> bytes:
        return json.dumps(list(signal)).encode()

    def deserialize(self, kept: bytes) -> Signal:
        return Signal(*json.loads(kept))


class QuietConsumer(Consumer):
    """A consumer that lives inside the web server and leaves the process's signals to it."""

    def _set_signal_handlers(self) -> None:
        pass


def _now() -> datetime:
    return datetime.now(UTC)
