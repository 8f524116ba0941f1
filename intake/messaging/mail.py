"""E-mail: one message in plain text and HTML, over a connection that is encrypted, or into a file."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from pathlib import Path
from typing import Protocol

from intake.config import MailServer, Settings
from intake.messaging.letters import Letter
from intake.text import email as address

PATIENCE = 20  # seconds


class Undeliverable(Exception):
    """It will never arrive: the address is refused. Anything else is tried again."""


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


def mail_sender(settings: Settings) -> MailSender | None:
    """How e-mail leaves this clinic; None when it does not. For trying out it lies in files."""
    if settings.mail_server is not None:
        return SMTPSender(settings.mail_server, settings)
    return None if settings.production else FileSender(settings)


class SMTPSender:
    """Hands over to a mail server, whose certificate is checked."""

    def __init__(self, server: MailServer, settings: Settings) -> None:
        self.server, self.settings = server, settings

    def send(self, mail: Mail) -> None:
        composed = mail.composed(self.settings)
        with self._connection() as connection:
            try:
                connection.send_message(composed)
            except smtplib.SMTPRecipientsRefused as refusal:
                if all(code >= 500 for code, _ in refusal.recipients.values()):
                    raise Undeliverable from None
                raise

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        """A connection as the settings want it."""
        connection = self._called()
        try:
            if self.server.security == "starttls":
                connection.starttls(context=ssl.create_default_context())
            if self.server.user:
                connection.login(self.server.user, self.server.password)
            yield connection
            # What was taken is sent, whatever the server says in parting; or it would be sent again.
            with suppress(smtplib.SMTPException):
                connection.quit()
        finally:
            connection.close()

    def _called(self) -> smtplib.SMTP:
        server = self.server
        if server.security == "tls":
            checked = ssl.create_default_context()
            return smtplib.SMTP_SSL(server.host, server.port, timeout=PATIENCE, context=checked)
        return smtplib.SMTP(server.host, server.port, timeout=PATIENCE)


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
