"""A real clinic: two `serve` and two `work`, each started again when it is killed."""

import itertools
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from intake.config import Settings
from intake.services.audit import SYSTEM
from intake.services.context import Operation
from intake.storage import Database, open_database
from tests.faults.phones import Notes, Phone, fills_in
from tests.post_office import free_port
from tests.tasks.at_work import until
from tests.web.patients import Patient, invite

CHECKOUT = Path(__file__).parents[2]
NOTHING: Mapping[str, str] = {}
# Nothing urgent, an emergency, the same day.
CASES = ("V01", "V05", "V09")
SERVE, WORK = ("serve", "--processes", "1"), ("work",)


@dataclass
class RunningClinic:
    """`environment` is what the clinic is; what its processes say goes into `log`.

    `before` stands before each command ("strace"); `otherwise` is what the processes alone are told.
    """

    folder: Path
    environment: dict[str, str]
    before: Sequence[str] = ()
    otherwise: Mapping[str, str] = field(default_factory=dict)
    ports: tuple[int, ...] = field(default_factory=lambda: (free_port(), free_port()))
    kept: list["Kept"] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.settings = Settings.from_environment(self.environment)
        self.database: Database = open_database(self.settings)
        self.database.migrate()

    @property
    def log(self) -> Path:
        return self.folder / "processes.log"

    def acting(self) -> Any:
        return Operation.open(self.database, self.settings, SYSTEM, datetime.now(UTC))

    def starts(self) -> None:
        """Keep two servers and two workers running."""
        servers = [Kept([*self.before, *_flask(*SERVE)], self, port) for port in self.ports]
        workers = [Kept([*self.before, *_flask(*WORK)], self) for _ in range(2)]
        self.kept += [*servers, *workers]

    def answers(self) -> bool:
        """It is ready to be used."""
        probes = [Phone((port,), intake=None, notes=Notes()) for port in self.ports]  # type: ignore[arg-type]
        try:
            return all(probe.asks("GET", "/health/ready", b"").status_code == 200 for probe in probes)
        except OSError:
            return False

    def invites(self, notes: Notes, case: str, **facts: Any) -> Patient:
        """A patient with a phone."""
        patient = invite(self.database, None, lambda: datetime.now(UTC), case, **facts)  # type: ignore[arg-type]
        patient.client = Phone(self.ports, patient.appointment.intake.id, notes)  # type: ignore[assignment]
        return patient

    def processes(self) -> list[int]:
        """Every process that runs, and those that they started."""
        return [pid for each in self.kept if each.process is not None for pid in family(each.process.pid)]

    def kill_one(self, chosen: random.Random) -> None:
        """kill -9 to any of them."""
        there = self.processes()
        if there:
            killed(chosen.choice(there))

    def stops(self) -> None:
        """All of them end as they are asked to."""
        for each in self.kept:
            each.stops()
        self.kept.clear()


class Kept:
    """One command, which is started again whenever it has ended."""

    def __init__(self, command: Sequence[str], clinic: RunningClinic, port: int = 0) -> None:
        self.command, self.clinic, self.port = command, clinic, port
        self.process: subprocess.Popen[bytes] | None = None
        self.starts = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep)
        self._thread.start()

    def stops(self) -> None:
        self._over.set()
        self._thread.join()
        if self.process is not None and self.process.poll() is None:
            all_of_it = family(self.process.pid)
            # All of them: `strace` keeps such a signal to itself.
            for pid in all_of_it:
                _signalled(pid, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(40)
            for pid in all_of_it:
                killed(pid)
            self.process.wait()

    def _keep(self) -> None:
        while not self._over.wait(0.2):
            if self.process is None or self.process.poll() is not None:
                self._start()

    def _start(self) -> None:
        self.starts += 1
        with self.clinic.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=CHECKOUT,
                env={
                    **os.environ,
                    **self.clinic.environment,
                    **self.clinic.otherwise,
                    "PORT": str(self.port),
                },
                stdout=log,
                stderr=log,
            )


@contextmanager
def running(
    folder: Path,
    database_url: str = "",
    *,
    before: Sequence[str] = (),
    otherwise: Mapping[str, str] = NOTHING,
    **said: str,
) -> Iterator[RunningClinic]:
    """A clinic that answers, until the block ends; `said` are settings."""
    folder.mkdir(parents=True, exist_ok=True)
    environment = {
        "BACKSTORY_DATA_DIR": str(folder / "data"),
        "BACKSTORY_KEY_FILE": str(folder / "keys" / "keys.json"),
        "BACKSTORY_ALERT_EMAIL": "desk@clinic.example",
        **({"BACKSTORY_DATABASE_URL": database_url} if database_url else {}),
        **{f"BACKSTORY_{name}": value for name, value in said.items()},
    }
    clinic = RunningClinic(folder, environment, before, otherwise)
    clinic.starts()
    try:
        until(clinic.answers, 120)
        yield clinic
    finally:
        clinic.stops()
        clinic.database.close()


@contextmanager
def killing(
    clinic: RunningClinic, seconds: float, done: Callable[[], int], *, seed: int = 0
) -> Iterator[Callable[[], int]]:
    """Processes are killed, one every second or two, for so long; gives how many were.

    On a computer that has much else to do they take longer to start than that: the next is killed once
    something was `done` since the last, or after half a minute.
    """
    chosen, kills = random.Random(seed), [0]
    end = time.monotonic() + seconds

    def kill() -> None:
        while time.monotonic() < end:
            before, latest = done(), time.monotonic() + 30
            time.sleep(chosen.uniform(1, 2))
            while done() == before and time.monotonic() < min(latest, end):
                time.sleep(0.1)
            clinic.kill_one(chosen)
            kills[0] += 1

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield lambda: kills[0]
        thread.join()
    finally:
        end = 0
        thread.join()


def family(pid: int) -> list[int]:
    """A process and those that it started, and so on; none when it is gone."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(each for child in children for each in family(int(child)))]


def killed(pid: int) -> None:
    _signalled(pid, signal.SIGKILL)


def _signalled(pid: int, which: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, which)


def _flask(*command: str) -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "wsgi", *command]


class Visits:
    """One patient after the other, each with a name and words of their own."""

    def __init__(self, clinic: RunningClinic, notes: Notes) -> None:
        self.clinic, self.notes, self.numbers = clinic, notes, itertools.count()

    def __call__(self, _: int) -> None:
        number = next(self.numbers)
        while True:
            try:
                patient = self.clinic.invites(
                    self.notes, CASES[number % len(CASES)], name=f"Zyzzyva Canary {number}"
                )
            except Exception:
                # Reception sees the fault as well, and books again.
                time.sleep(0.5)
                continue
            break
        fills_in(patient, words=f"Zyzzyva-canary hurts {number},")


def say(capsys: pytest.CaptureFixture[str], what: str, notes: Notes, found: Sequence[str]) -> None:
    """One line of what happened, whether or not the test passes."""
    with capsys.disabled():
        sys.stdout.write(
            f"\n{what}: {notes.pages} pages acknowledged, {len(notes.sent)} forms sent, "
            f"{notes.pressed_again} times pressed again, {notes.refused} handed back; {len(found)} faults\n"
        )
