"""Staff fill in the form with the patient, or copy a form that came back on paper.

The patient's pages open in the browser of the desk, for as long as somebody is signed in there.
"""

from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.forms import intakes
from intake.services.forms.intakes import AlreadySent
from intake.services.forms.walking import lock
from intake.services.staff import sessions
from intake.storage.models import AppointmentState, Intake, IntakeStatus, Route, WebSession


class NotExpected(Exception):
    """The appointment was cancelled: there is nothing to fill in."""


def start(op: Operation, intake: Intake, route: Route, *, within: WebSession) -> str:
    """Open the form for whoever asks, `within` their session; the token for the browser, this once.

    Raises AlreadySent or NotExpected.
    """
    lock(op.session, intake)
    if intake.status is IntakeStatus.SENT:
        raise AlreadySent(intake.receipt or "")
    if intake.appointment.state is AppointmentState.CANCELLED:
        raise NotExpected
    op.record(Action.INTAKE_FILLED_IN_TOGETHER, intake, route=route)
    intakes.open(op, intake)
    return sessions.start_at_desk(op, intake, route, desk=within)
