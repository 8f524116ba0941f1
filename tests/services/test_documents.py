"""The PDF is made after sending, by the worker; whoever asks for it earlier lets it be made sooner."""

import hashlib
import json
import logging
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from intake.config import Settings
from intake.services.forms import documents, intakes
from intake.services.forms.documents import NothingToRender, StillPending, UnknownFormat
from intake.services.messages import outbox
from intake.storage import Database
from intake.storage.models import Document, DocumentState, Job, JobKind
from intake.tasks import Queue
from tests.acting import NOW, acting
from tests.services.conftest import Invited
from tests.services.filling_in import Patient, benign, urgent


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(Settings.from_environment({}), data_dir=tmp_path / "data")


@pytest.fixture
def patient(database: Database, settings: Settings, anna: Invited) -> Patient:
    return Patient(database, settings, anna)


@pytest.fixture
def queue(database: Database, settings: Settings) -> Iterator[Queue]:
    made = Queue(database, settings, immediate=True, clock=lambda: NOW)
    yield made
    made.stop()


def the_document(database: Database) -> Document:
    with database.reading() as session:
        document = session.scalars(select(Document)).one()
        assert document.content is None or document.content.startswith(b"%PDF")
    return document


def test_the_queue_makes_the_pdf_after_sending(patient: Patient, queue: Queue) -> None:
    patient.has_filled_in(benign())
    patient.sends()
    assert the_document(patient.database).state is DocumentState.PENDING

    queue.nudge()

    document = the_document(patient.database)
    assert document.state is DocumentState.READY
    assert document.content is not None
    assert document.sha256 == hashlib.sha256(document.content).hexdigest()
    assert document.content[:20] not in (document.content_sealed or b"")


@pytest.mark.faults
def test_a_signal_that_got_lost_costs_a_minute_and_not_the_pdf(patient: Patient, queue: Queue) -> None:
    patient.has_filled_in(benign())
    patient.sends()

    queue.sweep()
    assert queue.sweep() == 0
    assert the_document(patient.database).state is DocumentState.READY


@pytest.mark.faults
def test_work_a_dead_worker_had_claimed_is_found_by_a_later_sweep(
    patient: Patient, settings: Settings
) -> None:
    patient.has_filled_in(benign())
    patient.sends()
    with acting(patient.database, now=patient.now) as op:
        (owed,) = outbox.due(op)
        outbox.claim(op, owed)
        op.commit()
    soon, later = (patient.now + timedelta(minutes=minutes) for minutes in (1, 6))

    assert Queue(patient.database, settings, clock=lambda: soon).sweep() == 0
    assert Queue(patient.database, settings, clock=lambda: later).sweep() == 1


def test_a_pending_pdf_is_not_there_until_the_worker_has_made_it(patient: Patient, queue: Queue) -> None:
    patient.has_filled_in(benign())
    patient.sends()
    with acting(patient.database, settings=patient.settings) as op:
        intake = intakes.find(op.session, patient.intake_id)
        assert intake is not None
        with pytest.raises(StillPending):
            documents.content(op, intake, "pdf")
        assert documents.some_pending(op.session, [patient.intake_id])

    queue.sweep()

    with acting(patient.database, settings=patient.settings) as op:
        assert not documents.some_pending(op.session, [patient.intake_id])
        intake = intakes.find(op.session, patient.intake_id)
        assert intake is not None
        assert documents.content(op, intake, "pdf") == the_document(patient.database).content


@pytest.mark.parametrize("given_up", [False, True], ids=["failed", "given up"])
def test_a_pdf_that_failed_is_tried_again_when_somebody_waits_for_it(
    patient: Patient, queue: Queue, given_up: bool
) -> None:
    patient.has_filled_in(benign())
    patient.sends()
    with acting(patient.database) as op:
        (job_id,) = outbox.due(op)
        outbox.claim(op, job_id)
        outbox.failed(op, job_id, error=OSError(), for_good=given_up)
        op.commit()
    assert queue.sweep() == 0

    with acting(patient.database) as op:
        documents.hasten(op, [patient.intake_id])
        op.commit()

    assert queue.sweep() == 1
    assert the_document(patient.database).state is DocumentState.READY


