"""What must hold of a clinic's database after any fault: each claim that is broken, in words.

For every test of a crash, a full disk or several processes: `assert broken(database, Told(...)) == []`.
`Told` holds what the test's clients were told, and what lies around them: mails, files.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from intake.services import audit
from intake.services.audit import Action
from intake.services.forms import draft
from intake.storage import Database
from intake.storage.models import (
    Alert,
    Appointment,
    AppointmentState,
    AuditEvent,
    Document,
    Intake,
    IntakeStatus,
    Invitation,
    InvitationState,
    Job,
    JobKind,
    Row,
    WebSession,
)

MESSAGES = frozenset(JobKind) - {JobKind.RENDER_DOCUMENT}


@dataclass(frozen=True)
class Mailed:
    """What a mail server took, by Message-ID, from workers that were killed so often."""

    ids: Counter[str]
    kills: int


@dataclass(frozen=True)
class Told:
    """What clients were told is saved.

    `sent`: the intakes that were answered as sent. `answers`: what each was last told is saved. `warned`: who
    was shown a card about something urgent. `faults`: what a client saw and never should have. `mailed`: what
    arrived, once all that was owed is done; None: nothing is said about it. `canaries`: words that stand in
    none of `files`, nor in the clear in the database.
    """

    sent: frozenset[UUID] = frozenset()
    answers: Mapping[UUID, Mapping[str, object]] = field(default_factory=dict)
    warned: frozenset[UUID] = frozenset()
    faults: tuple[str, ...] = ()
    mailed: Mailed | None = None
    canaries: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()


def broken(database: Database, told: Told = Told()) -> list[str]:
    """Every claim that does not hold, in words without a patient's; none when all is well."""
    with database.reading() as session:
        return [fault for check in CHECKS for fault in check(session, told)]


def _told_is_there(session: Session, told: Told) -> Iterator[str]:
    """I1: what was answered as sent is there, and sent."""
    there = set(session.scalars(select(Intake.id).where(Intake.status == IntakeStatus.SENT)))
    yield from (f"Intake {each} was told to be sent, and is not." for each in told.sent - there)


def _sent_is_whole(session: Session, _: Told) -> Iterator[str]:
    """I2 and I3: a sent form has its receipt, its record, its documents and its event, each of them."""
    recorded = list(session.scalars(select(AuditEvent.about).where(AuditEvent.action == Action.INTAKE_SENT)))
    with_documents = set(session.scalars(select(Document.intake_id)))
    for intake in session.scalars(select(Intake).where(Intake.status == IntakeStatus.SENT)):
        if intake.receipt is None or intake.summary is None or intake.sent_at is None:
            yield f"Intake {intake.id} is sent by half."
        if intake.id not in with_documents:
            yield f"Intake {intake.id} is sent without documents."
        if not any(str(intake.id).replace("-", "") in str(about).replace("-", "") for about in recorded):
            yield f"Intake {intake.id} is sent and not recorded."
        if (times := len(_events(session, Action.INTAKE_SENT, intake.id))) > intake.edition:
            yield f"Intake {intake.id} was sent {times} times."


def _record_holds(session: Session, _: Told) -> Iterator[str]:
    """I7: the chains of the record, the seals of rows and the total."""
    yield from (f"The record: {each.stream} {each.what}" for each in audit.verify(session))


def _file_is_sound(session: Session, _: Told) -> Iterator[str]:
    """I8: pages and foreign keys; PostgreSQL sees to its own."""
    if session.get_bind().dialect.name == "sqlite":
        found = [row[0] for row in session.execute(text("PRAGMA integrity_check"))]
        yield from (f"The file: {each}" for each in found if each != "ok")
        for row in session.execute(text("PRAGMA foreign_key_check")):
            yield f"A row of {row[0]} names one of {row[2]} that is not there."


def _everything_opens(session: Session, _: Told) -> Iterator[str]:
    """I8: each sealed value opens in its own place."""
    for mapper in Row.registry.mappers:
        names = [c.key.removesuffix("_sealed") for c in mapper.column_attrs if c.key.endswith("_sealed")]
        names = [name for name in names if hasattr(mapper.class_, name)]
        if not names:
            continue
        for row in session.scalars(select(mapper.class_)):
            for name in names:
                try:
                    getattr(row, name)
                except Exception as problem:
                    yield f"{mapper.local_table} {inspect(row).identity} {name}: {type(problem).__name__}"


