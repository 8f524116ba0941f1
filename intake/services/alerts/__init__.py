"""Findings that somebody must act on: raised once, owned by name, closed with an outcome.

raising    an alert and its clock, in the transaction of the answer
handling   take it, hand it over, let it go, close it
listing    every alert with its patient; viewing: what of it reception sees
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
    release,
    take,
)
from intake.services.alerts.listing import AlertRow, all_open, of, open_alerts, overdue
from intake.services.alerts.outcomes import OUTCOMES
from intake.services.alerts.raising import due_at, raise_
from intake.services.alerts.viewing import AlertView, CallView

__all__ = [
    "OUTCOMES",
    "AlertRow",
    "AlertView",
    "CallView",
    "NoSuchAlert",
    "OutcomeIncomplete",
    "RaisedAgain",
    "Result",
    "TakenAlready",
    "all_open",
    "close",
    "due_at",
    "hand_over",
    "of",
    "open_alerts",
    "overdue",
    "raise_",
    "release",
    "take",
]
