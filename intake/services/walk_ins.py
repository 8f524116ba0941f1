"""A tablet of the clinic that goes from hand to hand, and the short code that opens one form on it.

Six letters are easier to guess than a link: so they work only on a tablet that was let in, for a quarter of
an hour, once, together with the date of birth, and for a few tries.
"""

import hmac
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session, joinedload

from intake.config import Settings
from intake.services import audit, intakes, sessions, tries
from intake.services.audit import Action, Actor
from intake.services.entry import Entry
from intake.services.intakes import AlreadySent
from intake.services.together import NotExpected
from intake.storage import Refused
from intake.storage.models import (
    PLAIN_LETTERS,
    Appointment,
    AppointmentState,
    Intake,
    IntakeStatus,
    Route,
    SessionKind,
    ThrottleKind,
    User,
    WalkInCode,
    WebSession,
)

LENGTH = 6
CODE_LASTS = timedelta(minutes=15)
TRIES_ON_A_TABLET, TABLET_WINDOW = 10, timedelta(minutes=10)
DATES_FOR_A_CODE = 5
ON_TABLET = Entry(Route.TABLET)


class WalkInRefused(Refused):
    """Code, date of birth or number of tries: nobody is told which. Commit, then answer."""


def enrol(session: Session, name: str, *, by: User, now: datetime) -> str:
    """Let a tablet in; the token for its browser, this once."""
    tablet = WebSession(kind=SessionKind.TABLET, name=name)
    token = sessions.start(session, tablet, now=now)
    audit.record(session, Action.TABLET_ENROLLED, by=Actor.staff(by), on=tablet, now=now)
    return token


def tablets(session: Session, *, now: datetime) -> list[WebSession]:
    """The tablets that are let in, in the order they were."""
    chosen = select(WebSession).where(WebSession.kind == SessionKind.TABLET, WebSession.revoked_at.is_(None))
    found = session.scalars(chosen.order_by(WebSession.started_at, WebSession.id))
    return [each for each in found if sessions.lasts(each, now=now)]


def remove(session: Session, tablet_id: UUID, *, by: User, now: datetime) -> None:
    """Let a tablet in no longer; a form that is open on it closes with it."""
    tablet = session.get(WebSession, tablet_id, with_for_update=True)
    if tablet is None or tablet.kind is not SessionKind.TABLET or tablet.revoked_at is not None:
        return
    tablet.revoked_at = now
    audit.record(session, Action.TABLET_REMOVED, by=Actor.staff(by), on=tablet, now=now)


def make_code(session: Session, appointment: Appointment, code: str, *, by: User, now: datetime) -> None:
    """Let `code` open the form of an appointment; an earlier one no longer does. Twice the same is once.

    Raises AlreadySent or NotExpected.
    """
    if appointment.state is AppointmentState.CANCELLED:
        raise NotExpected
    if appointment.intake.status is IntakeStatus.SENT:
        raise AlreadySent(appointment.intake.receipt or "")
    if _kept(session, code) is not None:
        return
    earlier = (WalkInCode.appointment_id == appointment.id, WalkInCode.used_at.is_(None))
    session.execute(update(WalkInCode).where(*earlier, WalkInCode.expires_at > now).values(expires_at=now))
    made = WalkInCode(
        appointment=appointment,
        code_blind=_blind(session, code),
        made_at=now,
        made_by_id=by.id,
        expires_at=now + CODE_LASTS,
    )
    session.add(made)
    audit.record(session, Action.WALK_IN_CODE_MADE, by=Actor.staff(by), on=appointment, now=now)


def waiting(session: Session, appointment: Appointment, code: str, *, now: datetime) -> WalkInCode | None:
    """What was made of `code` for this appointment, while it opens the form."""
    found = _kept(session, code)
    if found is None or found.appointment_id != appointment.id or not _opens(found, now):
        return None
    return found


def open_form(
    session: Session,
    tablet: WebSession,
    code: str,
    date_of_birth: date,
    *,
    settings: Settings,
    now: datetime,
) -> str:
    """Open the form on this tablet; the token for its browser, this once.

    Raises WalkInRefused: commit, then answer.
    """
    if not _may_try(
        session, ThrottleKind.TABLET, f"tablet {tablet.id}", TRIES_ON_A_TABLET, TABLET_WINDOW, now
    ):
        raise WalkInRefused
    found = _kept(session, code)
    if found is None or not _opens(found, now):
        raise WalkInRefused
    if not _may_try(
        session, ThrottleKind.WALK_IN_CODE, f"code {found.id}", DATES_FOR_A_CODE, CODE_LASTS, now
    ):
        raise WalkInRefused
    intake = found.appointment.intake
    born = found.appointment.patient.date_of_birth
    right = hmac.compare_digest(born.isoformat(), date_of_birth.isoformat())
    if not right or not _expected(intake) or not _spend(session, found, now):
        raise WalkInRefused
    audit.record(session, Action.WALK_IN_CODE_USED, by=Actor.patient(intake), on=intake, now=now)
    intakes.open(session, intake, settings=settings, now=now, entry=ON_TABLET)
    return sessions.start_on_tablet(session, intake, tablet=tablet, now=now)


def plain(typed: str) -> str:
    """The code as it was made, whatever somebody typed between its letters."""
    return "".join(letter for letter in typed.upper() if letter in PLAIN_LETTERS)


def _expected(intake: Intake) -> bool:
    return (
        intake.status is not IntakeStatus.SENT and intake.appointment.state is not AppointmentState.CANCELLED
    )


def _opens(code: WalkInCode, now: datetime) -> bool:
    return code.used_at is None and code.expires_at > now


def _spend(session: Session, code: WalkInCode, now: datetime) -> bool:
    # Safety: one statement decides, so a code that is typed on two tablets at once opens one form.
    spent = session.execute(
        update(WalkInCode)
        .where(WalkInCode.id == code.id, WalkInCode.used_at.is_(None), WalkInCode.expires_at > now)
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    return isinstance(spent, CursorResult) and spent.rowcount == 1


def _may_try(
    session: Session, kind: ThrottleKind, what: str, most: int, within: timedelta, now: datetime
) -> bool:
    subject = session.info["keys"].blind("walk-in tries", what)
    return tries.spend(session, kind, subject, within=within, now=now).tries <= most


def _kept(session: Session, code: str) -> WalkInCode | None:
    whole = joinedload(WalkInCode.appointment).joinedload(Appointment.patient)
    chosen = select(WalkInCode).where(WalkInCode.code_blind == _blind(session, code)).options(whole)
    return session.scalars(chosen).one_or_none()


def _blind(session: Session, code: str) -> str:
    return str(session.info["keys"].blind("walk-in code", plain(code)))
