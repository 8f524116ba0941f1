"""An e-mail arrives, says nothing about anybody, and is given up only when its address is refused."""

import re
import smtplib
import ssl
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from intake.config import LANGUAGES, MailServer, Settings
from intake.config.wording import ABOUT_HEALTH
from intake.i18n import speaking
from intake.messaging import (
    Letter,
    Mail,
    Undeliverable,
    call_for_attention,
    invitation,
    mail_sender,
    reminder,
)
from intake.messaging.mail import FileSender, SMTPSender
from intake.messaging.texts import FileTextSender
from intake.questionnaire import QUESTIONS
from tests.post_office import PostOffice, free_port, open_post_office

LINK = "http://127.0.0.1:8000/i/" + "x" * 43
NOW = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
VISIT = datetime(2026, 3, 26, 10, 30, tzinfo=UTC)
TO = "anna@example.org"
# Headers that would send a message elsewhere, or make it look like another.
ELSEWHERE = ("Bcc", "Cc", "Reply-To", "Sender", "Return-Path", "X-Evil")


@pytest.fixture
def sender(post_office: PostOffice, settings: Settings) -> SMTPSender:
    return SMTPSender(post_office.server, settings)


def mail_to(to: str, settings: Settings, message_id: str = "one") -> Mail:
    return Mail(to, invitation(settings, LINK, VISIT), message_id, NOW)


def letters(settings: Settings) -> list[Letter]:
    """Everything that can leave, in every language that is offered."""
    written = []
    for language in LANGUAGES:
        with speaking(language):
            written += [
                invitation(settings, LINK, VISIT),
                reminder(settings, LINK, VISIT),
                call_for_attention(settings, overdue=False),
                call_for_attention(settings, overdue=True),
            ]
    return written


# ---- on its way


def test_an_invitation_arrives_as_text_and_as_a_page_with_a_button(
    post_office: PostOffice, sender: SMTPSender, settings: Settings
) -> None:
    sender.send(mail_to(TO, settings, "4711"))

    (mail,) = post_office.mails
    plain, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert post_office.envelopes == [[TO]]
    assert mail["To"] == TO
    assert mail["From"] == "Backstory demonstration clinic <clinic@demo.example>"
    assert mail["Subject"] == (
        "Your appointment at Backstory demonstration clinic: Thursday, 26 March 2026, 10:30"
    )
    assert mail["Date"] == "Mon, 02 Mar 2026 09:15:00 +0000"
    assert mail["Message-ID"] == "<4711@demo.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert LINK in plain.get_content()
    assert f'href="{LINK}"' in page.get_content()
    assert "Open the questions" in page.get_content()


