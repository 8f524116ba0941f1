"""A flood of guesses is answered before anything is looked up, and slowly.

Who is refused again and again from one range of addresses gets the same page, made once and filled in with
what was typed, for some seconds. That costs next to nothing. Where links, codes and dates of birth are
guessed, each is looked at, within the limits of its page; whoever is signed in or has shown their date of
birth guesses nothing. In both cases the server keeps a refusal back for a
moment: whoever waits for it asks less often, and patients do not wait for their pages. What is right is
answered at once. It counts in this process only: how many guesses are looked at at all is counted in the
database (services/staff/guesses.py), and whoever comes in a browser that is known goes past.
"""

import logging
import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from flask import Flask, make_response
from markupsafe import escape
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.http import parse_cookie

from intake.clinic import Clinic
from intake.services.audit import NOBODY
from intake.services.context import Operation
from intake.services.staff import guesses
from intake.web.client import KNOWN, browser_of, network_of
from intake.web.request_log import ROUTE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

log = logging.getLogger(__name__)

# The addresses where passwords are tried without being signed in.
SIGN_IN, UNLOCK = "/sign-in", "/unlock"
# So many refusals from one range within so many seconds are a flood, until those seconds are over.
REFUSALS, WINDOW = 20, 10.0
# Where our server has the connection of a request.
CONNECTION = "gunicorn.socket"
# So long their answers are kept back: no thread waits for that.
KEPT_BACK = 0.5
REFUSED = ("400", "403", "413", "415", "429")
# Ranges that are kept in mind at once; the oldest goes.
MOST_RANGES = 10_000
# The clinic may change its name meanwhile.
PAGE_LASTS = 60.0
LONGEST_FORM = 16 * 1024
# What the page is made with once, to be filled in for each.
BOXES = ("csrf_token", "next", "email")


@dataclass
class Refusals:
    """What was refused to one range since `began`, by the clock of the process; some of it not looked at."""

    began: float
    many: int = 0
    turned_away: int = 0


@dataclass
class FilledPage:
    """The page that says it was too often: its words, with the name of a box after each but the last."""

    headers: list[tuple[str, str]]
    words: list[str]
    boxes: list[str]
    made_at: float

    def filled(self, typed: dict[str, str]) -> bytes:
        """The page with what was typed in its boxes."""
        inserted = [*(str(escape(typed[box])) for box in self.boxes), ""]
        return "".join(piece for pair in zip(self.words, inserted, strict=True) for piece in pair).encode()


