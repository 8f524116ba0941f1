"""What leaves by e-mail or text message: composed in neutral words, handed to whoever carries it.

    letters   the words: an invitation, a reminder, a call for attention
    mail      e-mail by SMTP, or into files for trying out
    texts     text messages by a webhook of the clinic's provider, or into files

Safety: no word about health, no name, no date of birth. Whoever reads over a shoulder learns that somebody
has an appointment.
"""

from intake.messaging.letters import Letter, call_for_attention, call_offered, invitation, reminder
from intake.messaging.mail import Mail, MailSender, Undeliverable, mail_sender
from intake.messaging.texts import TextSender, dialled, text_sender

__all__ = [
    "Letter",
    "Mail",
    "MailSender",
    "TextSender",
    "Undeliverable",
    "call_for_attention",
    "call_offered",
    "dialled",
    "invitation",
    "mail_sender",
    "reminder",
    "text_sender",
]
