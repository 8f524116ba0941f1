"""Who asks for a copy, how it was confirmed who they are, and how the copy reaches them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from intake.i18n import Words
from intake.i18n import lazy as _


class AskedBy(StrEnum):
    """Who asks for a copy."""

    SELF = "self"
    PARENT = "parent"
    ATTORNEY = "attorney"
    CONSENT = "consent"


class Identity(StrEnum):
    """How it was confirmed who somebody is."""

    PHOTO = "photo"
    KNOWN = "known"
    PAPERS = "papers"
    ANSWERS = "answers"


class GivenBy(StrEnum):
    """How the copy reaches whoever asked."""

    HAND = "hand"
    SENT = "sent"


ASKED_BY: dict[AskedBy, Words] = {
    AskedBy.SELF: _("The person themselves"),
    AskedBy.PARENT: _("A parent or guardian"),
    AskedBy.ATTORNEY: _("Somebody with a power to act for them"),
    AskedBy.CONSENT: _("Somebody with their written consent, such as a solicitor"),
}
IDENTITY: dict[Identity, Words] = {
    Identity.PHOTO: _("An identity card or passport with a photo"),
    Identity.KNOWN: _("Known to staff in person"),
    Identity.PAPERS: _("Two letters or papers with name and address"),
    Identity.ANSWERS: _("Questions about what only they can know"),
}
GIVEN_BY: dict[GivenBy, Words] = {
    GivenBy.HAND: _("Handed over in person"),
    GivenBy.SENT: _("Sent, by link, e-mail or post"),
}


@dataclass(frozen=True)
class CopyRequest:
    """What a copy is made for. A copy that is sent never holds what was said in confidence."""

    asked_by: AskedBy
    identity: Identity
    given_by: GivenBy
    asked_on: date
    in_confidence: bool
    language: str

    @property
    def is_whole(self) -> bool:
        """What was said in confidence is in it."""
        return self.in_confidence and self.given_by is GivenBy.HAND
