"""A hand-over ends in time, whoever it is handed to: one deadline for all of it, not one for each read.

A server that sends a byte now and then keeps every single read alive. At the deadline the connection is cut
from outside, wherever it stands: in the handshake, or in an answer that never ends.
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException


class TooSlow(OSError):
    """The other side took longer than it is given."""


class Deadline:
    """When a hand-over ends. Connections made with it are cut then."""

    def __init__(self, seconds: float) -> None:
        self._lock = threading.Lock()
        self._ours: list[socket.socket] = []
        self._over = False
        self._ends = time.monotonic() + seconds
        self._clock = self._set_clock(seconds)

    @property
    def left(self) -> float:
        """Seconds; 0 when it is over."""
        return max(0.0, self._ends - time.monotonic())

    def shorten(self, seconds: float) -> None:
        """End in so many seconds, if not before."""
        if seconds < self.left:
            self._clock.cancel()
            self._ends = time.monotonic() + seconds
            self._clock = self._set_clock(seconds)

    def connect(
        self, address: tuple[str, int], _timeout: object = None, _source: object = None
    ) -> socket.socket:
        """A connection to a host and port, as `socket.create_connection` makes it.

        A name may stand for several computers: each gets its share of the time, so that one that is away
        does not keep us from the next.
        """
        found = self._addresses(*address)
        last: OSError = TooSlow()
        for number, (family, kind, protocol, _, where) in enumerate(found):
            connection = socket.socket(family, kind, protocol)
            try:
                connection.settimeout(self.left / (len(found) - number) or 0.001)
                connection.connect(where)
                self._watch(connection)
            except OSError as problem:
                connection.close()
                last = problem
            else:
                connection.settimeout(self.left or 0.001)
                return connection
        raise last

    def cut(self) -> None:
        """End every connection that was made with it."""
        with self._lock:
            self._over = True
            for each in self._ours:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def forget(self) -> None:
        """Let go of the connections; whoever asked for one closes it."""
        self._clock.cancel()
        with self._lock:
            for each in self._ours:
                each.close()
            self._ours.clear()

    def _set_clock(self, seconds: float) -> threading.Timer:
        clock = threading.Timer(seconds, self.cut)
        clock.daemon = True
        clock.start()
        return clock

    def _watch(self, connection: socket.socket) -> None:
        # A second handle: TLS takes the first one over, and it would be gone during the handshake.
        with self._lock:
            if self._over:
                raise TooSlow
            self._ours.append(connection.dup())

    def _addresses(self, host: str, port: int) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        """What the name stands for. Nothing can cut a look-up short, so it is left behind when it is late."""
        answers: list[object] = []

        def look_up() -> None:
            try:
                answers.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
            except (OSError, UnicodeError) as problem:
                answers.append(problem)

        asking = threading.Thread(target=look_up, name="look-up", daemon=True)
        asking.start()
        asking.join(self.left)
        if not answers:
            raise TooSlow
        [answer] = answers
        if isinstance(answer, list):
            return answer
        assert isinstance(answer, Exception)
        raise answer


@contextmanager
def within(seconds: float) -> Iterator[Deadline]:
    """Do it in this many seconds, or raise TooSlow."""
    deadline = Deadline(seconds)
    try:
        yield deadline
    except (OSError, HTTPException, ValueError) as problem:
        if deadline.left or isinstance(problem, TooSlow):
            raise
        raise TooSlow from problem
    finally:
        deadline.forget()
