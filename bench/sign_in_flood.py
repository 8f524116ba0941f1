"""`python -m bench.sign_in_flood`: what a patient waits for while strangers guess at passwords.

A clinic is started as `start` starts it, on SQLite or PostgreSQL. A patient opens and sends a page of the
form, first with nobody else there, then while 40 connections post made-up addresses as fast as they can.
All of it, the flood too, is on the same processors; so the flood takes time from the server as well, and the
figures are those of a bad case.
"""

import argparse
import contextlib
import http.client
import json
import multiprocessing
import os
import re
import secrets
import selectors
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.synchronize import Event
from pathlib import Path
from urllib.parse import urlencode

from bench.visit import form_fields

CONNECTIONS = 40
WANTED = 2.0
# Quiet and flood take turns, so that whatever else the machine does slows both alike.
ROUNDS, TURNS = 60, 3
FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")
# What the first page asks.
SAID = {"who_completing": "self", "sex_at_birth": "female", "phone_best": "020 7946 0123"}
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Measured:
    """Seconds that each page took."""

    quiet: list[float] = field(default_factory=list)
    flooded: list[float] = field(default_factory=list)
    answers: dict[int, int] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """How many times as long a page takes at the median."""
        return statistics.median(self.flooded) / statistics.median(self.quiet)


