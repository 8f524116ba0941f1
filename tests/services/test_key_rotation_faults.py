"""A rotation of keys is killed, and others write meanwhile: nothing is lost, doubled or left unreadable."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from intake.config import Settings
from intake.services import audit
from intake.services.forms import draft
from intake.services.operations import daily_seal, key_rotation
from intake.services.operations.backup import erasures
from intake.services.staff import accounts
from intake.storage import Database, line_file
from intake.storage.encryption import Keys
from intake.storage.key_file import KeyFile
from intake.storage.models import Appointment, Intake, Patient, Role
from tests.acting import NOW, acting
from tests.services.conftest import invite_anna
from tests.services.test_key_rotation import PASSWORD, database, settings, whole

pytestmark = pytest.mark.long_faults
__all__ = ["database", "settings"]
ROOT = Path(__file__).parents[2]
PATIENTS = 40
ERASED = {UUID(int=number) for number in range(2000)}


def environment(settings: Settings, database: Database) -> dict[str, str]:
    url = database.writer.url.render_as_string(hide_password=False).replace("+psycopg", "")
    given = {
        "BACKSTORY_DATA_DIR": str(settings.data_dir),
        "BACKSTORY_KEY_FILE": str(settings.key_file),
        "BACKSTORY_DATABASE_URL": url,
    }
    return {**os.environ, **given, "PYTHONPATH": str(ROOT)}


def rotating(settings: Settings, database: Database, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "flask", "--app", "wsgi", "rotate-keys", *more],
        cwd=ROOT,
        env=environment(settings, database),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture
def clinic(database: Database, settings: Settings) -> Database:
    """Forty patients, each with a form, and somebody who signs in."""
    for n in range(PATIENTS):
        invite_anna(database, born=date(1960 + n, 1, 1))
    with acting(database) as op:
        accounts.add_user(op, name="Ada", email="ada@example.org", role=Role.ADMIN, password=PASSWORD)
        for intake in op.session.scalars(select(Intake)):
            draft.write(intake, draft.Draft())
        op.commit()
    daily_seal.seal_today(database, settings, now=NOW)
    lines = [erasures._line(database.keys, id) for id in ERASED]
    line_file.append(erasures.file_of(settings), lines)
    return database


def test_killed_at_any_moment_it_goes_on_and_comes_to_an_end(clinic: Database, settings: Settings) -> None:
    kills = 0
    for delay in (0.0, 0.01, 0.03, 0.08, 0.2):
        process = rotating(settings, clinic)
        assert process.stdout is not None
        # From its first words on: loading the libraries takes most of the time.
        process.stdout.readline()
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        kills += process.wait() == -signal.SIGKILL
        process.stdout.close()
        assert whole(clinic, settings)
        with clinic.reading() as session:
            assert {each.name for each in session.scalars(select(Patient))} == {"Anna Canary"}
        assert erasures.ids_in([erasures.file_of(settings)], clinic.keys) == ERASED
    assert kills
    ended = rotating(settings, clinic)
    said, _ = ended.communicate(timeout=120)

    assert ended.returncode == 0, said
    assert key_rotation.due(clinic, settings) == {}
    assert clinic.keys.numbers == (1, 2), "an interrupted rotation begins no other one"
    taken_out = rotating(settings, clinic, "--remove", "1")
    said, _ = taken_out.communicate(timeout=120)
    assert taken_out.returncode == 0, said
    again = Database(clinic.writer.url.render_as_string(hide_password=False), KeyFile(settings.key_file))
    assert whole(again, settings)
    assert erasures.ids_in([erasures.file_of(settings)], again.keys) == ERASED
    again.dispose()
    assert not list(settings.key_file.parent.glob("*.new"))


def test_others_write_meanwhile_and_nothing_is_lost(clinic: Database, settings: Settings) -> None:
    """Writers count in the drafts of their own, while keys are changed twice and the old ones go."""
    written: dict[str, int] = {}
    wrong: list[BaseException] = []
    stop = threading.Event()
    url = clinic.writer.url.render_as_string(hide_password=False)

    def write(ids: list[object]) -> None:
        database = Database(url, KeyFile(settings.key_file))
        try:
            for number in range(1, 10_000):
                id = ids[number % len(ids)]
                with acting(database) as op:
                    intake = op.session.get_one(Intake, id, with_for_update=True)
                    patient = intake.appointment.patient
                    patient.phone = f"07700 {number:06}"
                    intake.percent = number % 100
                    op.record(audit.Action.INTAKE_PAGE_SAVED, intake, number=number)
                    op.commit()
                written[str(patient.id)] = number
                # Somebody who types, not somebody who keeps everybody else out.
                if stop.wait(0.02):
                    return
        except BaseException as problem:
            wrong.append(problem)
        finally:
            database.dispose()

    with clinic.reading() as session:
        ids = list(session.scalars(select(Intake.id).order_by(Intake.id)))
    threads = [threading.Thread(target=write, args=(ids[n::3],)) for n in range(3)]
    for thread in threads:
        thread.start()
    try:
        for number in (1, 2):
            for more in ((), ("--remove", str(number))):
                process = rotating(settings, clinic, *more)
                said, _ = process.communicate(timeout=240)
                assert process.returncode == 0, said
    finally:
        stop.set()
        for thread in threads:
            thread.join()

    assert wrong == []
    assert Keys.read(settings.key_file).numbers == (3,)
    again = Database(url, KeyFile(settings.key_file))
    with again.reading() as session:
        found = {str(each.id): each.phone for each in session.scalars(select(Patient))}
        assert session.scalar(select(func.count()).select_from(Appointment)) == PATIENTS
    assert {id: found[id] for id in written} == {id: f"07700 {number:06}" for id, number in written.items()}
    assert whole(again, settings)
    assert json.loads(settings.key_file.read_text())["current"] == 3
    again.dispose()


def test_two_rotations_at_once_are_one(clinic: Database, settings: Settings) -> None:
    first, second = rotating(settings, clinic), rotating(settings, clinic)
    said = [process.communicate(timeout=240)[0] for process in (first, second)]

    assert 0 in {first.returncode, second.returncode}, said
    assert clinic.keys.numbers == (1, 2)
    assert whole(clinic, settings)
