"""What every change of a form stands on: one writer at a time, the way through, and the record it becomes.

Safety: while safety questions are asked again, what was urgent stays urgent until the answers are sent.
"""

from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from intake.config import Profile, Settings
from intake.questionnaire import VERSION
from intake.questionnaire.answers import Answers
from intake.questionnaire.journey import Journey
from intake.red_flags import RULES_VERSION, Finding, Screening, Urgency, screen_with_texts
from intake.red_flags.contradictions import misfits
from intake.red_flags.second_looks import mentioned
from intake.services import alerts
from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.forms.draft import Draft
from intake.services.forms.record import summary_from
from intake.storage.models import HANDED_OVER, Intake, JoinedAppointment, Patient, ReadMark
from intake.summary import Summary

_LOCKED = (
    select(Intake)
    .where(Intake.id == bindparam("id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


def lock(session: Session, intake: Intake) -> None:
    """Wait until nobody else changes this intake, and see what they left."""
    session.flush()
    # Not `session.refresh`: it joins what was joined before, and PostgreSQL cannot lock an outer join.
    session.scalars(_LOCKED, {"id": intake.id}).one()


def walk(op: Operation, intake: Intake, draft: Draft, *, blanks: bool = False) -> Journey:
    """The way through for what stands on the draft; what was sent is walked as on the day of sending."""
    known = draft.known or known_of(intake.appointment.as_booked)
    on = op.settings.today(intake.sent_at or op.now)
    answers = Answers({**known, **draft.answers})
    return Journey(answers, on, draft.passed, op.settings.features, blanks, draft.skipped)


def known_of(patient: Patient | JoinedAppointment) -> Answers:
    """What the clinic knows, as answers: it is shown to be confirmed, not asked again.

    Safety: on the patient's form that is what was known when it was booked (`Appointment.as_booked`).
    """
    facts = {
        "dob": patient.date_of_birth.isoformat(),
        "sex_at_birth": patient.sex_at_birth,
        "phone_best": patient.phone,
    }
    return Answers({question: value for question, value in facts.items() if value})


def screening_of(journey: Journey, *, settings: Settings) -> Screening:
    """What fires; nothing where the clinic only has answers written down."""
    return Screening((), ()) if settings.profile is Profile.TRANSCRIBE else screen_with_texts(journey)


def urgency_of(intake: Intake, screening: Screening) -> Urgency | None:
    """How urgent the form is: never less than what was handed over before and is being asked again."""
    if intake.asked_again_at is None or not intake.editions:
        return screening.urgency
    return max(screening.urgency, intake.editions[-1].urgency, key=lambda each: each or 0)


def urgency_handed_over(journey: Journey, screening: Screening, settings: Settings) -> Urgency | None:
    """How urgent a record is that is handed over: PRIORITY at least where something is blank or does not fit.

    Safety: what is in confidence is not in it, since reception sees it.
    """
    if settings.profile is Profile.TRANSCRIBE:
        return screening.urgency
    tiers = [each.urgency for each in mentioned(journey)]
    tiers += [misfit.contradiction.urgency for misfit in misfits(journey)]
    doubted = any(tier >= Urgency.PRIORITY for tier in tiers)
    least = Urgency.PRIORITY if doubted or not journey.complete else None
    return max(screening.urgency, least, key=lambda each: each or 0)


def tell_staff(op: Operation, intake: Intake, newly_raised: tuple[Finding, ...]) -> None:
    """Raise an alert for what is newly raised, in this transaction."""
    alerts.raise_(op, intake, newly_raised)
    emergencies = sum(finding.urgency is Urgency.EMERGENCY for finding in newly_raised)
    if emergencies:
        op.record(Action.INTAKE_INTERRUPTED, intake, emergencies=emergencies)


def freeze(op: Operation, intake: Intake, draft: Draft, journey: Journey) -> None:
    """Write the record that the clinician reads, and that nobody has read yet.

    No later change of rule or wording alters it.
    """
    intake.summary = summary_now(op, intake, draft, journey).to_json()
    intake.questionnaire_version, intake.rules_version = VERSION, RULES_VERSION
    _nobody_has_read(op.session, intake)


def _nobody_has_read(session: Session, intake: Intake) -> None:
    """What was read is not what stands now; whoever left to get help and came back keeps the edition."""
    theirs = ReadMark.intake_id == intake.id, ReadMark.edition == intake.edition
    session.execute(delete(ReadMark).where(*theirs).execution_options(synchronize_session=False))
    session.expire(intake, ["read_marks"])


def summary_now(op: Operation, intake: Intake, draft: Draft, journey: Journey) -> Summary:
    """The summary that these answers give now."""
    screening = screening_of(journey, settings=op.settings)
    return summary_from(op, intake, draft, journey, screening)


def is_handed_over(intake: Intake) -> bool:
    """The record that is kept is what the patient last handed over."""
    return intake.summary is not None and intake.status in HANDED_OVER


def answered_at(intake: Intake) -> datetime | None:
    """When the answers of the record that stands were sent; None while nothing was."""
    if intake.sent_at is not None or intake.asked_again_at is None:
        return intake.sent_at
    sent_at = intake.editions[-1].summary["sent_at"]
    return datetime.fromisoformat(sent_at) if sent_at else None
