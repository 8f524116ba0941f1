"""What leaves by e-mail or text message: composed in neutral words, handed to whoever carries it.

    letters   the words: an invitation, a reminder, a call for attention
    mail      e-mail by SMTP, or into files for trying out
    texts     text messages by a webhook of the clinic's provider, or into files
    deadline  one deadline for all of a hand-over
    hosts     which hosts are slow, so that one of them does not hold everything

Safety: no word about health, no name, no date of birth. Whoever reads over a shoulder learns that somebody
has an appointment.
"""

from intake.messaging.deadline import TooSlow
from intake.messaging.hosts import HostBusy, Hosts, Undeliverable
from intake.messaging.letters import (
    Letter,
    about_account,
    call_for_attention,
    call_offered,
    emergency_sign_in,
    invitation,
    new_browser,
    new_password,
    reminder,
)
from intake.messaging.mail import Mail, MailSender, mail_sender
from intake.messaging.texts import TextSender, dialled, text_sender

__all__ = [
    "HostBusy",
    "Hosts",
    "Letter",
    "Mail",
    "MailSender",
    "TextSender",
    "TooSlow",
    "Undeliverable",
    "about_account",
    "call_for_attention",
    "call_offered",
    "dialled",
    "emergency_sign_in",
    "invitation",
    "mail_sender",
    "new_browser",
    "new_password",
    "reminder",
    "text_sender",
]
