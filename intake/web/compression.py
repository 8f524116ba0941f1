"""Pages and styles go over the wire compressed: a phone in a waiting room is often on a slow network.

Styles and scripts travel without their comments, which are half as long as what they explain.
Nothing an address brings is repeated in a page that answers a GET, so the length of a page tells a stranger
nothing about what else is in it; a few random bytes more blur it all the same.
"""

import gzip
import io
import re
import secrets
from functools import lru_cache

from flask import Flask, Response, request

COMPRESSED = {"text/html", "text/css", "text/javascript", "image/svg+xml"}
NOT_WORTH_IT = 500
MOST_BLUR = 100
# Whole comments and the indentation; nothing inside a line is touched.
_LEFT_OUT = {
    "text/css": re.compile(rb"^\s*/\*.*?\*/\n|^\s+", re.DOTALL | re.MULTILINE),
    "text/javascript": re.compile(rb"^\s*//.*\n|^\s+", re.MULTILINE),
}


def install_compression(app: Flask) -> None:
    """Compress what gains by it. Installed first, so that it comes after whoever else adds to an answer."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.mimetype not in COMPRESSED or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings["gzip"] or response.status_code in (204, 304):
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) < NOT_WORTH_IT:
        return response
    if response.mimetype in _LEFT_OUT:
        body = _without_comments(body, response.mimetype)
    response.set_data(_compressed(body, blur=secrets.randbelow(MOST_BLUR)))
    response.headers["Content-Encoding"] = "gzip"
    etag, _ = response.get_etag()
    if etag:
        response.set_etag(etag, weak=True)
    return response


@lru_cache(maxsize=16)
def _without_comments(body: bytes, mimetype: str) -> bytes:
    return _LEFT_OUT[mimetype].sub(b"", body)


def _compressed(body: bytes, blur: int) -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile("a" * blur, "wb", compresslevel=6, fileobj=packed, mtime=0) as file:
        file.write(body)
    return packed.getvalue()
