"""Text messages. Off unless the clinic says how they leave.

To add a provider: a class with `send`, one line in `text_sender`. Most providers take the webhook as it is.
"""

import json
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
from intake.text import telephone

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
    if chosen.kind == "file":
        return FileTextSender(settings)
    return WebhookTextSender(chosen.url, chosen.key, settings.region)


def dialled(phone: str, region: str | None) -> str:
    """The one number to send to, as providers want it: E.164. Raises Undeliverable.

    Where the clinic's `region` is not known, a number without its country's code stays as it was typed.
    """
    found = telephone.for_texts(phone, region)
    if found is None:
        raise Undeliverable
    return found.dialled


class WebhookTextSender:
    """Posts {"to", "text", "reference"} as JSON to an https address, with the key as a bearer token."""

    def __init__(self, url: str, key: str, region: str | None, opener: OpenerDirector | None = None) -> None:
        self.url, self.key, self.region = url, key, region
        self.opener = opener or one_way(HTTPSHandler())

    def send(self, to: str, text: str, reference: str) -> None:
        body = json.dumps({"to": dialled(to, self.region), "text": text, "reference": reference}).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"}
        request = Request(self.url, body, headers, method="POST")  # noqa: S310  (https, by the settings)
        with self.opener.open(request, timeout=PATIENCE) as answer:
            answer.read(1024)


class FileTextSender:
    """Puts each message into a file of the data folder."""

    def __init__(self, settings: Settings) -> None:
        self.folder, self.region = settings.data_dir / "mail", settings.region

    def send(self, to: str, text: str, reference: str) -> None:
        write_private(self.folder, f"{reference}.txt", f"To: {dialled(to, self.region)}\n\n{text}\n".encode())


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
