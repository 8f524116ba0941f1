"""Error pages speak to whoever gets them: staff about their work, patients about theirs."""

import pytest
from sqlalchemy.exc import OperationalError

from intake.web.error_handlers import FAULTS, FOR_STAFF
from tests.web.conftest import PASSWORD

OF_PATIENTS = "You can call the clinic on"
NOBODY = "00000000-0000-4000-8000-000000000000"


def failing(how):
    def fail(*_, **__):
        raise how

    return fail


@pytest.mark.parametrize(
    ("method", "path", "status", "heading"),
    [
        ("GET", "/nothing", 404, "There is no page here"),
        ("GET", f"/appointments/{NOBODY}", 404, "There is no page here"),
        ("GET", "/day/2026-02-30", 404, "There is no page here"),
        ("GET", "/settings", 403, "You may not open this page"),
        ("DELETE", "/day/", 405, "That cannot be done here"),
        ("PUT", "/appointments/new", 405, "That cannot be done here"),
        ("GET", f"/appointments/{NOBODY}/walk-in/open", 404, "There is no page here"),
    ],
)
def test_staff_read_what_is_wrong_beside_their_navigation(reception, method, path, status, heading):
    reception.page = reception.client.open(path, method=method)

    assert reception.status == status
    assert reception.words_of("h1") == [heading]
    assert OF_PATIENTS not in reception.words
    assert 'href="/day/"' in reception.html
    assert "Sign out" in reception.html


@pytest.mark.parametrize("status", sorted(FOR_STAFF))
def test_every_error_of_staff_has_words_for_staff(app, reception, status, monkeypatch):
    from werkzeug.exceptions import default_exceptions

    monkeypatch.setattr("intake.web.reception.find.render_template", failing(default_exceptions[status]()))
    reception.page = reception.client.get("/find")

    assert reception.status == status
    assert reception.words_of("h1") == [str(FOR_STAFF[status].heading)]
    assert OF_PATIENTS not in reception.words
    assert set(FOR_STAFF) == set(FAULTS)


def test_when_the_database_is_away_staff_get_a_page_all_the_same(reception, monkeypatch):
    away = OperationalError("SELECT", {}, Exception("gone"))
    for where in ("intake.web.navigation.notices", "intake.web.reception.find.render_template"):
        monkeypatch.setattr(where, failing(away))

    reception.page = reception.client.get("/find")

    assert reception.status == 503
    assert reception.page.headers["Retry-After"]
    assert "The database does not answer" in reception.words
    assert 'href="/day/"' in reception.html

    monkeypatch.setattr("intake.web.sessions.find", failing(away))
    for path in ("/find", "/nothing"):
        reception.page = reception.client.get(path)
        assert OF_PATIENTS not in reception.words


def test_a_patient_and_a_stranger_are_told_whom_to_call(patient, clinic_database, stranger):
    stranger.opens("/nothing")
    assert OF_PATIENTS in stranger.words

    patient.has_come_to(clinic_database, "p_words")
    for path in ("/form/nothing", "/nothing"):
        assert OF_PATIENTS in patient.opens(path).words
    assert "Sign out" not in patient.html


def test_a_browser_without_cookies_signs_nobody_in_and_says_why(app):
    browser = app.test_client(use_cookies=False)

    page = browser.post("/sign-in", data={"email": "rosa@clinic.example", "password": PASSWORD})

    assert page.status_code == 400
    assert "Your browser sent no cookie" in page.text
    assert "allow cookies" in page.text
    assert 'href="/sign-in"' in page.text
    assert PASSWORD not in page.text
    assert OF_PATIENTS not in page.text
    welcome = browser.get("/welcome/" + "x" * 43, follow_redirects=True)
    assert "Your browser sent no cookie" in welcome.text
    assert "does not work any more" not in welcome.text


def test_a_cookie_of_a_neighbouring_site_is_none_of_ours(app, patient):
    browser = app.test_client(use_cookies=False)
    neighbour = {"Cookie": "sister=1"}

    page = browser.get("/start?opened=1", headers=neighbour)
    assert "Your browser did not keep our cookie" in page.text
    assert "did not send our cookie" in browser.post("/c", data={"code": "x"}, headers=neighbour).text


def test_a_form_that_comes_twice_without_a_cookie_is_told_that_there_are_none(app):
    browser = app.test_client(use_cookies=False)
    once = browser.post("/c", data={"code": "ABCD-EFGH-JKMN"})

    assert 'name="cookie_given"' in once.text
    twice = browser.post("/c", data={"code": "ABCD-EFGH-JKMN", "cookie_given": "1"})

    assert "Your browser keeps no cookies" in twice.text
    assert "ABCD-EFGH-JKMN" in twice.text
    assert twice.text.count('name="cookie_given"') == 1
