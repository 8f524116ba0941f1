"""Each request leaves one line that says what a stranger may know, and has an id that a caller can quote."""

import io
import json
import logging
from datetime import date
from ipaddress import ip_network
from urllib.parse import quote

import pytest

from intake.logs import install_logs
from intake.services.messages import heartbeat
from intake.storage.models import Channel, Job
from intake.tasks import Queue
from intake.text.network import is_trusted
from intake.web.flood_gate import REFUSALS
from tests.acting import acting
from tests.strict import make_strict
from tests.web.patients import invite

FIELDS = {"time", "level", "logger", "request_id", "method", "route", "status", "ms", "bytes"}


@pytest.fixture
def lines(app, capsys):
    """The lines that requests have left since they were last asked for."""
    install_logs(as_json=True)
    yield lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    install_logs(as_json=False)


def test_a_line_says_the_pattern_of_the_route_and_never_the_address(client, lines):
    with client.get("/i/canary-token?canary=word", buffered=True) as answer:
        [line] = lines()

    assert set(line) == FIELDS
    assert (line["method"], line["route"], line["status"]) == ("GET", "/i/<copied:token>", answer.status_code)
    assert line["bytes"] == len(answer.data)
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert line["ms"] > 0
    assert "canary" not in json.dumps(line)


@pytest.mark.parametrize(
    ("method", "path", "route", "said"),
    [
        ("GET", "/canary", "none", "GET"),
        ("CANARY", "/sign-in", "none", "other"),
        ("POST", "/sign-in", "/sign-in", "POST"),
        ("GET", "/health/deep", "/health/deep", "GET"),
    ],
)
def test_what_nothing_answers_is_told_as_that(client, lines, method, path, route, said):
    client.open(path, method=method, buffered=True)

    [line] = lines()
    assert (line["method"], line["route"]) == (said, route)


def test_a_line_says_why_a_request_was_refused(client, reception, lines):
    token = client.get("/c").text.split('name="csrf_token" value="')[1].split('"')[0]
    lines()

    def why(path, browser=client, method="POST", **sent):
        browser.open(path, method=method, buffered=True, **sent)
        return [line.get("refused") for line in lines()][-1]

    assert why("/c", data={"code": "canary"}) == "no token of ours"
    assert why("/c", headers={"Sec-Fetch-Site": "cross-site"}) == "sent by another site"
    assert why("/c", headers={"Origin": "https://evil.example"}) == "sent by another site"
    assert why("/c", data={"file": (io.BytesIO(b"canary"), "canary.txt")}) == "a file"
    assert why("/c", data={f"canary{n}": "1" for n in range(401)}) == "too many fields"
    assert why("/settings", reception.client, "GET") == "not permitted"
    assert why("/c", method="GET") is None
    assert why("/c", data={"code": "ABCD-EFGH-JKMN", "csrf_token": token}) is None


def test_a_fault_of_ours_leaves_its_place_and_its_line_under_one_id(app, client, lines, monkeypatch):
    def fail(*_, **__):
        raise ValueError("canary")

    monkeypatch.setitem(app.view_functions, "sign_in.sign_in", fail)

    answer = client.get("/sign-in?canary", buffered=True)

    failure, request = lines()
    assert failure["message"].startswith("GET /sign-in: ValueError at")
    assert request["status"] == 500
    assert failure["request_id"] == request["request_id"] == answer.headers["X-Request-ID"]
    assert f">{request['request_id']}<" in answer.text


def test_every_page_of_a_fault_says_the_id(client, reception):
    answer = client.get("/nothing")
    assert f">{answer.headers['X-Request-ID']}<" in answer.text
    assert "If you call us about this page, say this code:" in answer.text

    page = reception.opens("/day/nothing").page
    assert f">{page.headers['X-Request-ID']}<" in page.text
    assert "Say this code to whoever looks after the computer:" in page.text


def test_a_stranger_does_not_choose_the_id(client):
    given = "0123456789abcdef0123456789abcdef"

    assert client.get("/", headers={"X-Request-ID": given}).headers["X-Request-ID"] != given


def test_a_proxy_of_ours_chooses_it_in_the_form_of_a_proxy(app, client, monkeypatch):
    monkeypatch.setattr(app.wsgi_app, "trusted", (ip_network("127.0.0.0/8"),))
    given = "0123456789abcdef0123456789abcdef"

    def answered(id):
        return client.get("/", headers={"X-Request-ID": id}).headers["X-Request-ID"]

    assert answered(given) == given
    assert answered("6ba7b810-9dad-11d1-80b4-00c04fd430c8") == "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
    for strange in ("canary", "07700 900123", "19580307", given + "\u00e4", "g" * 32, given * 3):
        assert answered(strange) != strange


