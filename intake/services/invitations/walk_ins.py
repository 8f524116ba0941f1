"""A tablet of the clinic that goes from hand to hand, and the short code that opens one form on it.

Six letters are easier to guess than a link: so they work only on a tablet that was let in, for a quarter of
an hour, once, together with the date of birth, and for a few tries.
"""

import hmac
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import joinedload

from intake.services.audit import Action, Actor
from intake.services.context import CLOCKS_DIFFER, Operation
from intake.services.forms import intakes
from intake.services.forms.entry import Entry
from intake.services.forms.intakes import AlreadySent
from intake.services.forms.together import NotExpected
from intake.services.invitations import attempts
from intake.services.staff import sessions
from intake.storage import Refused
from intake.storage.models import (
    Appointment,
    AppointmentState,
    Intake,
    IntakeStatus,
    Route,
    SessionKind,
    ThrottleKind,
    WalkInCode,
    WebSession,
)
from intake.text import code as read_code

LENGTH = 6
CODE_LASTS = timedelta(minutes=15)
TRIES_ON_A_TABLET, TABLET_WINDOW = 10, timedelta(minutes=10)
DATES_FOR_A_CODE = 5
ON_TABLET = Entry(Route.TABLET)


class WalkInRefused(Refused):
    """Code, date of birth or number of tries: nobody is told which. Commit, then answer."""


def enrol(op: Operation, name: str) -> str:
    """Let a tablet in; the token for its browser, this once."""
    tablet = WebSession(kind=SessionKind.TABLET, name=name)
    token = sessions.start(op, tablet)
    op.record(Action.TABLET_ENROLLED, tablet)
    return token


def tablets(op: Operation) -> list[WebSession]:
    """The tablets that are let in, in the order they were."""
    stmt = select(WebSession).where(WebSession.kind == SessionKind.TABLET, WebSession.revoked_at.is_(None))
    found = op.session.scalars(stmt.order_by(WebSession.started_at, WebSession.id))
    return [each for each in found if sessions.lasts(each, now=op.now)]


def remove(op: Operation, tablet_id: UUID) -> None:
    """Let a tablet in no longer; a form that is open on it closes with it."""
    tablet = op.session.get(WebSession, tablet_id, with_for_update=True)
    if tablet is None or tablet.kind is not SessionKind.TABLET or tablet.revoked_at is not None:
        return
    tablet.revoked_at = op.now
    op.record(Action.TABLET_REMOVED, tablet)


def make_code(op: Operation, appointment: Appointment, code: str) -> None:
    """Let `code` open the form of an appointment; an earlier one no longer does. Twice the same is once.

    Raises AlreadySent or NotExpected.
    """
    if appointment.state is AppointmentState.CANCELLED:
        raise NotExpected
    if appointment.intake.status is IntakeStatus.SENT:
        raise AlreadySent(appointment.intake.receipt or "")
    if _kept(op, code) is not None:
        return
    earlier = (WalkInCode.appointment_id == appointment.id, WalkInCode.used_at.is_(None))
    op.session.execute(
        update(WalkInCode).where(*earlier, WalkInCode.expires_at > op.now).values(expires_at=op.now)
    )
    made = WalkInCode(
        appointment=appointment,
        code_hmac=_code_index(op, code),
        made_at=op.now,
        made_by_id=op.actor.user_id,
        expires_at=op.now + CODE_LASTS,
    )
    op.session.add(made)
    op.record(Action.WALK_IN_CODE_MADE, appointment)


def waiting(op: Operation, appointment: Appointment, code: str) -> WalkInCode | None:
    """What was made of `code` for this appointment, while it opens the form."""
    found = _kept(op, code)
    if found is None or found.appointment_id != appointment.id or not _opens(found, op.now):
        return None
    return found


def is_of_another(op: Operation, appointment: Appointment, code: str) -> bool:
    """True when this code was once made for another appointment: then it is drawn again."""
    found = _kept(op, code)
    return found is not None and found.appointment_id != appointment.id


def open_form(op: Operation, tablet: WebSession, code: str, date_of_birth: date) -> str:
    """Open the form on this tablet; the token for its browser, this once.

    Raises WalkInRefused: commit, then answer.
    """
    this_tablet = f"tablet {tablet.id}"
    if not _may_try(op, ThrottleKind.TABLET, this_tablet, TRIES_ON_A_TABLET, TABLET_WINDOW):
        raise WalkInRefused
    found = _kept(op, code)
    if found is None or not _opens(found, op.now):
        raise WalkInRefused
    if not _may_try(op, ThrottleKind.WALK_IN_CODE, f"code {found.id}", DATES_FOR_A_CODE, CODE_LASTS):
        raise WalkInRefused
    # Safety: both tries are spent whatever happens to this request.
    op.commit()
    intake = found.appointment.intake
    born = found.appointment.as_booked.date_of_birth
    right = hmac.compare_digest(born.isoformat(), date_of_birth.isoformat())
    if not right or not _expected(intake) or not _spend(op, found):
        raise WalkInRefused
    # However many patients come by the same tablet, only guesses count.
    attempts.give_back(op, ThrottleKind.TABLET, _tries_at(op, this_tablet))
    op = op.acting_as(Actor.patient(intake))
    op.record(Action.WALK_IN_CODE_USED, intake)
    intakes.open(op, intake)
    return sessions.start_on_tablet(op, intake, tablet=tablet)


def plain(typed: str) -> str:
    """The code as it was made, however somebody typed it; "" when it cannot be one."""
    try:
        return read_code.read(typed, LENGTH)
    except read_code.NotACode:
        return ""


def _expected(intake: Intake) -> bool:
    return (
        intake.status is not IntakeStatus.SENT and intake.appointment.state is not AppointmentState.CANCELLED
    )


def _opens(code: WalkInCode, now: datetime) -> bool:
    # What would last longer than any code was made by a clock that was ahead.
    return code.used_at is None and now < code.expires_at <= now + CODE_LASTS + CLOCKS_DIFFER


def _spend(op: Operation, code: WalkInCode) -> bool:
    # Safety: one statement decides, so a code that is typed on two tablets at once opens one form.
    spent = op.session.execute(
        update(WalkInCode)
        .where(WalkInCode.id == code.id, WalkInCode.used_at.is_(None), WalkInCode.expires_at > op.now)
        .values(used_at=op.now)
        .execution_options(synchronize_session=False)
    )
    return isinstance(spent, CursorResult) and spent.rowcount == 1


def _may_try(op: Operation, kind: ThrottleKind, what: str, most: int, within: timedelta) -> bool:
    return attempts.spend(op, kind, _tries_at(op, what), within=within).tries <= most


def _tries_at(op: Operation, what: str) -> str:
    return op.hmac_index("walk-in tries", what)


def _kept(op: Operation, code: str) -> WalkInCode | None:
    whole = joinedload(WalkInCode.appointment).joinedload(Appointment.patient)
    stmt = select(WalkInCode).where(WalkInCode.code_hmac == _code_index(op, code)).options(whole)
    return op.session.scalars(stmt).one_or_none()


def _code_index(op: Operation, code: str) -> str:
    return op.hmac_index("walk-in code", plain(code))
