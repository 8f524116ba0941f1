"""What every answer carries, and what no request may bring."""

from datetime import timedelta
from math import ceil
from typing import TypeVar
from urllib.parse import urlsplit

import werkzeug.wrappers
from flask import Flask, Response, current_app, request, url_for

from intake.web import View, clinic
from intake.web.request_log import refuse

Answer = TypeVar("Answer", bound=werkzeug.wrappers.Response)
LONGEST_BODY = 256 * 1024
# A file of 1 MB, and what its letters grow by on their way through a form.
LONGEST_FILE = 4 * 1024 * 1024
MOST_FIELDS = 400
# A file of 500 rows may ask of each whom it is about, and which facts are to be kept.
MOST_FIELDS_OF_A_FILE = 10_000

# Where browsers say that they refused something (reports.py).
REPORTS = "/policy-reports"
CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "object-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        # Text becomes elements only where our scripts read a page of ours, by the one policy of this name.
        "require-trusted-types-for 'script'",
        "trusted-types clinic-page",
        f"report-uri {REPORTS}",
        "report-to policy",
    )
)
# What no page of ours asks for; passkeys are not among it.
NOT_NEEDED = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
# Of a file that is taken away: what is in it is shown by itself, in no frame, and runs nothing.
SANDBOX = "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Reporting-Endpoints": f'policy="{REPORTS}"',
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Origin-Agent-Cluster": "?1",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Permissions-Policy": ", ".join(f"{each}=()" for each in NOT_NEEDED),
}

# Never "cookies": browsers take those of every site of the same domain along. Ours is ended by its own name,
# and on a tablet of the clinic it stays.
WHAT_WAS_SEEN = '"cache", "storage"'


def install_headers(app: Flask) -> None:
    """Put the headers on every answer, and turn away what should not come in, before anything reads it."""
    app.config.update(MAX_CONTENT_LENGTH=LONGEST_BODY, SEND_FILE_MAX_AGE_DEFAULT=None)
    app.before_request(_turn_away)
    app.after_request(_add_headers)


def come_back(response: Answer, wait: timedelta | None) -> Answer:
    """The same answer, saying that it was too often, and for how long; None: it was not."""
    if wait is not None:
        response.status_code = 429
        response.headers["Retry-After"] = str(max(1, ceil(wait.total_seconds())))
    return response


def takes_a_file(view: View) -> View:
    """Let this route take a file, and the text of one; every other turns files away."""
    setattr(view, "takes_a_file", True)  # noqa: B010  (a function has no such attribute, says mypy)
    return view


def from_elsewhere() -> bool:
    """Another site made this browser send the request."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return True
    # Browsers say "null" here under our own referrer policy, so only a named stranger is one.
    origin = request.headers.get("Origin", "null")
    ours = (request.host, urlsplit(clinic().environment.public_url).netloc)
    return origin != "null" and _host_of(origin) not in ours


def _host_of(address: str) -> str | None:
    """The host with its port; None of what is no address."""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return None


def _turn_away() -> None:
    if request.method not in ("POST", "PUT", "PATCH", "DELETE"):
        return
    if from_elsewhere():
        refuse(403, "sent by another site")
    most_fields = MOST_FIELDS
    if getattr(current_app.view_functions.get(request.endpoint or ""), "takes_a_file", False):
        request.max_content_length = request.max_form_memory_size = LONGEST_FILE
        request.max_form_parts = most_fields = MOST_FIELDS_OF_A_FILE
    elif request.mimetype.startswith("multipart/"):
        refuse(415, "a file")
    if len(request.form) > most_fields:
        refuse(400, "too many fields")


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if clinic().environment.production:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    response.headers["Cache-Control"] = _kept_for(response)
    return response


def _kept_for(response: Response) -> str:
    if request.endpoint != "static" or response.status_code not in (200, 304):
        return "no-store"
    # The address of a file ends with its version, so an old address never keeps new content.
    newest = url_for("static", filename=(request.view_args or {})["filename"])
    return "public, max-age=31536000, immutable" if request.full_path == newest else "no-cache"
