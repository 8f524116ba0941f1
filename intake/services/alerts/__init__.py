"""Findings that somebody must act on: raised once, owned by name, closed with an outcome.

raising       an alert and its clock, in the transaction of the answer
handling      take it, let it go, close it, put right what came of it
attempts      a try to reach the patient; handing_over: offer the call to somebody
case          a call with everything that happened in it
call_version  what of a call may have changed; call_state: whether it calls out
listing       every alert with its patient; calls: what staff must phone about, the most pressing first
viewing       what of it reception sees
outcomes      what can come of one, in words
"""

from intake.services.alerts.attempts import ATTEMPTS, AgainTooEarly, Try, attempts_of, note_attempt
from intake.services.alerts.call_state import AttemptView, CallState, HandOverView
from intake.services.alerts.call_version import CallChanged, CallPart, CallVersion
from intake.services.alerts.calls import NO_CALLS, Calls, NextCall, due_again, next_call
from intake.services.alerts.case import CallCase, ClosedView, case_of, closed_together
from intake.services.alerts.handing_over import (
    OfferOver,
    accept,
    decline,
    declined_of,
    declined_to,
    offer,
    offered_to,
    offers_of,
    withdraw,
)
from intake.services.alerts.handling import (
    NoSuchAlert,
    OutcomeIncomplete,
    Result,
    TakenAlready,
    add_note,
    close,
    open_again,
    put_right,
    release,
    take,
    take_over,
)
from intake.services.alerts.history import LaterNoteView, ResultView, earlier_results, later_notes
from intake.services.alerts.listing import AlertRow, all_open, is_waiting, of, open_alerts, overdue
from intake.services.alerts.outcomes import OUTCOMES
from intake.services.alerts.raising import due_at, raise_
from intake.services.alerts.viewing import AlertView, CallView

__all__ = [
    "ATTEMPTS",
    "NO_CALLS",
    "OUTCOMES",
    "AgainTooEarly",
    "AlertRow",
    "AlertView",
    "AttemptView",
    "CallCase",
    "CallChanged",
    "CallPart",
    "CallState",
    "CallVersion",
    "CallView",
    "Calls",
    "ClosedView",
    "HandOverView",
    "LaterNoteView",
    "NextCall",
    "NoSuchAlert",
    "OfferOver",
    "OutcomeIncomplete",
    "Result",
    "ResultView",
    "TakenAlready",
    "Try",
    "accept",
    "add_note",
    "all_open",
    "attempts_of",
    "case_of",
    "close",
    "closed_together",
    "decline",
    "declined_of",
    "declined_to",
    "due_again",
    "due_at",
    "earlier_results",
    "is_waiting",
    "later_notes",
    "next_call",
    "note_attempt",
    "of",
    "offer",
    "offered_to",
    "offers_of",
    "open_again",
    "open_alerts",
    "overdue",
    "put_right",
    "raise_",
    "release",
    "take",
    "take_over",
    "withdraw",
]
