"""Documents that somebody waits for: made elsewhere, awaited here, and never for so long that pages suffer.

A process that serves pages makes no document. The worker makes the summaries; letters, blank forms and packs
are made in a process of their own (`documents/apart.py`). Whoever asks waits here, holding no transaction,
and only some threads may wait: others, and whoever has waited long enough, get a page that asks again.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import BoundedSemaphore
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask, Response, make_response, render_template, request

from intake.documents.apart import NotMade
from intake.documents.orders import DocumentOrder
from intake.services.forms import documents
from intake.web import clinic, operation, reading

WAIT, LOOK_EVERY = 10.0, 0.2
# Of the threads of this process. The others answer patients, whoever waits.
MOST_WAIT, MOST_MADE = 4, 2
# Seconds until the page loads itself, and how often: nobody may sit in front of it any more.
AGAIN_AFTER, MOST_AGAIN = 4, 30
ALREADY = "waited"

log = logging.getLogger(__name__)
_waiting = BoundedSemaphore(MOST_WAIT)
_making = BoundedSemaphore(MOST_MADE)


class StillBeingMade(Exception):
    """The document is not there yet; the page that says so asks again."""


def install_being_made(app: Flask) -> None:
    """Answer with the page that loads itself again."""
    app.register_error_handler(StillBeingMade, _page)


def wait_for(intake_ids: Sequence[UUID]) -> None:
    """Return when the worker has made the documents of these forms. Raises StillBeingMade.

    To be called outside any transaction.
    """
    if not _pending(intake_ids):
        return
    if request.method == "HEAD":
        # Whoever asks for the head alone waits for nothing, and changes nothing.
        raise StillBeingMade
    if not request.args.get(ALREADY):
        with operation() as op:
            documents.hasten(op, intake_ids)
            op.commit()
    clinic().queue.somebody_waits()
    until = time.monotonic() + WAIT
    with _one_of(_waiting):
        while _pending(intake_ids):
            if time.monotonic() > until:
                raise StillBeingMade
            time.sleep(LOOK_EVERY)


def made(order: DocumentOrder) -> bytes:
    """The document of this order, made apart. Raises StillBeingMade.

    To be called outside any transaction.
    """
    with _one_of(_making):
        try:
            return clinic().make(order)
        except NotMade as problem:
            log.error("%s is tried again: %s", type(order).__name__, problem)
            raise StillBeingMade from None


def _pending(intake_ids: Sequence[UUID]) -> bool:
    with reading() as op:
        return documents.some_pending(op.session, intake_ids)


@contextmanager
def _one_of(places: BoundedSemaphore) -> Iterator[None]:
    """One of the threads that may wait. Raises StillBeingMade when all of them do."""
    if not places.acquire(blocking=False):
        raise StillBeingMade
    try:
        yield
    finally:
        places.release()


def _page(_: StillBeingMade) -> Response:
    already = request.args.get(ALREADY, default=0, type=int) + 1
    arguments = urlencode({**request.args, ALREADY: already})
    page = render_template(
        "being_made.html",
        again=f"{request.path}?{arguments}" if already <= MOST_AGAIN else None,
        seconds=AGAIN_AFTER,
        first=request.path,
    )
    answer = make_response(page, 202)
    answer.headers["Retry-After"] = str(AGAIN_AFTER)
    return answer