@pytest.mark.parametrize(
    ("peer", "known"),
    [
        ("10.0.0.7", True),
        ("::ffff:10.0.0.7", True),
        ("10.0.1.7", False),
        ("::1", False),
        ("", True),
        ("unix", True),
        ("canary", False),
    ],
)
def test_who_is_a_proxy_of_ours(peer, known):
    assert is_trusted(peer, (ip_network("10.0.0.0/24"), "unix")) is known
    assert not is_trusted(peer, ())


@pytest.mark.parametrize("path", ["/sign-in", "/unlock"])
def test_what_a_flood_is_answered_leaves_its_line(app, client, lines, path):
    gate = app.extensions["flood_gate"]
    for _ in range(REFUSALS):
        gate._note(gate.refusals, "127.0.0.1/32")

    answer = client.post(path, data={"email": "canary@clinic.example"}, buffered=True)

    [line] = lines()
    assert (line["method"], line["route"], line["status"]) == ("POST", path, 429)
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert line["bytes"] == len(answer.data)
    assert "canary" not in json.dumps(line)


def test_monitors_that_are_content_leave_no_line(client, lines):
    for path in ("/health/live", "/health/ready"):
        assert client.get(path, buffered=True).status_code == 200

    assert lines() == []


def test_without_the_setting_no_request_is_written_down(app, client, capsys):
    client.get("/sign-in", buffered=True)

    assert capsys.readouterr().err == ""


NAME, WORDS, PHONE, MAIL = "Canaryname Smith", "Canarywords", "07700 900 417", "canarymail@example.org"
BORN = date(1958, 3, 7)


def test_no_line_of_any_logger_holds_anything_that_somebody_gave(
    app, clinic_database, settings, clock, lines, capsys, reception, admin, monkeypatch
):
    """A canary in every field, address, query, header and cookie: at the desk, in the form, in the worker."""
    logging.getLogger().setLevel(logging.DEBUG)
    monkeypatch.setattr(logging.getLogger(), "level", logging.DEBUG)
    patient = invite(clinic_database, make_strict(app), clock, name=NAME)
    patient.answers = patient.answers.merged({"mc_main": WORDS, "ice_concern": WORDS})
    patient.walks().sends_it_all()
    stranger = app.test_client()
    given = ("X-Request-ID", "User-Agent", "Referer", "X-Forwarded-For", "Authorization", "Origin")
    headers = dict.fromkeys(given, WORDS)
    stranger.set_cookie("backstory", WORDS)
    for path in (f"/{WORDS}", f"/i/{WORDS}", f"/c/{WORDS}", f"/welcome/{WORDS}", "/sign-in", "/metrics"):
        for method in ("GET", "POST", "PUT", WORDS.upper()):
            stranger.open(
                f"{path}?q={quote(NAME)}", method=method, data={"email": MAIL, WORDS: PHONE}, headers=headers
            )
    reception.opens(f"/find?q={quote(NAME)}").opens(f"/day/{WORDS}")
    reception.opens("/appointments/new").presses(
        "Save", name=NAME, phone=PHONE, email=MAIL, date_of_birth=f"{BORN:%d.%m.%Y}", needs=WORDS
    )
    admin.opens("/settings")
    reception.opens("/records").presses("Look at both", one=WORDS, other=NAME)
    _work_that_fails(clinic_database, settings, clock, monkeypatch)

    written = capsys.readouterr().err
    assert len(written.splitlines()) > 40
    assert "send_invitation failed" in written
    secrets = (patient.token, PHONE, PHONE.replace(" ", ""), MAIL, "1958", "07.03.1958", "9 March")
    for canary in ("canary", *(each.casefold() for each in secrets)):
        assert canary not in written.casefold(), canary


def _work_that_fails(database, settings, clock, monkeypatch):
    """A message whose sender says the address, as mail servers do."""
    with acting(database, now=clock.now) as op:
        heartbeat.beat(op)
        job = op.session.query(Job).filter(Job.done_at.is_(None)).first()
        assert job is not None
        job.kind, job.channel = "send_invitation", Channel.EMAIL
        op.commit()

    def fail(*_, **__):
        raise ValueError(f"{MAIL} {WORDS}")

    monkeypatch.setattr("intake.tasks.jobs.deliver", fail)
    Queue(database, settings, immediate=True, clock=clock).sweep()
