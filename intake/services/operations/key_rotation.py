"""A new key for everything while the clinic goes on; and the old one taken out.

There is no list of what was done: what is left is counted in the tables themselves, so that it goes on after
any interruption where it stopped. Rows, chains of the audit, the file of daily seals and the list of who was
erased are sealed again, each by itself; a key is taken out only when nothing needs it any more.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from intake.config import Settings
from intake.services import audit_chain
from intake.services.alerts import raising
from intake.services.appointments import clinicians, identifiers
from intake.services.audit import SYSTEM, Action
from intake.services.context import Operation
from intake.services.forms import findings
from intake.services.invitations import links
from intake.services.operations import daily_seal
from intake.services.operations.backup import erasures
from intake.services.staff import accounts
from intake.services.staff.sign_on import people
from intake.storage import Database, resealing
from intake.storage.audit_total import THE_ONE
from intake.storage.encryption import Keys
from intake.storage.models import (
    Alert,
    Appointment,
    AppointmentIdentifier,
    AuditTotal,
    ClinicianName,
    FindingOutcome,
    Identified,
    ImportShape,
    Invitation,
    KeyCheck,
    PatientIdentifier,
    StaffIdentity,
    User,
    WalkInCode,
)
from intake.storage.resealing import IndexMade, SealedTable, count_by, count_due, seal_rows, sealed_by
from intake.storage.types import by_key

CHAINS_AT_ONCE = 20
# Rows that somebody has locked are tried again so often, with a pause between.
TRIES, PAUSE = 40, 0.25
# Of what each HMAC is made, from what the row still says. A test holds it against the tables.
INDEXES: Mapping[type[Identified], Mapping[str, IndexMade]] = {
    User: {"email_hmac": IndexMade("email", lambda row: accounts.index_parts(row.email))},
    StaffIdentity: {
        "subject_hmac": IndexMade("subject", lambda row: (people.index_parts(row.issuer, row.subject),))
    },
    ClinicianName: {"name_hmac": IndexMade("name", lambda row: (clinicians.index_parts(row.name),))},
    PatientIdentifier: {
        "value_hmac": IndexMade(
            "value", lambda row: (identifiers.patient_index_parts(row.system, row.value),)
        )
    },
    AppointmentIdentifier: {
        "value_hmac": IndexMade("value", lambda row: (identifiers.import_index_parts(row.value),))
    },
    Invitation: {"code_hmac": IndexMade("code", lambda row: (links.index_parts(row.code),))},
    Alert: {"finding_hmac": IndexMade("rule", raising.index_parts)},
    FindingOutcome: {
        "finding_hmac": IndexMade("rule", lambda row: (findings.index_parts(row.intake_id, row.rule),))
    },
}
# What these were made of is kept nowhere, on purpose: `_needed_still` and `forgotten` say what follows.
NOT_MADE_ANEW = {"walk_in_code.code_hmac", "appointment_import.shape_hmac"}
SEALED_TABLES = resealing.sealed_tables(INDEXES)
# As it is called where parts are named that need a key.
ERASURES = "list of who was erased"
Tell = Callable[[str, int, int], None]


class RotationUnderWay(Exception):
    """Another `rotate-keys` is at work."""


class UnknownKey(Exception):
    """The key file has no key of this number."""


class KeyInUse(Exception):
    """Something needs the key; `what` says how much of what, by name."""

    def __init__(self, what: Mapping[str, int]) -> None:
        super().__init__(", ".join(f"{name}: {number}" for name, number in what.items()))
        self.what = what


@dataclass(frozen=True)
class Left:
    """What could not be sealed by the current key, by name: it was changed without the keys, or is in use."""

    what: Mapping[str, int]


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """While no other rotation is at work with this key file. Raises RotationUnderWay."""
    handle = os.open(path.with_name(f"{path.name}.lock"), os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            raise RotationUnderWay from problem
        yield
    finally:
        os.close(handle)


def due(database: Database, settings: Settings) -> dict[str, int]:
    """How much is not sealed by the current key and can be, by the name of its table."""
    with database.reading() as session:
        found = {each.name: count_due(session, each) for each in SEALED_TABLES}
        found["audit"] = len(audit_chain.due(session))
    keys = database.keys
    found["daily seals"] = sum(
        daily_seal.lines_by(settings, number) for number in keys.numbers if number != keys.current
    )
    found[ERASURES] = erasures.due(settings, keys)
    return {name: number for name, number in found.items() if number}


def needed(database: Database, settings: Settings, number: int, now: datetime) -> dict[str, int]:
    """How much needs key `number`, by the name of its table: it could not be read or found without it."""
    with database.reading() as session:
        found = _needed_in(session, number, now)
    return {
        name: many for name, many in (found | _needed_in_files(database, settings, number)).items() if many
    }


def forgotten(database: Database, number: int) -> int:
    """How many kinds of imported files are asked about anew once this key is gone: they cannot be kept."""
    with database.reading() as session:
        stmt = select(func.count()).select_from(ImportShape).where(by_key(ImportShape.fingerprint, number))
        return session.scalar(stmt) or 0


def add_key(database: Database, settings: Settings, now: datetime) -> int:
    """Add a key to the file and return once every process seals with it; the number of the key."""
    keys = database.key_file.add()
    take_up(database, settings, now)
    return keys.current


def take_up(database: Database, settings: Settings, now: datetime) -> None:
    """Let nothing be under way that began before the current key was there, and know the key from now on.

    Safety: whatever is written afterwards is sealed by it, so that counting what is left comes to an end.
    """
    database.wait_for_writers()
    with Operation.open(database, settings, SYSTEM, now) as op:
        if op.session.get(KeyCheck, database.keys.current) is None:
            database.remember_in(op.session)
            op.record(Action.KEY_ADDED, key=database.keys.current)
        op.commit()


def seal_everything(database: Database, settings: Settings, now: datetime, tell: Tell) -> Left:
    """Seal again whatever is not sealed by the current key; `tell` is told of each part, done and in all."""
    left: dict[str, int] = {}
    changed = 0
    for sealed in SEALED_TABLES:
        done, stuck = _seal_table(database, sealed, tell)
        changed += done
        left |= {sealed.name: stuck} if stuck else {}
    done, stuck = _seal_chains(database, tell)
    changed += done
    left |= {"audit": stuck} if stuck else {}
    if not daily_seal.seal_again(database, settings):
        left["daily seals"] = 1
    if stuck := _seal_erasures(database, settings):
        left[ERASURES] = stuck
    if changed:
        with Operation.open(database, settings, SYSTEM, now) as op:
            key, kept = database.keys.current, sum(left.values())
            op.record(Action.SEALED_AGAIN, key=key, rows=changed, left=kept)
            op.commit()
    return Left(left)


def remove_key(
    database: Database, settings: Settings, number: int, now: datetime, keep_in: Path | None = None
) -> None:
    """Take an old key out of the file, and write it to `keep_in` before.

    Raises UnknownKey, KeyInUse, FileExistsError.
    """
    keys = database.keys
    if number not in keys.numbers or number == keys.current:
        raise UnknownKey
    # First while others work: most refusals need nobody to wait.
    found = needed(database, settings, number, now)
    if found:
        raise KeyInUse(found)
    # Safety: nobody who might still seal with it is at work while we look and forget it.
    with database.writing_alone() as session:
        found = _needed_in(session, number, now) | _needed_in_files(database, settings, number)
        found = {name: many for name, many in found.items() if many}
        if found:
            session.rollback()
            raise KeyInUse(found)
        if keep_in is not None:
            _keep(keep_in, number, keys.masters[number])
        op = Operation(session, SYSTEM, now, settings)
        session.execute(delete(KeyCheck).where(KeyCheck.number == number))
        op.record(Action.KEY_REMOVED, key=number)
        op.commit()
    # After the database: between the two the file knows more than the database, and never less.
    database.key_file.remove(number)
    with database.writing_alone() as session:
        # Once more: a process that started in between has noted every key that it found in the file.
        session.execute(delete(KeyCheck).where(KeyCheck.number == number))
        session.commit()


def _keep(path: Path, number: int, key: bytes) -> None:
    """Write the key to a file; one that holds it already is from a try before. Raises FileExistsError."""
    if path.exists() and Keys.read(path).masters == {number: key}:
        return
    Keys({number: key}, number).write(path)


def _needed_in(session: Session, number: int, now: datetime) -> dict[str, int]:
    found = {each.name: count_by(session, each, number) for each in SEALED_TABLES}
    for name, many in _needed_still(session, number, now).items():
        found[name] = found.get(name, 0) + many
    found["audit"] = audit_chain.due_by(session, number)
    total = (
        select(func.count())
        .select_from(AuditTotal)
        .where(AuditTotal.id == THE_ONE, sealed_by(AuditTotal.content_sealed, number))
    )
    found["total of the audit"] = session.scalar(total) or 0
    return found


def _needed_in_files(database: Database, settings: Settings, number: int) -> dict[str, int]:
    """The same of what lies outside the database."""
    return {
        "daily seals": daily_seal.lines_by(settings, number),
        ERASURES: erasures.lines_by(settings, database.keys, number),
    }


def _seal_erasures(database: Database, settings: Settings) -> int:
    """How many lines could not be sealed again: the disk of the backups may be one that is not written to."""
    try:
        erasures.seal_again(settings, database.keys)
    except OSError:
        # What is left is counted, and keeps the old key from being taken out.
        return max(1, erasures.due(settings, database.keys))
    return 0


def _needed_still(session: Session, number: int, now: datetime) -> dict[str, int]:
    """Rows that are found by an HMAC of this key, and that somebody may still look for."""
    codes = by_key(WalkInCode.code_hmac, number), WalkInCode.used_at.is_(None), WalkInCode.expires_at > now
    imported = AppointmentIdentifier.value_sealed.is_(None), Appointment.starts_at > now
    of_rows = (
        select(func.count())
        .select_from(AppointmentIdentifier)
        .join(Appointment, Appointment.id == AppointmentIdentifier.appointment_id)
        .where(by_key(AppointmentIdentifier.value_hmac, number), *imported)
    )
    return {
        "walk_in_code": session.scalar(select(func.count()).select_from(WalkInCode).where(*codes)) or 0,
        "appointment_identifier": session.scalar(of_rows) or 0,
    }


def _seal_table(database: Database, sealed: SealedTable, tell: Tell) -> tuple[int, int]:
    """How many rows were sealed again, and how many could not be."""
    changed = stuck = 0
    for _ in range(TRIES):
        with database.reading() as session:
            due_now = count_due(session, sealed)
        if due_now <= stuck:
            return changed, due_now
        done, stuck = _pass(database, sealed, partial(_tell_of, tell, sealed.name, due_now))
        changed += done
        if not done:
            time.sleep(PAUSE)
    return changed, due_now


def _tell_of(tell: Tell, part: str, of: int, done: int) -> None:
    tell(part, done, of)


def _pass(database: Database, sealed: SealedTable, tell: Callable[[int], None]) -> tuple[int, int]:
    after, changed, stuck = None, 0, 0
    while True:
        with database.writing() as session:
            batch = seal_rows(session, sealed, after)
            session.commit()
        changed, stuck = changed + batch.changed, stuck + batch.left
        if batch.last is None:
            return changed, stuck
        after = batch.last
        tell(changed)


def _seal_chains(database: Database, tell: Tell) -> tuple[int, int]:
    """The same for the chains of the audit."""
    changed = 0
    for _ in range(TRIES):
        with database.reading() as session:
            streams = audit_chain.due(session)
        done = broken = 0
        for start in range(0, len(streams), CHAINS_AT_ONCE):
            some = streams[start : start + CHAINS_AT_ONCE]
            with database.reading() as session:
                looked = [audit_chain.looked_through(session, stream) for stream in some]
            broken += looked.count(None)
            with database.writing() as session:
                done += sum(audit_chain.seal_apart(session, each) for each in looked if each is not None)
                session.commit()
            tell("audit", done, len(streams))
        changed += done
        if len(streams) == done + broken:
            return changed, broken
        if not done:
            time.sleep(PAUSE)
    return changed, len(streams) - done
