"""The admin lets people in and out, and never learns a password."""

import logging
import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from intake.services.staff import accounts
from intake.storage import Database
from intake.storage.models import AuditEvent, Role, User
from tests.acting import acting
from tests.conftest import Clock
from tests.strict import make_strict
from tests.web.conftest import PASSWORD, add_staff
from tests.web.staff import Colleague

NEW_PASSWORD = "seven yellow submarines"


@pytest.fixture
def nell(admin: Colleague, app) -> Colleague:
    """New here: the admin has just made her link."""
    admin.opens("/users/new").presses(
        "Save and make the link", name="Nell New", email="nell@clinic.example", role="reception"
    )
    return Colleague(make_strict(app))


def test_somebody_new_chooses_a_password_and_signs_in(admin, nell, clinic_database):
    link = admin.link_of_patient()
    assert link is not None

    nell.opens(_path(link)).presses("Keep this password", password=NEW_PASSWORD, password_again=NEW_PASSWORD)
    assert "Your password is kept" in nell.words
    nell.presses("Sign in", email="nell@clinic.example", password=NEW_PASSWORD)

    assert nell.path == "/day/2026-11-23"
    assert "Nell New" in nell.words


def test_opening_the_link_spends_nothing_and_takes_its_secret_out_of_the_address(admin, nell):
    link = admin.link_of_patient()
    for _ in range(3):
        nell.opens(_path(link))

        assert nell.path == "/welcome"
        assert "Nell New" in nell.words


def test_the_link_works_once(admin, nell, app):
    link = admin.link_of_patient()
    nell.opens(_path(link)).presses("Keep this password", password=NEW_PASSWORD, password_again=NEW_PASSWORD)

    second = Colleague(make_strict(app)).opens(_path(link))

    assert second.status == 410
    assert "does not work any more" in second.words


def test_a_link_that_nobody_made_says_the_same_as_a_used_one(stranger):
    assert stranger.opens("/welcome/a-guess").status == 410
    assert stranger.client.post("/welcome", data={"csrf_token": ""}).status_code == 400


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("short", "short", "at least 12 characters"),
        ("nell nell nell nell", "nell nell nell nell", "too easy to guess"),
        (NEW_PASSWORD, "seven yellow submarine", "not the same"),
    ],
)
def test_a_password_that_would_not_do_is_asked_again(admin, nell, first, second, said):
    nell.opens(_path(admin.link_of_patient()))

    nell.presses("Keep this password", password=first, password_again=second)

    assert nell.status == 422
    assert said in nell.words
    assert first not in nell.html


def test_the_link_is_shown_for_ten_minutes_and_stands_in_no_address(admin, nell, clock):
    link = admin.link_of_patient()
    token = link.rpartition("/")[2]
    assert token not in admin.page.request.full_path
    page = admin.page.request.full_path

    clock.wait(minutes=9)
    assert admin.opens(page).link_of_patient() == link
    clock.wait(minutes=2)
    assert admin.opens(page).link_of_patient() is None


def test_pressing_twice_lets_one_person_in(admin, clinic_database):
    page = admin.client.get("/users/new").get_data(as_text=True)
    once = re.search(r'name="once" value="([^"]+)"', page).group(1)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
    form = {"name": "Nell", "email": "nell@clinic.example", "role": "reception"}
    answers = [
        admin.client.post("/users/new", data={**form, "once": once, "csrf_token": token}) for _ in range(2)
    ]

    assert {answer.status_code for answer in answers} == {303}
    assert answers[0].location == answers[1].location
    with clinic_database.reading() as session:
        assert len(session.scalars(select(User)).all()) == 2


def test_an_address_that_is_known_is_refused_and_nothing_typed_is_lost(admin):
    admin.opens("/users/new").presses(
        "Save and make the link", name="Another Ada", email=" ADMIN@clinic.example", role="reception"
    )

    assert admin.status == 409
    assert "works or worked here already" in admin.words
    assert "Another Ada" in admin.html


def test_every_mistake_is_said_at_once(admin):
    admin.opens("/users/new").presses("Save and make the link", name="", email="nobody", role="")

    assert admin.status == 400
    for said in ("Enter the name", "This is no e-mail address", "Choose what they do"):
        assert said in admin.words


def test_a_new_password_ends_what_is_open_when_it_is_used(admin, reception, app, stranger):
    admin.opens(f"/users/{reception.user.id}").presses("Make a link for a new password")
    assert reception.opens("/day/").path.startswith("/day/")

    stranger.opens(_path(admin.link_of_patient()))
    stranger.presses("Keep this password", password=NEW_PASSWORD, password_again=NEW_PASSWORD)

    assert reception.opens("/day/").path == "/sign-in"


def test_the_button_of_an_older_page_makes_no_second_link_and_is_no_fault(admin, reception):
    page = f"/users/{reception.user.id}"
    older, newer = replace(admin).opens(page), replace(admin).opens(page)
    first = replace(older).presses("Make a link for a new password").link_of_patient()
    newest = newer.presses("Make a link for a new password").link_of_patient()

    older.presses("Make a link for a new password")

    assert older.status == 200
    assert first != newest
    assert older.link_of_patient() is None


def test_somebody_who_is_let_in_no_longer_is_out_at_once(admin, reception):
    admin.opens(f"/users/{reception.user.id}").presses("Yes, let in no longer")
    assert "Let in no longer" in admin.words
    assert reception.opens("/day/").path == "/sign-in"

    admin.presses("Let in again")

    reception.presses("Sign in", email="reception@clinic.example", password=PASSWORD)
    assert reception.path == "/day/2026-11-23"


