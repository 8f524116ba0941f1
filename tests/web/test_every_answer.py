"""What every answer says of itself, whoever asks for whatever page."""

import re
from collections.abc import Iterator
from dataclasses import replace
from http.cookies import SimpleCookie

import pytest
from werkzeug.test import TestResponse

from intake.app import create_app
from intake.config import Mode
from intake.services.staff.accounts import PERMISSIONS, Permission
from intake.storage.models import Role
from intake.web import guard_of
from intake.web.headers import HEADERS
from tests.strict import StrictClient
from tests.test_conventions import HALF_WAY, ROOT, WholeClinic, _visits, whole
from tests.web.conftest import PASSWORD, add_staff

__all__ = ["whole"]

# Read by programs: their standards say that they are UTF-8, or bytes.
WITHOUT_LETTERS = {"application/json", "application/pdf", "application/fhir+json", "application/zip"}
SAFE_TO_SHOW = {"text/html", "text/plain", "application/json"}


@pytest.fixture
def answers(whole: WholeClinic, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, TestResponse]]:
    """(guard, path, answer) of every page to everybody."""
    # Whether a page is well made is looked at elsewhere.
    monkeypatch.setattr("tests.strict.check_response", lambda _: None)
    # A document that is not made yet is waited for.
    monkeypatch.setattr("intake.web.being_made.WAIT", 0.0)
    everybody = {role: whole.staff(role) for role in Role}
    everybody |= {"patient": whole.patient(HALF_WAY), "stranger": whole.stranger()}
    whole.app.clinic.queue.somebody_waits()
    return list(_asked(whole, everybody))


def _asked(whole: WholeClinic, everybody: dict[str, StrictClient]) -> Iterator[tuple[str, str, TestResponse]]:
    """Each page to whoever may open it, and to a stranger."""
    for rule, method, path in _visits(whole):
        guard = guard_of(whole.app, rule.endpoint) or ""
        for who, browser in everybody.items():
            may_open = guard in PERMISSIONS.get(who, ()) or (guard == "invited" and who == "patient")
            if who == "stranger" or (may_open and method == "GET"):
                yield guard, path, browser.open(path, method=method)


def test_every_answer_says_what_it_is_and_stays_here(answers):
    faults = [
        f"{path}: {fault}"
        for _, path, answer in answers
        for fault in (*_of_its_kind(answer), *_of_its_headers(answer), *_of_its_cookies(answer))
    ]

    assert len(answers) > 250
    assert faults == []
    shown = [
        (path, answer)
        for guard, path, answer in answers
        if guard in set(Permission) and answer.status_code == 200 and answer.mimetype == "text/html"
    ]
    assert len(shown) > 40
    assert [path for path, answer in shown if 'action="/sign-out"' not in answer.text] == []


def _of_its_kind(answer: TestResponse) -> Iterator[str]:
    """What a browser could take the content for."""
    if not answer.data:
        return
    if answer.mimetype not in WITHOUT_LETTERS and answer.mimetype_params.get("charset") != "utf-8":
        yield f"{answer.content_type} does not say its letters"
    begins_as_page = answer.data.lstrip()[:9].lower().startswith((b"<!doctype", b"<html"))
    if begins_as_page != (answer.mimetype == "text/html"):
        yield f"{answer.mimetype} is not what it is"
    attached = answer.headers.get("Content-Disposition", "").startswith("attachment; filename=")
    if answer.mimetype not in SAFE_TO_SHOW and answer.status_code == 200 and not attached:
        yield f"{answer.mimetype} is opened where it is asked for"


