"""Killed at any moment, a backup leaves those there were, and a restore the old database or the new one."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from intake.services import audit
from intake.services.operations.backup import making, opening
from intake.services.operations.backup.backup_keys import ClinicKeys
from intake.storage import Database
from intake.storage.models import Patient
from tests.services.answering import answers, has_sent
from tests.services.conftest import invite_anna
from tests.services.killing import settings_of
from tests.services.test_backup import Clinic

pytestmark = pytest.mark.long_faults
ROOT = Path(__file__).parents[2]
OLD, NEW = 3, 1


@pytest.fixture
def clinic(tmp_path: Path, database: Database) -> Clinic:
    return Clinic(tmp_path, database.writer.url.render_as_string(hide_password=False), database.keys)


def killed(clinic: Clinic, what: str, after: float, file: Path) -> bool:
    """Do it in another process and kill that so many seconds after it began; True when it was done before."""
    url = clinic.settings.database_url
    program = [sys.executable, "-m", "tests.services.killing", what, str(clinic.folder), url, str(file)]
    with subprocess.Popen(
        program, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begins\n"
        try:
            return process.wait(after) == 0
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            return False


def patients_in(clinic: Clinic) -> int:
    """How many patients there are in a database that is whole."""
    database = Database(clinic.settings.database_url, clinic.keys)
    try:
        with database.reading() as session:
            assert audit.verify(session) == ()
            return session.scalar(select(func.count()).select_from(Patient)) or 0
    finally:
        database.dispose()


def test_a_restore_that_is_killed_leaves_the_old_or_the_new_whole(clinic: Clinic, database: Database) -> None:
    anna = invite_anna(database)
    has_sent(database, clinic.settings, anna.appointment, answers())
    file = clinic.backs_up(database).path
    for _ in range(OLD - NEW):
        invite_anna(database)
    database.dispose()
    assert settings_of(clinic.folder, clinic.settings.database_url).key_file == clinic.settings.key_file

    done, step, found = False, 0.0, []
    while not done:
        done = killed(clinic, "restore", step, file)
        found.append(patients_in(clinic))
        # On a busy machine everything takes longer: the steps grow.
        step = step * 1.25 + 0.05

    assert found[0] == OLD
    assert found[-1] == NEW
    assert set(found) == {OLD, NEW}


def test_a_backup_that_is_killed_leaves_those_there_were(clinic: Clinic, database: Database) -> None:
    anna = invite_anna(database)
    has_sent(database, clinic.settings, anna.appointment, answers())
    first = clinic.backs_up(database).path

    done, step = False, 0.0
    while not done:
        done = killed(clinic, "backup", step, first)
        for each in making.backups_in(clinic.plan().folder, making.mark_of(database)):
            with each.open("rb") as opened:
                opening.examine(opening.content_with(opened, ClinicKeys(clinic.keys)), clinic.keys)
        step = step * 1.25 + 0.05

    assert first.exists()
    assert len(making.backups_in(clinic.plan().folder, making.mark_of(database))) >= 2
    assert list(clinic.plan().folder.glob("*.partial")) == []
