"""Text messages. Off unless the clinic says how they leave.

To add a provider: a class with `send`, one line in `text_sender`. Most providers take the webhook as it is.
"""

import json
import re
from http.client import HTTPMessage
from typing import IO, Any, Protocol
from urllib.request import (
    BaseHandler,
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    Request,
    UnknownHandler,
)

from intake.config import Settings
from intake.messaging.mail import Undeliverable, write_private

PATIENCE = 20  # seconds


class TextSender(Protocol):
    """Carries text messages. `reference` is the same however often one is sent.

    `send` raises Undeliverable when it is no use to try again.
    """

    def send(self, to: str, text: str, reference: str) -> None: ...


def text_sender(settings: Settings) -> TextSender | None:
    """How text messages leave this clinic; None when they do not."""
    chosen = settings.text_sender
    if chosen is None:
        return None
    return FileTextSender(settings) if chosen.kind == "file" else WebhookTextSender(chosen.url, chosen.key)


def dialled(phone: str) -> str:
    """A telephone number as a provider wants it: figures and a leading +. Raises Undeliverable."""
    figures = "".join(str(int(each)) if each.isdecimal() else each for each in phone)
    if figures.lstrip().startswith("+"):
        # "+44 (0)7700": the 0 is for those who dial without the country.
        figures = figures.replace("(0)", "")
    figures = re.sub(r"[^0-9+]", "", figures)
    if not re.fullmatch(r"\+?[0-9]{6,15}", figures):
        raise Undeliverable
    return figures


class WebhookTextSender:
    """Posts {"to", "text", "reference"} as JSON to an https address, with the key as a bearer token."""

    def __init__(self, url: str, key: str, opener: OpenerDirector | None = None) -> None:
        self.url, self.key = url, key
        self.opener = opener or one_way(HTTPSHandler())

    def send(self, to: str, text: str, reference: str) -> None:
        body = json.dumps({"to": dialled(to), "text": text, "reference": reference}).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"}
        request = Request(self.url, body, headers, method="POST")  # noqa: S310  (https, by the settings)
        with self.opener.open(request, timeout=PATIENCE) as answer:
            answer.read(1024)


class FileTextSender:
    """Puts each message into a file of the data folder."""

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.data_dir / "mail"

    def send(self, to: str, text: str, reference: str) -> None:
        write_private(self.folder, f"{reference}.txt", f"To: {dialled(to)}\n\n{text}\n".encode())


class _StaysHere(HTTPRedirectHandler):
    """The key is for one address and follows no other."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Any:
        return None


def one_way(way: BaseHandler) -> OpenerDirector:
    """Opens addresses by this way and no other, and stays there."""
    opener = OpenerDirector()
    for handler in (way, UnknownHandler(), HTTPDefaultErrorHandler(), HTTPErrorProcessor(), _StaysHere()):
        opener.add_handler(handler)
    return opener
