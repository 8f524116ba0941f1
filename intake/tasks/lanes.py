"""Lanes of work side by side, so that what is slow in one delays nothing in another.

A lane looks for work when it is woken, and every few seconds by itself: a signal that got lost costs no more
than that.
"""

import logging
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass

from intake.services.messages.outbox import LATER, URGENT
from intake.storage.models import JobKind
from intake.tasks.jobs import Jobs

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Lane:
    """Kinds of jobs, in how many threads they are done, and how often they are looked for, in seconds."""

    name: str
    kinds: tuple[JobKind, ...]
    threads: int
    every: float


# Safety: nothing but urgent messages is done in the first lane, so nothing else can be in their way.
# Two threads for messages, because a host is handed one at a time: the other serves whoever is quick.
LANES = (
    Lane("urgent", URGENT, 2, 2.0),
    Lane("documents", (JobKind.RENDER_DOCUMENT,), 1, 5.0),
    Lane("messages", (JobKind.TELL_OF_EMERGENCY, *LATER), 2, 5.0),
)


class Lanes:
    """The threads of some lanes, from `start` to `stop`."""

    def __init__(self, jobs: Jobs, lanes: Iterable[Lane] = LANES) -> None:
        self.lanes = tuple(lanes)
        self._jobs = jobs
        self._stopping = threading.Event()
        self._woken = {lane.name: threading.Event() for lane in self.lanes}
        self._threads = [
            threading.Thread(target=self._run, args=(lane,), name=f"{lane.name} {number}", daemon=True)
            for lane in self.lanes
            for number in range(lane.threads)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """There may be work."""
        for event in self._woken.values():
            event.set()

    def stop(self, within: float) -> bool:
        """Begin nothing more; whether what was in hand is finished in so many seconds."""
        self._stopping.set()
        self.wake()
        end = time.monotonic() + within
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _run(self, lane: Lane) -> None:
        away = False
        while not self._stopping.is_set():
            try:
                if self._jobs.do_next(lane.kinds) is not None:
                    continue
                away = False
            except Exception as problem:
                # The database is away. It is said once, and tried again at the next look.
                if not away:
                    log.warning("No jobs can be looked for: %s", type(problem).__name__)
                away = True
            self._woken[lane.name].wait(lane.every)
            self._woken[lane.name].clear()
