"""A mail server that never comes to an end: a byte now and then, for ever, from wherever it is told."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain, repeat

from intake.config import MailServer

EVERY = 0.2
END = ".\r\n"


@dataclass
class Dripping:
    """`called` is how many conversations there were; `messages` holds what was said before it dripped."""

    port: int
    called: int = 0
    heard: list[bytes] = field(default_factory=list)

    @property
    def server(self) -> MailServer:
        """Where it is, as the settings say it."""
        return MailServer("127.0.0.1", self.port, "none", "", "")

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


@contextmanager
def open_dripping(*, after: str = "") -> Iterator[Dripping]:
    """Drips from the greeting on, or answers like a mail server until it hears `after`.

    That is a line's beginning, such as "RCPT", or END.
    """
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0.05)
    dripping, closing = Dripping(listening.getsockname()[1]), threading.Event()
    threads: list[threading.Thread] = []

    def serve() -> None:
        while not closing.is_set():
            with suppress(TimeoutError):
                caller, _ = listening.accept()
                dripping.called += 1
                threads.append(threading.Thread(target=talk, args=(caller,)))
                threads[-1].start()

    def talk(caller: socket.socket) -> None:
        with caller, suppress(OSError):
            if after:
                _answer(caller, dripping.heard, after)
            for each in chain(b"250 ", repeat(ord("o"))):
                if closing.wait(EVERY):
                    return
                caller.sendall(bytes([each]))

    door = threading.Thread(target=serve)
    door.start()
    try:
        yield dripping
    finally:
        closing.set()
        for thread in (door, *threads):
            thread.join()
        listening.close()


def _answer(caller: socket.socket, heard: list[bytes], until: str) -> None:
    caller.sendall(b"220 dripping\r\n")
    in_message = False
    with caller.makefile("rb") as lines:
        for line in lines:
            heard.append(line)
            said = line.decode("ascii").upper()
            ends = in_message and said == END
            if (ends and until == END) or (not in_message and said.startswith(until)):
                return
            if not in_message or ends:
                in_message = said.startswith("DATA")
                caller.sendall(b"354 go on\r\n" if in_message else b"250 ok\r\n")