def main() -> None:
    """Measure and print; exit code 1 when a patient waits for more than twice as long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default="", help="postgresql://... ; SQLite without it")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = parser.parse_args()
    measured = measure(chosen.database, rounds=chosen.rounds)
    print(report(measured))
    sys.exit(measured.ratio > WANTED)


def measure(database_url: str = "", *, rounds: int = ROUNDS) -> Measured:
    """Start a clinic, and let a patient walk through the form with and without a flood."""
    with tempfile.TemporaryDirectory() as folder, clinic(Path(folder), database_url) as (port, link, born):
        patient = Patient(port, link, born)
        for _ in range(rounds // 4):
            patient.page()
        measured = Measured()
        for _ in range(TURNS):
            measured.quiet += [patient.page() for _ in range(rounds // TURNS)]
            with flood(port, measured.answers):
                # The first guesses are looked at, as they should be; then they are too many.
                time.sleep(2)
                measured.flooded += [patient.page() for _ in range(rounds // TURNS)]
    return measured


def report(measured: Measured) -> str:
    """What was measured, a line each."""
    parts = {"quiet": measured.quiet, "flooded": measured.flooded}
    lines = [
        f"{name:12} median {statistics.median(times) * 1000:7.1f} ms   p90 "
        f"{statistics.quantiles(times, n=10)[-1] * 1000:7.1f} ms   worst {max(times) * 1000:7.1f} ms"
        for name, times in parts.items()
    ]
    answers = ", ".join(f"{many} times {status}" for status, many in sorted(measured.answers.items()))
    return "\n".join([*lines, f"the flood got {answers}", f"{measured.ratio:.2f} times as long"])


class Patient:
    """Somebody who opens a page of the form and sends it, over and over, with a breath in between."""

    def __init__(self, port: int, link: str, born: str) -> None:
        self.port, self.cookie = port, ""
        self._ask("GET", link)
        fields = form_fields(self._ask("GET", "/start")[2])
        year, month, day = born.split("-")
        parts = {"birth-day": [day], "birth-month": [month], "birth-year": [year]}
        self._ask("POST", "/start", fields | parts)
        status, headers, _ = self._ask("GET", "/form/")
        while status == 303:
            self.path = headers["Location"]
            status, headers, _ = self._ask("GET", self.path)

    def page(self) -> float:
        """Read a page and send it as it stands: seconds of waiting for both."""
        time.sleep(0.05)
        began = time.perf_counter()
        shown = self._ask("GET", self.path)
        waited = time.perf_counter() - began
        fields = form_fields(shown[2]) | {name: [value] for name, value in SAID.items()}
        began = time.perf_counter()
        status, _headers, _ = self._ask("POST", self.path, fields)
        if status != 303:
            raise SystemExit(f"The page was not saved: {status}")
        return waited + time.perf_counter() - began

    def _ask(
        self, method: str, path: str, typed: dict[str, list[str]] | None = None
    ) -> tuple[int, dict[str, str], str]:
        body = urlencode(typed, doseq=True) if typed is not None else None
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        for name, value in answer.getheaders():
            if name == "Set-Cookie":
                self.cookie = value.partition(";")[0]
        connection.close()
        return answer.status, dict(answer.getheaders()), text


@contextlib.contextmanager
def flood(port: int, answers: dict[int, int]) -> Iterator[None]:
    """40 connections that post made-up addresses, from a process of their own; `answers` is what they got."""
    browser = http.client.HTTPConnection("127.0.0.1", port)
    browser.request("GET", "/sign-in")
    page = browser.getresponse()
    found = _TOKEN.search(page.read().decode())
    if found is None:
        raise SystemExit("There is no page to sign in at.")
    cookie = str(page.getheader("Set-Cookie")).partition(";")[0]
    browser.close()
    stop, got = multiprocessing.Event(), multiprocessing.Queue()  # type: ignore[var-annotated]
    attacker = multiprocessing.Process(target=_attack, args=(port, cookie, found[1], stop, got))
    attacker.start()
    try:
        yield
    finally:
        stop.set()
        for status, many in got.get(timeout=30).items():
            answers[status] = answers.get(status, 0) + many
        attacker.join()


def _attack(
    port: int, cookie: str, token: str, stop: Event, got: "multiprocessing.Queue[dict[int, int]]"
) -> None:
    # By hand, and without threads: what the attacker's computer does is not to be measured.

    answers: dict[int, int] = {}
    chosen = selectors.DefaultSelector()
    for _ in range(CONNECTIONS):
        _post(chosen, port, cookie, token)
    while not stop.is_set():
        for key, _ in chosen.select(0.1):
            line = b""
            with contextlib.suppress(OSError):
                line = key.fileobj.recv(65536)  # type: ignore[union-attr]
            if line.startswith(b"HTTP/"):
                status = int(line[9:12])
                answers[status] = answers.get(status, 0) + 1
            chosen.unregister(key.fileobj)
            key.fileobj.close()  # type: ignore[union-attr]
            _post(chosen, port, cookie, token)
    got.put(answers)


def _post(chosen, port: int, cookie: str, token: str) -> None:  # type: ignore[no-untyped-def]
    typed = {
        "csrf_token": token,
        "email": f"{secrets.token_hex(6)}@example.org",
        "password": "guess after guess",
    }
    body = urlencode(typed)
    request = (
        f"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )
    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall(request.encode())
    chosen.register(connection, 1)


@contextlib.contextmanager
def clinic(folder: Path, database_url: str) -> Iterator[tuple[int, str, str]]:
    """A demonstration clinic that serves: its port, and the link and date of birth of one patient."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("BACKSTORY_")}
    environ |= {"PORT": str(port), "BACKSTORY_DATA_DIR": str(folder / "instance")}
    if database_url:
        environ["BACKSTORY_DATABASE_URL"] = database_url
    with (folder / "log").open("w") as log:
        server = subprocess.Popen([*FLASK, "start"], env=environ, stdout=log, stderr=log)
    try:
        _wait_for(port, server)
        said = subprocess.run(
            [*FLASK, "demo", "--json"], env=environ, capture_output=True, check=True, text=True
        )
        shown = json.loads(said.stdout)
        one = next(each for each in shown["patients"] if each["state"] == "not_opened")
        yield port, "/i/" + one["link"].rpartition("/")[2], one["date_of_birth"]
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    """It listens before the demonstration is made, and answers afterwards."""
    for _ in range(1500):
        if server.poll() is not None:
            raise SystemExit("The clinic did not start.")
        visitor = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        with contextlib.suppress(OSError), contextlib.closing(visitor):
            visitor.request("GET", "/health/live")
            if visitor.getresponse().status == 200:
                return
        time.sleep(0.2)
    raise SystemExit("The clinic does not answer.")


if __name__ == "__main__":
    main()
