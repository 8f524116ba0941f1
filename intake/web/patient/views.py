"""The patient's form as its pages show it: plain values, without the row it is kept in."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from intake.i18n import Words
from intake.red_flags import Screening, Urgency
from intake.red_flags.advice import BANNER, card_for
from intake.services.forms.draft import Choice, Interrupt

if TYPE_CHECKING:
    from intake.web.patient.blueprint import FormVisit


@dataclass(frozen=True)
class Banner:
    """What stands on every page while it cannot wait. `quiet`: the patient said that help is on the way."""

    urgency: Urgency
    quiet: bool

    @property
    def words(self) -> Words:
        return BANNER[self.urgency]


@dataclass(frozen=True)
class VisitView:
    """How far the form is. `phone` is the number given for today; `receipt` None until the form is sent."""

    sent: bool
    sent_at: datetime | None
    receipt: str | None
    asked_again: bool
    has_phone: bool
    phone: str | None
    banner: Banner | None

    @classmethod
    def of(cls, here: "FormVisit") -> "VisitView":
        """What its pages show of this form."""
        phone = here.journey.facts.value("phone_best") if here.has_phone else None
        return cls(
            sent=here.sent,
            sent_at=here.intake.sent_at,
            receipt=here.intake.receipt,
            asked_again=here.asked_again,
            has_phone=here.has_phone,
            phone=phone if isinstance(phone, str) else None,
            banner=banner_of(here.screening, here.stands),
        )


def banner_of(screening: Screening, shown: Interrupt | None) -> Banner | None:
    """The banner of the highest urgency that stands, or None. `shown` is the last card that was.

    It follows the answers and not the card, so that no page is without it.
    """
    told = card_for(screening)
    if told is None:
        return None
    quiet = shown is not None and shown.choice in (Choice.GETTING_HELP, Choice.ALREADY_SEEN)
    return Banner(told[0].urgency, quiet)