def _of_its_headers(answer: TestResponse) -> Iterator[str]:
    for name, value in HEADERS.items():
        if answer.headers.get(name) != value and name != "Content-Security-Policy":
            yield f"{name} is {answer.headers.get(name)!r}"
    policy = answer.headers.get("Content-Security-Policy", "")
    for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
        if part not in policy:
            yield f"the policy lacks {part}"
    for address in re.findall(
        r'(?:href|action|src)="([^"]*)"', answer.text if answer.mimetype == "text/html" else ""
    ):
        if not re.match(
            r"/(?!/)|#|tel:[+\d]|sms:[+\d]|mailto:|http://127\.0\.0\.1:8000/|data:image/|$", address
        ):
            yield f"it leads to {address!r}"
    if "no-store" not in answer.headers.get("Cache-Control", ""):
        yield "it may be kept"
    for name, _ in answer.headers:
        if name.startswith("Access-Control-") or name in ("X-Powered-By", "X-AspNet-Version"):
            yield f"it has {name}"
    if re.search(r"\d\.\d", answer.headers.get("Server", "")):
        yield "it says a version"
    name = answer.headers.get("Content-Disposition", "")
    if name and not re.fullmatch(r'attachment; filename="?[a-zA-Z0-9._-]+"?', name):
        yield f"the name of the file is {name!r}"


def _of_its_cookies(answer: TestResponse) -> Iterator[str]:
    for header in answer.headers.getlist("Set-Cookie"):
        for name, cookie in SimpleCookie(header).items():
            if not cookie["httponly"] or cookie["samesite"] not in ("Lax", "Strict") or cookie["path"] != "/":
                yield f"the cookie {name} is {header.partition(';')[2]}"
            if cookie["domain"] or len(name) + len(cookie.value) > 4096:
                yield f"the cookie {name} goes too far, or is too long"


def test_in_production_every_cookie_is_of_this_host_over_https_alone(settings, clinic_database, clock):
    add_staff(clinic_database, clock, "Rosa Reception", Role.RECEPTION)
    settings = replace(settings, mode=Mode.PRODUCTION, public_url="https://intake.example.org")
    app = create_app(settings, clinic_database, clock=clock)
    browser = app.test_client()
    at = {"base_url": "https://intake.example.org"}
    page = browser.get("/sign-in", **at).text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]

    answer = browser.post(
        "/sign-in",
        data={"csrf_token": token, "email": "reception@clinic.example", "password": PASSWORD},
        **at,
    )

    assert answer.status_code == 303, answer.text
    cookies = [SimpleCookie(each) for each in answer.headers.getlist("Set-Cookie")]
    kept = {name: cookie for each in cookies for name, cookie in each.items()}
    assert set(kept) == {"__Host-backstory", "__Host-backstory-browser"}
    for cookie in kept.values():
        assert cookie["secure"]
        assert cookie["httponly"]
        assert (cookie["path"], cookie["domain"]) == ("/", "")


def test_a_token_of_another_browser_is_none_even_with_the_right_signature(app):
    def token_in(browser):
        return browser.get("/c").text.split('name="csrf_token" value="')[1].split('"')[0]

    mine, another = app.test_client(), app.test_client()
    own, theirs = token_in(mine), token_in(another)

    assert mine.post("/c", data={"code": "x", "csrf_token": theirs}).status_code == 400
    assert mine.post("/c", data={"code": "x", "csrf_token": own}).status_code != 400


def test_there_is_no_list_of_files_and_nothing_beside_them(client):
    for path in (
        "/static/",
        "/static/css",
        "/static/css/",
        "/static/../wsgi.py",
        "/static/%2e%2e/wsgi.py",
        "/static/..%2f..%2fwsgi.py",
        "/.git/config",
        "/static/.git/config",
        "/wsgi.py",
        "/console",
        "/docs",
        "/openapi.json",
    ):
        with client.get(path) as answer:
            assert answer.status_code == 404, path
    files = {each.suffix for each in (ROOT / "static").rglob("*") if each.is_file()}
    assert files <= {".css", ".js", ".svg", ".png", ".ico", ".woff2", ".txt", ".webmanifest"}


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/day/", "/health/live", "/metrics", "/static/css/backstory.css"]
)
def test_trace_and_what_nobody_supports_is_refused(client, path):
    for method in ("TRACE", "CONNECT", "PATCH", "PROPFIND"):
        with client.open(path, method=method) as answer:
            assert answer.status_code == 405, method
