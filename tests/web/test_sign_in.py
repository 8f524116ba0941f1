"""Sign-in of staff."""

import pytest

from intake.services.staff import accounts
from intake.services.staff.accounts import Permission
from intake.storage import Database
from intake.storage.models import Role
from intake.web import guard_of
from intake.web.onward import onward_to
from tests.acting import acting
from tests.conftest import Clock
from tests.strict import make_strict
from tests.web.conftest import PASSWORD, add_staff
from tests.web.staff import Colleague

REFUSAL = "We could not sign you in"
EMAIL = "reception@clinic.example"


@pytest.fixture
def rosa(stranger: Colleague, clinic_database: Database, clock: Clock) -> Colleague:
    """Rosa works at reception and has not signed in."""
    stranger.user = add_staff(clinic_database, clock, "Rosa Reception", Role.RECEPTION)
    return stranger.opens("/sign-in")


def test_the_right_password_leads_to_the_list_of_today(rosa):
    rosa.presses("Sign in", email=EMAIL, password=PASSWORD)

    assert rosa.path == "/day/2026-11-23"
    assert "Rosa Reception" in rosa.words


def test_capitals_and_spaces_in_an_email_address_do_not_matter(rosa):
    rosa.presses("Sign in", email=" Reception@Clinic.Example ", password=PASSWORD)

    assert rosa.path == "/day/2026-11-23"


def test_whatever_is_wrong_the_answer_is_the_same(rosa, clinic_database, clock):
    def tries(email, password):
        rosa.opens("/sign-in").presses("Sign in", email=email, password=password)
        return rosa.status, rosa.words.replace(email, "")

    wrong_password = tries(EMAIL, "four red wheelbarrow")
    unknown = tries("nobody@clinic.example", PASSWORD)
    with acting(clinic_database, now=clock.now) as op:
        accounts.deactivate(op, op.session.merge(rosa.user))
        op.commit()
    left_the_clinic = tries(EMAIL, PASSWORD)

    assert REFUSAL in wrong_password[1]
    assert wrong_password == unknown == left_the_clinic


def test_after_ten_tries_the_right_password_waits_too(rosa, clock):
    for _ in range(10):
        rosa.opens("/sign-in").presses("Sign in", email=EMAIL, password="guess after guess")

    rosa.presses("Sign in", email=EMAIL, password=PASSWORD)
    assert REFUSAL in rosa.words

    clock.wait(minutes=6)
    rosa.presses("Sign in", email=EMAIL, password=PASSWORD)
    assert rosa.path == "/day/2026-11-23"


def test_a_refusal_keeps_the_address_and_forgets_the_password(rosa):
    rosa.presses("Sign in", email=EMAIL, password="canary-password")

    assert EMAIL in rosa.html
    assert "canary-password" not in rosa.html


def test_signing_in_leads_on_to_the_page_that_was_asked_for(rosa):
    rosa.opens("/day/2026-12-24")
    assert rosa.path == "/sign-in"

    rosa.presses("Sign in", email=EMAIL, password=PASSWORD)
    assert rosa.path == "/day/2026-12-24"


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/day/",
    "/\\evil.example",
    "javascript:alert(1)",
    "/sign-out",
    "/i/token",
    "/static/css/staff.css",
    "/day/2026-11-23\r\nX-Evil: 1",
    "/nowhere",
    "day/",
]


def test_signing_in_leads_to_no_other_place(rosa):
    for onward in ELSEWHERE:
        rosa.opens("/sign-in").presses("Sign in", email=EMAIL, password=PASSWORD, next=onward)

        assert rosa.path == "/day/2026-11-23", onward
        assert "X-Evil" not in rosa.page.headers


def test_signing_out_ends_the_session_for_a_copied_cookie_too(app, rosa):
    rosa.presses("Sign in", email=EMAIL, password=PASSWORD)
    thief = _with_the_cookie_of(rosa, app)

    rosa.presses("Sign out")

    assert rosa.path == "/sign-in"
    assert thief.opens("/day/").path == "/sign-in"
    assert rosa.opens("/day/").path == "/sign-in"


def test_signing_out_asks_the_browser_to_forget_its_pages(rosa):
    rosa.presses("Sign in", email=EMAIL, password=PASSWORD)

    rosa.presses("Sign out")

    assert rosa.page.history[0].headers["Clear-Site-Data"] == '"cache", "storage"'


def test_a_second_sign_in_ends_the_first(app, rosa):
    rosa.presses("Sign in", email=EMAIL, password=PASSWORD)
    earlier = _with_the_cookie_of(rosa, app)

    rosa.opens("/sign-in").presses("Sign in", email=EMAIL, password=PASSWORD)

    assert earlier.opens("/day/").path == "/sign-in"
    assert rosa.opens("/day/").path == "/day/2026-11-23"


def test_ten_minutes_without_use_lock_the_screen(reception, clock):
    clock.wait(minutes=9)
    assert reception.opens("/day/").path == "/day/2026-11-23"

    clock.wait(minutes=11)
    reception.opens("/day/2026-12-24")

    assert reception.path == "/sign-in"
    assert "after 10 minutes without use" in reception.words
    assert "/day/2026-12-24" in reception.html


def test_nobody_stays_signed_in_for_more_than_a_working_day(reception, clock):
    for _ in range(80):
        clock.wait(minutes=9)
        reception.opens("/day/")
    clock.wait(minutes=9)

    assert reception.opens("/day/").path == "/sign-in"


def test_a_list_that_asks_again_by_itself_keeps_nobody_signed_in(reception, clock):
    for _ in range(4):
        clock.wait(minutes=3)
        answer = reception.client.get("/day/2026-11-23", headers={"X-Background": "1"})

    assert answer.status_code == 401
    assert reception.opens("/day/").path == "/sign-in"


def _with_the_cookie_of(colleague, app):
    with colleague.client.session_transaction() as cookie:
        token = cookie["staff"]
    other = make_strict(app)
    with other.session_transaction() as cookie:
        cookie["staff"] = token
    return Colleague(other)


def test_a_sign_in_leads_on_to_every_page_of_staff_and_to_no_page_of_anybody_else(app):
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.arguments or rule.endpoint == "static":
                continue
            for_staff = guard_of(app, rule.endpoint) in list(Permission)
            assert onward_to(rule.rule) == (rule.rule if for_staff else None), rule
        assert onward_to("/who-read") == "/who-read"