def test_a_mail_has_each_header_that_the_standard_asks_for_once(settings: Settings) -> None:
    mail = mail_to(TO, settings).composed(settings)

    for name in ("Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "Auto-Submitted"):
        assert len(mail.get_all(name, [])) == 1, name
    assert mail["Date"].datetime == NOW
    assert max(len(line) for line in mail.as_bytes().splitlines()) < 998


@pytest.mark.parametrize("write", [invitation, reminder])
@pytest.mark.parametrize("words", ["Please come", "Please come on {when}"])
def test_two_appointments_of_one_mailbox_or_telephone_are_told_apart(
    settings: Settings, write: Callable[..., Letter], words: str
) -> None:
    settings = replace(settings, invitation_subject=words, reminder_subject=words, text_message=words)

    first, second = (write(settings, LINK, VISIT + timedelta(minutes=later)) for later in (0, 30))

    assert first.subject != second.subject
    assert first.short != second.short
    assert "Thursday, 26 March 2026, 10:30" in first.subject
    assert "26 Mar 2026, 10:30" in first.short
    assert first.subject.count("2026") == first.short.count("2026") == 1


def test_a_message_sent_again_can_be_told_for_the_same(
    post_office: PostOffice, sender: SMTPSender, settings: Settings
) -> None:
    for _ in range(2):
        sender.send(mail_to(TO, settings, "4711"))

    first, second = post_office.mails
    assert first["Message-ID"] == second["Message-ID"]


def test_the_name_of_the_clinic_may_be_written_in_any_script(
    post_office: PostOffice, settings: Settings
) -> None:
    settings = replace(settings, clinic_name='Praxis "Müller, Ñandú" 李')

    SMTPSender(post_office.server, settings).send(mail_to(TO, settings))

    (mail,) = post_office.mails
    (address,) = mail["From"].addresses
    assert (address.display_name, address.addr_spec) == (settings.clinic_name, "clinic@demo.example")
    assert mail["Subject"] == f"Your appointment at {settings.clinic_name}: Thursday, 26 March 2026, 10:30"


@pytest.mark.parametrize("to", ["o'brien+visits@mail.example.org", "a@b.example", "ANNA_1@EXAMPLE.ORG"])
def test_an_address_may_look_unusual(
    post_office: PostOffice, sender: SMTPSender, settings: Settings, to: str
) -> None:
    sender.send(mail_to(to, settings))

    mailbox, _, domain = to.partition("@")
    assert post_office.envelopes == [[f"{mailbox}@{domain.lower()}"]]


def test_an_address_that_few_servers_can_write_is_refused_by_all(
    post_office: PostOffice, sender: SMTPSender, settings: Settings
) -> None:
    with pytest.raises(Undeliverable):
        sender.send(mail_to("zoë@example.org", settings))

    assert post_office.envelopes == []


def test_a_domain_in_other_letters_reaches_a_server_that_knows_only_ascii(settings: Settings) -> None:
    with open_post_office(any_script=False) as old:
        SMTPSender(old.server, settings).send(mail_to("zoe@praxis-müller.example", settings))

    assert old.envelopes == [["zoe@xn--praxis-mller-klb.example"]]


@pytest.mark.parametrize("answer", ["550 No such user", "553 Not a mailbox", "501 Syntax"])
def test_an_address_that_is_refused_is_not_tried_again(
    post_office: PostOffice, sender: SMTPSender, settings: Settings, answer: str
) -> None:
    post_office.answer_to_recipient = answer

    with pytest.raises(Undeliverable):
        sender.send(mail_to(TO, settings))


@pytest.mark.parametrize("answer", ["450 Mailbox busy", "451 Greylisted", "452 Too many recipients"])
def test_an_address_that_is_busy_is_tried_again(
    post_office: PostOffice, sender: SMTPSender, settings: Settings, answer: str
) -> None:
    post_office.answer_to_recipient = answer

    with pytest.raises(smtplib.SMTPRecipientsRefused):
        sender.send(mail_to(TO, settings))


@pytest.mark.parametrize("answer", ["451 Try later", "554 Looks like advertising"])
def test_a_server_that_takes_no_message_says_nothing_about_the_address(
    post_office: PostOffice, sender: SMTPSender, settings: Settings, answer: str
) -> None:
    post_office.answer_to_message = answer

    with pytest.raises(smtplib.SMTPDataError):
        sender.send(mail_to(TO, settings))


@pytest.mark.parametrize("goodbye", ["421 Closing", "500 What?"])
def test_a_mail_that_was_taken_is_sent_whatever_the_server_says_in_parting(
    post_office: PostOffice, sender: SMTPSender, settings: Settings, goodbye: str
) -> None:
    post_office.answer_to_goodbye = goodbye

    sender.send(mail_to(TO, settings))

    assert len(post_office.mails) == 1


def test_a_refusal_stays_a_refusal_whatever_the_server_says_in_parting(
    post_office: PostOffice, sender: SMTPSender, settings: Settings
) -> None:
    post_office.answer_to_recipient, post_office.answer_to_goodbye = "550 No such user", "421 Closing"

    with pytest.raises(Undeliverable):
        sender.send(mail_to(TO, settings))


def test_a_server_that_is_away_says_nothing_about_the_address(settings: Settings) -> None:
    nowhere = MailServer("127.0.0.1", free_port(), "none", "", "")

    with pytest.raises(OSError, match="refused"):
        SMTPSender(nowhere, settings).send(mail_to(TO, settings))


def test_where_encryption_is_asked_for_nothing_travels_without_it(
    post_office: PostOffice, settings: Settings
) -> None:
    server = replace(post_office.server, security="starttls")

    with pytest.raises(smtplib.SMTPNotSupportedError):
        SMTPSender(server, settings).send(mail_to(TO, settings))

    assert post_office.mails == []


def test_a_server_that_nobody_vouches_for_gets_no_mail(settings: Settings, tmp_path: Path) -> None:
    with open_post_office(tls=_vouched_for_by_itself(tmp_path)) as office:
        server = replace(office.server, security="tls")

        with pytest.raises(ssl.SSLCertVerificationError):
            SMTPSender(server, settings).send(mail_to(TO, settings))

    assert office.mails == []


# ---- what stands in it


@given(
    to=st.text(
        alphabet=st.one_of(st.sampled_from("\r\n\t ,;:<>\"'()[]@."), st.characters(codec="utf-8")),
        max_size=60,
    )
)
def test_an_address_adds_no_header_and_no_second_recipient(to: str) -> None:
    settings = Settings.from_environment({})

    try:
        mail = mail_to(f"anna@example.org{to}", settings).composed(settings)
    except Undeliverable:
        return

    assert len(mail["To"].addresses) == 1
    head = mail.as_bytes().partition(b"\n\n")[0].decode("utf-8", "replace")
    names = [line.partition(":")[0] for line in head.splitlines() if line and not line[0].isspace()]
    assert sorted(names) == sorted(set(names))
    assert not set(names) & set(ELSEWHERE)


@pytest.mark.parametrize(
    "to",
    [
        "anna@example.org\r\nBcc: eve@example.org",
        "anna@example.org, eve@example.org",
        "anna@example.org,eve@example.org",
        "eve@example.org <anna@example.org>",
        "friends: anna@example.org, eve@example.org;",
        "anna@example.org> RCPT TO:<eve@example.org",
        "",
    ],
)
def test_a_mail_goes_to_one_address_or_to_nobody(
    post_office: PostOffice, sender: SMTPSender, settings: Settings, to: str
) -> None:
    with pytest.raises(Undeliverable):
        sender.send(mail_to(to, settings))

    assert post_office.envelopes == []


@pytest.mark.parametrize("name", ["Hill Road\r\nBcc: eve@example.org", "Hill Road\u2028X-Evil: yes"])
def test_a_setting_adds_no_header(settings: Settings, name: str) -> None:
    settings = replace(settings, clinic_name=name)

    mail = mail_to(TO, settings).composed(settings)

    assert not set(mail.keys()) & set(ELSEWHERE)
    assert len(mail.as_bytes().partition(b"\n\n")[0].splitlines()) < 12


def test_no_word_of_any_message_is_about_health(settings: Settings) -> None:
    about_health = [*ABOUT_HEALTH, "back", "spine", "doctor", "clinician", "form", "emergency department"]
    forbidden = re.compile(r"\b(" + "|".join(about_health) + r")\b", re.IGNORECASE)

    for letter in letters(settings):
        said = "\n".join((letter.subject, letter.text, re.sub(r"<[^>]+>", " ", letter.html), letter.short))
        assert forbidden.findall(said) == []


def test_no_message_repeats_a_question_of_the_form(settings: Settings) -> None:
    questions = {str(question.text).casefold() for question in QUESTIONS.values()}

    for letter in letters(settings):
        said = f"{letter.subject} {letter.text}".casefold()
        assert [question for question in questions if question in said] == []


def test_every_message_to_a_patient_says_where_help_is_and_that_replies_are_not_read(
    settings: Settings,
) -> None:
    for letter in (invitation(settings, LINK, VISIT), reminder(settings, LINK, VISIT)):
        assert "Nobody reads replies to this message." in letter.text
        assert f"call {settings.clinic_phone} ({settings.clinic_hours})" in letter.text
        assert f"In an emergency call {settings.emergency_number}." in letter.text


def test_no_subject_holds_the_link(settings: Settings) -> None:
    assert [letter for letter in letters(settings) if "/i/" in letter.subject] == []


def test_a_letter_to_the_clinic_says_neither_who_nor_why(settings: Settings) -> None:
    for overdue in (False, True):
        letter = call_for_attention(settings, overdue=overdue)

        assert f"{settings.public_url}/day/" in letter.text
        assert "/i/" not in letter.text
        assert "/appointments/" not in letter.text + letter.html


def test_words_of_the_clinic_are_text_and_nothing_else(settings: Settings) -> None:
    settings = replace(settings, invitation_text="<script>alert(1)</script> {link}\n\n{link}")

    letter = invitation(settings, LINK, VISIT)

    assert "<script>" not in letter.html
    assert letter.html.count(f'href="{LINK}"') == 2


# ---- for trying out


def test_without_a_mail_server_a_demonstration_writes_files_and_a_clinic_sends_nothing(
    settings: Settings, post_office: PostOffice
) -> None:
    sends = replace(settings, mail_server=post_office.server)

    assert isinstance(mail_sender(settings), FileSender)
    assert mail_sender(replace(settings, mode=settings.mode.__class__.PRODUCTION)) is None
    assert isinstance(mail_sender(sends), SMTPSender)


def test_what_is_written_to_a_file_is_for_its_owner_alone(settings: Settings) -> None:
    FileSender(settings).send(mail_to(TO, settings, str(uuid4())))
    FileTextSender(settings).send("07700 900123", "Please open " + LINK, str(uuid4()))

    folder = settings.data_dir / "mail"
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    assert sorted(file.suffix for file in folder.iterdir()) == [".eml", ".txt"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def _vouched_for_by_itself(folder: Path) -> ssl.SSLContext:
    """A server's side of TLS with a certificate that no authority signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
