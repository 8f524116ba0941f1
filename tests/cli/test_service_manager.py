"""Under systemd a clinic says that it is ready, and that it still answers; a hung one says nothing more."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from intake.cli import service_manager
from intake.server.pulse import Pulse
from tests.cli.test_clinic import FACTS, ROOT, _environment, _free_port

WATCHDOG_SECONDS = 2


@pytest.fixture
def manager(tmp_path):
    """The end of the socket on which systemd listens."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listening.bind(str(tmp_path / "notify"))
    listening.settimeout(180)
    yield listening
    listening.close()


@pytest.fixture
def under_systemd(manager, monkeypatch):
    monkeypatch.setenv("NOTIFY_SOCKET", manager.getsockname())
    monkeypatch.setenv("WATCHDOG_USEC", "200000")


@pytest.fixture
def server():
    """A web server that answers 503 to everything."""

    class Away(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(503)

        def log_message(self, *_: object) -> None:
            """The tests are quiet."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Away)
    threading.Thread(target=listening.serve_forever).start()
    yield listening
    listening.shutdown()
    listening.server_close()


@pytest.mark.faults
def test_a_started_clinic_is_ready_and_alive(manager, tmp_path):
    told = {"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": str(WATCHDOG_SECONDS * 1_000_000)}
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "start"],
        cwd=ROOT,
        env=_environment(tmp_path) | FACTS | told | {"PORT": str(_free_port())},
        stdout=subprocess.DEVNULL,
    )
    try:
        heard = [manager.recv(1000).decode()]
        while not heard[-1].startswith(service_manager.ALIVE):
            heard.append(manager.recv(1000).decode())
        process.send_signal(signal.SIGSTOP)
        silent = _falls_silent(manager)
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        process.wait(timeout=60)

    assert heard[0].startswith(service_manager.READY)
    assert silent, "the web processes speak for a master that was stopped"


def _falls_silent(manager) -> bool:
    """Nothing is told for three times as long as the watchdog waits, within half a minute."""
    manager.settimeout(3 * WATCHDOG_SECONDS)
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            manager.recv(1000)
        except TimeoutError:
            return True
    return False


def test_a_database_that_is_away_is_no_reason_to_start_anew(manager, under_systemd, server):
    service_manager.keep_alive("0.0.0.0", server.server_address[1], Pulse().was_felt)

    assert manager.recv(1000) == b"WATCHDOG=1"
    assert manager.recv(1000) == b"WATCHDOG=1"


def test_a_server_that_takes_connections_and_never_answers_is_not_alive(manager, under_systemd):
    with socket.create_server(("127.0.0.1", 0)) as hung:
        service_manager.keep_alive("127.0.0.1", hung.getsockname()[1], Pulse().was_felt)

        manager.settimeout(1)
        with pytest.raises(TimeoutError):
            manager.recv(1000)


def test_processes_that_answer_do_not_speak_for_a_master_that_hangs(manager, under_systemd, server):
    service_manager.keep_alive("127.0.0.1", server.server_address[1], lambda _: False)

    manager.settimeout(1)
    with pytest.raises(TimeoutError):
        manager.recv(1000)


def test_a_pulse_is_felt_in_another_process_and_only_while_it_beats():
    pulse = Pulse()
    made = time.monotonic()
    time.sleep(0.01)
    assert not pulse.was_felt(time.monotonic() - made)

    if not (child := os.fork()):
        pulse.beat()
        os._exit(0)
    os.waitpid(child, 0)

    assert pulse.was_felt(time.monotonic() - made)


def test_without_systemd_nobody_is_told(monkeypatch):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    monkeypatch.delenv("WATCHDOG_USEC", raising=False)
    before = threading.active_count()

    service_manager.tell(service_manager.READY)
    service_manager.keep_alive("127.0.0.1", 1, Pulse().was_felt)

    assert threading.active_count() == before


def test_an_abstract_address_is_understood(monkeypatch):
    name = f"backstory-{Path(__file__).stem}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"\0{name}")
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}")

        service_manager.tell(service_manager.READY)

        listening.settimeout(10)
        assert listening.recv(1000) == b"READY=1"
