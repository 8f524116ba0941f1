"""Staff fill in the form with the patient, or copy a form that came back on paper.

The patient's pages open in the browser of the desk, for as long as somebody is signed in there.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from intake.config import Settings
from intake.services import audit, intakes, sessions
from intake.services.audit import Action, Actor
from intake.services.entry import Entry
from intake.services.intakes import AlreadySent
from intake.services.walking import lock
from intake.storage.models import AppointmentState, Intake, IntakeStatus, Route, User, WebSession


class NotExpected(Exception):
    """The appointment was cancelled: there is nothing to fill in."""


def start(
    session: Session,
    intake: Intake,
    route: Route,
    *,
    user: User,
    within: WebSession,
    settings: Settings,
    now: datetime,
) -> str:
    """Open the form for `user`, `within` their session; the token for the browser, this once.

    Raises AlreadySent or NotExpected.
    """
    lock(session, intake)
    if intake.status is IntakeStatus.SENT:
        raise AlreadySent(intake.receipt or "")
    if intake.appointment.state is AppointmentState.CANCELLED:
        raise NotExpected
    entry = Entry(route, user)
    audit.record(
        session,
        Action.INTAKE_FILLED_IN_TOGETHER,
        by=Actor.staff(user),
        on=intake,
        now=now,
        route=route,
    )
    intakes.open(session, intake, settings=settings, now=now, entry=entry)
    return sessions.start_at_desk(session, intake, route, desk=within, now=now)
