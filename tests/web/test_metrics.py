"""Prometheus gets counts: right with several processes, and nobody's address, token, name or word in them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from intake.config import Settings
from intake.services.messages import heartbeat
from intake.storage.audit_total import THE_ONE
from intake.storage.models import BackupStatus, Job, JobKind
from intake.web.flood_gate import REFUSALS
from tests.acting import acting
from tests.post_office import free_port
from tests.web.patients import invite

TOKEN = "open-sesame-open-sesame"
SHOWN = {"Authorization": f"Bearer {TOKEN}"}
ROOT = Path(__file__).parents[2]


@pytest.fixture
def settings(tmp_path):
    return Settings.from_environment(
        {
            "BACKSTORY_DATA_DIR": str(tmp_path / "data"),
            "BACKSTORY_KEY_FILE": str(tmp_path / "keys/keys.json"),
            "BACKSTORY_METRICS_TOKEN": TOKEN,
        }
    )


def told(text):
    """Every sample by its name and labels, as prometheus-client itself reads the page."""
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def requests_to(samples, route):
    return sum(
        value
        for (name, *labels), value in samples.items()
        if name == "backstory_http_requests_total" and ("route", route) in labels
    )


@pytest.fixture
def asks(client):
    def ask():
        answer = client.get("/metrics", headers={**SHOWN, "Host": "web:8000"})
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Type"].startswith("text/plain; version=")
        return told(answer.text)

    return ask


def test_what_a_flood_is_answered_is_counted(app, client, asks):
    gate = app.extensions["flood_gate"]
    for _ in range(REFUSALS):
        gate._note(gate.refusals, "127.0.0.1/32")

    for _ in range(3):
        assert client.post("/sign-in", buffered=True).status_code == 429

    assert requests_to(asks(), "/sign-in") == 3


def test_requests_are_counted_by_the_pattern_of_their_route(client, asks):
    for token in ("canary1", "canary2"):
        client.get(f"/i/{token}?canary", buffered=True)
    client.get("/canary", buffered=True)
    client.open("/canary", method="CANARY", buffered=True)

    samples = asks()

    assert requests_to(samples, "/i/<copied:token>") == 2
    assert requests_to(samples, "none") == 2
    assert samples["backstory_http_request_seconds_count", ("route", "/i/<copied:token>")] == 2
    assert "canary" not in str(samples).casefold()


def test_what_waits_and_who_works_is_counted(asks, patient, clinic_database, clock):
    patient.walks().sends_it_all()
    with acting(clinic_database, now=clock.now) as op:
        heartbeat.beat(op, heartbeat.AtWork("urgent", clock.now))
        op.session.add(BackupStatus(id=THE_ONE, covers_until=clock.now, made_at=clock.now))
        op.commit()
    clock.wait(minutes=2)

    samples = asks()

    waiting = [("kind", "render_document"), ("state", "due")]
    with clinic_database.reading() as session:
        due = session.query(Job).filter(Job.kind == JobKind.RENDER_DOCUMENT).count()
    assert samples["backstory_jobs", *waiting] == due > 0
    assert samples["backstory_oldest_due_job_seconds",] == 120
    assert samples["backstory_workers",] == 1
    assert samples["backstory_backup_age_seconds",] == 120
    assert samples["backstory_database_answers",] == 1
    assert samples["backstory_database_size_bytes",] > 10_000


def test_a_database_that_is_away_is_told_as_that(client, asks, clinic_database):
    with clinic_database.writer.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE job RENAME TO gone")

    samples = asks()

    assert samples["backstory_database_answers",] == 0
    assert ("backstory_workers",) not in samples


def test_the_labels_are_words_of_ours_whatever_a_patient_said(app, client, asks, clinic_database, clock):
    patient = invite(clinic_database, app.test_client(), clock, name="Canaryname")
    patient.answers = patient.answers.merged({"mc_main": "Canarywords"})
    patient.walks().sends_it_all()

    samples = asks()

    own = {rule.rule for rule in app.url_map.iter_rules()} | {"none", "/metrics", "/health/deep"}
    labels = {(name, value) for _, *pairs in samples for name, value in pairs}
    assert {value for name, value in labels if name == "route"} <= own
    assert {name for name, _ in labels} == {"route", "method", "status", "kind", "state", "le"}
    assert "canary" not in str(labels).casefold()
    assert patient.token not in str(labels)


@pytest.mark.parametrize("header", ["", "Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}"])
def test_nobody_reads_them_without_the_token(client, header):
    assert client.get("/metrics", headers={"Authorization": header}).status_code == 401


class Server:
    """Several processes behind one port, as in production."""

    def __init__(self, folder):
        self.port = free_port()
        environ = {name: words for name, words in os.environ.items() if not name.startswith("PROMETHEUS")}
        environ |= {
            "BACKSTORY_DATA_DIR": str(folder / "data"),
            "BACKSTORY_KEY_FILE": str(folder / "keys/keys.json"),
            "BACKSTORY_METRICS_TOKEN": TOKEN,
            "PYTHONPATH": str(ROOT),
        }
        many = ["--workers", "3", "--threads", "2", "--worker-class", "gthread"]
        where = ["--bind", f"127.0.0.1:{self.port}", "--no-control-socket"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *many, *where, "wsgi:app"],
            cwd=ROOT,
            env=environ,
            stderr=subprocess.DEVNULL,
        )
        self.wait()

    def wait(self):
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                return self.get("/health/live")
            except OSError:
                time.sleep(0.1)
        raise AssertionError("It does not answer.")

    def get(self, path):
        request = Request(f"http://127.0.0.1:{self.port}{path}", headers=SHOWN)
        try:
            with urlopen(request, timeout=20) as answer:
                return answer.read().decode()
        except HTTPError as refusal:
            refusal.close()
            return ""

    def counted(self):
        return requests_to(told(self.get("/metrics")), "none")

    def workers(self):
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(each) for each in children.split()]

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)


@pytest.mark.faults
def test_any_of_several_processes_tells_what_all_have_counted(tmp_path):
    server = Server(tmp_path)
    try:
        for _ in range(30):
            server.get("/nothing")
        time.sleep(0.3)
        assert {server.counted() for _ in range(12)} == {30}

        # A process that dies takes no count along.
        os.kill(server.workers()[0], signal.SIGKILL)
        time.sleep(1)
        for _ in range(10):
            server.get("/nothing")
        time.sleep(0.3)
        assert {server.counted() for _ in range(12)} == {40}
    finally:
        server.stop()

    again = Server(tmp_path)
    try:
        assert again.counted() == 0
    finally:
        again.stop()
