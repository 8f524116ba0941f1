"""`python -m bench.memory`: the memory of a web process and of the worker, at rest and after many requests.

A real `serve --processes 1` and a real `work`. "resident" is all that a process has in memory, "own" what
it does not share with another (Pss): the web process is forked from a master with which it shares libraries.
"""

import argparse
import asyncio
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.scaling import FLASK, PORT, Browser, _handed_over, _invited, _owe, _wait_until_it_serves
from intake.config import Settings
from intake.storage import Database, open_database
from intake.storage.models import Document, DocumentState

REQUESTS = 10_000
STEPS = 5
PATIENTS = 8
DOCUMENTS = 30
# Seconds until everything that is loaded after the start is there.
REST = 8.0


@dataclass(frozen=True)
class Held:
    """Megabytes that a process holds."""

    resident: float
    own: float

    @staticmethod
    def by(pid: int) -> "Held":
        said = Path(f"/proc/{pid}/smaps_rollup").read_text()
        resident, own = (
            int(found[1]) / 1024
            for name in ("Rss", "Pss")
            if (found := re.search(rf"^{name}: +(\d+) kB", said, re.MULTILINE))
        )
        return Held(resident, own)

    def __str__(self) -> str:
        return f"{self.resident:6.1f} MB resident, {self.own:6.1f} MB own"


def main() -> None:
    """Print a line for each process and moment."""
    chosen = argparse.ArgumentParser(description=__doc__)
    chosen.add_argument("--requests", type=int, default=REQUESTS)
    chosen.add_argument("--documents", type=int, default=DOCUMENTS)
    given = chosen.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "BACKSTORY_DATA_DIR": f"{folder}/data",
            "BACKSTORY_KEY_FILE": f"{folder}/keys/keys.json",
        }
        settings = Settings.from_environment(environment)
        database = open_database(settings)
        database.migrate()
        known = {**os.environ, **environment, "PORT": str(PORT)}
        processes = [
            subprocess.Popen(command, env=known, stdout=subprocess.DEVNULL)
            for command in ([*FLASK, "serve", "--processes", "1"], [*FLASK, "work"])
        ]
        try:
            _wait_until_it_serves()
            _measure(database, settings, given, [each.pid for each in processes])
        finally:
            for each in processes:
                each.terminate()
            for each in processes:
                each.wait(60)
            database.close()


def _measure(database: Database, settings: Settings, given: argparse.Namespace, pids: Sequence[int]) -> None:
    master, worker = pids
    web = _child_of(master)
    time.sleep(REST)
    for name, pid in {"master": master, "web": web, "worker": worker}.items():
        print(f"{name:7} at rest               {Held.by(pid)}", flush=True)
    browsers = [_invited(database, settings, number) for number in range(PATIENTS)]
    asyncio.run(_ask(browsers, given.requests, web))
    _make_documents(database, settings, given.documents, worker)
    maps = Path(f"/proc/{web}/maps").read_text()
    assert "pango" not in maps, "The web process has loaded what makes PDFs."


def _child_of(master: int) -> int:
    """The web process, once it is there."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if children := Path(f"/proc/{master}/task/{master}/children").read_text().split():
            return int(children[0])
        time.sleep(0.2)
    raise SystemExit("Nobody serves.")


async def _ask(browsers: Sequence[Browser], requests: int, web: int) -> None:
    """Each request is a page posted or the next one read."""
    for browser in browsers:
        await browser.comes_in()
    for step in range(1, STEPS + 1):
        async with asyncio.TaskGroup() as group:
            for browser in browsers:
                group.create_task(_goes_on(browser, requests // STEPS // len(browsers) // 2))
        print(f"web     after {requests * step // STEPS:6,} requests {Held.by(web)}", flush=True)


async def _goes_on(browser: Browser, pages: int) -> None:
    for _ in range(pages):
        await browser.posts()
        await browser.opens()


def _make_documents(database: Database, settings: Settings, documents: int, worker: int) -> None:
    intake_id = _handed_over(database, settings)
    for number in range(1, documents + 1):
        _owe(database, settings, intake_id)
        while _pending(database):
            time.sleep(0.2)
        if number == 1 or number % 10 == 0:
            print(f"worker  after {number:6,} documents {Held.by(worker)}", flush=True)


def _pending(database: Database) -> bool:
    with database.reading() as session:
        return session.query(Document).filter(Document.state == DocumentState.PENDING).first() is not None


if __name__ == "__main__":
    main()
