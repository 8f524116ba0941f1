"""Around every request: it gets an id, is counted, and leaves one line in the log.

The line says what a stranger may know: the pattern of the route and never the address, no name, no token.
"""

import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from flask import Flask, abort, has_request_context, request
from werkzeug.wsgi import ClosingIterator

from intake.config import Settings
from intake.logs import REQUESTS, request_id
from intake.text import network

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HEADER = "X-Request-ID"
# What the layers inside leave for the line.
ROUTE = "backstory.route"
REFUSED = "backstory.refused"
NO_ROUTE = "none"
# Looks that come every few seconds, and say nothing while all is well.
NOT_LOGGED = ("/health/live", "/health/ready")
# How the settings name a socket that is a file: only this machine can write to it.
# Read out on the telephone: no letter or figure that is taken for another.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH = 10
# As proxies write it: hexadecimal digits, perhaps with hyphens. Nobody's words have this form.
_FROM_A_PROXY = re.compile(r"[0-9a-fA-F-]{16,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})


@dataclass(frozen=True)
class AnsweredRequest:
    """What is known of a request once it was answered. `refused` is why it was, in fixed words; "" if not."""

    method: str
    route: str
    status: int
    seconds: float
    size: int
    refused: str = ""


@dataclass
class RequestLog:
    """The outermost layer of the application."""

    inner: "WSGIApplication"
    trusted: Sequence[network.Network | str] = ()
    told: list[Callable[[AnsweredRequest], None]] = field(default_factory=list)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        began, own_id = time.perf_counter(), self._id_for(environ)
        request_id.set(own_id)
        sent = _Sent()

        def begin(status: str, headers: list[tuple[str, str]], *failed: Any) -> Callable[[bytes], object]:
            sent.status = int(status[:3])
            return start_response(status, [*headers, (HEADER, own_id)], *failed)

        def end() -> None:
            # When the last byte went out, or when the browser went away before it did.
            if not sent.ended:
                sent.ended = True
                self._tell(environ, sent, time.perf_counter() - began)
                request_id.set("")

        try:
            body = self.inner(environ, begin)
        except BaseException:
            sent.status = 500
            end()
            raise
        return ClosingIterator(sent.counting(body, end), [getattr(body, "close", _nothing), end])

    def _id_for(self, environ: "WSGIEnvironment") -> str:
        """The id that a proxy of ours gave it, else one drawn now."""
        given = environ.get("HTTP_X_REQUEST_ID", "")
        if _FROM_A_PROXY.fullmatch(given) and network.is_trusted(_peer(environ), self.trusted):
            return str(given)
        return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))

    def _tell(self, environ: "WSGIEnvironment", sent: "_Sent", seconds: float) -> None:
        method = environ["REQUEST_METHOD"]
        answered = AnsweredRequest(
            method if method in _METHODS else "other",
            environ.get(ROUTE, NO_ROUTE),
            sent.status,
            seconds,
            sent.size,
            environ.get(REFUSED, ""),
        )
        for listener in self.told:
            listener(answered)
        if answered.route not in NOT_LOGGED or answered.status >= 400:
            REQUESTS.info("", extra={"request": _line(answered)})


def install_request_log(app: Flask, environment: Settings) -> RequestLog:
    """Put it around the application, and let pages name the request they answer. Installed first."""
    around = RequestLog(app.wsgi_app, environment.trusted_proxies)
    app.wsgi_app = around  # type: ignore[method-assign]
    app.before_request(_note_route)
    app.jinja_env.globals.update(request_id=request_id_here)
    return around


def request_id_here() -> str:
    """The id of the request being answered; "" outside any."""
    return request_id.get() if has_request_context() else ""


def refuse(status: int, why: str) -> NoReturn:
    """Answer with the page of this status; `why`, in fixed words, stands in the log alone."""
    note_refusal(why)
    abort(status)


def note_refusal(why: str) -> None:
    """Let the log say, in fixed words, why this request was refused."""
    request.environ[REFUSED] = why


def _peer(environ: "WSGIEnvironment") -> str:
    """Who connected, whatever a layer further out made of it."""
    before = environ.get("werkzeug.proxy_fix.orig") or environ
    return str(before.get("REMOTE_ADDR") or "")


def _note_route() -> None:
    request.environ[ROUTE] = request.url_rule.rule if request.url_rule else NO_ROUTE


def _line(answered: AnsweredRequest) -> dict[str, object]:
    return {
        "method": answered.method,
        "route": answered.route,
        "status": answered.status,
        "ms": round(answered.seconds * 1000, 1),
        "bytes": answered.size,
        **({"refused": answered.refused} if answered.refused else {}),
    }


def _nothing() -> None:
    """A body without an end of its own."""


@dataclass
class _Sent:
    """What went out so far."""

    status: int = 0
    size: int = 0
    ended: bool = False

    def counting(self, body: Iterable[bytes], end: Callable[[], None]) -> Iterator[bytes]:
        for part in body:
            self.size += len(part)
            yield part
        end()
