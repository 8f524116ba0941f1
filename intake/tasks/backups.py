"""The backups that the settings ask for, beside the queue's other work.

A large one takes longer than an e-mail may wait, so it is made in a thread of its own. Whoever ends the
process in the middle leaves the backups there were, and the next minute begins anew.
"""

import logging
import threading

from sqlalchemy.exc import SQLAlchemyError

from intake.services.operations.backup import erasures, scheduled, status
from intake.services.operations.backup.backup_keys import BackupKeyUnusable
from intake.services.operations.backup.content import UnknownColumn
from intake.services.operations.backup.making import AlreadyAtWork
from intake.services.operations.backup.opening import KeysDoNotFit
from intake.services.operations.backup.sealed_file import BackupDamaged
from intake.tasks.delivery import Work

log = logging.getLogger(__name__)

FAILURES = (OSError, SQLAlchemyError, BackupKeyUnusable, BackupDamaged, KeysDoNotFit, UnknownColumn)


def begin(work: Work) -> bool:
    """Begin a backup if one is due; True when it was begun."""
    if work.settings.backup_folder is None:
        return False
    with work.reading() as op:
        due = status.is_due(op.session, op.settings, op.now)
    if due:
        threading.Thread(target=back_up, args=(work,), name="backup", daemon=True).start()
    return due


def back_up(work: Work) -> bool:
    """Make a backup, or note that nothing has changed; True unless it failed, which is noted as well."""
    try:
        plan = scheduled.plan_of(work.settings, work.database.keys)
        if plan is None:
            return False
        with work.reading() as op:
            unchanged = status.nothing_changed(op.session, op.settings, op.now)
        if unchanged:
            _note(work, None)
            return True
        _note(work, scheduled.make_noted(work.database, work.settings, plan, work.now()))
    except AlreadyAtWork:
        return False
    except FAILURES as problem:
        kind = type(problem).__name__
        log.error("A backup could not be made: %s", kind)
        with work.operation() as op:
            status.note_failed(op, kind)
            op.commit()
        return False
    return True


def note_erasures(work: Work) -> None:
    """Write outside the database who was erased."""
    try:
        with work.reading() as op:
            erasures.bring_up_to_date(op.session, op.settings)
    except OSError as problem:
        log.error("The list of who was erased could not be written: %s", problem.strerror)


def _note(work: Work, made: scheduled.Noted | None) -> None:
    with work.operation() as op:
        if made is None:
            status.note_unchanged(op)
        else:
            status.note_made(op, made.made, made.fingerprint)
        op.commit()
