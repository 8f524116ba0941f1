"""Two web processes and two workers under kill -9: nothing that was acknowledged is lost or doubled.

KILLING_SECONDS says for how many seconds; five minutes when nobody says.
"""

import itertools
import os
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from intake.services.appointments import booking
from intake.storage.models import Job
from tests.faults.invariants import Mailed, broken
from tests.faults.phones import Notes, fills_in, in_use
from tests.faults.running import RunningClinic, killing, running, say
from tests.post_office import PostOffice
from tests.web.patients import Patient

pytestmark = pytest.mark.long_faults

SECONDS = float(os.environ.get("KILLING_SECONDS", "300"))
PHONES = 4
# Nothing urgent, the same day, and emergencies.
CASES = ("V01", "V05", "V06", "V09")
WORDS = "Zyzzyva-canary hurts"


def test_kill_9_of_any_process_loses_and_doubles_nothing(
    tmp_path: Path, database_url: str, post_office: PostOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    notes, numbers, cancelled = Notes(), itertools.count(), itertools.count()
    mail = f"smtp://127.0.0.1:{post_office.port}"
    with running(tmp_path, database_url, MAIL_SERVER=mail) as clinic:

        def visit(_: int) -> None:
            number = next(numbers)
            patient = clinic.invites(notes, CASES[number % len(CASES)], name=f"Zyzzyva Canary {number}")
            if number % 6 == 5:
                _is_cancelled_half_way(clinic, patient, notes)
                next(cancelled)
            else:
                fills_in(patient, words=f"{WORDS} {number},")

        with killing(clinic, SECONDS, lambda: notes.pages) as kills, in_use(PHONES, visit, notes):
            time.sleep(SECONDS)
            meanwhile = notes.pages
        _settle(clinic)
        clinic.stops()
        ids = Counter(str(mail["Message-ID"]).strip("<>").partition("@")[0] for mail in post_office.mails)
        told = notes.told(
            mailed=Mailed(ids, kills()),
            canaries=("Zyzzyva",),
            files=(clinic.log, *(each for each in clinic.settings.data_dir.rglob("*") if each.is_file())),
        )
        found = broken(clinic.database, told)

    doubles, cut_off = ids.total() - len(ids), next(cancelled)
    say(
        capsys,
        f"{kills()} kills in {SECONDS:.0f} s, {cut_off} forms cancelled, {len(notes.warned)} warned, "
        f"{len(ids)} messages, {doubles} twice; {meanwhile} pages meanwhile, in all",
        notes,
        found,
    )
    assert found == []
    assert kills() > SECONDS / 20
    assert meanwhile > SECONDS / 4
    assert ids


def _is_cancelled_half_way(clinic: RunningClinic, patient: Patient, notes: Notes) -> None:
    """Reception cancels while the phone is on the way: from then on it sees no page of the form."""
    patient.comes_in().stops_after(3)
    with clinic.acting() as op:
        appointment = booking.find(op.session, patient.appointment.id)
        assert appointment is not None
        booking.cancel(op, appointment)
        op.commit()
    patient.opens("/form/p_words")
    if patient.status == 200 and patient.path.startswith("/form/"):
        notes.faults.append(f"A cancelled form was shown: {patient.path}")


def _settle(clinic: RunningClinic) -> None:
    """All that is owed by now is done. No lease of a killed worker, no wait after a failure is waited for."""
    with clinic.acting() as op:
        op.session.execute(
            update(Job)
            .where(Job.done_at.is_(None), Job.attempts > 0)
            .values(lease_until=None, not_before=op.now)
            .execution_options(synchronize_session=False)
        )
        op.session.commit()
    end = time.monotonic() + 180
    while _owed(clinic) and time.monotonic() < end:
        time.sleep(0.5)


def _owed(clinic: RunningClinic) -> int:
    waits = Job.done_at.is_(None), Job.given_up_at.is_(None), Job.cancelled_at.is_(None)
    with clinic.database.reading() as session:
        return len(session.scalars(select(Job.id).where(*waits, Job.not_before <= datetime.now(UTC))).all())
