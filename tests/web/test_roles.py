"""One person with several roles: a session works in one of them, and changes to another by choice."""

import pytest
from sqlalchemy import select

from intake.services import audit
from intake.services.audit import Action
from intake.services.staff import accounts, drafts, sessions
from intake.storage.models import AuditEvent, Role, SessionKind, User, WebSession
from tests.acting import acting
from tests.strict import make_strict
from tests.test_conventions import DRAFT, NEW_APPOINTMENT
from tests.web.conftest import HASHED, PASSWORD
from tests.web.staff import Colleague

ADDRESS = "anna@clinic.example"
WORKLIST = "/worklist/2026-11-23"


@pytest.fixture
def anna(clinic_database, clock) -> User:
    """The clinic is hers: she sees the patients, and sets it up."""
    with acting(clinic_database, now=clock.now) as op:
        user = accounts.expect_user(
            op, name="Anna Alone", email=ADDRESS, role=Role.CLINICIAN, also={Role.ADMIN}
        )
        user.password_hash = HASHED
        op.commit()
    return user


@pytest.fixture
def signed_in(stranger, anna) -> Colleague:
    stranger.user = anna
    return stranger.opens("/sign-in").presses("Sign in", email=ADDRESS, password=PASSWORD)


def test_a_session_begins_in_the_least_far_reaching_role(signed_in):
    assert signed_in.path == WORKLIST
    assert "Anna Alone, Clinician" in signed_in.words
    assert signed_in.client.get("/settings").status_code == 403
    assert signed_in.client.get("/users").status_code == 403


@pytest.mark.parametrize("several", [{Role.RECEPTION, Role.ADMIN}, {Role.CLINICIAN, Role.ADMIN}, set(Role)])
def test_no_session_begins_as_admin_beside_another_role(several):
    first = sessions.first_role(User(roles=frozenset(several)))

    assert first is min(several, key=list(Role).index)
    assert first is not Role.ADMIN


def test_whoever_asked_for_a_page_of_another_role_begins_at_home(stranger, anna):
    stranger.opens("/settings").presses("Sign in", email=ADDRESS, password=PASSWORD)

    assert stranger.path == WORKLIST


def test_working_as_admin_needs_the_password_even_just_after_signing_in(signed_in):
    signed_in.presses("Work as admin")
    assert signed_in.status == 403
    assert "show that it is still you" in signed_in.words

    signed_in.presses("Go on", own_password="not the password")
    assert signed_in.status == 403
    assert signed_in.client.get("/settings").status_code == 403
    signed_in.presses("Go on", own_password=PASSWORD)

    assert signed_in.path == "/settings"
    assert "Anna Alone, Admin" in signed_in.words


def test_an_admin_who_also_sees_patients_sees_none_as_admin(signed_in, come):
    appointment = come("V05")["V05"]
    as_admin(signed_in)

    for address in ("/worklist/", "/day/2026-11-23", f"/intakes/{appointment.intake.id}"):
        assert signed_in.client.get(address).status_code == 403, address
    signed_in.opens("/settings").presses("Work as clinician")

    assert signed_in.path == WORKLIST
    assert signed_in.opens(f"/intakes/{appointment.intake.id}").status == 200
    assert signed_in.client.get("/settings").status_code == 403


def test_the_token_is_renewed_and_the_old_one_lets_nobody_in(signed_in, app):
    with signed_in.client.session_transaction() as cookie:
        before = cookie["staff"]
    as_admin(signed_in)

    thief = make_strict(app)
    with thief.session_transaction() as cookie:
        cookie["staff"] = before
    assert thief.get("/settings").status_code == 303
    assert thief.get("/worklist/").status_code == 303


def test_changing_lengthens_no_session(signed_in, clinic_database, clock):
    with clinic_database.reading() as session:
        began = session.scalars(_OF_STAFF).one().started_at
    clock.wait(minutes=5)

    as_admin(signed_in)

    with clinic_database.reading() as session:
        assert session.scalars(_OF_STAFF).one().started_at == began


