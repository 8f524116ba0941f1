"""E-mail: one message in plain text and HTML, over a connection that is encrypted, or into a file."""

import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from functools import cache
from pathlib import Path
from typing import Protocol

from intake.config import MailServer, Settings
from intake.messaging.deadline import Deadline, TooSlow, within
from intake.messaging.hosts import Hosts, Turn, Undeliverable
from intake.messaging.letters import Letter
from intake.text import email as address

GOODBYE = 2.0  # seconds


@dataclass(frozen=True)
class Mail:
    """A letter on its way. `message_id` is the same however often it is sent, so that doubles are seen.

    `at` is when it was written (aware): the Date that RFC 5322 asks for, without which filters distrust it.
    """

    to: str
    letter: Letter
    message_id: str
    at: datetime

    def composed(self, settings: Settings) -> EmailMessage:
        """The message as it travels, to one address. What does not belong into a header cannot get there.

        Raises Undeliverable.
        """
        try:
            # One address and nothing else: a second one would send the link to somebody else.
            to = address.read(self.to)
        except address.NotAnAddress:
            raise Undeliverable from None
        mail = EmailMessage()
        mail["Subject"] = " ".join(self.letter.subject.split())
        mail["From"] = formataddr((" ".join(settings.clinic_name.split()), settings.mail_from))
        mail["To"] = to
        mail["Date"] = format_datetime(self.at.astimezone(settings.zone))
        mail["Message-ID"] = f"<{self.message_id}@{settings.mail_from.partition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        # What Exchange asks for, so that nobody's "out of office" answers a machine.
        mail["X-Auto-Response-Suppress"] = "All"
        mail.set_content(self.letter.text)
        mail.add_alternative(self.letter.html, subtype="html")
        return mail


class MailSender(Protocol):
    """Carries e-mail. `send` raises Undeliverable when it is no use to try again."""

    def send(self, mail: Mail) -> None: ...


def mail_sender(settings: Settings, turn: Turn | None = None) -> MailSender | None:
    """How e-mail leaves this clinic; None when it does not. For trying out it lies in files.

    Safety: where there is a second mail server, it is tried when the first fails or is too slow.
    """
    if settings.mail_server is None:
        return None if settings.production else FileSender(settings)
    servers = (settings.mail_server, settings.second_mail_server)
    senders = tuple(SMTPSender(server, settings) for server in servers if server is not None)
    if turn is None and len(senders) == 1:
        return senders[0]
    return SMTPSenders(senders, turn or Hosts().turn(urgent=True), settings.message_deadline)


class SMTPSender:
    """Hands over to a mail server, whose certificate is checked."""

    def __init__(self, server: MailServer, settings: Settings) -> None:
        self.server, self.settings = server, settings
        self.host = f"{server.host}:{server.port}"

    def send(self, mail: Mail, within_seconds: float | None = None) -> None:
        """Raises Undeliverable, and TooSlow when it takes longer than the settings give a message."""
        composed = mail.composed(self.settings)
        with (
            within(within_seconds or self.settings.message_deadline) as deadline,
            self._connection(deadline) as connection,
        ):
            try:
                connection.send_message(composed)
            except smtplib.SMTPRecipientsRefused as refusal:
                if all(code >= 500 for code, _ in refusal.recipients.values()):
                    raise Undeliverable from None
                raise

    @contextmanager
    def _connection(self, deadline: Deadline) -> Iterator[smtplib.SMTP]:
        """A connection as the settings want it."""
        connection = self._called(deadline)
        try:
            if self.server.security == "starttls":
                connection.starttls(context=ssl.create_default_context())
            if self.server.user:
                connection.login(self.server.user, self.server.password)
            yield connection
            # What was taken is sent, whatever the server says in parting, and however long that takes; or it
            # would be sent again.
            deadline.shorten(GOODBYE)
            with suppress(OSError):
                connection.quit()
        finally:
            connection.close()

    def _called(self, deadline: Deadline) -> smtplib.SMTP:
        server = self.server
        calling = _EncryptedConversation if server.security == "tls" else _Conversation
        connection = calling(deadline, server.host)
        try:
            code, said = connection.connect(server.host, server.port)
            if code != 220:
                raise smtplib.SMTPConnectError(code, said)
        except BaseException:
            connection.close()
            raise
        return connection


class SMTPSenders:
    """Hands over to the first of several mail servers that takes it. Together they have `seconds`."""

    def __init__(self, senders: tuple[SMTPSender, ...], turn: Turn, seconds: float) -> None:
        self.senders, self.turn, self.seconds = senders, turn, seconds

    def send(self, mail: Mail) -> None:
        """Raises Undeliverable, HostBusy, and whatever the last one tried did not do."""
        end = time.monotonic() + self.seconds

        def by(sender: SMTPSender, left: int) -> None:
            sender.send(mail, max(1.0, (end - time.monotonic()) / left))

        self.turn.first_that_takes(self.senders, by)


class _Conversation(smtplib.SMTP):
    """A conversation that ends at a deadline."""

    def __init__(self, deadline: Deadline, host: str) -> None:
        self._deadline = deadline
        super().__init__(local_hostname=_own_name(), timeout=deadline.left or 1.0)
        # What the certificate is checked against; `connect` does not remember it.
        self._host = host

    def getreply(self) -> tuple[int, bytes]:
        """A reply; half of one, because the deadline cut it, is none. Raises TooSlow."""
        reply = super().getreply()
        if not self._deadline.left:
            raise TooSlow
        return reply

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._deadline.connect((host, port))


class _EncryptedConversation(_Conversation):
    """The same, encrypted from the first byte."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        context = ssl.create_default_context()
        return context.wrap_socket(super()._get_socket(host, port, timeout), server_hostname=host)


@cache
def _own_name() -> str:
    """As smtplib finds it for each conversation; once, because nothing cuts a look-up short."""
    return smtplib.SMTP().local_hostname


class FileSender:
    """Puts each message into a file of the data folder, where the demonstration can be looked at."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.folder = settings, settings.data_dir / "mail"

    def send(self, mail: Mail) -> None:
        write_private(self.folder, f"{mail.message_id}.eml", mail.composed(self.settings).as_bytes())


def write_private(folder: Path, name: str, content: bytes) -> None:
    """Write a file that only its owner can read."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / name
    file.touch(mode=0o600)
    file.write_bytes(content)
