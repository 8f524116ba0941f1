"""Links that open nothing, tried from one range of addresses: so many are guesses, and are not looked at.

A link or code that works is never held up by them, however many others behind the same address try what does
not: it has its own few tries. So a waiting room on one network locks nobody out.
"""

from datetime import timedelta

from intake.services.context import Operation
from intake.services.invitations import attempts
from intake.storage import Refused
from intake.storage.models import ThrottleKind

MOST, WINDOW = 100, timedelta(minutes=5)


class TooManyWrongLinks(Refused):
    """Come back when `wait` is over. Commit, then answer."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("too many links that open nothing")
        self.wait = wait


def look(op: Operation, kind: ThrottleKind, network: str) -> None:
    """Raise TooManyWrongLinks when another would not be looked at; nothing is written."""
    spent = attempts.spent(op, kind, _index(op, network), within=WINDOW)
    if network and spent.tries >= MOST:
        raise TooManyWrongLinks(spent.since + WINDOW - op.now)


def note(op: Operation, kind: ThrottleKind, network: str) -> None:
    """Count one that opened nothing."""
    if network:
        attempts.spend(op, kind, _index(op, network), within=WINDOW)
        attempts.sweep_some(op)


def _index(op: Operation, network: str) -> str:
    return op.hmac_index("wrong links from", network)
