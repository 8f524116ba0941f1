"""The backups that the settings ask for, beside the queue's other work.

A large one takes longer than an e-mail may wait and would hold up whatever else this process does, so it is
made in a process of its own, at lower priority, which ends afterwards. Whoever ends it in the middle leaves
the backups there were, and the next minute begins anew.
"""

import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from intake.config import Settings
from intake.resources import PACKAGE
from intake.services.operations.backup import erasures, scheduled, status
from intake.services.operations.backup.backup_keys import BackupKeyUnusable
from intake.services.operations.backup.content import UnknownColumn
from intake.services.operations.backup.making import AlreadyAtWork
from intake.services.operations.backup.opening import KeysDoNotFit
from intake.services.operations.backup.sealed_file import BackupDamaged
from intake.storage import open_existing
from intake.tasks.delivery import Work

log = logging.getLogger(__name__)

LOWER_PRIORITY = 10
_UNDER_WAY = threading.Lock()
FAILURES = (OSError, SQLAlchemyError, BackupKeyUnusable, BackupDamaged, KeysDoNotFit, UnknownColumn)


def begin(work: Work) -> bool:
    """Begin a backup if one is due; True when it was begun."""
    if work.settings.backup_folder is None:
        return False
    with work.reading() as op:
        due = status.is_due(op.session, op.settings, op.now)
    if not due or _UNDER_WAY.locked():
        return False
    threading.Thread(target=back_up_apart, args=(work,), name="backup", daemon=True).start()
    return True


def back_up_apart(work: Work) -> bool:
    """Do `back_up` in a process of its own; True unless that process broke, which is noted."""
    if not _UNDER_WAY.acquire(blocking=False):
        return False
    try:
        path = os.pathsep.join(filter(None, (str(PACKAGE.parent), os.environ.get("PYTHONPATH"))))
        done = subprocess.run(  # noqa: S603  (a module of ours)
            [sys.executable, "-m", __name__],
            input=pickle.dumps(work.settings),
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": path},
        )
        for line in done.stdout.decode(errors="replace").splitlines():
            log.error("%s", line)
        if done.returncode == 0:
            return True
        failure = "BackupProcessEnded"
    except OSError as problem:
        failure = type(problem).__name__
    finally:
        _UNDER_WAY.release()
    log.error("A backup could not be made: %s", failure)
    with work.operation() as op:
        status.note_failed(op, failure)
        op.commit()
    return False


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


def main() -> None:
    """Read the settings in force, make a backup; what went wrong is said in words of ours."""
    os.nice(LOWER_PRIORITY)
    # Somebody stops the clinic at a terminal: end without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    log.addHandler(logging.StreamHandler(sys.stdout))
    log.propagate = False
    # It comes through a pipe from the process that started this one, and nobody else can write there.
    settings: Settings = pickle.load(sys.stdin.buffer)  # noqa: S301
    database = open_existing(settings)
    try:
        back_up(Work(database, settings, lambda: datetime.now(UTC)))
    finally:
        database.close()


def _note(work: Work, made: scheduled.Noted | None) -> None:
    with work.operation() as op:
        if made is None:
            status.note_unchanged(op)
        else:
            status.note_made(op, made.made, made.fingerprint)
        op.commit()


if __name__ == "__main__":
    main()
