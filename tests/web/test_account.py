"""Everybody sees their own account: where they are signed in, what knows them, and how to end it."""

import unicodedata

import pytest
from sqlalchemy import select

from intake.services.staff import account_mail, sessions
from intake.storage.models import AuditEvent, Job, JobKind, SessionKind, User, WebSession
from tests.acting import acting
from tests.strict import make_strict
from tests.web.conftest import PASSWORD
from tests.web.staff import Colleague

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/604.1"
)
NEW = "seven yellow submarines"


@pytest.fixture
def elsewhere(reception, app) -> Colleague:
    """Rosa's telephone, where she has signed in as well."""
    return signs_in(app, SAFARI)


def signs_in(app, device, email="reception@clinic.example", password=PASSWORD) -> Colleague:
    here = Colleague(make_strict(app))
    here.client.environ_base["HTTP_USER_AGENT"] = device
    return here.opens("/sign-in").presses("Sign in", email=email, password=password)


def mails(database, kind=JobKind.TELL_OF_NEW_BROWSER) -> list[Job]:
    with database.reading() as session:
        return list(session.scalars(select(Job).where(Job.kind == kind).order_by(Job.made_at)))


@pytest.mark.parametrize("who", ["reception", "clinician", "admin"])
def test_the_name_at_the_top_leads_everybody_to_their_own_account(who, request):
    colleague = request.getfixturevalue(who)
    colleague.opens("/account")

    assert colleague.title.startswith("Your account")
    assert colleague.user.email in colleague.words
    assert any(each.get("href") == "/account" for each in colleague.links("class"))


def test_sessions_are_listed_in_plain_words_with_this_one_marked(app, elsewhere):
    desk = signs_in(app, FIREFOX).opens("/account")

    rows = [each for each in desk.words_of("tr") if "on " in each or "unknown" in each]
    assert rows[0].startswith("Firefox on Windows (this one)")
    assert any(each.startswith("Safari on iPhone") and "Sign out" in each for each in rows)
    assert "Mozilla" not in desk.html


def test_another_browser_is_signed_out_from_here_and_this_one_stays(app, elsewhere):
    desk = signs_in(app, FIREFOX).opens("/account")
    elsewhere.opens("/day/")

    desk.presses("Sign out Safari on iPhone")

    assert desk.path == "/account"
    assert elsewhere.opens("/day/").path == "/sign-in"


def test_everywhere_else_is_everywhere_but_here(app, reception, elsewhere, clinic_database):
    desk = signs_in(app, FIREFOX).opens("/account")

    desk.presses("Sign out everywhere else")

    assert desk.opens("/day/").path.startswith("/day/")
    assert elsewhere.opens("/day/").path == reception.opens("/day/").path == "/sign-in"
    with clinic_database.reading() as session:
        assert session.scalars(select(AuditEvent.detail).where(AuditEvent.action == "staff:signed_out")).all()


def test_nobody_ends_the_session_of_another_or_has_them_forgotten(app, elsewhere, clinician, clinic_database):
    with clinic_database.reading() as session:
        theirs = session.scalars(select(WebSession).where(WebSession.device == "Safari/iPhone")).one()
    token = clinician.opens("/account").html.split('name="csrf_token" value="')[1].split('"')[0]
    sent = {"csrf_token": token, "signed_in": str(clinician.user.id)}

    clinician.client.post(f"/account/sessions/{theirs.id}/end", data=sent)

    assert elsewhere.opens("/day/").path.startswith("/day/")


def test_a_known_browser_is_forgotten_and_its_next_sign_in_is_told(app, elsewhere, clinic_database):
    assert len(mails(clinic_database)) == 1
    elsewhere.opens("/account").presses("Forget Safari on iPhone")
    assert "None." in elsewhere.words

    elsewhere.opens("/sign-in").presses("Sign in", email="reception@clinic.example", password=PASSWORD)

    assert len(mails(clinic_database)) == 2


def test_ending_and_forgetting_wait_for_the_password_after_a_while(app, elsewhere, clock):
    desk = signs_in(app, FIREFOX).opens("/account")
    for _ in range(2):
        clock.wait(minutes=6)
        elsewhere.opens("/day/")
        desk.opens("/account")

    desk.presses("Sign out everywhere else")
    assert "Your password, please" in desk.words
    assert elsewhere.opens("/day/").path.startswith("/day/")
    desk.presses("Go on", own_password=PASSWORD)

    assert elsewhere.opens("/day/").path == "/sign-in"


def test_the_own_password_is_changed_others_are_out_and_it_is_mailed(app, elsewhere, clinic_database):
    desk = signs_in(app, FIREFOX)
    before = desk.client.get_cookie("backstory").value

    desk.opens("/account/password")
    desk.presses("Keep the new password", own_password=PASSWORD, password=NEW, password_again=NEW)

    assert desk.path == "/account"
    assert "Your new password is kept" in desk.words
    assert elsewhere.opens("/day/").path == "/sign-in"
    assert len(mails(clinic_database, JobKind.TELL_OF_NEW_PASSWORD)) == 1
    copied = make_strict(app)
    copied.set_cookie("backstory", before)
    assert copied.get("/account").status_code == 303
    assert signs_in(app, SAFARI, password=NEW).path.startswith("/day/")
    assert signs_in(app, SAFARI).path == "/sign-in"


