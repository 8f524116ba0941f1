"""Whether the mail server answers, and what it says to a letter that is only a trial.

Safety: what a server says is shown to an admin, so nothing that signs the clinic in is left in it. Whoever
drips one letter a minute is hung up on: the whole call has one deadline.
"""

import base64
import smtplib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from socket import SHUT_RDWR
from urllib.error import HTTPError, URLError

from intake.config import MailServer, Settings
from intake.messaging.hosts import Undeliverable
from intake.messaging.mail import FileSender, Mail
from intake.messaging.texts import text_sender
from intake.text import free

LONGEST_ANSWER = 300


class CheckStep(StrEnum):
    """How far it came."""

    SETTINGS = "settings"
    CONNECT = "connect"
    SIGN_IN = "sign_in"
    ADDRESS = "address"
    LETTER = "letter"


@dataclass(frozen=True)
class ServerAnswer:
    """What a server said last. `step` is the one that failed; the last one when none did."""

    taken: bool
    step: CheckStep
    said: str


def knock(server: MailServer, *, within: float) -> ServerAnswer:
    """Connect, say EHLO and NOOP, and leave; nothing is sent and nobody is signed in. `within` seconds."""
    try:
        with _call(server, within) as connection:
            code, said = connection.noop()
    except (OSError, smtplib.SMTPException, ValueError) as problem:
        return ServerAnswer(False, CheckStep.CONNECT, what_it_said(problem, server))
    return ServerAnswer(code < 400, CheckStep.CONNECT, _cleaned(said, server))


def try_mail(settings: Settings, mail: Mail, *, within: float) -> ServerAnswer:
    """Send `mail` now, and give what the server answered."""
    if settings.mail_server is not None:
        return _try_server(settings.mail_server, settings, mail, within)
    if settings.production:
        return ServerAnswer(False, CheckStep.SETTINGS, "")
    FileSender(settings).send(mail)
    return ServerAnswer(True, CheckStep.LETTER, "")


def try_text(settings: Settings, to: str, words: str, reference: str) -> ServerAnswer:
    """Send a text message now, and give what the provider answered."""
    sender = text_sender(settings)
    if sender is None:
        return ServerAnswer(False, CheckStep.SETTINGS, "")
    try:
        sender.send(to, words, reference)
    except Undeliverable:
        return ServerAnswer(False, CheckStep.ADDRESS, "")
    except HTTPError as refusal:
        refusal.close()
        return ServerAnswer(False, CheckStep.LETTER, f"HTTP {refusal.code}")
    except (OSError, ValueError) as problem:
        reason = problem.reason if isinstance(problem, URLError) else problem
        return ServerAnswer(False, CheckStep.CONNECT, _kind_of(reason))
    return ServerAnswer(True, CheckStep.LETTER, "")


def what_it_said(problem: BaseException, server: MailServer) -> str:
    """The answer of the server, or what the network or its certificate made of it."""
    match problem:
        case smtplib.SMTPRecipientsRefused():
            code, refusal = next(iter(problem.recipients.values()))
            return _cleaned(f"{code} ".encode() + refusal, server)
        case smtplib.SMTPResponseException():
            said = f"{problem.smtp_code} ".encode() + _bytes(problem.smtp_error)
            return _cleaned(said, server)
        case _:
            return _kind_of(problem)


def _try_server(server: MailServer, settings: Settings, mail: Mail, within: float) -> ServerAnswer:
    step = CheckStep.ADDRESS
    try:
        composed = mail.composed(settings)
        step = CheckStep.CONNECT
        with _call(server, within) as connection:
            step = CheckStep.SIGN_IN
            if server.user:
                connection.login(server.user, server.password)
            step = CheckStep.ADDRESS
            for code, said in (connection.mail(settings.mail_from), connection.rcpt(mail.to)):
                if code >= 400:
                    return ServerAnswer(False, step, _cleaned(f"{code} ".encode() + said, server))
            step = CheckStep.LETTER
            # As the protocol ends its lines; smtplib leaves bytes as they are.
            lines = composed.as_bytes(policy=composed.policy.clone(linesep="\r\n"))
            code, said = connection.data(lines)
            return ServerAnswer(code < 400, step, _cleaned(f"{code} ".encode() + said, server))
    except Undeliverable:
        return ServerAnswer(False, step, "")
    except (OSError, smtplib.SMTPException, ValueError) as problem:
        return ServerAnswer(False, step, what_it_said(problem, server))


@contextmanager
def _call(server: MailServer, within: float) -> Iterator[smtplib.SMTP]:
    """A connection that was greeted and is encrypted as the settings want it, and ends `within` seconds."""
    checked = ssl.create_default_context()
    connection = (
        smtplib.SMTP_SSL(timeout=within, context=checked)
        if server.security == "tls"
        else smtplib.SMTP(timeout=within)
    )
    # Needed where the connection is made by `connect`: the certificate is held against it.
    connection._host = server.host  # type: ignore[attr-defined]
    hang_up = threading.Timer(within, _hang_up, [connection])
    hang_up.daemon = True
    hang_up.start()
    try:
        code, said = connection.connect(server.host, server.port)
        if code >= 400:
            raise smtplib.SMTPConnectError(code, said)
        connection.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            connection.starttls(context=checked)
            connection.ehlo_or_helo_if_needed()
        yield connection
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()
    finally:
        hang_up.cancel()
        connection.close()


def _hang_up(connection: smtplib.SMTP) -> None:
    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(SHUT_RDWR)


def _kind_of(problem: object) -> str:
    """What the network says, which holds no word of ours; else only the kind of exception."""
    if isinstance(problem, ssl.SSLCertVerificationError):
        return problem.verify_message
    if isinstance(problem, OSError) and problem.strerror:
        return problem.strerror
    return type(problem).__name__


def _bytes(said: object) -> bytes:
    return said if isinstance(said, bytes) else str(said).encode()


def _cleaned(said: bytes, server: MailServer) -> str:
    """In one line, not too long, and without what signs the clinic in."""
    words = free.one_line(said.decode("utf-8", "replace"))
    for secret in filter(None, (server.password, server.user)):
        for form in (secret, base64.b64encode(secret.encode()).decode()):
            words = words.replace(form, "...")
    return words[:LONGEST_ANSWER]
