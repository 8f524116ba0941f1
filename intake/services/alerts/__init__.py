"""Findings that somebody must act on: raised once, owned by name, closed with an outcome.

raising    an alert and its clock, in the transaction of the answer
handling   take it, hand it over, let it go, close it
listing    alerts as the desk sees them
outcomes   what can come of one, in words
"""

from intake.services.alerts.handling import (
    NoSuchAlert,
    OutcomeIncomplete,
    RaisedAgain,
    Result,
    TakenAlready,
    close,
    hand_over,
    let_go,
    take,
)
from intake.services.alerts.listing import AlertRow, all_open, of, open_alerts, overdue
from intake.services.alerts.outcomes import OUTCOMES
from intake.services.alerts.raising import due_at, raise_

__all__ = [
    "OUTCOMES",
    "AlertRow",
    "NoSuchAlert",
    "OutcomeIncomplete",
    "RaisedAgain",
    "Result",
    "TakenAlready",
    "all_open",
    "close",
    "due_at",
    "hand_over",
    "let_go",
    "of",
    "open_alerts",
    "overdue",
    "raise_",
    "take",
]
