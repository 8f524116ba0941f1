"""Text messages. Off unless the clinic says how they leave.

To add a provider: a class with `send`, one line in `text_sender`. Most providers take the webhook as it is.
"""

import json
from collections.abc import Callable
from functools import partial
from http.client import HTTPConnection, HTTPMessage, HTTPResponse, HTTPSConnection
from typing import IO, Any, Protocol
from urllib.parse import urlsplit
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
from intake.messaging.deadline import Deadline, within
from intake.messaging.hosts import Turn, Undeliverable
from intake.messaging.mail import write_private
from intake.text import telephone


class TextSender(Protocol):
    """Carries text messages. `reference` is the same however often one is sent.

    `send` raises Undeliverable when it is no use to try again.
    """

    def send(self, to: str, text: str, reference: str) -> None: ...


def text_sender(settings: Settings, turn: Turn | None = None) -> TextSender | None:
    """How text messages leave this clinic; None when they do not."""
    chosen = settings.text_sender
    if chosen is None:
        return None
    if chosen.kind == "file":
        return FileTextSender(settings)
    webhook = WebhookTextSender(chosen.url, chosen.key, settings.region, settings.message_deadline)
    return webhook if turn is None else _InTurn(webhook, turn)


def dialled(phone: str, region: str | None) -> str:
    """The one number to send to, as providers want it: E.164. Raises Undeliverable.

    Where the clinic's `region` is not known, a number without its country's code stays as it was typed.
    """
    found = telephone.for_texts(phone, region)
    if found is None:
        raise Undeliverable
    return found.dialled


class InTime(HTTPSHandler):
    """Opens https addresses, over connections that a deadline cuts."""

    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self.deadline = deadline

    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(partial(self.connection, HTTPSConnection), req)

    def connection(self, kind: type[HTTPConnection], host: str, **arguments: Any) -> HTTPConnection:
        """A connection of this kind; `http.client` leaves this one name for who makes its sockets."""
        made = kind(host, **arguments)
        made._create_connection = self.deadline.connect  # type: ignore[attr-defined]
        return made


class WebhookTextSender:
    """Posts {"to", "text", "reference"} as JSON to an https address, with the key as a bearer token.

    All of it, from looking up the name to the end of the answer, takes at most `seconds`.
    """

    def __init__(
        self,
        url: str,
        key: str,
        region: str | None,
        seconds: float,
        way: Callable[[Deadline], BaseHandler] = InTime,
    ) -> None:
        self.url, self.key, self.region, self.seconds, self.way = url, key, region, seconds, way
        self.host = urlsplit(url).netloc

    def send(self, to: str, text: str, reference: str) -> None:
        body = json.dumps({"to": dialled(to, self.region), "text": text, "reference": reference}).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"}
        request = Request(self.url, body, headers, method="POST")  # noqa: S310  (https, by the settings)
        with within(self.seconds) as deadline, one_way(self.way(deadline)).open(request) as answer:
            # What is said beside the status does not matter, and may never end.
            assert answer.status


class _InTurn:
    """Waits until the provider has time for it."""

    def __init__(self, webhook: WebhookTextSender, turn: Turn) -> None:
        self.webhook, self.turn = webhook, turn

    def send(self, to: str, text: str, reference: str) -> None:
        """Raises HostBusy as well."""
        self.turn.first_that_takes((self.webhook,), lambda webhook, _: webhook.send(to, text, reference))


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
