"""What monitors are told: by whatever name they ask, without a session, and nothing of the clinic."""

import json
import logging
import socket
import threading
import time
from dataclasses import replace

import pytest

from intake.app import create_app
from intake.config import MailServer, Settings
from intake.services.messages import heartbeat
from intake.services.operations import health
from intake.storage import open_database
from intake.storage.audit_total import THE_ONE
from intake.storage.models import BackupStatus, KeyCheck
from intake.web import health as pages
from intake.web.health import SharedLook
from tests.acting import acting
from tests.post_office import free_port
from tests.test_config import CLINIC

TOKEN = "open-sesame-open-sesame"
SHOWN = {"Authorization": f"Bearer {TOKEN}"}
HOSTS = ("10.0.0.7:8000", "localhost", "evil.example", "ev il", "", "x" * 300)


@pytest.fixture
def settings(tmp_path):
    """A clinic for real patients, which answers to its own name only."""
    told = {
        "BACKSTORY_DATA_DIR": str(tmp_path / "data"),
        "BACKSTORY_KEY_FILE": str(tmp_path / "keys/keys.json"),
        "BACKSTORY_HEALTH_TOKEN": TOKEN,
        "BACKSTORY_REQUEST_LOG": "no",
    }
    return Settings.from_environment(CLINIC | told)


@pytest.fixture
def working(clinic_database, clock):
    """The queue has just been at work."""
    with acting(clinic_database, now=clock.now) as op:
        heartbeat.beat(op)
        op.commit()


def said(answer):
    return json.loads(answer.data)


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_live_and_ready_answer_whatever_name_is_asked_for(client, path, host):
    answer = client.get(path, headers={"Host": host, "Cookie": "backstory=canary"})

    assert answer.status_code == 200
    assert said(answer)["status"] == "ok"
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    # Every other page keeps to the clinic's own name.
    assert client.get("/", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/health/deep"])
def test_nothing_of_the_clinic_is_in_them(client, settings, path):
    answer = client.get(path, headers=SHOWN)

    for word in (settings.clinic_name, settings.clinic_phone, "example", "0.2", "sqlite", "/data"):
        assert word not in answer.text


def test_head_answers_as_get_without_a_body_and_nothing_else_is_taken(client):
    assert client.head("/health/ready").status_code == 200
    assert client.head("/health/ready").data == b""
    refused = client.post("/health/live")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD")


def test_a_process_lives_while_its_database_is_gone_and_is_not_ready(client, clinic_database, monkeypatch):
    with clinic_database.writer.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE alembic_version RENAME TO gone")

    assert client.get("/health/live").status_code == 200
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert said(answer) == {"status": "not ready", "database": True, "tables": False, "keys": True}


def test_a_process_that_cannot_open_its_database_lives_and_is_not_ready(tmp_path, settings, working):
    settings.key_file.unlink()
    client = create_app(settings).test_client()

    assert client.get("/health/live").status_code == 200
    assert client.get("/health/ready").status_code == 503
    answer = client.get("/health/deep", headers=SHOWN)
    assert said(answer)["parts"]["database"] == {"status": "failing"}
    assert said(answer)["parts"]["worker"] == {"status": "unknown"}


def test_the_tables_of_another_version_are_not_ready(client, clinic_database):
    with clinic_database.writer.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0013'")

    assert said(client.get("/health/ready")) == {
        "status": "not ready",
        "database": True,
        "tables": False,
        "keys": True,
    }


def test_another_key_is_not_ready(client, clinic_database):
    with clinic_database.writing() as session:
        session.query(KeyCheck).one().value = "0" * 64
        session.commit()

    assert said(client.get("/health/ready"))["keys"] is False
    assert client.get("/health/ready").status_code == 503


def test_it_is_ready_on_either_kind_of_database(database_with_tables, settings):
    settings = settings.from_environment({**settings.given, "BACKSTORY_DATABASE_URL": database_with_tables})
    database = open_database(settings)
    database.remember_keys()

    assert health.readiness(database)
    with database.reading() as session:
        assert health.database_size(session) > 10_000
        assert set(health.versions(session)) <= {"sqlite", "postgresql"}
    database.dispose()


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer \u00e4"]
)
def test_every_part_is_shown_to_whoever_has_the_token(client, working, header):
    assert client.get("/health/deep", headers=SHOWN).status_code == 200

    answer = client.get("/health/deep", headers={"Authorization": header} if header is not None else {})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert said(answer) == {"status": "refused"}