@pytest.mark.parametrize(
    ("own", "new", "again", "status", "said"),
    [
        ("wrong old password", NEW, NEW, 403, "This is not your password"),
        (PASSWORD, NEW, "seven yellow", 422, "not the same"),
        (PASSWORD, "password1234", "password1234", 422, "a password that many people use"),
        (PASSWORD, "123456789012", "123456789012", 422, "too easy to guess"),
        (PASSWORD, "passwordpassword", "passwordpassword", 422, "the same thing again and again"),
        (PASSWORD, "RosaReception1", "RosaReception1", 422, "mostly your name"),
        (PASSWORD, "tired moss", "tired moss", 422, "at least 12"),
    ],
)
def test_a_change_that_would_not_do_is_said_and_repeats_nothing(reception, own, new, again, status, said):
    reception.opens("/account/password")
    reception.presses("Keep the new password", own_password=own, password=new, password_again=again)

    assert reception.status == status
    assert said in reception.words
    assert new not in reception.html
    assert reception.opens("/day/").path.startswith("/day/")


def test_guesses_at_the_old_password_are_counted(reception, clock):
    for _ in range(10):
        reception.opens("/account/password")
        reception.presses(
            "Keep the new password", own_password="a wrong guess", password=NEW, password_again=NEW
        )

    reception.presses("Keep the new password", own_password=PASSWORD, password=NEW, password_again=NEW)
    assert reception.status == 429

    clock.wait(minutes=6)
    reception.presses("Keep the new password", own_password=PASSWORD, password=NEW, password_again=NEW)
    assert "Your new password is kept" in reception.words


def test_a_long_password_of_any_letters_is_taken_whole(app, reception):
    long = "Zażółć gęślą jaźń, 木星 ξύλινη " * 4 + "ë"
    reception.opens("/account/password")
    reception.presses("Keep the new password", own_password=PASSWORD, password=long, password_again=long)
    assert "Your new password is kept" in reception.words

    assert signs_in(app, FIREFOX, password=long[:-1]).path == "/sign-in"
    # As another keyboard puts the same letters together.
    assert signs_in(app, FIREFOX, password=unicodedata.normalize("NFD", long)).path.startswith("/day/")


def test_a_sign_in_in_a_browser_that_is_known_is_not_told(app, elsewhere, clinic_database):
    elsewhere.opens("/sign-in").presses("Sign in", email="reception@clinic.example", password=PASSWORD)

    assert len(mails(clinic_database)) == 1


def test_a_flood_of_private_windows_is_told_a_few_times_a_day(app, reception, clinic_database, clock):
    for _ in range(account_mail.MOST_A_DAY + 3):
        assert signs_in(app, FIREFOX).path.startswith("/day/")
    assert len(mails(clinic_database)) == account_mail.MOST_A_DAY

    clock.wait(hours=25)
    signs_in(app, FIREFOX)
    assert len(mails(clinic_database)) == account_mail.MOST_A_DAY + 1


def test_wrong_passwords_are_told_to_nobody(app, reception, clinic_database):
    signs_in(app, FIREFOX, password="a wrong guess here")

    assert mails(clinic_database) == []


def test_what_is_mailed_says_when_and_what_to_do_and_no_secret(
    app, elsewhere, settings, clinic_database, clock
):
    (job,) = mails(clinic_database)
    with acting(clinic_database, settings=settings, now=clock.now) as op:
        user, letter = account_mail.letter_for(op, op.session.get_one(Job, job.id))
        assert user.email == "reception@clinic.example"
    for words in (letter.text, letter.html):
        assert "Safari on iPhone" in words
        assert "If it was not you" in words
        assert "change your password" in words
        # Whoever sends such a mail to deceive has a link in it.
        assert "/account" not in words


def test_the_session_is_another_after_each_showing_of_who_one_is(app, elsewhere, clock):
    tokens, forms = set(), set()

    def look() -> None:
        with elsewhere.client.session_transaction() as cookie:
            tokens.add(cookie["staff"])
            forms.add(cookie["csrf_token"])

    elsewhere.opens("/account")
    look()
    elsewhere.opens("/sign-in").presses("Sign in", email="reception@clinic.example", password=PASSWORD)
    elsewhere.opens("/account")
    look()
    for _ in range(2):
        clock.wait(minutes=6)
        elsewhere.opens("/account")
    elsewhere.presses("Forget Safari on iPhone").presses("Go on", own_password=PASSWORD)
    look()

    assert len(tokens) == len(forms) == 3


def test_a_form_token_from_before_the_sign_in_is_worth_nothing(app, reception):
    here = Colleague(make_strict(app)).opens("/sign-in")
    before = here.html.split('name="csrf_token" value="')[1].split('"')[0]
    here.presses("Sign in", email="reception@clinic.example", password=PASSWORD)

    sent = {"csrf_token": before, "signed_in": str(reception.user.id)}
    assert here.client.post("/account/sessions/end", data=sent).status_code == 400


def test_a_cookie_copied_before_the_password_was_shown_again_opens_nothing(app, elsewhere, clock):
    copied = make_strict(app)
    copied.set_cookie("backstory", elsewhere.client.get_cookie("backstory").value)
    assert copied.get("/account").status_code == 200
    for _ in range(2):
        clock.wait(minutes=6)
        elsewhere.opens("/account")
    elsewhere.presses("Forget Safari on iPhone").presses("Go on", own_password=PASSWORD)

    assert copied.get("/account").status_code == 303
    assert elsewhere.opens("/account").status == 200


def test_a_patient_has_another_session_after_each_date_of_birth(patient):
    tokens = set()
    for _ in range(2):
        patient.comes_in()
        with patient.client.session_transaction() as cookie:
            tokens.add(cookie["patient"])

    assert len(tokens) == 2


def test_another_role_begins_with_another_session(admin, reception, clinic_database, clock):
    with reception.client.session_transaction() as cookie:
        before = cookie["staff"]
    admin.opens(f"/users/{reception.user.id}").presses("Save the role", role="clinician")

    with acting(clinic_database, now=clock.now) as op:
        assert sessions.find(op, before, SessionKind.STAFF) is None
        assert op.session.get_one(User, reception.user.id).active
