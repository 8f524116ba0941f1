"""What holds for every page: what an answer carries, what a log keeps."""

import gzip
import logging
import re

import pytest

from intake.app import create_app
from intake.config import Settings
from intake.web.headers import HEADERS
from tests.strict import make_strict
from tests.web.patients import invite


@pytest.mark.parametrize("path", ["/", "/start", "/finished", "/nothing", "/form/", "/i/x", "/sign-in"])
def test_every_answer_carries_the_headers(client, path):
    answer = client.get(path)

    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in answer.headers


def test_files_are_kept_a_year_under_their_version_and_not_without_it(client):
    html = client.get("/").text
    address = html.split('rel="stylesheet" href="')[1].split('"')[0]

    def kept(path):
        with client.get(path) as answer:
            return answer.headers["Cache-Control"]

    assert kept(address) == "public, max-age=31536000, immutable"
    assert kept(address.split("?")[0]) == "no-cache"
    assert kept(address.split("?")[0] + "?v=0000000000") == "no-cache"
    assert kept("/static/nothing.css") == "no-store"


@pytest.mark.parametrize("path", ["/start", "/static/css/backstory.css"])
def test_a_browser_that_can_unpack_gets_it_packed(app, path):
    client = app.test_client()

    with client.get(path) as plain, client.get(path, headers={"Accept-Encoding": "br, gzip"}) as packed:
        whole, sent = plain.data, packed.data

    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(sent) < len(whole) / 1.5
    if path == "/start":
        assert len(gzip.decompress(sent)) == len(whole)
    else:
        # Without comments, and with every rule.
        styles = gzip.decompress(sent)
        assert b"/*" not in styles
        assert styles.count(b"{") == re.sub(rb"/\*.*?\*/", b"", whole, flags=re.DOTALL).count(b"{")
    assert "Accept-Encoding" in packed.headers["Vary"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("GET", "/form/finish", 405), ("TRACE", "/", 405)],
)
def test_what_is_not_here_is_said_in_plain_words(client, method, path, status):
    answer = client.open(path, method=method)

    assert answer.status_code == status
    assert "01632 960 001" in answer.text
    assert "Traceback" not in answer.text


def test_a_fault_of_ours_shows_no_trace_and_logs_no_words(app, clinic_database, clock, caplog, monkeypatch):
    canary = "Canary words of a patient"
    patient = invite(clinic_database, make_strict(app), clock).has_come_to(clinic_database, "p_words")

    def fail(*_, **__):
        raise ValueError(canary)

    monkeypatch.setattr("intake.web.patient.pages.intakes.save_page", fail)
    patient.sends({"mc_main": canary})

    assert patient.status == 500
    assert "Something went wrong on our side" in patient.words
    assert canary not in patient.html
    assert canary not in caplog.text
    assert "POST /form/<page:page>: ValueError at" in caplog.text


def test_no_log_line_of_a_whole_walk_holds_the_patients_words(app, clinic_database, clock, caplog):
    caplog.set_level(logging.DEBUG)
    patient = invite(clinic_database, app.test_client(), clock, name="Canaryname")
    patient.answers = patient.answers.merged({"mc_main": "Canarywords", "ice_concern": "Canaryfears"})

    patient.walks().sends_it_all()

    assert "Canary" not in caplog.text
    assert patient.token not in caplog.text
    assert "07700 900123" not in caplog.text


def test_in_production_cookies_keep_to_their_host_and_the_banner_stays(tmp_path, clinic_database):
    told = {
        "BACKSTORY_MODE": "production",
        "BACKSTORY_DATA_DIR": str(tmp_path / "data"),
        "BACKSTORY_KEY_FILE": str(tmp_path / "keys/keys.json"),
        "BACKSTORY_PUBLIC_URL": "https://intake.example.org",
        "BACKSTORY_CLINIC_NAME": "Riverside",
        "BACKSTORY_CLINIC_PHONE": "01632 960 001",
        "BACKSTORY_CLINIC_HOURS": "Monday to Friday",
        "BACKSTORY_OPENING": "Mon-Fri 08:00-18:00",
        "BACKSTORY_TIME_ZONE": "Europe/London",
        "BACKSTORY_COUNTRY": "United Kingdom",
        "BACKSTORY_EMERGENCY_NUMBER": "999",
        "BACKSTORY_URGENT_LINE": "111",
        "BACKSTORY_MATERNITY_LINE": "01632 960 002",
        "BACKSTORY_CANCER_LINE": "01632 960 003",
        "BACKSTORY_CRISIS_LINE": "116 123",
    }
    app = create_app(Settings.from_environment(told), clinic_database)
    answer = make_strict(app).get(f"/i/{'x' * 43}", base_url="https://intake.example.org")

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-backstory=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    page = app.test_client().get("/start", base_url="https://intake.example.org").text
    assert "Safety rules not approved for clinical use." in page
    assert "Demonstration" not in page
    assert make_strict(app).get("/start", base_url="https://evil.example.org").status_code == 400


def test_a_form_can_be_sent_over_https_although_our_pages_send_no_referrer(app, clinic_database, clock):
    patient = invite(clinic_database, app.test_client(), clock)
    page = patient.client.get(f"/i/{patient.token}", base_url="https://localhost", follow_redirects=True)
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    born = {"birth-day": patient.born.day, "birth-month": patient.born.month, "birth-year": patient.born.year}

    answer = patient.client.post(
        "/start", data={"csrf_token": token, **born}, base_url="https://localhost", headers={"Origin": "null"}
    )

    assert answer.location == "/form/"
