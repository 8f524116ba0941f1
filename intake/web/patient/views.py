"""The patient's form as its pages show it: plain values, without the row it is kept in."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from intake.i18n import Words
from intake.red_flags import Screening, Urgency
from intake.red_flags.advice import BANNER, card_for
from intake.services.forms.draft import Choice, Interrupt
from intake.web import clinic

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
class OwnAppointment:
    """The appointment that the form is for. `place` is the clinic's address by lines; () when not set."""

    starts_at: datetime
    with_whom: str
    place: tuple[str, ...]


@dataclass(frozen=True)
class VisitView:
    """How far the form is, and what for. `receipt` is None until the form is sent.

    `phone` is the number given for today, in groups, and `change_phone` where it is changed; None once nobody
    may see answers any more, or nobody can change them.
    """

    sent: bool
    sent_at: datetime | None
    receipt: str | None
    asked_again: bool
    has_no_phone: bool
    phone: str | None
    change_phone: str | None
    banner: Banner | None
    appointment: OwnAppointment

    @classmethod
    def of(cls, here: "FormVisit") -> "VisitView":
        """What its pages show of this form."""
        appointment = here.intake.appointment
        return cls(
            sent=here.sent,
            sent_at=here.intake.sent_at,
            receipt=here.intake.receipt,
            asked_again=here.asked_again,
            has_no_phone=here.has_no_phone,
            phone=here.number,
            change_phone=None if here.sent else here.change_number,
            banner=banner_of(here.screening, here.stands),
            appointment=OwnAppointment(
                appointment.starts_at, appointment.with_whom, clinic().settings.clinic_address
            ),
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
