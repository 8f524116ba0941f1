"""Work beside the request: the jobs of the outbox are done here, and what is due from time to time.

The queue is only a wake-up signal. It carries no facts, may lose every signal, and may be deleted at any
time: the rows of the outbox are the truth, and every lane looks for them by itself.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from intake.config import Settings
from intake.messaging import Hosts
from intake.services.forms import documents
from intake.services.messages import heartbeat, outbox
from intake.services.messages.heartbeat import AtWork
from intake.services.operations import daily_seal, retention
from intake.services.operations.clinic_settings import SettingsInForce
from intake.storage import Database
from intake.tasks import backups
from intake.tasks.delivery import Work
from intake.tasks.jobs import Jobs
from intake.tasks.lanes import LANES, Lane, Lanes
from intake.tasks.periodic import Periodic, run_due
from intake.tasks.signals import QuietConsumer, signals

log = logging.getLogger(__name__)

BEAT = timedelta(seconds=20)
# Seconds. How long a worker that is told to stop may go on with what is in hand; how often what is due from
# time to time is looked for.
FINISHES_WITHIN = 5.0
LOOKS = 30.0
# The clock of a computer that has just been switched on may still be wrong, and erasing goes by it.
FIRST_LOOK = 60.0


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
        self._hosts = Hosts()
        self.jobs = Jobs(self._work_in_force)
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.huey = signals(settings, immediate)
        self._signal = self.huey.task(name="sweep")(self._woken)
        self._running: _Running | None = None

    @property
    def periodic(self) -> tuple[Periodic, ...]:
        """What is done from time to time, by one worker for all.

        Every hour, because a computer that is switched off at night would never do it. Whether a backup is
        due is looked at each minute: the clinic may ask for one every five.
        """
        return (
            Periodic("tidy", timedelta(hours=1), self.tidy),
            Periodic("seal", timedelta(hours=1), self.seal),
            Periodic("backup", timedelta(minutes=1), self.back_up),
        )

    def nudge(self) -> None:
        """Signal that there are new jobs, after a commit. Never raises: they are found without it."""
        try:
            self._signal()
        except Exception as problem:
            log.warning("The queue did not take a signal: %s", type(problem).__name__)

    def somebody_waits(self) -> None:
        """Signal that somebody waits for a document that is pending."""
        self.nudge()

    def sweep(self) -> int:
        """Do everything that is due, the most urgent first; how many pieces of work were done."""
        done = 0
        self._show_life()
        while (each := self.jobs.do_next(outbox.ORDER)) is not None:
            done += each
            self._show_life()
        return done

    def tidy(self) -> int:
        """Erase what has been kept for long enough; how many appointments that was."""
        work = self._work_in_force()
        with work.reading() as op:
            expired = retention.expired(op)
        erased = sum(self._erase(appointment_id) for appointment_id in expired)
        with work.operation() as op:
            retention.sweep_up(op)
            op.commit()
        backups.note_erasures(work)
        return erased

    def seal(self) -> bool:
        """Write the day's seal of the record outside the database."""
        try:
            return daily_seal.seal_today(self.database, self.settings, now=self._clock())
        except OSError as problem:
            log.error("The seal of the record could not be written: %s", problem.strerror)
            return False

    def back_up(self) -> bool:
        """Begin a backup if one is due."""
        return backups.begin(self._work_in_force())

    def start(self, lanes: Iterable[Lane] = LANES) -> None:
        """Work in threads of this process, beginning with what was left undone."""
        self._running = _Running(self, tuple(lanes))
        self._running.start()

    def stop(self, within: float = FINISHES_WITHIN) -> bool:
        """Finish what is in hand, give back what takes longer, and stop. Whether all of it was finished."""
        running, self._running = self._running, None
        finished = running is None or running.stop(within)
        self.huey.storage.close()
        return finished

    def beat(self, worker: AtWork | None = None) -> None:
        """Say that somebody is at work."""
        with self._work.operation() as op:
            heartbeat.beat(op, worker)
            op.commit()

    def leave(self, worker: AtWork) -> None:
        """Say that this worker ends."""
        with self._work.operation() as op:
            heartbeat.leave(op, worker)
            op.commit()

    def do_what_is_due(self) -> None:
        """Do those of the periodic tasks whose time has come, unless another worker is at them."""
        run_due(self.periodic, self._work_in_force())

    def warm(self) -> None:
        """Have the first document wait little longer than the next."""
        documents.warm(settings=self.settings, now=self._clock())

    def now(self) -> datetime:
        """By the clinic's clock."""
        return self._clock()

    def _woken(self) -> None:
        if self._running is None:
            self.sweep()
        else:
            self._running.wake()

    def _erase(self, appointment_id: UUID) -> bool:
        with self._work.operation() as op:
            try:
                erased = retention.erase(op, appointment_id)
            except retention.AlertOpen:
                return False
            op.commit()
        return erased is not None

    @property
    def _work(self) -> Work:
        """By the settings that were in force when last looked at."""
        return Work(self.database, self.settings, self._clock, self._hosts)

    def _work_in_force(self) -> Work:
        self.settings = self._in_force.read(self.database)
        return self._work

    def _show_life(self) -> None:
        """Before each piece of work; not more often than is looked at."""
        now = self._clock()
        if self._last_beat is not None and timedelta() <= now - self._last_beat < BEAT:
            return
        self.beat()
        self._last_beat = now


class _Running:
    """The threads of a worker: lanes, who wakes them, the heartbeat, and what is due from time to time."""

    def __init__(self, queue: Queue, lanes: tuple[Lane, ...]) -> None:
        self.queue = queue
        self.worker = AtWork(", ".join(lane.name for lane in lanes), queue.now())
        self.lanes = Lanes(queue.jobs, lanes)
        self.consumer = QuietConsumer(queue.huey)
        self.stopping = threading.Event()
        self.threads = [
            threading.Thread(target=self._again, args=each, name=name, daemon=True)
            for name, each in (
                ("heartbeat", (partial(queue.beat, self.worker), BEAT.total_seconds(), 0.0)),
                ("periodic", (queue.do_what_is_due, LOOKS, FIRST_LOOK)),
            )
        ]

    def start(self) -> None:
        self.lanes.start()
        self.consumer.start()
        for thread in self.threads:
            thread.start()
        threading.Thread(target=self.queue.warm, name="warming", daemon=True).start()

    def wake(self) -> None:
        self.lanes.wake()

    def stop(self, within: float) -> bool:
        end = time.monotonic() + within
        self.stopping.set()
        self.consumer.stop_flag.set()
        finished = self.lanes.stop(within)
        self.consumer.stop(graceful=True)
        for thread in self.threads:
            thread.join(max(1.0, end - time.monotonic()))
            finished = finished and not thread.is_alive()
        try:
            self.queue.jobs.let_go()
            self.queue.leave(self.worker)
        except Exception as problem:
            log.warning("The worker could not say that it ends: %s", type(problem).__name__)
        return finished

    def _again(self, do: Callable[[], None], seconds: float, first: float) -> None:
        wait = first
        while not self.stopping.wait(wait):
            try:
                do()
            except Exception as problem:
                log.warning("%s: %s", threading.current_thread().name, type(problem).__name__)
            wait = seconds


def _now() -> datetime:
    return datetime.now(UTC)
