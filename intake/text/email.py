"""E-mail addresses: exactly one, and only what the mail sender can deliver to.

The name of the mailbox is plain ASCII, because many mail servers take no other (RFC 6531 is not offered
everywhere, and that would be found out at each sending). A domain in other letters is kept as IDNA 2008
writes it in ASCII ("xn--..."), which every server takes.
"""

import re
from enum import Enum

import email_validator
from email_validator import EmailSyntaxError

from intake.text import free

# RFC 5321, 4.5.3.1
LONGEST, LONGEST_MAILBOX = 254, 64
# "mailto:" of a link, the signs that part an address from a name, quotation marks of any kind.
_AROUND = re.compile(r"(?i)^mailto:|[<>]|^[\"'“”„«»‹›‘’‚(\[]|[\"'“”„«»‹›‘’‚)]$")
_COMMA = re.compile(r"[^\s,;]+@[^\s,;]+,[a-z]{2,}", re.IGNORECASE)


class EmailReason(Enum):
    """Why the words are no address to write to."""

    EMPTY = "empty"
    NOT_ONE = "not one address"
    AROUND = "something stands around the address"
    COMMA = "a comma in place of a dot"
    DOTS = "a dot at an end, or two together"
    LETTERS = "letters before the @ that mail servers do not take"
    TOO_LONG = "too long"
    UNSOUND = "not an address"


class NotAnAddress(ValueError):
    """The words are not one e-mail address; `reason` says why."""

    def __init__(self, reason: EmailReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def read(words: str) -> str:
    """The address as it is stored and written to: the domain in small ASCII letters. Raises NotAnAddress."""
    words = free.seen(words)
    _check_that_it_is_one(words)
    try:
        found = email_validator.validate_email(
            words, check_deliverability=False, allow_smtputf8=False, strict=True
        )
    except EmailSyntaxError:
        raise NotAnAddress(EmailReason.UNSOUND) from None
    # As it is: the library would write the names of roles small ("ADMIN").
    return words.partition("@")[0] + "@" + str(found.ascii_domain)


def folded(words: str) -> str:
    """What two spellings of one address have in common; other words are compared as they are."""
    try:
        return read(words).casefold()
    except NotAnAddress:
        return words.strip().casefold()


def _check_that_it_is_one(words: str) -> None:
    if not words:
        raise NotAnAddress(EmailReason.EMPTY)
    if words.count("@") != 1:
        raise NotAnAddress(EmailReason.NOT_ONE)
    if _AROUND.search(words):
        raise NotAnAddress(EmailReason.AROUND)
    if _COMMA.fullmatch(words):
        raise NotAnAddress(EmailReason.COMMA)
    if any(each in words for each in " ,;<>"):
        raise NotAnAddress(EmailReason.NOT_ONE)
    mailbox, _, domain = words.partition("@")
    if any(".." in part or part.strip(".") != part for part in (mailbox, domain)):
        raise NotAnAddress(EmailReason.DOTS)
    if not mailbox.isascii():
        raise NotAnAddress(EmailReason.LETTERS)
    if len(words) > LONGEST or len(mailbox) > LONGEST_MAILBOX:
        raise NotAnAddress(EmailReason.TOO_LONG)
