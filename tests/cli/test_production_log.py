"""A real `start` for real patients, and the whole of what it prints: nothing that anybody has given."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.cli.test_clinic import FACTS

ROOT = Path(__file__).parents[2]
CANARY = "canaryword"
# In every field that can be given to a server, and in each way of giving it wrongly.
GIVEN = "".join(
    f"{name}: {CANARY}\r\n"
    for name in ("User-Agent", "Referer", "X-Forwarded-For", "X-Request-ID", "Origin", "X-Forwarded-Proto")
)
HEAD = f"Host: intake.example.org\r\nCookie: __Host-backstory={CANARY}\r\n{GIVEN}Connection: close\r\n"
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
IN_CHUNKS = f"{HEAD}{FORM}Transfer-Encoding: chunked\r\n\r\n"
REQUESTS = {
    "page": f"GET /i/{CANARY}?{CANARY}=1 HTTP/1.1\r\n{HEAD}\r\n",
    "code": f"GET /c/{CANARY} HTTP/1.1\r\n{HEAD}\r\n",
    "form": f"POST /sign-in HTTP/1.1\r\n{HEAD}{FORM}Content-Length: 25\r\n\r\nemail={CANARY}@x.org&a=b",
    "method": f"{CANARY.upper()} /sign-in HTTP/1.1\r\n{HEAD}\r\n",
    "version": f"GET /{CANARY} HTTP/{CANARY}\r\n{HEAD}\r\n",
    "no request": f"{CANARY} {CANARY}\r\n\r\n",
    "header": f"GET / HTTP/1.1\r\n{CANARY} {CANARY}: x\r\n\r\n",
    "folded": f"GET / HTTP/1.1\r\nHost: x\r\n {CANARY}\r\n\r\n",
    "host": f"GET /sign-in HTTP/1.1\r\nHost: {CANARY}\r\nConnection: close\r\n\r\n",
    "length": f"POST /sign-in HTTP/1.1\r\n{HEAD}Content-Length: {CANARY}\r\n\r\n",
    "coding": f"POST /sign-in HTTP/1.1\r\n{HEAD}Transfer-Encoding: {CANARY}\r\n\r\n0\r\n\r\n",
    "chunks": f"POST /sign-in HTTP/1.1\r\n{IN_CHUNKS}{CANARY}\r\n\r\n0\r\n\r\n",
    "lost chunks": f"POST /sign-in HTTP/1.1\r\n{IN_CHUNKS}ffff\r\n{CANARY}\r\n0\r\n\r\n",
    "upload": f"POST /import HTTP/1.1\r\n{HEAD}Content-Type: multipart/form-data; boundary={CANARY}\r\n"
    f"Content-Length: {2 + len(CANARY)}\r\n\r\n--{CANARY}",
    "bytes": f"GET /{CANARY}\x00\xff HTTP/1.1\r\n{HEAD}\r\n",
    "escaped": f"GET /find?q={quote(CANARY)}%ff%00 HTTP/1.1\r\n{HEAD}\r\n",
    "metrics": f"GET /metrics HTTP/1.1\r\n{HEAD}Authorization: Bearer {CANARY}\r\n\r\n",
    "too long": f"GET /{CANARY * 900} HTTP/1.1\r\n{HEAD}\r\n",
}
# What is no request at all, or a broken one.
REFUSED = ("version", "no request", "header", "length", "chunks", "lost chunks")


@dataclass
class Printed:
    """A clinic for real patients that is served, and what it has printed so far."""

    port: int
    process: "subprocess.Popen[bytes]"
    file: Path

    def asks(self, request: str) -> bytes:
        """What is answered, to the end of the connection."""
        with socket.create_connection(("127.0.0.1", self.port), 30) as visitor:
            visitor.sendall(request.encode("latin-1"))
            return b"".join(iter(lambda: visitor.recv(65536), b""))

    @property
    def words(self) -> str:
        return self.file.read_text()


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Printed]:
    folder = tmp_path_factory.mktemp("production")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BACKSTORY_")}
    facts = FACTS | {
        "BACKSTORY_DATA_DIR": str(folder / "data"),
        "BACKSTORY_KEY_FILE": str(folder / "keys/keys.json"),
        "PORT": str(port),
    }
    file = folder / "printed.txt"
    with file.open("wb") as printed:
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "tests.ending_with", "start", "--processes", "1"],
            cwd=ROOT,
            env=kept | facts,
            stdout=printed,
            stderr=printed,
        )
    clinic = Printed(port, process, file)
    try:
        until(lambda: answers(port), 240)
        yield clinic
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)


@pytest.mark.faults
def test_nothing_that_anybody_gives_is_printed(clinic: Printed) -> None:
    for kind, request in REQUESTS.items():
        answer = clinic.asks(request)
        assert not answer.startswith(b"HTTP/1.1 5"), kind
        if kind in REFUSED:
            assert answer.startswith(b"HTTP/1.1 400 "), (kind, answer[:80])

    until(lambda: '"route": "/import"' in clinic.words or '"route": "none"' in clinic.words)
    assert CANARY not in clinic.words.casefold()
    assert clinic.words.count('"route": "/sign-in"') >= 1


@pytest.mark.faults
def test_what_the_server_itself_has_to_say_is_a_line_of_json_with_kind_and_place(clinic: Printed) -> None:
    listed = ["ps", "--ppid", str(clinic.process.pid), "-o", "pid=,args="]
    below = subprocess.run(listed, capture_output=True, text=True, check=True).stdout.splitlines()
    [web] = [line.split()[0] for line in below if "work-beside" not in line and "ps --ppid" not in line]

    os.kill(int(web), signal.SIGKILL)

    until(lambda: '"logger": "gunicorn.error"' in clinic.words)
    until(lambda: answers(clinic.port))
    lines = [line for line in clinic.words.splitlines() if "gunicorn" in line]
    assert {frozenset(json.loads(line)) for line in lines} <= {
        frozenset({"time", "level", "logger", "message", "at"}),
        frozenset({"time", "level", "logger", "at"}),
    }
