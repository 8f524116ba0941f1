"""A real mail server that lives for one test, and answers as it is told."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from intake.config import MailServer

ACCEPTED = "250 OK"


@dataclass
class PostOffice:
    """`mails` is what was accepted, `envelopes` to whom. The answers can be changed: "550 Unknown".

    It `takes` so many seconds for a message.
    """

    port: int
    answer_to_recipient: str = ACCEPTED
    answer_to_message: str = ACCEPTED
    answer_to_goodbye: str = "221 Bye"
    takes: float = 0.0
    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[list[str]] = field(default_factory=list)

    @property
    def server(self) -> MailServer:
        """Where it is, as the settings say it."""
        return MailServer("127.0.0.1", self.port, "none", "", "")

    async def handle_RCPT(  # noqa: N802  (so aiosmtpd calls it)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answer_to_recipient == ACCEPTED:
            envelope.rcpt_tos.append(address)
        return self.answer_to_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.takes)
        if self.answer_to_message == ACCEPTED:
            assert isinstance(envelope.content, bytes)
            mail: Any = message_from_bytes(envelope.content, policy=default)
            self.mails.append(mail)
            self.envelopes.append(envelope.rcpt_tos)
        return self.answer_to_message

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        return self.answer_to_goodbye


@contextmanager
def open_post_office(*, tls: ssl.SSLContext | None = None, any_script: bool = True) -> Iterator[PostOffice]:
    """A post office that is open; with `tls` it speaks only that. `any_script`: also in addresses."""
    office = PostOffice(free_port())
    controller = Controller(
        office, hostname="127.0.0.1", port=office.port, ssl_context=tls, enable_SMTPUTF8=any_script
    )
    controller.start()
    try:
        yield office
    finally:
        controller.stop()


def free_port() -> int:
    """A port of this computer where nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