def test_a_pdf_that_nobody_owes_any_more_is_owed_again_when_somebody_waits(
    patient: Patient, queue: Queue
) -> None:
    patient.has_filled_in(benign())
    patient.sends()
    with patient.database.writing() as session:
        session.execute(delete(Job).where(Job.kind == JobKind.RENDER_DOCUMENT))
        session.commit()
    assert queue.sweep() == 0

    with acting(patient.database) as op:
        documents.hasten(op, [patient.intake_id])
        op.commit()

    assert queue.sweep() == 1
    assert the_document(patient.database).state is DocumentState.READY


@pytest.mark.parametrize("name", ["text", "fhir"])
def test_other_formats_are_made_when_asked_for(patient: Patient, name: str) -> None:
    patient.has_filled_in(benign())
    patient.sends()

    with acting(patient.database, settings=patient.settings) as op:
        intake = intakes.find(op.session, patient.intake_id)
        assert intake is not None
        assert b"Anna Canary" in documents.content(op, intake, name)


def test_there_is_no_document_before_anything_was_handed_over(patient: Patient) -> None:
    with acting(patient.database, settings=patient.settings) as op:
        intake = intakes.find(op.session, patient.intake_id)
        assert intake is not None
        with pytest.raises(NothingToRender):
            documents.content(op, intake, "pdf")
        with pytest.raises(UnknownFormat):
            documents.content(op, intake, "exe")


def test_a_form_finished_later_gets_a_new_pdf(patient: Patient, queue: Queue) -> None:
    patient.has_filled_in(urgent())
    patient.chooses(intakes.Choice.GETTING_HELP)
    queue.nudge()
    first = the_document(patient.database)

    patient.chooses(intakes.Choice.CONTINUE)
    patient.sends()
    assert the_document(patient.database).state is DocumentState.PENDING
    queue.nudge()

    assert the_document(patient.database).sha256 != first.sha256


def test_a_pdf_of_an_earlier_hand_over_is_not_kept(patient: Patient) -> None:
    patient.has_filled_in(benign())
    patient.sends()
    document = the_document(patient.database)

    with acting(patient.database) as op:
        earlier = document.asked_at - timedelta(seconds=1)
        assert not documents.fulfil(op, document.id, b"%PDF old", asked_at=earlier)
        op.rollback()


def test_failed_work_is_kept_for_later_and_says_nothing_of_the_patient(
    patient: Patient, queue: Queue, caplog: pytest.LogCaptureFixture
) -> None:
    patient.has_filled_in(benign())
    patient.sends()
    with patient.database.writing() as session:
        intake = intakes.find(session, patient.intake_id)
        assert intake is not None
        intake.summary = {"name": "CANARY", "broken": True}
        session.commit()

    with caplog.at_level(logging.DEBUG):
        queue.sweep()

    with patient.database.reading() as session:
        rendering = select(Job).where(Job.kind == JobKind.RENDER_DOCUMENT)
        message = session.scalars(rendering).one()
    assert (message.attempts, message.done_at) == (1, None)
    assert message.not_before > NOW
    assert "CANARY" not in caplog.text


def test_the_consumer_in_the_same_process_answers_the_bell(patient: Patient, settings: Settings) -> None:
    patient.has_filled_in(benign())
    queue = Queue(patient.database, settings)
    queue.start()
    try:
        patient.sends()
        queue.nudge()
        end = time.monotonic() + 30
        while the_document(patient.database).state is not DocumentState.READY:
            assert time.monotonic() < end, "nobody answered"
            time.sleep(0.05)
    finally:
        queue.stop()


def test_what_lies_in_the_queue_is_plain_json_without_a_word_about_anybody(
    patient: Patient, settings: Settings
) -> None:
    queue = Queue(patient.database, settings)
    queue.nudge()

    with sqlite3.connect(settings.data_dir / "queue.db") as connection:
        (kept,) = connection.execute("SELECT data FROM task").fetchone()
    connection.close()
    assert json.loads(kept)[1].endswith("sweep")
    assert json.loads(kept)[6:8] == [[], {}]
    queue.stop()


@pytest.mark.faults
def test_a_broken_signal_does_not_break_the_request(patient: Patient, settings: Settings) -> None:
    queue = Queue(patient.database, settings)
    queue.stop()
    for path in settings.data_dir.iterdir():
        path.unlink()
    settings.data_dir.rmdir()

    queue.nudge()