def test_without_a_token_in_the_settings_nobody_reads_it(app, clinic_database, clock, settings):
    bare = Settings.from_environment(
        {name: words for name, words in settings.given.items() if name != "BACKSTORY_HEALTH_TOKEN"}
    )
    client = create_app(bare, clinic_database, clock=clock).test_client()

    for token in ("", TOKEN):
        answer = client.get("/health/deep", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 404
    assert client.get("/metrics").status_code == 404


def test_a_worker_that_is_silent_is_failing(client, app, working, clock):
    first = client.get("/health/deep", headers=SHOWN)
    assert said(first)["parts"]["worker"]["status"] == "good"

    clock.wait(minutes=4)
    app.extensions["health"].parts.kept_for = 0
    second = client.get("/health/deep", headers=SHOWN)

    assert second.status_code == 503
    assert said(second)["parts"]["worker"] == {"status": "failing", "last": "2026-11-23T09:30:00+00:00"}


def test_an_old_backup_is_failing_and_none_is_not_set_up(client, app, working, clinic_database, clock):
    app.extensions["health"].parts.kept_for = 0

    def backup():
        return said(client.get("/health/deep", headers=SHOWN))["parts"]["backup"]["status"]

    assert backup() == "not_set_up"
    with clinic_database.writing() as session:
        session.add(BackupStatus(id=THE_ONE, covers_until=clock.now, made_at=clock.now))
        session.commit()
    assert backup() == "good"
    clock.wait(days=8)
    assert backup() == "failing"


def test_a_full_disk_is_failing(settings, clinic_database, monkeypatch):
    assert health.disk(settings).condition == "good"

    monkeypatch.setattr(health, "LEAST_FREE", 2**62)

    assert health.disk(settings).condition == "failing"


def test_many_who_ask_at_once_get_one_look():
    looks = []

    def look():
        looks.append(threading.current_thread().name)
        time.sleep(0.05)
        return len(looks)

    shared = SharedLook(look, 10)
    threads = [threading.Thread(target=shared) for _ in range(20)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert len(looks) == 1
    shared.kept_for = 0
    assert shared() == 2


def test_whoever_waits_too_long_for_anothers_look_is_told_that_it_is_not_known(client, app, monkeypatch):
    monkeypatch.setattr(pages, "PATIENCE", 0.01)
    looks = app.extensions["health"]
    with looks.ready._lock, looks.parts._lock:
        assert client.get("/health/ready").status_code == 503
        assert client.get("/health/deep", headers=SHOWN).status_code == 503
        assert client.get("/health/live").status_code == 200


def test_a_mail_server_is_greeted_and_nothing_is_sent(settings, post_office):
    found = health.mail(replace(settings, mail_server=post_office.server))

    assert found.condition == "good"
    assert post_office.mails == []
    assert post_office.envelopes == []


def test_a_mail_server_that_refuses_or_is_not_there_is_failing(settings):
    gone = MailServer("127.0.0.1", free_port(), "none", "", "")

    found = health.mail(replace(settings, mail_server=gone))

    assert (found.condition, found.said) == ("failing", "Connection refused")


@pytest.mark.parametrize("greeting", [b"", b"220-"])
def test_a_mail_server_that_drips_is_hung_up_on(settings, greeting, monkeypatch):
    """One letter a second would otherwise keep the call alive for as long as it likes."""
    monkeypatch.setattr(health, "MAIL_WITHIN", 0.6)
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip():
            connection, _ = listening.accept()
            with connection:
                connection.sendall(greeting)
                while not over.wait(0.05):
                    try:
                        connection.sendall(b"x")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        began = time.monotonic()
        server = MailServer("127.0.0.1", listening.getsockname()[1], "none", "", "")

        found = health.mail(replace(settings, mail_server=server))

        took = time.monotonic() - began
        over.set()
        thread.join()
    assert found.condition == "failing"
    assert took < 2


def test_no_check_writes_a_line_of_what_it_saw(client, capsys):
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        client.get("/health/deep", headers={"Authorization": "Bearer canary"}, buffered=True)
    finally:
        logging.getLogger().setLevel(logging.WARNING)

    assert "canary" not in capsys.readouterr().err
