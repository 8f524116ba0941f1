"""What systemd is told of a service: that it is ready, and from then on that it still answers.

Outside systemd nobody listens, and nothing is said. A server with several processes calls `keep_alive` in
each of those that answer requests, after it was forked: a thread does not survive a fork. They go on
answering when the process that keeps them going hangs, so its pulse is felt as well.
"""

import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection, HTTPException

READY = "READY=1"
ALIVE = "WATCHDOG=1"
# What is asked, and any answer will do: a clinic whose database is away is not mended by a restart.
ASKED = "/health/live"
# Seconds. It beats every second; a busy computer may be late.
LONGEST_BEAT = 5.0


def tell(state: str) -> None:
    """Send one state, as sd_notify(3) does; to nobody where no service manager waits for it."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address[:1] not in ("/", "@"):
        return
    # A manager that is just being replaced hears the next one.
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as manager:
        # "@" stands for the zero byte with which an abstract address begins.
        manager.connect(address.replace("@", "\0", 1))
        manager.sendall(state.encode())


def keep_alive(host: str, port: int, pulse_felt: Callable[[float], bool]) -> None:
    """Tell, for as long as this process lives, that the server on `port` answers: at half of WatchdogSec.

    `pulse_felt` says whether the process that keeps the others going was at work in the last so many seconds.
    """
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    if microseconds.isdigit() and int(microseconds):
        every = int(microseconds) / 2_000_000
        asked = (_reached_at(host), port, every, pulse_felt)
        threading.Thread(target=_ask_again, args=asked, name="watchdog", daemon=True).start()


def _ask_again(host: str, port: int, every: float, pulse_felt: Callable[[float], bool]) -> None:
    while os.environ.get("NOTIFY_SOCKET"):
        if pulse_felt(max(every, LONGEST_BEAT)) and answers(host, port, within=every):
            tell(ALIVE)
        time.sleep(every)


def answers(host: str, port: int, within: float) -> bool:
    """The server gives an answer, whatever it is, within so many seconds."""
    connection = HTTPConnection(host, port, timeout=within)
    try:
        connection.request("GET", ASKED)
        connection.getresponse().read()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True


def _reached_at(host: str) -> str:
    """Where this machine reaches a server that listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  (compared, not bound)
