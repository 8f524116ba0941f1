"""A clinic with 10,000 forms is backed up and put back: `python -m bench.restore [HOW MANY] [URL]`.

Each form is a real one: sent, with its summary and two documents, whose bytes are made up.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from intake.config import Settings
from intake.demo import demonstration
from intake.services.operations.backup import making, opening, putting_back
from intake.services.operations.backup.backup_keys import ClinicKeys
from intake.storage import Database, open_database
from intake.storage.audit_total import count
from intake.storage.bound_rows import SealChanges, row_said
from intake.storage.encryption import Keys, Sealed
from intake.storage.models import (
    Appointment,
    AuditEvent,
    AuditHead,
    Document,
    DocumentState,
    Intake,
    Patient,
    new_id,
)
from intake.storage.models.row import Bound, Row
from intake.storage.seals import START, SealKind, event_mac, head_said, seal

FORMS = 10_000
# What a form leaves in the audit, and how large a PDF is.
EVENTS, DOCUMENTS, SIZE = 40, 2, 45_000
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
AT_ONCE = 200
Rows = dict[type[Row], list[dict[str, Any]]]


def main() -> None:
    """Print how long each step takes."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else FORMS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        given = {
            "BACKSTORY_DATA_DIR": str(folder / "data"),
            "BACKSTORY_KEY_FILE": str(folder / "keys/k.json"),
        }
        if len(sys.argv) > 2:
            given["BACKSTORY_DATABASE_URL"] = sys.argv[2]
        settings = Settings.from_environment(given)
        database = open_database(settings)
        database.migrate()
        _timed(f"{many:,} forms made", lambda: fill(database, settings, many))
        key = ClinicKeys(database.keys)
        plan = making.BackupPlan(folder / "backups", key, 3)
        made = _timed("backup, made and opened", lambda: making.make(database, settings, plan, NOW))
        print(f"{made.rows:,} rows, {made.size / 1e6:,.0f} MB")
        database.close()
        wanted = putting_back.Return(settings, database.keys, NOW, "bench", ())
        with made.path.open("rb") as file:
            content = opening.content_with(file, key)
            _timed("restore", lambda: putting_back.put_back(content, wanted))


def fill(database: Database, settings: Settings, many: int) -> None:
    """Copy the forms of the demonstration until there are so many."""
    demonstration.fill(database, settings, now=NOW)
    with database.reading() as session:
        examples = session.query(Intake).where(Intake.summary_sealed.is_not(None)).all()
        wanted: list[dict[str, Any]] = [
            {"draft": each.draft, "summary": each.summary, "row": each, "appointment": each.appointment}
            for each in examples
        ]
        for each in wanted:
            assert each["appointment"].patient.name
    for start in range(0, many, AT_ONCE):
        _more(database, [wanted[number % len(wanted)] for number in range(start, min(many, start + AT_ONCE))])


def _more(database: Database, wanted: list[dict[str, Any]]) -> None:
    keys, changes = database.keys, SealChanges()
    rows: Rows = {}
    for each in wanted:
        like: Appointment = each["appointment"]
        patient, appointment, intake = new_id(), new_id(), new_id()
        place = like.patient
        _add(rows, Patient, _columns(place) | {"id": patient, **_sealed(database, place, patient)})
        said = {"id": appointment, "patient_id": patient, "reference": appointment.hex[:8].upper()}
        _add(rows, Appointment, _columns(like) | said | _sealed(database, like, appointment))
        said = {"id": intake, "appointment_id": appointment, "receipt": intake.hex[:12]}
        _add(rows, Intake, _columns(each["row"]) | said | _sealed(database, each["row"], intake))
        for number in range(DOCUMENTS):
            _add(rows, Document, _document(database, intake, number))
        _add_events(rows, keys, f"appointment:{appointment}", changes)
    for model, theirs in rows.items():
        if issubclass(model, Bound):
            for row in theirs:
                row["seal"] = seal(keys, SealKind.ROW, *row_said(model, row))
                changes.added.append((model.__tablename__, row["seal"]))
    with database.writer.begin() as connection:
        for model in (Patient, Appointment, Intake, Document, AuditHead, AuditEvent):
            if rows.get(model):
                connection.execute(insert(model), rows[model])
        count(connection, keys, changes)


def _document(database: Database, intake: UUID, number: int) -> dict[str, Any]:
    id = new_id()
    content = database.keys.ring.seal(os.urandom(SIZE), f"document|content|{id}")
    said = {"state": DocumentState.READY, "content_sealed": content, "asked_at": NOW, "made_at": NOW}
    return {"id": id, "intake_id": intake, "format": f"made up {number}", "sha256": "0" * 64, **said}


def _add(rows: Rows, model: type[Row], row: dict[str, Any]) -> None:
    rows.setdefault(model, []).append(row)


def _add_events(rows: Rows, keys: Keys, stream: str, changes: SealChanges) -> None:
    before = START
    for number in range(1, EVENTS + 1):
        event = AuditEvent(
            stream=stream,
            seq=number,
            at=NOW + timedelta(seconds=number),
            actor="system",
            action="intake:worked_on",
            about=stream,
            detail="{}",
            detail_sealed=os.urandom(400),
            key_number=keys.current,
        )
        before = event_mac(keys, before, event)
        event.mac = before
        _add(rows, AuditEvent, _columns(event))
        changes.last_event = (str(event.id), before)
    changes.events += EVENTS
    sealed = seal(keys, SealKind.HEAD, *head_said(stream, EVENTS, before))
    _add(rows, AuditHead, {"stream": stream, "seq": EVENTS, "mac": before, "seal": sealed})
    changes.added.append((AuditHead.__tablename__, sealed))


def _columns(row: Any) -> dict[str, Any]:
    return {each.columns[0].key: getattr(row, each.key) for each in row.__mapper__.column_attrs}


def _sealed(database: Database, row: Any, id: Any) -> dict[str, bytes]:
    """The sealed values of a row, for another row."""
    found = {}
    for name, each in vars(type(row)).items():
        kept = getattr(row, f"{name}_sealed", None) if isinstance(each, Sealed) else None
        if kept is not None:
            table, called = row.__tablename__, each._sealed_as or name
            content = database.keys.ring.open(kept, f"{table}|{called}|{row.id}")
            column = row.__mapper__.columns[f"{name}_sealed"].key
            found[column] = database.keys.ring.seal(content, f"{table}|{called}|{id}")
    return found


def _timed(what: str, work: Callable[[], Any]) -> Any:
    began, worked = time.monotonic(), time.process_time()
    done = work()
    took, worked = time.monotonic() - began, time.process_time() - worked
    print(f"{what}: {took:.1f} s, {worked:.1f} s of processor time", flush=True)
    return done


if __name__ == "__main__":
    main()
