"""`start`, `serve` and the worker as processes: who ends with whom, and who is shut out by whom."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from intake.config import Settings
from intake.services.appointments import booking
from intake.services.appointments.booking import Booking
from intake.storage import open_database
from tests.acting import acting
from tests.services.conftest import BORN

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.faults


class Served:
    """A clinic that is served by `start` or `serve`, with two web processes."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        self.process, self.port = process, port
        self.address = ("127.0.0.1", port)

    def page(self, path: str = "/sign-in") -> float:
        """Seconds that a visitor waits for a page."""
        began = time.monotonic()
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
            answer.read()
        return time.monotonic() - began

    def children(self) -> dict[int, str]:
        """The processes below, by number, and how each was called."""
        listed = ["ps", "--ppid", str(self.process.pid), "-o", "pid=,args="]
        said = subprocess.run(listed, capture_output=True, text=True, check=False).stdout
        return {int(line.split()[0]): line for line in said.splitlines()}

    def worker(self) -> int:
        return next(pid for pid, called in self.children().items() if "work-beside" in called)

    def web(self) -> list[int]:
        return [pid for pid, called in self.children().items() if "tests.ending_with" in called]


@contextmanager
def served(folder: Path, command: str) -> Iterator[Served]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BACKSTORY_")}
    paths = {"BACKSTORY_DATA_DIR": str(folder / "data"), "BACKSTORY_KEY_FILE": str(folder / "keys/keys.json")}
    _book_somebody_in(Settings.from_environment(paths))
    output = folder / "said.txt"
    with output.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "tests.ending_with", command, "--processes", "2"],
            cwd=ROOT,
            env=kept | paths | {"PORT": str(port)},
            stdout=said,
            stderr=said,
        )
    said_where = re.compile(rf"open on http://(localhost|127\.0\.0\.1):{port}\b")
    wait_until(lambda: said_where.search(output.read_text()) is not None, 240)
    clinic = Served(process, port)
    below = {}
    try:
        wait_until(lambda: len(clinic.web()) == 2)
        below = clinic.children()
        yield clinic
    finally:
        process.kill()
        process.wait()
        wait_until(lambda: not any(map(is_there, below)), 60)


def _book_somebody_in(settings: Settings) -> None:
    """So that `start` makes no made-up patients, which takes longer than everything else."""
    database = open_database(settings)
    database.migrate()
    with acting(database, settings=settings, now=datetime.now(UTC)) as op:
        booking.make(
            op, Booking(name="Anna Canary", date_of_birth=BORN, starts_at=op.now + timedelta(days=1))
        )
        op.commit()
    database.close()


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.1)


def is_there(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("clinic"), "serve") as clinic:
        yield clinic


