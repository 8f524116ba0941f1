"""What is asked of the provider over the network: short answers, in time, and from nowhere else.

https only; http where the provider is this very computer, for trying out. No redirect is followed, and no
proxy of the environment is used.
"""

import json
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request

from intake.messaging.deadline import within
from intake.messaging.texts import InTime, one_way
from intake.text import network

# Bytes of the longest answer, and seconds for all of one.
LONGEST_ANSWER = 512 * 1024
SECONDS = 8.0


class ProviderAway(Exception):
    """The provider does not answer, or not as one does."""


class ProviderRefused(Exception):
    """The provider answers, and says no."""


def may_be_asked(url: object, issuer: str) -> bool:
    """An address that this provider may name: encrypted, unless the provider itself is on this computer."""
    if not isinstance(url, str) or not url.isprintable():
        return False
    try:
        parts, own = urlsplit(url), urlsplit(issuer)
        # A port that is none is only noticed when it is read.
        whole = bool(parts.hostname) and parts.port != 0 and not (parts.username or parts.password)
    except ValueError:
        return False
    here = network.is_this_computer(parts.hostname or "")
    return whole and (parts.scheme == "https" or (parts.scheme == own.scheme == "http" and here))


def answer_of(url: str, headers: dict[str, str], body: bytes | None = None) -> dict[str, Any]:
    """The JSON object at an address. Raises ProviderAway and ProviderRefused, without a word of it."""
    request = Request(url, body, {"Accept": "application/json", **headers})  # noqa: S310  (see may_be_asked)
    way = _InTheClear if url.startswith("http:") else InTime
    try:
        with within(SECONDS) as deadline, one_way(way(deadline)).open(request) as answer:
            said = answer.read(LONGEST_ANSWER + 1)
            status = answer.status
    except HTTPError as problem:
        problem.close()
        if body is not None and problem.code in (400, 401, 403):
            raise ProviderRefused(str(problem.code)) from None
        raise ProviderAway(str(problem.code)) from None
    except (OSError, HTTPException, ValueError) as problem:
        raise ProviderAway(type(problem).__name__) from None
    if status != 200 or len(said) > LONGEST_ANSWER:
        raise ProviderAway("answer too long" if status == 200 else str(status))
    return _object(said)


def _object(said: bytes) -> dict[str, Any]:
    try:
        found = json.loads(said)
    except (ValueError, RecursionError):
        raise ProviderAway("no JSON") from None
    if not isinstance(found, dict):
        raise ProviderAway("no JSON object")
    return found


class _InTheClear(InTime):
    """Opens http addresses as well: those of this computer, see `may_be_asked`."""

    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(partial(self.connection, HTTPConnection), req)