def test_both_changes_are_recorded_and_each_event_says_the_role(signed_in, clinic_database):
    as_admin(signed_in)
    signed_in.opens("/users")
    signed_in.opens(f"/users/{signed_in.user.id}").presses("Save the roles", role=["admin", "reception"])
    signed_in.presses("Work as reception")

    with clinic_database.reading() as session:
        changes = audit.history(session, Action.STAFF_WORKS_AS)
        roles = dict(session.execute(select(AuditEvent.action, AuditEvent.role)).all())
        assert audit.verify(session) == ()
    assert [(each.detail["before"], each.detail["after"]) for each in changes] == [
        ("clinician", "admin"),
        ("admin", "reception"),
    ]
    assert roles["staff:signed_in"] == "clinician"
    assert roles["staff:role_changed"] == "admin"


def test_nobody_changes_to_a_role_they_do_not_have(clinician):
    token = clinician.opens("/worklist/").page.get_data(as_text=True).split('csrf_token" value="')[1]
    for wanted, status in (("admin", 403), ("reception", 403), ("boss", 400), ("", 400)):
        sent = {"csrf_token": token.partition('"')[0], "role": wanted, "own_password": PASSWORD}
        assert clinician.client.post("/work-as", data=sent).status_code == status, wanted

    assert not clinician.opens("/worklist/").offers("Work as")
    assert clinician.client.get("/settings").status_code == 403


def test_a_role_that_is_taken_away_ends_the_session_that_works_in_it(signed_in, admin):
    as_admin(signed_in)

    admin.opens(f"/users/{signed_in.user.id}").presses("Save the roles", role="clinician")
    assert signed_in.opens("/settings").path == "/sign-in"
    admin.opens(f"/users/{signed_in.user.id}").presses("Save the roles", role=["clinician", "admin"])

    assert signed_in.opens("/settings").path == "/sign-in"


def test_a_session_goes_on_when_another_role_is_taken_away(signed_in, admin):
    admin.opens(f"/users/{signed_in.user.id}").presses("Save the roles", role="clinician")

    assert signed_in.opens("/worklist/").path == WORKLIST
    assert not signed_in.offers("Work as")


def test_somebody_has_at_least_one_role(admin, reception):
    admin.opens(f"/users/{reception.user.id}").presses("Save the roles", role=[])

    assert admin.status == 422
    assert "Choose at least one role" in admin.words
    assert reception.opens("/day/").path.startswith("/day/")


def test_the_only_admin_may_take_on_another_role_and_not_give_up_that_one(admin):
    admin.opens(f"/users/{admin.user.id}").presses("Save the roles", role=["reception", "admin"])
    assert admin.opens("/users").offers("Work as reception")

    admin.opens(f"/users/{admin.user.id}").presses("Save the roles", role=["reception"])

    assert admin.status == 409
    assert "last admin" in admin.words


def test_unlocking_the_screen_goes_on_in_the_role_of_the_page(signed_in):
    as_admin(signed_in)
    client, whose = signed_in.client, str(signed_in.user.id)
    token = signed_in.html.split('data-token="')[1].partition('"')[0]
    locked = client.post("/lock", data={"csrf_token": token, "user": whose})
    assert locked.status_code == 204
    assert client.get("/settings").status_code == 303

    opened = client.post("/unlock", data={"csrf_token": token, "user": whose, "password": PASSWORD})

    assert opened.status_code == 204
    assert signed_in.opens("/settings").status == 200


def test_what_was_begun_in_another_role_is_not_shown_and_not_lost(signed_in, clinic_database, clock):
    with acting(clinic_database, by=signed_in.user, now=clock.now) as op:
        drafts.keep(op, DRAFT, NEW_APPOINTMENT, (("name", "Canary"),))
        op.commit()
    as_admin(signed_in)

    assert "Canary" not in signed_in.opens("/drafts/").html
    assert "1 form that you began in another role" in signed_in.words
    assert signed_in.client.get(f"/drafts/{DRAFT}").status_code == 404
    signed_in.opens("/settings").presses("Work as clinician")

    assert "Canary" in signed_in.opens("/drafts/").html


def as_admin(colleague: Colleague) -> None:
    colleague.presses("Work as admin").presses("Go on", own_password=PASSWORD)
    assert colleague.path == "/settings"


_OF_STAFF = select(WebSession).where(WebSession.kind == SessionKind.STAFF)
