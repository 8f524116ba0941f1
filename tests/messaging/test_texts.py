"""A text message reaches the provider once it has been taken, and the key goes nowhere else."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPHandler, Request

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.config import Settings, TextGateway
from intake.messaging import Undeliverable, dialled, text_sender
from intake.messaging.texts import FileTextSender, InTime, WebhookTextSender
from tests.post_office import free_port

KEY = "sesame"
TEXT = "Hill Road: please open http://127.0.0.1:8000/i/" + "x" * 43


@dataclass
class Provider:
    """What a provider of text messages was asked, and what it answers."""

    url: str
    status: int = 202
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        sent = json.loads(body) if body else None
        self.asked.append((request.command, request.path, dict(request.headers), sent))
        request.send_response(self.status)
        for name, value in self.headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", "0")
        request.end_headers()


@contextmanager
def open_provider() -> Iterator[Provider]:
    """A provider that listens on this computer."""

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            provider.answer(self)

        do_GET = do_POST  # noqa: N815

        def log_message(self, *said: object) -> None:
            """Quietly."""

    server = HTTPServer(("127.0.0.1", 0), Desk)
    provider = Provider(f"http://127.0.0.1:{server.server_port}/send")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def provider() -> Iterator[Provider]:
    with open_provider() as opened:
        yield opened


class InTheClear(InTime, HTTPHandler):
    """As the application opens addresses, but without TLS: a test has nobody to vouch for it."""

    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(partial(self.connection, HTTPConnection), req)


def sender_to(url: str, seconds: float = 20) -> WebhookTextSender:
    return WebhookTextSender(url, KEY, "GB", seconds, InTheClear)


def test_the_provider_gets_number_words_and_reference_and_knows_the_clinic_by_its_key(
    provider: Provider,
) -> None:
    sender_to(provider.url).send("07700 900123", TEXT, "4711")

    ((method, path, headers, sent),) = provider.asked
    assert (method, path) == ("POST", "/send")
    assert headers["Content-Type"] == "application/json"
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert sent == {"to": "+447700900123", "text": TEXT, "reference": "4711"}


def test_a_message_sent_again_can_be_told_for_the_same(provider: Provider) -> None:
    for _ in range(2):
        sender_to(provider.url).send("07700 900123", TEXT, "4711")

    first, second = (sent for _, _, _, sent in provider.asked)
    assert first == second


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_what_the_provider_takes_is_sent(provider: Provider, status: int) -> None:
    provider.status = status

    sender_to(provider.url).send("07700 900123", TEXT, "4711")

    assert len(provider.asked) == 1


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
def test_what_the_provider_does_not_take_is_not_sent(provider: Provider, status: int) -> None:
    provider.status = status

    with pytest.raises(HTTPError) as refusal:
        sender_to(provider.url).send("07700 900123", TEXT, "4711")

    refusal.value.close()
    assert refusal.value.code == status


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_the_key_follows_to_no_other_address(provider: Provider, status: int) -> None:
    with open_provider() as elsewhere:
        provider.status, provider.headers = status, {"Location": elsewhere.url}

        with pytest.raises(HTTPError) as refusal:
            sender_to(provider.url).send("07700 900123", TEXT, "4711")

    refusal.value.close()
    assert elsewhere.asked == []


def test_a_provider_that_is_away_says_nothing_about_the_number() -> None:
    with pytest.raises(URLError):
        sender_to(f"http://127.0.0.1:{free_port()}/send").send("07700 900123", TEXT, "4711")


def test_nothing_of_ours_opens_an_address_in_the_clear(provider: Provider) -> None:
    with pytest.raises(URLError, match="unknown url type"):
        WebhookTextSender(provider.url, KEY, "GB", 20).send("07700 900123", TEXT, "4711")

    assert provider.asked == []


def test_a_number_that_cannot_be_one_is_not_sent_anywhere(provider: Provider) -> None:
    with pytest.raises(Undeliverable):
        sender_to(provider.url).send("ask his wife", TEXT, "4711")

    assert provider.asked == []


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("07700 900123", "+447700900123"),
        ("(07700) 900-123", "+447700900123"),
        ("+44 7700 900123", "+447700900123"),
        ("+44 (0)7700 900123", "+447700900123"),
        ("0044 7700 900 123", "+447700900123"),
        ("07700/900123 (wife)", "+447700900123"),
        ("٠٧٧٠٠ ٩٠٠١٢٣", "+447700900123"),
        ("07700 900123 after 6pm", "+447700900123"),
        ("020 7946 0000 or 07911 123456", "+447911123456"),
    ],
)
def test_a_number_is_dialled_however_it_is_written(written: str, number: str) -> None:
    assert dialled(written, "GB") == number


@pytest.mark.parametrize(
    "written",
    [
        "",
        "12345",
        "none",
        "same as you have",
        "07700",
        "07700 900123, 900124",
        "07700 900123 or 07700 900124",
        "07700+900123",
        "+",
        "²²²²²²²",
    ],
)
def test_what_is_no_one_number_is_not_dialled(written: str) -> None:
    with pytest.raises(Undeliverable):
        dialled(written, "GB")


@given(st.text(max_size=40))
def test_only_figures_and_a_leading_plus_are_ever_dialled(written: str) -> None:
    try:
        number = dialled(written, "GB")
    except Undeliverable:
        return

    assert number.isascii()
    assert number.removeprefix("+").isdigit()
    assert 6 <= len(number.removeprefix("+")) <= 15


def test_texts_leave_only_where_the_clinic_says_how(settings: Settings) -> None:
    by_file = replace(settings, text_sender=TextGateway("file"))
    by_webhook = replace(settings, text_sender=TextGateway("webhook", "https://texts.example.org", KEY))

    assert text_sender(settings) is None
    assert isinstance(text_sender(by_file), FileTextSender)
    assert isinstance(text_sender(by_webhook), WebhookTextSender)
