"""Staff fill in the form with the patient, or copy a form that came back on paper.

The patient's pages open in the browser of the desk, for as long as somebody is signed in there. Safety:
reception reads no answers. Once something was answered the pages open only with the date of birth, said by
the patient or written on the paper form; a desk that had opened them loses them when somebody else answers.
"""

import hmac
from datetime import date, timedelta

from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.forms import draft, intakes
from intake.services.forms.intakes import AlreadySent
from intake.services.forms.walking import lock
from intake.services.invitations import attempts
from intake.services.staff import sessions
from intake.storage import Refused
from intake.storage.models import AppointmentState, Intake, IntakeStatus, Route, ThrottleKind, WebSession

TRIES, WINDOW = 5, timedelta(minutes=15)
UNTOUCHED = (IntakeStatus.NOT_OPENED, IntakeStatus.OPENED)


class NotExpected(Exception):
    """The appointment was cancelled: there is nothing to fill in."""


class PatientNotIdentified(Exception):
    """Something was answered already, and nobody has given the date of birth."""


class WrongDateAtDesk(Refused):
    """The date is not the patient's, or was tried too often. A try is spent: commit, then answer."""


def identify(op: Operation, intake: Intake, date_of_birth: date) -> None:
    """Compare the date of birth that was given at the desk. Raises WrongDateAtDesk: commit, then answer."""
    subject = op.hmac_index("tries at the desk", str(intake.id))
    tries = attempts.spend(op, ThrottleKind.DESK, subject, within=WINDOW).tries
    # Safety: the try is spent whatever happens to this request.
    op.commit()
    expected = intake.appointment.patient.date_of_birth
    right = hmac.compare_digest(expected.isoformat(), date_of_birth.isoformat())
    if tries > TRIES or not right:
        op.record(Action.INTAKE_WRONG_DATE_AT_DESK, intake, tries_left=max(0, TRIES - tries))
        raise WrongDateAtDesk
    attempts.forget(op, ThrottleKind.DESK, subject)


def start(
    op: Operation, intake: Intake, route: Route, *, within: WebSession, identified: bool = False
) -> str:
    """Open the form for whoever asks, `within` their session; the token for the browser, this once.

    `identified`: the date of birth was right. Raises AlreadySent, NotExpected or PatientNotIdentified.
    """
    lock(op.session, intake)
    if intake.status is IntakeStatus.SENT:
        raise AlreadySent(intake.receipt or "")
    if intake.appointment.state is AppointmentState.CANCELLED:
        raise NotExpected
    if _is_begun(intake) and not identified:
        raise PatientNotIdentified
    op.record(Action.INTAKE_FILLED_IN_TOGETHER, intake, route=route, identified=int(identified))
    intakes.open(op, intake)
    at = op.now if identified else None
    return sessions.start_at_desk(op, intake, route, desk=within, identified_at=at)


def _is_begun(intake: Intake) -> bool:
    kept = draft.read(intake)
    return intake.status not in UNTOUCHED or bool(kept.answers) or bool(kept.passed)
