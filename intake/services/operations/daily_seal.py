"""The state of the record, written each day to a file outside the database.

Nothing inside a database tells that an older copy was put in its place, or that all of it was made anew. Each
line of the file names the last event there was and is sealed together with the line before; `problems` looks
whether what the lines name is still there. The database in turn counts the lines, so that neither can be
shortened without the other.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.config import Settings
from intake.services import audit
from intake.services.audit import SYSTEM, Action
from intake.services.context import Operation
from intake.storage import Database, line_file
from intake.storage.audit_total import total_of
from intake.storage.encryption import Keys, keys_of
from intake.storage.models import AuditEvent
from intake.storage.seals import START, SealKind, holds, number_of, seal

LONGEST_REASON = 200
LATE_AFTER = timedelta(days=3)


class NotWhole(Exception):
    """The record itself does not hold: putting back a backup is not the reason."""


@dataclass(frozen=True)
class SealLine:
    """One line of the file. `last` is an event and its seal; `accepted`: what came before counts no more."""

    at: str
    origin: str
    last: tuple[str, str] | None
    accepted: bool
    seal: str

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "SealLine":
        """Read back what was written; raises TypeError or KeyError for anything else."""
        last = kept.pop("last")
        return cls(last=tuple(last) if last else None, **kept)


def seal_today(database: Database, settings: Settings, *, now: datetime) -> bool:
    """Write today's line, unless it is there. True when it was written."""
    lines = read(settings.seal_file)
    if lines and settings.today(datetime.fromisoformat(lines[-1].at)) == settings.today(now):
        return False
    return _write(database, settings, now, accepted=False)


def check_reason(reason: str) -> None:
    """Raise ValueError for a reason that cannot be recorded whole: nothing of it is cut."""
    if not 0 < len(reason) <= LONGEST_REASON:
        raise ValueError(f"The reason has 1 to {LONGEST_REASON} characters.")


def accept_restored(database: Database, settings: Settings, *, reason: str, now: datetime) -> None:
    """Take a backup that was put back for the record from now on; why is recorded.

    Raises NotWhole, or ValueError when `reason` is empty or longer than LONGEST_REASON.
    """
    reason = reason.strip()
    check_reason(reason)
    with Operation.open(database, settings, SYSTEM, now) as op:
        if audit.verify(op.session):
            raise NotWhole
        op.record(Action.RESTORE_ACCEPTED, reason=reason)
        op.commit()
    _write(database, settings, now, accepted=True)


def note_accepted(database: Database, settings: Settings, now: datetime) -> bool:
    """Write the line of a backup that was put back, whose reason is recorded already. True when written."""
    return _write(database, settings, now, accepted=True)


def problems(session: Session, settings: Settings) -> Iterator[str]:
    """In words: what the file names and the database does not have, and the other way round."""
    keys: Keys = keys_of(session)
    lines = read(settings.seal_file)
    before = START
    for number, line in enumerate(lines, 1):
        if not holds(keys, line.seal, SealKind.LINE, *_said(before, line)):
            yield f"Line {number} of {settings.seal_file} was changed, or a line before it is missing."
            return
        before = line.seal
    if len(lines) < _counted(session):
        yield f"{settings.seal_file} has {len(lines)} lines, and the database knows of more."
    total = total_of(session)
    for line in _in_force(lines):
        if total is None or line.origin != total.origin or not _is_there(session, line):
            yield f"What was recorded until {line.at} is not in this database: another was put in its place."
            return


def is_late(settings: Settings, *, now: datetime) -> datetime | None:
    """When the last line was written, if that is too long ago; None also before the first."""
    lines = read(settings.seal_file)
    last = datetime.fromisoformat(lines[-1].at) if lines else now
    return last if now - last > LATE_AFTER else None


def lines_by(settings: Settings, number: int) -> int:
    """How many lines of the file are sealed by key `number`."""
    return sum(number_of(line.seal) == number for line in read(settings.seal_file))


def seal_again(database: Database, settings: Settings) -> bool:
    """Seal every line by the current key; False where a line does not hold, and the file stays as it is."""
    path, keys = settings.seal_file, database.keys
    if not path.exists():
        return True
    with line_file.alone(path):
        lines, before, after, again = read(path), START, START, list[SealLine]()
        for line in lines:
            if not holds(keys, line.seal, SealKind.LINE, *_said(before, line)):
                return False
            before, after = line.seal, seal(keys, SealKind.LINE, *_said(after, line))
            again.append(replace(line, seal=after))
        if again != lines:
            line_file.replace(path, (json.dumps(vars(line)) for line in again))
    return True


def read(path: Path) -> list[SealLine]:
    """The lines of the file; none while there is no file. What is no line is one that no seal fits."""
    if not path.exists():
        return []
    return [_line(line) for line in path.read_text().splitlines()]


def _line(text: str) -> SealLine:
    try:
        return SealLine.of(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError):
        return SealLine(at="", origin="", last=None, accepted=False, seal="")


def _write(database: Database, settings: Settings, now: datetime, *, accepted: bool) -> bool:
    with database.reading() as session:
        total = total_of(session)
    if total is None:
        return False
    with line_file.alone(settings.seal_file):
        lines = read(settings.seal_file)
        line = SealLine(now.isoformat(), total.origin, total.last, accepted, "")
        sealed = seal(database.keys, SealKind.LINE, *_said(lines[-1].seal if lines else START, line))
        line_file.append(settings.seal_file, [json.dumps(vars(line) | {"seal": sealed})])
    # After the file: between the two, the file may know more than the database, and never less.
    with Operation.open(database, settings, SYSTEM, now) as op:
        op.record(Action.RECORD_SEALED, lines=len(lines) + 1)
        op.commit()
    return True


def _said(before: str, line: SealLine) -> tuple[Any, ...]:
    return (before, line.at, line.origin, line.last, line.accepted)


def _counted(session: Session) -> int:
    """How many lines there are as the database knows it."""
    stmt = (
        select(AuditEvent.detail)
        .where(AuditEvent.stream == audit.SYSTEM_STREAM, AuditEvent.action == Action.RECORD_SEALED)
        .order_by(AuditEvent.seq.desc())
        .limit(1)
    )
    detail = session.scalar(stmt)
    return int(json.loads(detail)["lines"]) if detail else 0


def _in_force(lines: list[SealLine]) -> list[SealLine]:
    """From the last that was accepted on."""
    accepted = [number for number, line in enumerate(lines) if line.accepted]
    return lines[accepted[-1] :] if accepted else lines


def _is_there(session: Session, line: SealLine) -> bool:
    if line.last is None:
        return True
    id, mac = line.last
    return session.scalar(select(AuditEvent.mac).where(AuditEvent.id == UUID(id))) == mac