def _owed_is_done(session: Session, told: Told) -> Iterator[str]:
    """I4: all that is due is done or given up; each message left, and twice at most as often as kills."""
    if told.mailed is None:
        return
    now, kept = datetime.now(UTC), list(session.scalars(select(Job)))
    for job in kept:
        over = job.done_at or job.given_up_at or job.cancelled_at or job.held_at
        if over is None and job.not_before <= now:
            yield f"{job.kind} {job.id} is owed and not done: {job.attempts} tries, {job.last_error}."
        if job.kind in MESSAGES and job.done_at is not None and not told.mailed.ids[str(job.id)]:
            yield f"{job.kind} {job.id} is marked as sent and never came."
    if (doubles := told.mailed.ids.total() - len(told.mailed.ids)) > told.mailed.kills:
        yield f"{doubles} messages came twice, after {told.mailed.kills} kills."
    known = {str(job.id) for job in kept}
    yield from (f"A message came that nobody owes: {each}" for each in told.mailed.ids if each not in known)


def _answers_are_kept(session: Session, told: Told) -> Iterator[str]:
    """I5: what is stored is what the last acknowledged page said."""
    for intake_id, answers in told.answers.items():
        intake = session.get(Intake, intake_id)
        stored = draft.read(intake).answers if intake is not None else {}
        for question, value in answers.items():
            if stored.get(question) != value:
                yield f"Intake {intake_id}: the answer to {question} is not the one that was acknowledged."


def _nobody_saw_a_fault(_: Session, told: Told) -> Iterator[str]:
    """I6: no answer was an error of ours, and none lost what was typed."""
    yield from told.faults


def _nothing_in_the_clear(session: Session, told: Told) -> Iterator[str]:
    """I9: no patient's word in a log, the queue or the database."""
    words = tuple(word.encode() for word in told.canaries)
    for file in told.files:
        content = file.read_bytes() if file.exists() else b""
        yield from (f"{file.name} holds a word of a patient." for word in words if word in content)
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in inspect(session.connection()).get_table_names():
        for word in words:
            stmt = text(f'SELECT 1 FROM "{table}" t WHERE t::text LIKE :clear OR t::text LIKE :hex LIMIT 1')
            if session.scalar(stmt, {"clear": f"%{word.decode()}%", "hex": f"%{word.hex()}%"}):
                yield f"{table} holds a word of a patient."


def _cancelled_stays_unsent(session: Session, _: Told) -> Iterator[str]:
    """I10: nothing is sent after the appointment was cancelled."""
    cancelled = select(Appointment).where(Appointment.state == AppointmentState.CANCELLED)
    for appointment in session.scalars(cancelled):
        sent_at = appointment.intake.sent_at
        for event in _events(session, Action.APPOINTMENT_CANCELLED, appointment.id):
            if sent_at is not None and sent_at > event.at:
                yield f"Intake {appointment.intake.id} was sent after its appointment was cancelled."


def _warned_is_known(session: Session, told: Told) -> Iterator[str]:
    """I11: whoever was told that it cannot wait is on the list of staff."""
    known = set(session.scalars(select(Alert.intake_id)))
    yield from (f"Intake {each} was warned, and staff know nothing." for each in told.warned - known)


def _closed_lets_nobody_in(session: Session, _: Told) -> Iterator[str]:
    """I12: nobody came in by a link after it was closed."""
    closed = select(WebSession).join(Invitation).where(Invitation.state == InvitationState.REVOKED)
    for visit in session.scalars(closed):
        assert visit.invitation is not None
        events = _events(session, Action.INVITATION_CLOSED, visit.invitation.appointment_id)
        if any(visit.started_at > event.at for event in events):
            yield f"Session {visit.id} began after its link was closed."


def _events(session: Session, action: Action, about: UUID) -> list[AuditEvent]:
    of_action = session.scalars(select(AuditEvent).where(AuditEvent.action == action))
    return [event for event in of_action if about.hex in event.about.replace("-", "")]


CHECKS = (
    _told_is_there,
    _sent_is_whole,
    _owed_is_done,
    _answers_are_kept,
    _nobody_saw_a_fault,
    _record_holds,
    _file_is_sound,
    _everything_opens,
    _nothing_in_the_clear,
    _cancelled_stays_unsent,
    _warned_is_known,
    _closed_lets_nobody_in,
)
