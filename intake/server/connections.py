"""A visitor who is slow costs no thread: requests are read whole first, and answers leave by themselves.

gunicorn's own threads wait for whoever sends slowly or reads slowly, and as many of those as there are
threads shut everybody else out. Here one loop in each process waits for all of them, with a limit
for each, and a thread is only given what can be answered at once.
"""

import io
import logging
import re
import selectors
import socket
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Any

from gunicorn import util
from gunicorn.http.body import Body, ChunkedReader
from gunicorn.http.errors import ChunkMissingTerminator, NoMoreData, ParseException
from gunicorn.workers.gthread import TConn, ThreadWorker

log = logging.getLogger(__name__)

# Seconds from the first moment of a connection, or of its next request, until its headers, and all of it,
# have come; then until the answer has been read, and until whoever was sent away has closed their side.
HEADERS_WITHIN, REQUEST_WITHIN, READ_WITHIN, GONE_WITHIN = 20.0, 120.0, 120.0, 2.0
# A process that is to end gives half a request no longer than this.
WHEN_ENDING = 2.0
# More connections than this, or more bytes of half requests, and whoever is longest at it has to go.
MOST_CONNECTIONS, MOST_BYTES = 400, 64 * 1024 * 1024
# No page takes so much: it is refused by what the headers say, and never read.
LONGEST_BODY = 8 * 1024 * 1024
# Longer than gunicorn takes: it says so itself.
LONGEST_HEADERS = 64 * 1024
AT_ONCE = 256 * 1024
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,18})[ \t]*\r\n", re.IGNORECASE)
_IN_CHUNKS = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)