def test_a_link_made_before_does_not_let_in_who_left(admin, nell):
    link = admin.link_of_patient()
    admin.presses("Yes, let in no longer")
    admin.presses("Let in again")

    assert nell.opens(_path(link)).status == 410


def test_calls_of_somebody_who_left_stay_on_the_list(admin, reception, clinician, come):
    come("V05")
    before = reception.opens("/day/2026-11-23").words_of(".attention")

    admin.opens(f"/users/{reception.user.id}").presses("Yes, let in no longer")

    assert before
    assert clinician.opens("/day/2026-11-23").words_of(".attention")


def test_sessions_are_ended_from_the_page(admin, reception):
    admin.opens(f"/users/{reception.user.id}")
    assert "in one browser" in admin.words

    admin.presses("Sign out everywhere")

    assert reception.opens("/day/").path == "/sign-in"
    assert "nowhere" in admin.words


def test_another_role_counts_from_the_next_page(admin, reception):
    """A session in a role that was taken away is over: nobody becomes an admin on an open page."""
    assert reception.client.get("/settings").status_code == 403

    admin.opens(f"/users/{reception.user.id}").presses("Save the roles", role="admin")

    assert reception.opens("/settings").path == "/sign-in"
    reception.presses("Sign in", email="reception@clinic.example", password=PASSWORD)
    assert reception.path == "/settings"


def test_the_last_admin_is_told_why_they_stay(admin):
    admin.opens(f"/users/{admin.user.id}").presses("Save the roles", role="reception")
    assert admin.status == 409
    assert "last admin" in admin.words

    admin.opens(f"/users/{admin.user.id}").presses("Yes, let in no longer")
    assert admin.status == 409
    assert admin.opens("/users").status == 200


def test_two_admins_who_change_the_same_role_are_told(admin, reception, clinic_database, clock):
    admin.opens(f"/users/{reception.user.id}")
    with acting(clinic_database, now=clock.now) as op:
        found = op.session.get_one(User, reception.user.id)
        accounts.change_role(op, found, Role.CLINICIAN)
        op.commit()

    admin.presses("Save the roles", role="admin")

    assert admin.status == 409
    assert "You chose Admin. It is Clinician now." in admin.words


def test_the_secret_of_a_link_stands_in_no_log_line(admin, nell, caplog):
    caplog.set_level(logging.DEBUG)
    token = admin.link_of_patient().rpartition("/")[2]
    logging.getLogger("werkzeug").info('"GET /welcome/%s HTTP/1.1" 303 -', token)

    nell.opens(f"/welcome/{token}")

    assert token not in caplog.text
    assert "GET ... HTTP" in caplog.text


def test_the_list_says_who_came_when_and_who_has_no_password(admin, nell, reception):
    admin.opens("/users")

    rows = admin.words_of("tr")
    assert any("Nell New" in row and "Has not chosen a password" in row for row in rows)
    assert any("Rosa Reception" in row and "never" in row for row in rows)


def test_after_ten_minutes_the_password_is_asked_for_and_nothing_typed_is_lost(admin, clock, clinic_database):
    _keeps_working(admin, clinic_database, clock)
    admin.opens("/users/new").presses(
        "Save and make the link", name="Nell New", email="nell@clinic.example", role="reception"
    )
    assert admin.status == 403
    assert "show that it is still you" in admin.words

    admin.presses("Go on", own_password="a wrong password")
    assert admin.status == 403
    assert "not your password" in admin.words
    assert "a wrong password" not in admin.html
    admin.presses("Go on", own_password=PASSWORD)

    assert admin.link_of_patient() is not None
    assert admin.presses("Save the roles", role="clinician").status == 200


def test_the_proof_is_good_for_ten_minutes_and_for_one_session(admin, clock, clinic_database):
    _keeps_working(admin, clinic_database, clock)
    admin.opens(f"/users/{admin.user.id}").presses("Save the roles", role="admin")
    admin.presses("Go on", own_password=PASSWORD)
    assert admin.status == 200

    _keeps_working(admin, clinic_database, clock)

    admin.opens(f"/users/{admin.user.id}").presses("Save the roles", role="admin")
    assert admin.status == 403


def test_a_list_that_reception_asks_for_is_kept_from_them(reception, clinician):
    for path in ("/users", "/users/new", "/settings", f"/users/{reception.user.id}"):
        assert reception.client.get(path).status_code == 403
        assert clinician.client.get(path).status_code == 403


def test_admins_begin_with_the_settings(stranger, clinic_database, clock):
    add_staff(clinic_database, clock, "Ada Admin", Role.ADMIN)

    stranger.opens("/sign-in").presses("Sign in", email="admin@clinic.example", password=PASSWORD)

    assert stranger.path == "/settings"


def test_what_the_admin_does_is_recorded_with_their_name(admin, nell, clinic_database):
    admin.presses("Save the roles", role="clinician")
    admin.presses("Yes, let in no longer")

    with clinic_database.reading() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.actor == f"staff:{admin.user.id}")).all()
    assert {"staff:added", "staff:link_made", "staff:role_changed", "staff:deactivated"} <= {
        event.action for event in events
    }


def _path(link: str) -> str:
    return "/welcome/" + link.rpartition("/")[2]


def _keeps_working(colleague: Colleague, database: Database, clock: Clock) -> None:
    """Eleven minutes go by, with a page now and then."""
    for _ in range(2):
        clock.wait(minutes=5, seconds=30)
        colleague.opens("/users")
