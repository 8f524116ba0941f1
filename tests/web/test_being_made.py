"""A document that is not made yet: the web process never makes it, and whoever waits holds nobody up."""

import os
import subprocess
import sys
import threading
import time

import pytest
from sqlalchemy import select

from intake.documents.apart import NotMade, made
from intake.server.master import THREADS
from intake.services.messages import outbox
from intake.storage.models import AuditEvent, Document, DocumentState, Job, JobKind
from intake.tasks import Queue
from intake.web import being_made
from intake.web.reception import papers
from tests.acting import acting

DAY = "/worklist/2026-11-23"
PACK = f"{DAY}/summaries.pdf?whose=everybody"


@pytest.fixture
def nobody_works(app, clinic_database, settings, clock, monkeypatch):
    """The clinic without a worker, and nobody who waits for long."""
    monkeypatch.setattr(being_made, "WAIT", 0.3)
    app.clinic.queued = Queue(clinic_database, settings, clock=clock)
    yield app.clinic.queued
    app.clinic.queued.stop()


@pytest.fixture
def summary(come):
    """Where the PDF of a form is that has just been sent."""
    return f"/intakes/{come('V05')['V05'].intake.id}/summary.pdf"


def test_a_pdf_that_nobody_makes_is_a_page_that_asks_again_by_itself(clinician, nobody_works, summary):
    clinician.opens(summary)

    assert clinician.status == 202
    assert "The document is being made" in clinician.words
    assert f'http-equiv="refresh" content="4;url={summary}?waited=1"' in clinician.html
    assert clinician.page.headers["Retry-After"] == "4"


def test_it_is_the_pdf_as_soon_as_the_worker_has_made_it(clinician, nobody_works, summary):
    clinician.opens(summary)
    nobody_works.sweep()

    assert clinician.opens(f"{summary}?waited=1").page.mimetype == "application/pdf"


def test_a_page_that_nobody_sits_in_front_of_asks_no_more(clinician, nobody_works, summary):
    clinician.opens(f"{summary}?waited={being_made.MOST_AGAIN}")

    assert "The document is not ready yet" in clinician.words
    assert 'http-equiv="refresh"' not in clinician.html
    assert f'href="{summary}"' in clinician.html


def test_what_was_not_given_is_not_recorded_as_taken(clinician, nobody_works, summary, clinic_database):
    clinician.opens(summary)

    with clinic_database.reading() as session:
        assert "document:downloaded" not in set(session.scalars(select(AuditEvent.action)))


def test_whoever_asks_lets_a_failed_pdf_be_tried_again_now(
    clinician, nobody_works, summary, clinic_database, clock
):
    with acting(clinic_database, now=clock.now) as op:
        job_id = op.session.scalars(select(Job.id).where(Job.kind == JobKind.RENDER_DOCUMENT)).one()
        outbox.claim(op, job_id)
        outbox.failed(op, job_id, error=OSError())
        op.commit()

    clinician.opens(summary)
    nobody_works.sweep()

    with clinic_database.reading() as session:
        assert session.scalars(select(Document.state)).one() is DocumentState.READY


def test_a_look_at_the_head_has_nothing_made(clinician, summary, clinic_database):
    """A worker is at hand, and would make it at a sign."""
    assert clinician.client.head(summary).status_code == 202

    with clinic_database.reading() as session:
        assert session.scalars(select(Document.state)).one() is DocumentState.PENDING


def test_a_page_that_loads_itself_lets_nothing_be_tried_again(
    clinician, nobody_works, summary, clinic_database, clock
):
    with acting(clinic_database, now=clock.now) as op:
        job_id = op.session.scalars(select(Job.id).where(Job.kind == JobKind.RENDER_DOCUMENT)).one()
        outbox.claim(op, job_id)
        outbox.failed(op, job_id, error=OSError())
        op.commit()

    clinician.opens(f"{summary}?waited=1")

    with clinic_database.reading() as session:
        assert session.get_one(Job, job_id).not_before > clock.now


def test_a_pack_waits_for_all_of_its_records(clinician, nobody_works, come):
    come("V05", "V02")
    clinician.opens(PACK)
    assert "whose=everybody&amp;waited=1" in clinician.html

    nobody_works.sweep()

    assert clinician.opens(f"{PACK}&waited=1").page.mimetype == "application/pdf"


def test_only_some_threads_wait_and_the_others_answer_at_once(clinician, nobody_works, summary, monkeypatch):
    monkeypatch.setattr(being_made, "WAIT", 30)
    places = threading.BoundedSemaphore(being_made.MOST_WAIT)
    monkeypatch.setattr(being_made, "_waiting", places)
    for _ in range(being_made.MOST_WAIT):
        places.acquire()

    began = time.monotonic()
    clinician.opens(summary)

    assert "The document is being made" in clinician.words
    assert time.monotonic() - began < 5


def test_most_threads_of_a_process_can_always_answer_patients():
    assert being_made.MOST_WAIT + being_made.MOST_MADE < THREADS


@pytest.mark.faults
def test_nobody_who_waits_holds_a_transaction(clinician, nobody_works, summary, clinic_database, monkeypatch):
    monkeypatch.setattr(being_made, "WAIT", 2)
    waiting = threading.Thread(target=clinician.opens, args=(summary,))
    waiting.start()
    time.sleep(0.7)

    out = [engine.pool.checkedout() for engine in (clinic_database.writer, clinic_database.reader)]

    waiting.join()
    assert out == [0, 0]
    assert clinician.status == 202


def test_a_document_that_cannot_be_made_apart_is_asked_for_again(app, reception, caplog):
    def fails(_order):
        raise NotMade("CalledProcessError")

    papers._blank_form.cache_clear()
    app.clinic.make = fails

    reception.opens("/paper-form.pdf")

    assert reception.status == 202
    assert "BlankFormOrder is tried again: CalledProcessError" in caplog.text


@pytest.mark.faults
def test_a_process_of_its_own_makes_the_blank_form(app, reception):
    papers._blank_form.cache_clear()
    app.clinic.make = made

    reception.opens("/paper-form.pdf")

    assert reception.page.data.startswith(b"%PDF-")


def test_a_process_that_serves_pages_loads_nothing_that_makes_a_pdf(tmp_path):
    loaded = "import sys; from intake.app import create_app; create_app(); print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)

    assert "intake.web.being_made" in told.stdout.split()
    assert {"weasyprint", "pydyf", "pikepdf"}.isdisjoint(told.stdout.split())


def test_a_server_that_loads_the_application_without_a_worker_says_so(tmp_path):
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("BACKSTORY_", "FLASK_"))
    }
    paths = {"BACKSTORY_DATA_DIR": str(tmp_path / "data"), "BACKSTORY_KEY_FILE": str(tmp_path / "keys.json")}
    migrated = "from intake.app import for_commands; for_commands().clinic.database.migrate(); import wsgi"

    told = subprocess.run(
        [sys.executable, "-c", migrated], env=kept | paths, capture_output=True, text=True, check=True
    )

    assert "NO WORKER IS AT WORK (never)" in told.stderr
