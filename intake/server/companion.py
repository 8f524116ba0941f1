"""A process beside this one: at lower priority, started again when it dies, ended with the one it serves."""

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence

log = logging.getLogger(__name__)

# Page posts come first: the worker has what they leave. The disk follows, because Linux takes the priority of
# what a process reads and writes from this one.
LOWER_PRIORITY = 10
# Seconds: one that dies at once is not started again at once.
PAUSE, LONGEST_PAUSE, SOUND_AFTER = 1.0, 30.0, 60.0
END_WITHIN = 30.0


class Companion:
    """A command that runs beside this process for as long as it does."""

    def __init__(self, command: Sequence[str]) -> None:
        self.command = [*command]
        self._process: subprocess.Popen[bytes] | None = None
        self._pause, self._started, self._next = PAUSE, 0.0, 0.0

    def keep(self) -> None:
        """Start it when it is not there; to be called every second or so."""
        now = time.monotonic()
        if self._process is not None:
            if self._process.poll() is None:
                return
            log.error("The worker has died and is started again.")
            sound = now - self._started > SOUND_AFTER
            self._pause = PAUSE if sound else min(2 * self._pause, LONGEST_PAUSE)
            self._process, self._next = None, now + self._pause - PAUSE
        if now >= self._next:
            self._start(now)

    def end(self) -> None:
        """Ask it to finish what is in hand."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def wait(self, seconds: float = END_WITHIN) -> None:
        """Wait until it has ended; kill it when that takes too long: what it had in hand is done anew."""
        if self._process is None:
            return
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            log.error("The worker did not end and is killed. What it had in hand is done at the next start.")
            self._process.kill()
            self._process.wait()

    def _start(self, now: float) -> None:
        # Ctrl-C reaches it through us, once. What it has to say, it says as an error or in a log.
        self._process = subprocess.Popen(  # noqa: S603  (a command of ours)
            self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, process_group=0
        )
        self._started = now
        try:
            mine = os.getpriority(os.PRIO_PROCESS, 0)
            os.setpriority(os.PRIO_PROCESS, self._process.pid, min(mine + LOWER_PRIORITY, 19))
        except OSError:
            log.warning("The priority of the worker could not be lowered.")


def end_with(parent: int) -> None:
    """End this process soon after the one that started it, however that ends, kill -9 included."""
    threading.Thread(target=_watch, args=(parent,), name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(END_WITHIN)
    os._exit(1)
