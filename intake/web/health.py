"""What monitors ask: whether the process lives, whether it can serve, how each part is, and the counts.

These pages stand in front of the application: they need no session and no page of ours, and they answer by
whatever name of a host they are asked, as the health check of a container and Prometheus do. Nothing of the
clinic is in them. Who may ask for more than "yes" or "no" shows a token.
"""

import hmac
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from flask import Flask, current_app
from werkzeug.datastructures import Authorization
from werkzeug.wrappers import Response

from intake.clinic import Clinic
from intake.config import Settings
from intake.services.operations import health
from intake.services.operations.health import PartHealth
from intake.web.headers import HEADERS
from intake.web.metrics import Metrics
from intake.web.request_log import ROUTE, RequestLog

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Found = TypeVar("Found")

LIVE, READY, DEEP, METRICS = "/health/live", "/health/ready", "/health/deep", "/metrics"
# For so many seconds a look at every part is good enough for whoever asks next.
KEPT_FOR = 10.0
# So long somebody waits for the look of another before they are told that it is not known.
PATIENCE = 8.0


class NotKnownYet(Exception):
    """Somebody else is looking, and takes too long."""


@dataclass
class SharedLook(Generic[Found]):
    """One look at a time, however many ask: the others get what it found. `kept_for` is in seconds."""

    look: Callable[[], Found]
    kept_for: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _began: float = float("-inf")
    _found: list[Found] = field(default_factory=list)

    def __call__(self) -> Found:
        """What was found by a look that began after the question, or not longer than `kept_for` before it."""
        asked = time.monotonic()
        if not self._lock.acquire(timeout=PATIENCE):
            raise NotKnownYet
        try:
            if not self._found or self._began < asked - self.kept_for:
                began = time.monotonic()
                self._found[:] = [self.look()]
                self._began = began
            return self._found[0]
        finally:
            self._lock.release()


class HealthPages:
    """The layer that answers monitors, and lets everything else through."""

    def __init__(self, inner: "WSGIApplication", clinic: Clinic, metrics: Metrics) -> None:
        self.inner, self.clinic, self.metrics = inner, clinic, metrics
        self.ready = SharedLook(self._look_whether_ready)
        self.parts = SharedLook(self._look_at_every_part, KEPT_FOR)
        settings = clinic.environment
        self.pages: Mapping[str, Callable[[WSGIEnvironment], Response]] = {
            LIVE: lambda environ: _answer({"status": "ok"}),
            READY: lambda environ: self._ready(),
            DEEP: lambda environ: _for_token(environ, settings.health_token, self._deep),
            METRICS: lambda environ: _for_token(environ, settings.metrics_token, self._counts),
        }

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        path = environ.get("PATH_INFO", "")
        page = self.pages.get(path)
        if page is None:
            return self.inner(environ, start_response)
        environ[ROUTE] = path
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            answer = _answer({"status": "refused"}, 405)
            answer.headers["Allow"] = "GET, HEAD"
        else:
            answer = page(environ)
        answer.headers.extend(_headers(self.clinic.environment))
        return answer(environ, start_response)

    def _ready(self) -> Response:
        try:
            found = self.ready()
        except NotKnownYet:
            return _answer({"status": "not ready"}, 503)
        checks = {"database": found.database, "tables": found.tables, "keys": found.keys}
        return _answer({"status": "ok" if found else "not ready", **checks}, 200 if found else 503)

    def _deep(self) -> Response:
        try:
            parts = self.parts()
        except NotKnownYet:
            return _answer({"status": "not known"}, 503)
        well = health.is_well(parts)
        said = {each.part.value: _part(each) for each in parts}
        return _answer({"status": "ok" if well else "failing", "parts": said}, 200 if well else 503)

    def _counts(self) -> Response:
        content, kind = self.metrics.page()
        return Response(content, content_type=kind)

    def _look_whether_ready(self) -> health.Readiness:
        try:
            return health.readiness(self.clinic.database)
        except Exception:
            # The database could not be opened at all; why, whoever starts the process is told.
            return health.Readiness()

    def _look_at_every_part(self) -> tuple[PartHealth, ...]:
        clinic = self.clinic
        try:
            return health.look(clinic.database, clinic.in_force(), clinic.now())
        except Exception:
            return health.look_without_database(clinic.environment)


def install_health(app: Flask, clinic: Clinic, around: RequestLog) -> None:
    """Answer monitors in front of the application, and count what is answered."""
    metrics = Metrics(clinic)
    pages = HealthPages(around.inner, clinic, metrics)
    around.inner = pages
    if clinic.environment.metrics_token:
        around.told.append(metrics.count)
    app.extensions["health"] = pages


def every_part() -> tuple[PartHealth, ...]:
    """How each part is, as the page of operation shows it. Raises NotKnownYet."""
    pages: HealthPages = current_app.extensions["health"]
    return pages.parts()


def _for_token(environ: "WSGIEnvironment", token: str, page: Callable[[], Response]) -> Response:
    """The page for whoever shows the token; without one in the settings there is none."""
    if not token:
        return _answer({"status": "not here"}, 404)
    shown = Authorization.from_header(environ.get("HTTP_AUTHORIZATION"))
    given = shown.token if shown is not None and shown.type == "bearer" else None
    if given is None or not hmac.compare_digest(given.encode(), token.encode()):
        refused = _answer({"status": "refused"}, 401)
        refused.headers["WWW-Authenticate"] = "Bearer"
        return refused
    return page()


def _part(each: PartHealth) -> dict[str, str]:
    since = {"last": each.since.isoformat(timespec="seconds")} if each.since else {}
    return {"status": each.condition.value, **since}


def _answer(said: Mapping[str, object], status: int = 200) -> Response:
    return Response(json.dumps(said) + "\n", status, mimetype="application/json")


def _headers(settings: Settings) -> dict[str, str]:
    transport = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
    return {**HEADERS, "Cache-Control": "no-store", **(transport if settings.production else {})}
