"""Where browsers say what they refused on a page of ours (CSP, Trusted Types). Only counts of it are kept.

A report holds the address of the page, which may be a patient's link, and a piece of the page: neither is
kept, logged or shown. Nothing of the browser's session is read, so that nobody is kept signed in by it.
"""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException

from intake.services.operations import policy_reports
from intake.services.operations.policy_reports import OTHER, Blocked
from intake.web import clinic, open_to_all, operation, reading
from intake.web.client import client
from intake.web.headers import REPORTS

blueprint = Blueprint("reports", __name__)

LONGEST_REPORT = 16 * 1024
# Of one message; browsers send a few together.
MOST_AT_ONCE = 10
KINDS = ("application/csp-report", "application/reports+json")
DIRECTIVES = frozenset(
    [
        "base-uri",
        "connect-src",
        "default-src",
        "font-src",
        "form-action",
        "frame-ancestors",
        "frame-src",
        "img-src",
        "manifest-src",
        "media-src",
        "object-src",
        "require-trusted-types-for",
        "script-src",
        "script-src-attr",
        "script-src-elem",
        "style-src",
        "style-src-attr",
        "style-src-elem",
        "trusted-types",
        "worker-src",
    ]
)
# What browsers say instead of an address.
WORDS = frozenset(
    [
        "inline",
        "eval",
        "wasm-eval",
        "self",
        "data",
        "blob",
        "filesystem",
        "trusted-types-sink",
        "trusted-types-policy",
    ]
)
EXTENSIONS = (
    "chrome-extension",
    "moz-extension",
    "safari-extension",
    "safari-web-extension",
    "ms-browser-extension",
)
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?){1,10}")
# The end of a name under which nobody registers one: "co.uk", "com.au".
_SHARED_END = re.compile(r"[a-z]{2,3}\.[a-z]{2}")


@blueprint.post(REPORTS)
@open_to_all
def report() -> Response:
    """Count what a browser refused. Whatever is sent, the answer has no words."""
    if request.mimetype not in KINDS:
        return _answer(415)
    sent = request.get_data(cache=False)
    if len(sent) > LONGEST_REPORT:
        return _answer(413)
    try:
        found = tuple(_reported(sent))
    except (ValueError, RecursionError):
        return _answer(400)
    network = client().network
    with reading() as op:
        if policy_reports.is_too_often(op, network):
            return _answer(429)
    with operation() as op:
        policy_reports.count(op, network, found)
        op.commit()
    return _answer(204)


def _answer(status: int) -> Response:
    return Response(status=status, mimetype="text/plain")


def _reported(sent: bytes) -> Iterator[Blocked]:
    """What one message holds, in either of the two forms; raises ValueError for anything else."""
    told = json.loads(sent)
    each_one = told if isinstance(told, list) else [told]
    for each in each_one[:MOST_AT_ONCE]:
        if not isinstance(each, dict):
            raise ValueError
        # By the Reporting API each says its type; there are others, which are of no use to us.
        body = each.get("csp-report") or (each.get("body") if each.get("type") == "csp-violation" else None)
        if isinstance(body, dict):
            yield Blocked(_directive(body), _blocked(body), _route(body))


def _said(body: dict[str, Any], *names: str) -> str:
    return next((each for name in names if isinstance(each := body.get(name), str)), "")


def _directive(body: dict[str, Any]) -> str:
    said = _said(body, "effectiveDirective", "effective-directive", "violated-directive").split()[:1]
    return said[0] if said and said[0] in DIRECTIVES else OTHER


def _blocked(body: dict[str, Any]) -> str:
    """A word of ours, or the registered name of the host: what stands before that may tell something."""
    said = _said(body, "blockedURL", "blocked-uri").strip().lower()
    if said in WORDS:
        return said
    try:
        address = urlsplit(said)
        host = address.hostname or ""
    except ValueError:
        return OTHER
    if address.scheme in EXTENSIONS:
        return "extension"
    if address.scheme in WORDS:
        return address.scheme
    if host in (urlsplit(clinic().environment.public_url).hostname, request.host.partition(":")[0]):
        return "self"
    return _registered(host) if _HOST.fullmatch(host) else OTHER


def _registered(host: str) -> str:
    parts = host.split(".")
    end = 3 if _SHARED_END.fullmatch(".".join(parts[-2:])) else 2
    return ".".join(parts[-end:])


def _route(body: dict[str, Any]) -> str:
    """The pattern of the page's address, such as /i/<token>; only patterns of ours are ever given."""
    try:
        path = urlsplit(_said(body, "documentURL", "document-uri")).path
        rule, _ = current_app.url_map.bind("").match(path, method="GET", return_rule=True)
    except (HTTPException, ValueError):
        return OTHER
    return str(rule.rule)
