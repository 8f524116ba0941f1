"""Nothing is kept for longer than the clinic says; what is erased is gone, and the audit says that it is.

The record system is the archive, not Backstory; what is left here is how many there were (`tallies`). Safety:
nothing is erased while an alert about it is open, and a form that raised an alert is kept as long as one that
was sent, because it says what was done.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, delete, exists, or_, select
from sqlalchemy.orm import Session

from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.invitations import attempts
from intake.services.operations import tallies
from intake.services.staff import drafts, known_browsers
from intake.storage.models import (
    Alert,
    AlertState,
    Appointment,
    Attempt,
    Document,
    EarlierResult,
    Edition,
    FindingOutcome,
    HandOver,
    Import,
    Intake,
    Invitation,
    Job,
    JoinedAppointment,
    KnownBrowser,
    LaterNote,
    Patient,
    PatientJoin,
    PolicyReport,
    ReadMark,
    RefusedSignIn,
    SessionKind,
    SignInStep,
    SpentToken,
    StaffDraft,
    StaffLink,
    Throttle,
    WalkInCode,
    WebSession,
)

# Sessions, links of staff and finished work say nothing about a patient, and are of no use after this.
SWEPT_AFTER = timedelta(days=30)


class AlertOpen(Exception):
    """Somebody must still act on what this patient answered."""


@dataclass(frozen=True)
class Erased:
    """What is left to say about it: which appointment it was, and by what number."""

    appointment_id: UUID
    reference: str


def expired(op: Operation, *, limit: int = 100) -> tuple[UUID, ...]:
    """The appointments that have been kept long enough, the oldest first."""
    stmt = (
        select(Appointment.id)
        .join(Appointment.intake)
        .where(_kept_long_enough(op), ~_alert_open())
        .order_by(Appointment.starts_at)
        .limit(limit)
    )
    return tuple(op.session.scalars(stmt))


def erase(op: Operation, appointment_id: UUID) -> Erased | None:
    """Erase all that is kept about this appointment, and the patient with their last one.

    None when it is gone already. Raises AlertOpen.
    """
    # The lock of the intake is the one that every save takes: nothing is written under the eraser.
    stmt = select(Intake).where(Intake.appointment_id == appointment_id).with_for_update()
    intake = op.session.scalars(stmt).one_or_none()
    if intake is None:
        return None
    if op.session.scalar(select(exists().where(Alert.intake_id == intake.id, _is_open()))):
        raise AlertOpen
    return _erase(op, intake)


def erase_again(op: Operation, appointment_id: UUID) -> Erased | None:
    """Erase what a backup brought back although it had been erased since; None when it is not there.

    An alert that is open in the backup was closed before it was erased.
    """
    stmt = select(Intake).where(Intake.appointment_id == appointment_id).with_for_update()
    intake = op.session.scalars(stmt).one_or_none()
    return _erase(op, intake) if intake is not None else None


def _erase(op: Operation, intake: Intake) -> Erased:
    appointment, patient = intake.appointment, intake.appointment.patient
    erased = Erased(appointment.id, appointment.reference)
    op.record(Action.APPOINTMENT_ERASED, appointment)
    tallies.keep(op, intake)
    _erase_what_hangs_on(op.session, intake)
    op.session.delete(intake)
    op.session.flush()
    op.session.delete(appointment)
    op.session.flush()
    if not op.session.scalar(select(exists().where(Appointment.patient_id == patient.id))):
        erase_patient(op, patient)
    return erased


def erase_patient(op: Operation, patient: Patient) -> None:
    """A patient without appointments, with the records that were joined to theirs, which have none either."""
    joins = op.session.scalars(select(PatientJoin).where(PatientJoin.kept_id == patient.id)).all()
    records = [patient, *(each.joined for each in joins)]
    for join in joins:
        op.session.delete(join)
    op.session.flush()
    for record in records:
        op.record(Action.PATIENT_ERASED, record)
        op.session.delete(record)


def sweep_up(op: Operation) -> None:
    """Forget sessions, links, drafts, tries, reports, imports and work that nobody needs any more."""
    before = op.now - SWEPT_AFTER
    unused = WebSession.seen_at < before, WebSession.kind != SessionKind.TABLET
    finished = or_(Job.done_at < before, Job.cancelled_at < before, Job.given_up_at < before)
    for chosen in (
        delete(WebSession).where(*unused),
        delete(WalkInCode).where(WalkInCode.expires_at < before),
        delete(SignInStep).where(SignInStep.made_at < before),
        delete(StaffLink).where(StaffLink.expires_at < before),
        delete(StaffDraft).where(StaffDraft.changed_at < op.now - drafts.KEPT_FOR),
        delete(Throttle).where(attempts.is_over(op)),
        delete(KnownBrowser).where(KnownBrowser.seen_at < op.now - known_browsers.KEPT_FOR),
        delete(RefusedSignIn).where(RefusedSignIn.hour < before),
        delete(PolicyReport).where(PolicyReport.day < before),
        delete(SpentToken).where(SpentToken.kept_until < op.now),
        delete(Import).where(Import.made_at < before, ~exists().where(Appointment.import_id == Import.id)),
        delete(Job).where(finished),
    ):
        op.session.execute(chosen.execution_options(synchronize_session=False))


def _erase_what_hangs_on(session: Session, intake: Intake) -> None:
    links = select(Invitation.id).where(Invitation.appointment_id == intake.appointment_id)
    alerts = select(Alert.id).where(Alert.intake_id == intake.id)
    for chosen in (
        delete(Job).where(Job.ref.in_(owed_for(intake))),
        delete(Job).where(Job.appointment_id == intake.appointment_id),
        delete(WebSession).where(or_(WebSession.intake_id == intake.id, WebSession.invitation_id.in_(links))),
        delete(WalkInCode).where(WalkInCode.appointment_id == intake.appointment_id),
        delete(StaffDraft).where(StaffDraft.appointment_id == intake.appointment_id),
        delete(Invitation).where(Invitation.appointment_id == intake.appointment_id),
        delete(JoinedAppointment).where(JoinedAppointment.appointment_id == intake.appointment_id),
        delete(Document).where(Document.intake_id == intake.id),
        delete(Edition).where(Edition.intake_id == intake.id),
        delete(FindingOutcome).where(FindingOutcome.intake_id == intake.id),
        delete(ReadMark).where(ReadMark.intake_id == intake.id),
        delete(Attempt).where(Attempt.intake_id == intake.id),
        delete(LaterNote).where(LaterNote.intake_id == intake.id),
        delete(HandOver).where(HandOver.intake_id == intake.id),
        delete(EarlierResult).where(EarlierResult.alert_id.in_(alerts)),
        delete(Alert).where(Alert.intake_id == intake.id),
    ):
        session.execute(chosen.execution_options(synchronize_session=False))
    session.expire(intake.appointment, ["joinings"])
    session.expire(intake)


def owed_for(intake: Intake) -> CompoundSelect[UUID]:
    """The ids that jobs about this form refer to."""
    return (
        select(Document.id)
        .where(Document.intake_id == intake.id)
        .union_all(
            select(Alert.id).where(Alert.intake_id == intake.id),
            select(HandOver.id).where(HandOver.intake_id == intake.id),
            select(Invitation.id).where(Invitation.appointment_id == intake.appointment_id),
        )
    )


def weighs(intake: Intake) -> bool:
    """It is kept as long as what was sent: it was, or an earlier one was, or it raised an alert."""
    return intake.summary_sealed is not None or intake.edition > 1 or bool(intake.alerts)


def _kept_long_enough(op: Operation) -> ColumnElement[bool]:
    today = op.settings.today(op.now)
    sent = op.settings.day_bounds(today - timedelta(days=op.settings.keep_sent))[0]
    unsent = op.settings.day_bounds(today - timedelta(days=op.settings.keep_unsent))[0]
    weighs = or_(
        Intake.summary_sealed.is_not(None), Intake.edition > 1, exists().where(Alert.intake_id == Intake.id)
    )
    return or_(Appointment.starts_at < sent, (Appointment.starts_at < unsent) & ~weighs)


def _alert_open() -> ColumnElement[bool]:
    return exists().where(Alert.intake_id == Intake.id, _is_open())


def _is_open() -> ColumnElement[bool]:
    return Alert.state != AlertState.CLOSED
