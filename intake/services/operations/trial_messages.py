"""A trial message that an admin sends to see that e-mail or text messages leave. It says nothing of anybody.

Tries are counted, so that a screen left open writes to nobody a hundred times; the address is kept nowhere.
"""

from datetime import timedelta

from intake.config import Settings
from intake.i18n import gettext
from intake.messaging import Letter
from intake.messaging.letters import plain_letter
from intake.messaging.mail_check import ServerAnswer
from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.invitations import attempts
from intake.storage import Refused
from intake.storage.models import Channel, ThrottleKind

TRIES = 5
WINDOW = timedelta(minutes=10)


class TooManyTrials(Refused):
    """So many trial messages were sent that it has to wait (commit, then answer)."""


def spend(op: Operation) -> None:
    """Count a trial before it is sent; raises TooManyTrials (commit, then answer)."""
    index = op.hmac_index("trial message", str(op.user.id))
    if attempts.spend(op, ThrottleKind.TRIAL_MESSAGE, index, within=WINDOW).tries > TRIES:
        raise TooManyTrials


def letter(settings: Settings) -> Letter:
    """What it says."""
    said = gettext("This is a trial from %(clinic)s. You need not do anything.", clinic=settings.clinic_name)
    return plain_letter(gettext("A trial from %(clinic)s", clinic=settings.clinic_name), said)


def record(op: Operation, channel: Channel, answer: ServerAnswer) -> None:
    """Note that it was tried, and how far it came; not to whom."""
    op.record(Action.TRIAL_MESSAGE_SENT, channel=channel, taken=int(answer.taken), step=answer.step)
