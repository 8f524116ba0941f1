"""`python -m bench.scaling`: page posts per second, and how long each waits, for some numbers of processes.

A real `serve` and, beside it, a real `work` at lower priority that renders 30 documents a minute. The client
is light: 24 patients with links of their own post a page as it stands and read the next. So many posts are
due each second, whether or not those before are answered; each waits from the moment at which it was due.
What the client needs of the processors is in the figures. `--database postgresql://...` takes an empty one.
"""

import argparse
import asyncio
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import select

from bench.visit import fill_in, form_fields
from intake.config import Settings
from intake.services.audit import SYSTEM
from intake.services.context import Operation
from intake.services.forms import documents, intakes
from intake.storage import Database, open_database
from intake.storage.models import Intake

PATIENTS = 24
DOCUMENTS_A_MINUTE = 30
FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")
PORT = 8191


@dataclass
class Browser:
    """A patient's: one connection, the cookie, and the page that is open."""

    token: str
    birth: date
    pages: Sequence[str]
    cookie: str = ""
    fields: dict[str, list[str]] = field(default_factory=dict)
    at: int = 0
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None

    async def comes_in(self) -> None:
        """From the link to the first page."""
        await self.asks("GET", f"/i/{self.token}")
        self.fields = form_fields(await self.asks("GET", "/start"))
        parts = {"birth-day": self.birth.day, "birth-month": self.birth.month, "birth-year": self.birth.year}
        await self.asks("POST", "/start", self.fields | {name: [str(part)] for name, part in parts.items()})
        await self.opens()

    async def opens(self) -> None:
        """Read the page that is filled in next."""
        self.fields = form_fields(await self.asks("GET", f"/form/{self.pages[self.at]}"))

    async def posts(self) -> float:
        """Seconds until the page is saved."""
        began = time.perf_counter()
        await self.asks("POST", f"/form/{self.pages[self.at]}", self.fields)
        self.at = (self.at + 1) % len(self.pages)
        return time.perf_counter() - began

    async def asks(self, method: str, path: str, sent: dict[str, list[str]] | None = None) -> str:
        """The page, as text."""
        if self.writer is None or self.reader is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", PORT)
        body = urlencode(sent, doseq=True).encode() if sent is not None else b""
        kind = "Content-Type: application/x-www-form-urlencoded\r\n" if sent is not None else ""
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\nCookie: {self.cookie}\r\n{kind}"
        self.writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        answer = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = re.search(r"(?i)^content-length: (\d+)", answer, re.MULTILINE)
        page = await self.reader.readexactly(int(length[1]) if length else 0)
        given = re.search(r"(?i)^set-cookie: (backstory=[^;]*)", answer, re.MULTILINE)
        self.cookie = given[1] if given else self.cookie
        status = int(answer.split()[1])
        assert status in (200, 302, 303), f"{method} {path}: {status}"
        return page.decode()


def main() -> None:
    """Print a line for each number of processes and each rate."""
    chosen = argparse.ArgumentParser(description=__doc__)
    chosen.add_argument("--database", default="")
    chosen.add_argument("--processes", default="1,2,4")
    chosen.add_argument("--rates", default="10,25,50", help="page posts that are begun each second")
    chosen.add_argument("--seconds", type=int, default=20)
    chosen.add_argument("--no-worker", action="store_true")
    given = chosen.parse_args()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before it begins", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "BACKSTORY_DATA_DIR": f"{folder}/data",
            "BACKSTORY_KEY_FILE": f"{folder}/keys/keys.json",
            "BACKSTORY_DATABASE_URL": given.database,
        }
        settings = Settings.from_environment({name: value for name, value in environment.items() if value})
        database = open_database(settings)
        database.migrate()
        browsers = [_invited(database, settings, number) for number in range(PATIENTS)]
        owe = partial(_owe, database, settings, _handed_over(database, settings))
        for processes in map(int, given.processes.split(",")):
            with _running(environment, processes, worker=not given.no_worker):
                asyncio.run(_measure(browsers, given, processes, owe))
        database.dispose()


async def _measure(
    browsers: Sequence[Browser], given: argparse.Namespace, processes: int, owe: Callable[[], None]
) -> None:
    fresh = [Browser(each.token, each.birth, each.pages) for each in browsers]
    for browser in fresh:
        await browser.comes_in()
    for rate in map(int, given.rates.split(",")):
        owing = asyncio.create_task(_every(60 / DOCUMENTS_A_MINUTE, owe))
        began = time.perf_counter()
        times = sorted(1000 * each for each in await _posts(fresh, rate, given.seconds))
        took = time.perf_counter() - began
        owing.cancel()
        print(
            f"{processes} web processes, {rate:3} posts/s wanted: {len(times) / took:5.1f} done, "
            f"median {statistics.median(times):6.1f} ms, p99 {times[int(len(times) * 0.99)]:7.1f} ms, "
            f"worst {times[-1]:7.1f} ms (load {os.getloadavg()[0]:.1f})",
            flush=True,
        )


async def _posts(browsers: Sequence[Browser], rate: int, seconds: int) -> list[float]:
    """Seconds from the moment at which each post was due until it was answered."""
    free: asyncio.Queue[Browser] = asyncio.Queue()
    for browser in browsers:
        free.put_nowait(browser)
    times: list[float] = []

    async def post(due: float) -> None:
        browser = await free.get()
        await browser.posts()
        times.append(time.perf_counter() - due)
        await browser.opens()
        free.put_nowait(browser)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(rate * seconds):
            due = began + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            group.create_task(post(due))
    return times


async def _every(seconds: float, what: Callable[[], None]) -> None:
    while True:
        await asyncio.to_thread(what)
        await asyncio.sleep(seconds)


def _invited(database: Database, settings: Settings, number: int) -> Browser:
    """A patient whose form is filled in to its end, so that each page can be saved as it stands."""
    token, birth, pages = fill_in(database, settings, datetime.now(UTC), name=f"Alex Example {number}")
    return Browser(token, birth, pages)


def _handed_over(database: Database, settings: Settings) -> UUID:
    """A form that was sent, whose summary is made over and over."""
    fill_in(database, settings, datetime.now(UTC), name="Sent Example")
    with Operation.open(database, settings, SYSTEM, datetime.now(UTC)) as op:
        intake = next(
            each
            for each in op.session.scalars(select(Intake))
            if each.appointment.patient.name == "Sent Example"
        )
        intakes.send(op, intake)
        op.commit()
        return intake.id


def _owe(database: Database, settings: Settings, intake_id: UUID) -> None:
    with Operation.open(database, settings, SYSTEM, datetime.now(UTC)) as op:
        documents.enqueue(op, op.session.get_one(Intake, intake_id))
        op.commit()


@contextmanager
def _running(environment: Mapping[str, str], processes: int, worker: bool) -> Iterator[None]:
    """`serve`, and `work` at lower priority."""
    known = {**os.environ, **environment, "PORT": str(PORT)}
    commands = [[*FLASK, "serve", "--processes", str(processes)]]
    if worker:
        commands.append(["nice", *FLASK, "work"])
    running = [
        subprocess.Popen(command, env=known, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for command in commands
    ]
    try:
        _wait_until_it_serves()
        yield
    finally:
        for each in running:
            each.terminate()
        for each in running:
            each.wait(60)


def _wait_until_it_serves() -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", PORT), 1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("Nobody serves.")


if __name__ == "__main__":
    main()
