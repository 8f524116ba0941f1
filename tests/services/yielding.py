"""A clinic whose forms come in by the dozen, with rules that fire, calls, and what clinicians found."""

from datetime import datetime

from sqlalchemy import select

from intake.services.appointments import booking
from intake.services.appointments.booking import Booking
from intake.services.forms import findings
from intake.services.operations import retention
from intake.services.operations.surveillance import Months, surveillance
from intake.storage.models import Alert, AlertState, Appointment, IntakeStatus, new_id
from tests.acting import acting, at, looking
from tests.services.answering import TODAY
from tests.services.conftest import NOW

MARCH = Months("2026-03", "2026-03")
VISIT = datetime(2026, 3, 12, 10, 30, tzinfo=NOW.tzinfo)


class Clinic:
    """Forms come in, rules fire, people are phoned, clinicians mark what they found."""

    def __init__(self, database, settings, clinician) -> None:
        self.database, self.settings, self.clinician = database, settings, clinician

    def sees(self, how_many, *rules, verdict=None, phoned=None, visit=VISIT, status=IntakeStatus.SENT):
        with acting(self.database, settings=self.settings) as op:
            for _ in range(how_many):
                self._see(op, rules, verdict, phoned, visit, status)
            op.commit()

    def yields(self, months=MARCH):
        with looking(self.database, settings=self.settings) as op:
            return surveillance(op, months)

    def erases(self):
        """Everything, because it has been kept for long enough."""
        with acting(self.database, settings=self.settings) as op:
            for appointment_id in op.session.scalars(select(Appointment.id)).all():
                retention.erase(op, appointment_id)
            op.commit()

    def _see(self, op, rules, verdict, phoned, visit, status):
        appointment = booking.make(op, Booking(name="A", date_of_birth=TODAY, starts_at=visit))
        form = appointment.intake
        form.summary, form.status, form.sent_at = record(*rules), status, NOW
        form.urgency = max((urgency for _, urgency in rules), default=None)
        op.session.flush()
        for rule, urgency in rules:
            if verdict is not None:
                findings.mark(at(op, by=self.clinician), form, rule, verdict, version_token=0)
            if phoned is not None:
                op.session.add(alert(form, rule, urgency, phoned))


def record(*rules, profile="rules"):
    """The part of a record that tells what fired."""
    fired = [{"rule": rule, "urgency": urgency.name} for rule, urgency in rules]
    return {"safety": {"profile": profile, "rules": fired}}


def alert(form, rule, urgency, outcome):
    return Alert(
        intake=form,
        finding_hmac=new_id().hex,
        rule=rule,
        certainty="reported",
        outcome=outcome,
        urgency=urgency,
        state=AlertState.CLOSED,
        raised_at=NOW,
        due_at=NOW,
        closed_at=NOW,
    )
