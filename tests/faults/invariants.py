"""What must hold of a clinic's database after any fault: each claim that is broken, in words.

For every test of a crash, a full disk or several processes: `assert broken(database, Told(...)) == []`.
`Told` holds what the test's clients were told: the ids of forms for which "sent" was answered.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from intake.services import audit
from intake.services.audit import Action
from intake.storage import Database
from intake.storage.models import AuditEvent, Document, Intake, IntakeStatus, Row


@dataclass(frozen=True)
class Told:
    """What clients were told is saved: the intakes that were answered as sent."""

    sent: frozenset[UUID] = frozenset()


def broken(database: Database, told: Told = Told()) -> list[str]:
    """Every claim that does not hold, in words without a patient's; none when all is well."""
    with database.reading() as session:
        checks = (_told_is_there, _sent_is_whole, _record_holds, _file_is_sound, _everything_opens)
        return [fault for check in checks for fault in check(session, told)]


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
