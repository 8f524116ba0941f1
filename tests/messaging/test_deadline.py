"""Whatever a host does, a message is handed over in time, by another host, or is tried again."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from intake.config import MailServer, Settings
from intake.messaging import HostBusy, Hosts, Mail, TooSlow, Undeliverable, call_for_attention, mail_sender
from intake.messaging.deadline import within
from intake.messaging.hosts import PATIENCE
from intake.messaging.mail import GOODBYE, SMTPSender
from tests.dripping import END, open_dripping
from tests.messaging.test_mail import NOW, TO
from tests.messaging.test_texts import TEXT, sender_to
from tests.post_office import PostOffice, free_port

STAGES = ["", "EHLO", "MAIL", "RCPT", "DATA", END]


@pytest.fixture
def hurried(settings: Settings) -> Settings:
    """A clinic that gives a message a second."""
    return replace(settings, message_deadline=1)


def a_mail(settings: Settings) -> Mail:
    return Mail(TO, call_for_attention(settings, overdue=False), "4711", NOW)


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


@pytest.mark.parametrize("after", STAGES)
def test_a_server_that_sends_a_byte_now_and_then_for_ever_is_cut_off(hurried: Settings, after: str) -> None:
    with open_dripping(after=after) as dripping, at_most(3), pytest.raises(TooSlow):
        SMTPSender(dripping.server, hurried).send(a_mail(hurried))


def test_so_is_one_that_never_finishes_to_agree_on_encryption(hurried: Settings) -> None:
    with open_dripping() as dripping, at_most(3), pytest.raises(TooSlow):
        SMTPSender(replace(dripping.server, security="tls"), hurried).send(a_mail(hurried))


def test_so_is_one_that_says_nothing_at_all(hurried: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        sender = SMTPSender(MailServer("127.0.0.1", mute.getsockname()[1], "none", "", ""), hurried)

        with at_most(3), pytest.raises(TooSlow):
            sender.send(a_mail(hurried))


def test_a_message_that_was_taken_hardly_waits_for_a_goodbye(settings: Settings) -> None:
    with open_dripping(after="QUIT") as dripping, at_most(GOODBYE + 1):
        SMTPSender(dripping.server, settings).send(a_mail(settings))

    assert b"Message-ID: <4711@demo.example>\r\n" in dripping.heard


def test_a_provider_of_texts_is_cut_off_as_well() -> None:
    with open_dripping() as dripping, at_most(3), pytest.raises(TooSlow):
        sender_to(f"http://127.0.0.1:{dripping.port}/send", seconds=1).send("07700 900123", TEXT, "4711")


def test_one_computer_of_a_name_that_is_away_leaves_time_for_the_next(
    post_office: PostOffice, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurried = replace(settings, message_deadline=2)
    with full() as away:
        found = [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
            for port in (away, post_office.port)
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

        with at_most(2):
            SMTPSender(MailServer("mail.example.org", 25, "none", "", ""), hurried).send(a_mail(hurried))

    assert len(post_office.mails) == 1


def test_a_name_that_nobody_answers_for_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    answering = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answering.wait(5))

    with at_most(1), pytest.raises(TooSlow), within(0.2) as deadline:
        deadline.connect(("mail.example.org", 25))
    answering.set()


# ---- a second server


def two_servers(settings: Settings, first: MailServer, second: MailServer) -> Settings:
    return replace(settings, mail_server=first, second_mail_server=second, message_deadline=2)


def test_the_second_server_gets_what_the_first_is_too_slow_for(
    post_office: PostOffice, settings: Settings
) -> None:
    with open_dripping() as dripping, at_most(2):
        both = two_servers(settings, dripping.server, post_office.server)
        send(both)

    assert [mail["Message-ID"] for mail in post_office.mails] == ["<4711@demo.example>"]


def test_the_second_server_gets_what_the_first_is_not_there_for(
    post_office: PostOffice, settings: Settings
) -> None:
    nowhere = MailServer("127.0.0.1", free_port(), "none", "", "")

    send(two_servers(settings, nowhere, post_office.server))

    assert len(post_office.mails) == 1


def test_the_second_server_gets_nothing_that_the_first_takes(
    post_office: PostOffice, settings: Settings
) -> None:
    with open_dripping() as dripping:
        send(two_servers(settings, post_office.server, dripping.server))

    assert (len(post_office.mails), dripping.called) == (1, 0)


def test_an_address_is_wrong_only_when_both_say_so(post_office: PostOffice, settings: Settings) -> None:
    post_office.answer_to_recipient = "550 No such user"
    nowhere = MailServer("127.0.0.1", free_port(), "none", "", "")

    with pytest.raises(Undeliverable):
        send(two_servers(settings, post_office.server, post_office.server))
    with pytest.raises(ConnectionRefusedError):
        send(two_servers(settings, nowhere, post_office.server))


def send(settings: Settings) -> None:
    sender = mail_sender(settings)
    assert sender is not None
    sender.send(a_mail(settings))


# ---- one host holds nobody up


class Carrier:
    def __init__(self, host: str) -> None:
        self.host = host


def test_a_host_in_use_is_left_to_whoever_uses_it_unless_it_is_urgent() -> None:
    hosts, asked = Hosts(), []

    with hosts.in_use("slow:25", urgent=False):
        with at_most(PATIENCE + 1), pytest.raises(HostBusy):
            hosts.turn(urgent=False).first_that_takes([Carrier("slow:25")], lambda *_: asked.append("never"))
        with at_most(0.2), pytest.raises(HostBusy):
            hosts.turn(urgent=False).first_that_takes([Carrier("slow:25")], lambda *_: asked.append("never"))
        hosts.turn(urgent=False).first_that_takes(
            [Carrier("quick:25")], lambda *_: asked.append("other host")
        )
        hosts.turn(urgent=True).first_that_takes([Carrier("slow:25")], lambda *_: asked.append("urgent"))

    assert asked == ["other host", "urgent"]


def test_a_host_that_was_slow_is_asked_after_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intake.messaging.hosts.SLOW", 0.05)
    hosts, asked = Hosts(), []
    carriers = [Carrier("slow:25"), Carrier("quick:25")]

    for _ in range(2):
        hosts.turn(urgent=True).first_that_takes(
            carriers,
            lambda carrier, _: (asked.append(carrier.host), time.sleep(0.1 * ("slow" in carrier.host))),
        )

    assert asked == ["slow:25", "quick:25"]


@contextmanager
def full() -> Iterator[int]:
    """A port where a connection is begun and never made: whoever listens takes nobody any more."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        where = listening.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(where)
        time.sleep(0.05)
        yield where[1]
        for each in waiting:
            each.close()