REQUEST = b"Host: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
IN_CHUNKS = b"Transfer-Encoding: chunked\r\n\r\n"
SLOW = {
    "idle": (b"", b""),
    "headers that never end": (b"GET /sign-in HTTP/1.1\r\nHost: 127", b"0"),
    "a body that trickles": (
        b"POST /sign-in HTTP/1.1\r\n" + REQUEST + b"Content-Length: 9000\r\n\r\na=",
        b"b",
    ),
    "chunks that trickle": (
        b"POST /sign-in HTTP/1.1\r\n" + REQUEST + b"Transfer-Encoding: chunked\r\n\r\n",
        b"1",
    ),
    "chunks that only seem to end": (
        b"POST /sign-in HTTP/1.1\r\n" + REQUEST + b"Transfer-Encoding: chunked\r\n\r\n9\r\n\r\n0\r\n\r\n",
        b"",
    ),
    "nobody closes": (b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", b""),
    "nobody reads": (b"GET /static/css/staff.css HTTP/1.1\r\nHost: localhost\r\n\r\n" * 20, b""),
    "no request at all": (b"\x16\x03\x01\x02\x00\x01\x00\x01", b"\xfc"),
}


@pytest.mark.parametrize("kind", SLOW)
def test_a_hundred_and_thirty_slow_visitors_shut_nobody_out(clinic: Served, kind: str) -> None:
    first, more = SLOW[kind]
    slow = [socket.create_connection(clinic.address) for _ in range(130)]
    try:
        for each in slow:
            each.sendall(first)
        for _ in range(4):
            for each in slow:
                with suppress(OSError):
                    each.sendall(more)
            assert clinic.page() < 2
            time.sleep(0.2)
    finally:
        for each in slow:
            each.close()


def test_more_connections_than_there_is_room_for_shut_nobody_out(clinic: Served) -> None:
    slow = [socket.create_connection(clinic.address) for _ in range(900)]
    try:
        assert max(clinic.page() for _ in range(5)) < 2
    finally:
        for each in slow:
            each.close()


def test_a_request_that_comes_in_pieces_is_answered(clinic: Served) -> None:
    with socket.create_connection(clinic.address) as visitor:
        visitor.settimeout(10)
        for piece in (
            b"GET /sign-in HT",
            b"TP/1.1\r\nHost: localho",
            b"st\r\nConnection: close\r\n",
            b"\r\n",
        ):
            visitor.sendall(piece)
            time.sleep(0.1)
        answer = b"".join(iter(lambda: visitor.recv(65536), b""))

    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.rstrip().endswith(b"</html>")


def test_two_requests_in_one_piece_are_both_answered(clinic: Served) -> None:
    one = b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\n"
    with socket.create_connection(clinic.address) as visitor:
        visitor.settimeout(10)
        visitor.sendall(one + b"\r\n" + one + b"Connection: close\r\n\r\n")
        answer = b"".join(iter(lambda: visitor.recv(65536), b""))

    assert answer.count(b"HTTP/1.1 200 OK\r\n") == 2


@pytest.mark.parametrize(
    "chunks", [b"no number\r\na\r\n0\r\n\r\n", b"9\r\n\r\n0\r\n\r\n", b"5\r\na=b\r\n0\r\n\r\n"]
)
def test_a_body_in_broken_chunks_is_refused_and_is_no_fault_of_ours(clinic: Served, chunks: bytes) -> None:
    with socket.create_connection(clinic.address) as visitor:
        visitor.settimeout(10)
        visitor.sendall(b"POST /sign-in HTTP/1.1\r\n" + REQUEST + IN_CHUNKS + chunks)
        answer = b"".join(iter(lambda: visitor.recv(65536), b""))

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert clinic.page() < 5


@pytest.mark.parametrize(
    "said",
    [
        b"Content-Length: 3\r\nContent-Length: 30\r\n\r\na=b",
        b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n",
        b"Transfer-Encoding: xchunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n",
        b"Content-Length: +3\r\n\r\na=b",
        b"Content-Length : 3\r\n\r\na=b",
    ],
)
def test_two_lengths_or_a_length_and_chunks_are_refused(clinic: Served, said: bytes) -> None:
    """Whoever stands before us could take the rest for another request."""
    with socket.create_connection(clinic.address) as visitor:
        visitor.settimeout(10)
        visitor.sendall(b"POST /sign-in HTTP/1.1\r\n" + REQUEST + said)
        answer = b"".join(iter(lambda: visitor.recv(65536), b""))

    assert re.match(rb"HTTP/1.1 (400|501) ", answer), answer[:100]
    assert answer.count(b"HTTP/1.1 ") == 1
    assert clinic.page() < 5


def test_a_body_in_whole_chunks_is_read(clinic: Served) -> None:
    once = b"POST /sign-in HTTP/1.1\r\n" + REQUEST + IN_CHUNKS + b"6\r\nemail=\r\n3\r\na@b\r\n0\r\n\r\n"
    with socket.create_connection(clinic.address) as visitor:
        visitor.settimeout(10)
        visitor.sendall(once)
        answer = b""
        while b"</html>" not in answer:
            answer += visitor.recv(65536)

    # Without our cookie it is not taken, but what was typed is handed back.
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b'value="a@b"' in answer


def test_a_body_that_is_too_long_is_refused_without_being_read(clinic: Served) -> None:
    with socket.create_connection(clinic.address) as visitor:
        visitor.settimeout(10)
        visitor.sendall(
            b"POST /sign-in HTTP/1.1\r\n" + REQUEST + b"Content-Length: 999999999\r\n\r\n" + b"a" * 9000
        )
        answer = visitor.recv(65536)

    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_large_answer_reaches_whoever_reads_slowly(clinic: Served) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{clinic.port}/static/css/staff.css") as quick:
        whole = quick.read()
    with socket.socket() as visitor:
        visitor.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        visitor.settimeout(20)
        visitor.connect(clinic.address)
        many = 40
        visitor.sendall(b"GET /static/css/staff.css HTTP/1.1\r\nHost: localhost\r\n\r\n" * (many - 1))
        visitor.sendall(b"GET /static/css/staff.css HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        time.sleep(1)
        answer = b"".join(iter(lambda: visitor.recv(4096), b""))

    assert answer.count(whole) == many


def test_when_the_worker_is_killed_it_is_started_again_and_goes_last(tmp_path: Path) -> None:
    with served(tmp_path, "start") as clinic:
        killed = clinic.worker()
        (web,) = {os.getpriority(os.PRIO_PROCESS, pid) for pid in clinic.web()}
        assert os.getpriority(os.PRIO_PROCESS, killed) == min(web + 10, 19)

        os.kill(killed, signal.SIGKILL)
        wait_until(lambda: any("work-beside" in c for p, c in clinic.children().items() if p != killed))

        assert clinic.page() < 5


def test_when_a_web_process_is_killed_the_pages_go_on(clinic: Served) -> None:
    before = clinic.web()

    os.kill(before[0], signal.SIGKILL)

    wait_until(lambda: len(clinic.web()) == 2 and before[0] not in clinic.web())
    assert clinic.page() < 5


@pytest.mark.parametrize(
    "how",
    [
        signal.SIGTERM,
        signal.SIGKILL,
        *(pytest.param(each, marks=pytest.mark.long_faults) for each in (signal.SIGINT, signal.SIGHUP)),
    ],
)
def test_however_start_ends_all_of_it_ends(tmp_path: Path, how: signal.Signals) -> None:
    with served(tmp_path, "start") as clinic:
        below = clinic.children()
        assert len(below) == 3
        with socket.create_connection(clinic.address) as half_a_request:
            half_a_request.sendall(b"POST /sign-in HTTP/1.1\r\n")
            clinic.process.send_signal(how)

            code = clinic.process.wait(30)
            wait_until(lambda: not any(map(is_there, below)), 60)

    assert code == (-signal.SIGKILL if how is signal.SIGKILL else 0)


def test_a_second_clinic_on_the_same_port_is_told_so(clinic: Served, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "serve"],
        cwd=ROOT,
        env=os.environ
        | {
            "PORT": str(clinic.port),
            "BACKSTORY_DATA_DIR": str(tmp_path / "data"),
            "BACKSTORY_KEY_FILE": str(tmp_path / "keys/keys.json"),
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert f"Port {clinic.port} cannot be used" in done.stderr


# What a page of the patients costs is looked at all the same; only at the sign-in does nobody wait at all.
FLOODED = [("/sign-in", b"429", 2), ("/start", b"400", 10), ("/c", b"400", 10)]


@pytest.mark.long_faults
@pytest.mark.parametrize(("path", "refused", "at_most"), FLOODED)
def test_the_answers_to_a_flood_are_kept_back_and_nobody_else_waits(
    clinic: Served, path: str, refused: bytes, at_most: float
) -> None:
    # Each process counts for itself.
    for _ in range(3):
        with flood(clinic, path, 60) as first:
            statuses(first)

    began = time.monotonic()
    with flood(clinic, path, 60) as guesses:
        waited = clinic.page()
        answers = statuses(guesses)
        lasted = time.monotonic() - began

    assert answers == {b"HTTP/1.1 " + refused}
    # Sixty waited half a second together: none of the sixteen threads waited with them.
    assert 0.5 <= lasted < 20
    assert waited < at_most


@contextmanager
def flood(clinic: Served, path: str, many: int) -> Iterator[list[socket.socket]]:
    """So many guesses at once, none answered yet."""
    guesses = [socket.create_connection(clinic.address, timeout=30) for _ in range(many)]
    try:
        for each in guesses:
            line = f"POST {path} HTTP/1.1\r\n".encode()
            each.sendall(line + REQUEST + b"Content-Length: 1\r\n\r\na")
        yield guesses
    finally:
        for each in guesses:
            each.close()


def statuses(visitors: list[socket.socket]) -> set[bytes]:
    return {each.recv(12) for each in visitors}