class VisitorSocket(socket.socket):
    """The connection of a visitor. Neither reading nor writing ever waits: the loop does that.

    `came` was sent and not read yet; `unsent` was written and is not sent yet. `kept_back`: for so many
    seconds no answer leaves.
    """

    def __init__(self, accepted: socket.socket) -> None:
        family, kind, protocol = accepted.family, accepted.type, accepted.proto
        super().__init__(family, kind, protocol, fileno=accepted.detach())
        self.came, self.unsent = bytearray(), bytearray()
        self.kept_back = 0.0

    def recv(self, size: int, flags: int = 0) -> bytes:
        """What has come, or nothing, as if the visitor had stopped: what is still missing does not come."""
        taken = bytes(self.came[:size])
        del self.came[:size]
        return taken

    def sendall(self, written: Any, flags: int = 0) -> None:
        """Send what goes at once; the loop sends the rest."""
        if not self.unsent and not self.kept_back:
            written = memoryview(written)
            written = written[self._sent_of(written) :]
        self.unsent += written

    def keep_back(self, seconds: float) -> None:
        """Let the answer wait for so long: the application may ask for it before it answers."""
        self.kept_back = seconds

    def receive(self) -> bool:
        """Take in what has come; False when the visitor has stopped. Raises OSError when they are gone."""
        try:
            more = super().recv(AT_ONCE, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return True
        self.came += more
        return bool(more)

    def send_more(self) -> None:
        """Send some of what is left. Raises OSError when the visitor is gone."""
        del self.unsent[: self._sent_of(memoryview(self.unsent)[:AT_ONCE].tobytes())]

    def _sent_of(self, written: memoryview | bytes) -> int:
        try:
            return super().send(written, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return 0


@dataclass
class Waiting:
    """Something the loop waits for, until `end`; `headless` is a request whose headers have not all come."""

    end: float
    headless: bool


@dataclass(frozen=True)
class KeptBack:
    """An answer that leaves at `leaves`, and what came of its request."""

    leaves: float
    done: "Future[Any]"


class BufferingWorker(ThreadWorker):
    """A web process: one loop that reads and sends, and threads that answer."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        # In the order in which they began to wait.
        self.waiting: dict[TConn, Waiting] = {}
        self.kept_back: dict[TConn, KeptBack] = {}

    def accept(self, listener: socket.socket) -> None:
        """Accept a connection; above the limit the slowest connection is closed."""
        super().accept(listener)
        while self.nr_conns > MOST_CONNECTIONS and self._send_slowest_away():
            pass

    def enqueue_req(self, conn: TConn) -> None:
        """Read the next request whole, then give it to a thread."""
        if isinstance(conn.sock, VisitorSocket):
            client = conn.sock
            client.came[:0] = conn.parser.unreader.take_buffered() if conn.parser else b""
        else:
            client = conn.sock = VisitorSocket(conn.sock)
        self._wait(conn, selectors.EVENT_READ, self._more_came, HEADERS_WITHIN, headless=True)
        if client.came:
            self._look_at(conn)

    def finish_request(self, conn: TConn, done: "Future[Any]") -> None:
        """Send what is left of the answer, then wait for the next request or close."""
        client: VisitorSocket = conn.sock
        if client.kept_back:
            self.kept_back[conn] = KeptBack(time.monotonic() + client.kept_back, done)
            client.kept_back = 0.0
            return
        if client.unsent:
            self._wait(conn, selectors.EVENT_WRITE, partial(self._send_more, done), READ_WITHIN)
            return
        stays = not done.cancelled() and done.exception() is None and bool(done.result())
        if not stays:
            self._take_leave(conn)
        elif client.came or conn.parser.unreader.buf.getvalue():
            self.enqueue_req(conn)
        else:
            super().finish_request(conn, done)

    def murder_pending(self) -> None:
        """Close whatever has been waited for long enough; gunicorn asks for it at each turn of its loop.

        That is once a second at least: an answer that is kept back leaves at the first turn after its time.
        """
        now = time.monotonic()
        for conn, kept in list(self.kept_back.items()):
            if kept.leaves <= now or not self.alive:
                del self.kept_back[conn]
                self.finish_request(conn, kept.done)
        for conn, waiting in list(self.waiting.items()):
            if waiting.headless and not self.alive:
                waiting.end = min(waiting.end, now + WHEN_ENDING)
            if waiting.end < now:
                self._close(conn)

    def handle_quit(self, sig: int, frame: object) -> None:
        """Finish what is in hand, whichever signal says to stop: Ctrl-C reaches this process too."""
        self.handle_exit(sig, frame)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """Refuse what is no request, and say no word of it in the log."""
        theirs = isinstance(exc, ParseException)
        if not theirs:
            log.error("A request could not be answered.", exc_info=exc)
        try:
            util.write_error(
                client, *((400, "Bad Request") if theirs else (500, "Internal Server Error")), ""
            )
        except OSError:
            log.debug("Nobody was left to be told.")

    def handle_request(self, req: Any, conn: TConn) -> bool:
        """Answer. A body in chunks is put together first: no page is asked to read a broken one."""
        if isinstance(req.body.reader, ChunkedReader):
            req.body = _put_together(req.body)
        return bool(super().handle_request(req, conn))

    def _wait(
        self,
        conn: TConn,
        event: int,
        then: Callable[[TConn], None],
        seconds: float,
        *,
        headless: bool = False,
    ) -> None:
        conn.sock.setblocking(False)
        self.waiting[conn] = Waiting(time.monotonic() + seconds, headless)
        self.poller.register(conn.sock, event, lambda _: then(conn))

    def _wait_no_more(self, conn: TConn) -> None:
        del self.waiting[conn]
        self.poller.unregister(conn.sock)

    def _more_came(self, conn: TConn) -> None:
        client: VisitorSocket = conn.sock
        try:
            stopped = not client.receive()
        except OSError:
            stopped = True
        if stopped:
            self._close(conn)
            return
        self._look_at(conn)
        if sum(len(each.sock.came) for each in self.waiting) > MOST_BYTES:
            self._send_slowest_away()

    def _look_at(self, conn: TConn) -> None:
        """Give the request to a thread when all of it is there, or when it is none that we take."""
        client: VisitorSocket = conn.sock
        if is_whole(client.came):
            self._wait_no_more(conn)
            conn.data_ready = True
            super().enqueue_req(conn)
        elif b"\r\n\r\n" in client.came:
            waiting = self.waiting[conn]
            if waiting.headless:
                waiting.end += REQUEST_WITHIN - HEADERS_WITHIN
                waiting.headless = False

    def _send_more(self, done: "Future[Any]", conn: TConn) -> None:
        client: VisitorSocket = conn.sock
        try:
            client.send_more()
        except OSError:
            self._close(conn)
            return
        if not client.unsent:
            self._wait_no_more(conn)
            self.finish_request(conn, done)

    def _take_leave(self, conn: TConn) -> None:
        """Close our side; theirs is awaited, or the end of the answer could be lost on its way."""
        client: VisitorSocket = conn.sock
        try:
            client.shutdown(socket.SHUT_WR)
        except OSError:
            self.nr_conns -= 1
            conn.close()
            return
        self._wait(conn, selectors.EVENT_READ, self._is_leaving, GONE_WITHIN)

    def _is_leaving(self, conn: TConn) -> None:
        client: VisitorSocket = conn.sock
        try:
            there = client.receive()
        except OSError:
            there = False
        client.came.clear()
        if not there:
            self._close(conn)

    def _send_slowest_away(self) -> bool:
        """Whose answer is kept back; else who is longest at a request; else silent longest after one."""
        if self.kept_back:
            conn = next(iter(self.kept_back))
            del self.kept_back[conn]
            self.nr_conns -= 1
            conn.close()
            return True
        slowest = next((conn for conn in self.waiting if not conn.sock.unsent), None)
        if slowest is not None:
            self._close(slowest)
            return True
        if self.keepalived_conns:
            silent = self.keepalived_conns.popleft()
            self.poller.unregister(silent.sock)
            self.nr_conns -= 1
            silent.close()
            return True
        return False

    def _close(self, conn: TConn) -> None:
        self._wait_no_more(conn)
        self.nr_conns -= 1
        conn.close()


def _put_together(body: Any) -> Any:
    """What the chunks hold, up to more than is taken. Raises ParseException."""
    try:
        return Body(io.BytesIO(body.read(LONGEST_BODY + 1)))
    except NoMoreData:
        # It only seemed to end: all that has come was read.
        raise ChunkMissingTerminator(b"") from None


def is_whole(came: bytes | bytearray) -> bool:
    """All of a request is there, or so much that gunicorn refuses it; it is gunicorn that then reads it."""
    end = came.find(b"\r\n\r\n")
    if end < 0:
        return len(came) > LONGEST_HEADERS
    head = bytes(came[: end + 2])
    if _IN_CHUNKS.search(head):
        return came.endswith(b"\r\n0\r\n\r\n")
    length = _LENGTH.search(head)
    body = int(length[1]) if length else 0
    return body > LONGEST_BODY or len(came) >= end + 4 + body