@dataclass
class FloodGate:
    """The application, and before it what a flood does not get past."""

    app: Flask
    inner: "WSGIApplication"
    clock: Callable[[], float] = time.monotonic
    refusals: dict[str, Refusals] = field(default_factory=dict)
    elsewhere: dict[str, Refusals] = field(default_factory=dict)
    page: FilledPage | None = None
    once: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: dict[str, Any], start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO")
        if environ.get("REQUEST_METHOD") != "POST":
            return self.inner(environ, start_response)
        here: Clinic = self.app.extensions["clinic"]
        network = network_of(here, environ)
        if path not in (SIGN_IN, UNLOCK):
            return self._slowed(network, environ, start_response)
        if self._floods(network) and not browser_of(here, parse_cookie(environ.get("HTTP_COOKIE", ""))):
            return self._turned_away(path, environ, start_response)

        def noting(status: str, headers: Any, exc_info: Any = None) -> Any:
            if status[:3] in REFUSED:
                self._note(self.refusals, network, not_looked_at=status[:3] == "429")
            return start_response(status, headers, exc_info)

        return self.inner(environ, noting)

    def _slowed(
        self, network: str, environ: dict[str, Any], start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """The page as it is, but a refusal in a flood of them is kept back."""

        def noting(status: str, headers: Any, exc_info: Any = None) -> Any:
            guess = status.startswith("4") and KNOWN not in environ
            if guess and self._note(self.elsewhere, network) > REFUSALS:
                _keep_back(environ)
            return start_response(status, headers, exc_info)

        return self.inner(environ, noting)

    def _floods(self, network: str) -> bool:
        refused = self.refusals.get(network)
        if refused is None:
            return False
        if self.clock() - refused.began >= WINDOW:
            with self.once:
                over = self.refusals.pop(network, None)
            self._tell(network, over.turned_away if over is not None else 0)
            return False
        flood = refused.many >= REFUSALS
        refused.turned_away += flood
        return flood

    def _note(self, counted: dict[str, Refusals], network: str, *, not_looked_at: bool = False) -> int:
        """Count a refusal; how many that makes."""
        with self.once:
            now = self.clock()
            refused = counted.get(network)
            if refused is None or now - refused.began >= WINDOW:
                if len(counted) >= MOST_RANGES:
                    counted.pop(next(iter(counted)))
                refused = counted[network] = Refusals(now)
            refused.many += 1
            refused.turned_away += not_looked_at
            return refused.many

    def _tell(self, network: str, many: int) -> None:
        """Admins see how many there were: one row for many."""
        if not network or not many:
            return
        here: Clinic = self.app.extensions["clinic"]
        try:
            with Operation.open(here.database, here.environment, NOBODY, here.now()) as op:
                guesses.note(op, network, None, turned_away=many)
                op.commit()
        except SQLAlchemyError as problem:
            # Whoever came now is answered all the same; they are only not counted.
            log.warning("Refused sign-ins were not counted: %s", type(problem).__name__)

    def _turned_away(
        self, path: str, environ: dict[str, Any], start_response: "StartResponse"
    ) -> Iterable[bytes]:
        _keep_back(environ)
        environ[ROUTE] = path
        wait = ("Retry-After", str(int(WINDOW)))
        page = self._page()
        if path == UNLOCK:
            safe = [each for each in page.headers if each[0].lower() != "content-type"]
            start_response(
                "429 Too Many Requests", [*safe, wait, ("Content-Type", "text/plain; charset=utf-8")]
            )
            return [b""]
        body = page.filled(_typed(environ))
        length = ("Content-Length", str(len(body)))
        start_response("429 Too Many Requests", [*page.headers, wait, length])
        return [body]

    def _page(self) -> FilledPage:
        if self.page is None or self.clock() - self.page.made_at > PAGE_LASTS:
            self.page = _made(self.app, self.clock())
        return self.page


def install_flood_gate(app: Flask) -> None:
    """Put the gate before the application."""
    gate = app.extensions["flood_gate"] = FloodGate(app, app.wsgi_app)
    app.wsgi_app = gate  # type: ignore[method-assign]


def _keep_back(environ: dict[str, Any]) -> None:
    """Another server than ours answers at once."""
    keep_back = getattr(environ.get(CONNECTION), "keep_back", None)
    if keep_back is not None:
        keep_back(KEPT_BACK)


def _made(app: Flask, now: float) -> FilledPage:
    """The page as the application makes it, cut where the boxes are filled in."""
    from intake.web.sign_in import flood_page

    marks = {box: f"filled-in-{box}" for box in BOXES}
    host = app.extensions["clinic"].environment.public_url
    with app.test_request_context(SIGN_IN, base_url=host):
        response = app.process_response(make_response(flood_page(marks)))
        html = response.get_data(as_text=True)
    words = re.split("|".join(f"({mark})" for mark in marks.values()), html)
    pieces = [each for each in words if each is not None]
    named = {mark: box for box, mark in marks.items()}
    dropped = ("content-length", "set-cookie")
    headers = [each for each in response.headers if each[0].lower() not in dropped]
    return FilledPage(headers, pieces[::2], [named[mark] for mark in pieces[1::2]], now)


def _typed(environ: dict[str, Any]) -> dict[str, str]:
    """What stands in the boxes of the form that was sent; nothing of one that is too long."""
    length = str(environ.get("CONTENT_LENGTH") or "")
    sent = b""
    if length.isascii() and length.isdigit() and int(length) <= LONGEST_FORM:
        sent = environ["wsgi.input"].read(int(length))
    form = parse_qs(sent.decode("utf-8", "replace"), max_num_fields=None)
    return {box: "".join(filter(str.isprintable, form.get(box, [""])[0])) for box in BOXES}
