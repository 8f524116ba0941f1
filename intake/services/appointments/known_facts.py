"""What the clinic knows of a patient was put right: forms that are not sent yet follow.

Safety: age and sex decide which rules fire. A fact that was only confirmed on a form is the clinic's, not the
patient's own word, and what it changes is screened in the same transaction.
"""

from dataclasses import replace

from sqlalchemy import select

from intake.questionnaire.answers import Answers
from intake.services.context import Operation
from intake.services.forms import current_findings
from intake.services.forms.current_findings import JourneyChange
from intake.services.forms.draft import read, write
from intake.services.forms.walking import (
    is_handed_over,
    known_of,
    lock,
    screening_of,
    tell_staff,
    urgency_of,
    walk,
)
from intake.storage.models import Appointment, Intake, IntakeStatus, Patient


def follow(op: Operation, patient: Patient, before: Answers) -> None:
    """Bring the forms of `patient` up to date; `before` is what the clinic knew until now.

    Forms of before two records were joined know what their own record said then, and do not follow.
    """
    if known_of(patient) == before:
        return
    op.session.flush()
    theirs = Appointment.patient_id == patient.id, Intake.last_saved_at.is_not(None)
    stmt = select(Intake).join(Intake.appointment).where(*theirs).order_by(Intake.id)
    for intake in op.session.scalars(stmt.where(Intake.status != IntakeStatus.SENT)).all():
        if not intake.appointment.joinings:
            _follow_locked(op, intake, before)


def follow_one(op: Operation, appointment: Appointment, before: Answers) -> None:
    """Bring the form of one appointment up to date, as `follow` does."""
    intake = appointment.intake
    if known_of(appointment.as_booked) == before or intake.last_saved_at is None:
        return
    if intake.status is not IntakeStatus.SENT:
        op.session.flush()
        _follow_locked(op, intake, before)


def differs_from_record(intake: Intake) -> bool:
    """The form was sent with another date of birth or sex than the clinic knows now.

    What was sent does not change by itself: a clinician has to correct it, and then it is screened again.
    """
    if not is_handed_over(intake):
        return False
    draft, known = read(intake), known_of(intake.appointment.patient)
    said = {**draft.known, **draft.answers}
    return any(said.get(id, value) != value for id, value in known.items() if id != "phone_best")


def _follow_locked(op: Operation, intake: Intake, before: Answers) -> None:
    lock(op.session, intake)
    if intake.status is not IntakeStatus.SENT:
        _follow(op, intake, before)


def _follow(op: Operation, intake: Intake, before: Answers) -> None:
    draft, known = read(intake), known_of(intake.appointment.as_booked)
    as_known_before = walk(op, intake, replace(draft, known=before))
    confirmed = {id: known.get(id) for id, value in before.items() if draft.answers.get(id) == value}
    draft = replace(draft, answers=draft.answers.merged(confirmed))
    after = walk(op, intake, draft)
    screening = screening_of(after, settings=op.settings)
    stands = current_findings.bring_up_to_date(
        draft,
        screening,
        JourneyChange(as_known_before, after, op.now),
        settings=op.settings,
    )
    write(intake, stands.draft)
    intake.urgency = urgency_of(intake, screening)
    tell_staff(op, intake, stands.newly_raised)
