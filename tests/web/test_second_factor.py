"""Sign-in with a second factor, as people use it and as others try to get past it."""

import json
import re
from html import unescape

import pyotp
import pytest
from sqlalchemy import select

from intake.config import Settings
from intake.services.staff.factors import holdings, passkeys, totp
from intake.services.staff.factors.methods import Method
from intake.storage.models import AuditEvent, Job, JobKind, Passkey, Role, TotpSecret, User, WebSession
from tests.acting import acting
from tests.authenticator import Authenticator
from tests.strict import make_strict
from tests.web.conftest import PASSWORD, add_staff, signed_in
from tests.web.staff import Colleague

EMAIL = "clinician@clinic.example"
HOME = "/account/second-factor"
NEEDED = {"BACKSTORY_SECOND_FACTOR": "reception, clinician, admin"}


@pytest.fixture
def settings_given():
    return {}


@pytest.fixture
def settings(tmp_path, settings_given) -> Settings:
    places = {"BACKSTORY_DATA_DIR": tmp_path / "data", "BACKSTORY_KEY_FILE": tmp_path / "keys/keys.json"}
    return Settings.from_environment({**{name: str(path) for name, path in places.items()}, **settings_given})


@pytest.fixture
def bello(clinic_database, clock) -> User:
    return add_staff(clinic_database, clock, "Dr Bello", Role.CLINICIAN)


@pytest.fixture
def secret(clinic_database, clock, bello) -> str:
    """The key of Dr Bello's app, set up a while ago."""
    return give_app(clinic_database, clock, bello)


@pytest.fixture
def browser(app):
    def another() -> Colleague:
        return Colleague(make_strict(app))

    return another


def give_app(database, clock, user) -> str:
    with acting(database, user, now=clock.now) as op:
        secret = totp.begin(op, op.user)
        totp.take_up(op, op.user, pyotp.TOTP(secret).at(clock.now))
        holdings.added(op, op.user, Method.TOTP)
        op.commit()
    clock.wait(minutes=2)
    return secret


def with_password(browser, email=EMAIL) -> Colleague:
    return browser().opens("/sign-in").presses("Sign in", email=email, password=PASSWORD)


def is_in(colleague) -> bool:
    return colleague.opens("/day/").path.startswith("/day/2026")


def test_password_and_code_let_in(browser, secret, clock, clinic_database):
    bello = with_password(browser)
    assert bello.path == "/sign-in/second"
    assert "One more step" in bello.words

    bello.presses("Sign in", second_code=pyotp.TOTP(secret).at(clock.now))

    assert is_in(bello)
    assert recorded(clinic_database, "staff:signed_in") == [{"methods": "password totp"}]


def test_nobody_skips_the_step_by_typing_an_address(browser, secret, app):
    bello = with_password(browser)

    for address in ("/day/", "/worklist/", "/settings", HOME, f"{HOME}/app", "/drafts/", "/here"):
        bello.opens(address)
        assert bello.path == "/sign-in", address
    with bello.client.session_transaction() as cookie:
        assert "staff" not in cookie


def test_a_step_that_took_too_long_begins_again(browser, secret, clock):
    bello = with_password(browser)
    clock.wait(minutes=5)

    bello.presses("Sign in", second_code=pyotp.TOTP(secret).at(clock.now))

    assert bello.path == "/sign-in"
    assert "took too long" in bello.words


def test_a_step_of_another_browser_is_none_here(browser, secret, clock):
    with_password(browser)
    thief = browser().opens("/sign-in/second")

    assert thief.path == "/sign-in"


def test_a_code_that_was_used_lets_nobody_in_elsewhere(browser, secret, clock):
    first, second = with_password(browser), with_password(browser)
    code = pyotp.TOTP(secret).at(clock.now)
    first.presses("Sign in", second_code=code)
    second.presses("Sign in", second_code=code)

    assert is_in(first)
    assert "not right, or it was used already" in second.words
    assert not is_in(second)


def test_guesses_at_codes_wait_and_say_for_how_long(browser, secret, clock):
    bello = with_password(browser)
    for _ in range(5):
        bello.presses("Sign in", second_code="000000")
    bello.presses("Sign in", second_code=pyotp.TOTP(secret).at(clock.now))

    assert bello.status == 429
    assert "Wait 5 minutes" in bello.words
    assert not is_in(bello)


def test_nobody_sees_who_has_a_second_factor_before_the_password_was_right(
    browser, secret, clinic_database, clock
):
    add_staff(clinic_database, clock, "Rosa", Role.RECEPTION)

    def tries(email):
        person = browser().opens("/sign-in").presses("Sign in", email=email, password="wrong wheelbarrows")
        return person.status, person.path, person.words.replace(email, "")

    assert tries(EMAIL) == tries("reception@clinic.example") == tries("nobody@clinic.example")


def test_the_page_that_was_asked_for_comes_after_the_second_step(browser, secret, clock):
    bello = browser().opens("/day/2026-12-24")
    bello.presses("Sign in", email=EMAIL, password=PASSWORD)
    bello.presses("Sign in", second_code=pyotp.TOTP(secret).at(clock.now))

    assert bello.path == "/day/2026-12-24"


def test_a_new_password_by_link_asks_for_the_second_factor_all_the_same(admin, browser, bello, secret):
    admin.opens(f"/users/{bello.id}").presses("Make a link for a new password")
    path = re.sub(r"^https?://[^/]+", "", admin.link_of_patient() or "")
    person = browser().opens(path)
    person.presses("Keep this password", password="seven yellow boats", password_again="seven yellow boats")
    person.presses("Sign in", email=EMAIL, password="seven yellow boats")

    assert person.path == "/sign-in/second"
    assert not is_in(person)


# ---- unlocking, and what was sent after the time was out


def test_a_covered_screen_asks_for_the_code_too(browser, secret, clock, bello):
    here = signed_in_by_code(browser, secret, clock)
    lock(here, bello)

    first = unlock(here, bello, password=PASSWORD)
    assert first.status_code == 202
    assert not is_in(here)

    assert unlock(here, bello, second_code="000000").status_code == 403
    assert unlock(here, bello, second_code=pyotp.TOTP(secret).at(clock.now)).status_code == 204
    assert is_in(here)


def test_a_page_sent_too_late_goes_on_after_password_and_code(browser, secret, clock, bello):
    here = signed_in_by_code(browser, secret, clock)
    clock.wait(minutes=11)
    form = {"signed_in": str(bello.id)}
    here.page = posts(here, f"{HOME}/app/begin", form)
    assert "You were signed out" in here.words

    here.presses("Go on", password_again=PASSWORD)
    assert "now your second factor" in here.words
    assert not is_in(here)

    here.page = posts(here, f"{HOME}/app/begin", form)
    here.presses("Go on", password_again=PASSWORD)
    here.presses("Go on", second_code_again=pyotp.TOTP(secret).at(clock.now))
    assert here.path == f"{HOME}/app"


def test_whoever_has_a_stolen_session_removes_nothing(browser, secret, clock, bello, clinic_database):
    thief = signed_in_by_code(browser, secret, clock)
    for _ in range(3):
        clock.wait(minutes=4)
        thief.opens("/day/")
    thief.opens(f"{HOME}/app").presses("Yes, remove the app")
    assert "Your password, please" in thief.words

    thief.presses("Go on", own_password=PASSWORD)
    assert "code" in thief.words
    thief.presses("Go on", own_password=PASSWORD, own_second_code="000000")
    assert thief.status == 403
    with clinic_database.reading() as session:
        assert session.scalars(select(TotpSecret)).one().active

    thief.presses("Go on", own_password=PASSWORD, own_second_code=pyotp.TOTP(secret).at(clock.now))
    with clinic_database.reading() as session:
        assert session.scalars(select(TotpSecret)).all() == []


# ---- setting up


def test_an_app_is_set_up_and_comes_with_recovery_codes(clinic_database, clock, app, browser):
    rosa = fresh(app, clinic_database, clock)
    elsewhere = signed_in_as(app, clinic_database, clock, rosa.user)
    rosa.opens(HOME).opens(f"{HOME}/app").presses("Set up an app")
    key = "".join(rosa.words_of("code")).replace(" ", "")

    picture = rosa.client.get(f"{HOME}/app/picture.svg")
    assert picture.mimetype == "image/svg+xml"
    assert picture.headers["Cache-Control"] == "no-store"
    assert key not in rosa.path

    rosa.presses("Use this app", second_code="000000")
    assert rosa.status == 422
    rosa.presses("Use this app", second_code=pyotp.TOTP(key).at(clock.now))
    made = rosa.words_of("code")
    assert len(made) == 10
    assert elsewhere.opens("/day/").path == "/sign-in"
    assert is_in(rosa)
    assert jobs(clinic_database).count(JobKind.TELL_OF_FACTOR_ADDED) == 1
    assert rosa.opens(f"{HOME}/recovery").words_of("code") == []

    person = with_password(browser, "reception@clinic.example")
    person.presses("Sign in", second_code=made[0].lower())
    assert is_in(person)
    assert "9" in person.opens(f"{HOME}/recovery").words


def test_a_key_that_was_begun_is_not_shown_to_whoever_finds_the_screen(clinic_database, clock, app):
    rosa = fresh(app, clinic_database, clock)
    rosa.opens(f"{HOME}/app").presses("Set up an app")
    for _ in range(3):
        clock.wait(minutes=4)
        rosa.opens("/day/")

    assert rosa.opens(f"{HOME}/app").words_of("code") == []
    assert rosa.client.get(f"{HOME}/app/picture.svg").status_code == 303


@pytest.mark.parametrize("settings_given", [NEEDED])
def test_who_needs_a_second_factor_sets_it_up_before_anything_else(browser, bello, clock, clinic_database):
    person = browser().opens("/day/2026-12-24")
    person.presses("Sign in", email=EMAIL, password=PASSWORD)
    assert person.path == HOME
    assert "Set up one of these two now" in person.words

    for address in ("/day/", "/worklist/", "/find", "/drafts/", f"{HOME}/recovery"):
        assert person.opens(address).path == HOME, address

    person.opens("/day/2026-12-24").opens(f"{HOME}/app").presses("Set up an app")
    key = "".join(person.words_of("code")).replace(" ", "")
    person.presses("Use this app", second_code=pyotp.TOTP(key).at(clock.now))
    assert 'href="/day/2026-12-24"' in person.html
    assert is_in(person)


@pytest.mark.parametrize("settings_given", [NEEDED])
def test_a_session_from_before_the_policy_goes_no_further(clinic_database, clock, app):
    """Also of somebody who signed in with an earlier version, which kept no methods."""
    rosa = fresh(app, clinic_database, clock)
    with clinic_database.writing() as session:
        session.scalars(select(WebSession)).one().methods = ""
        session.commit()

    assert rosa.opens("/day/").path == HOME


@pytest.mark.parametrize("settings_given", [NEEDED])
def test_a_patient_who_must_be_phoned_is_reached_before_it_is_set_up(come, clinic_database, clock, app):
    come("V05")
    rosa = fresh(app, clinic_database, clock)
    rosa.opens("/day/")
    assert "wait for a call" in rosa.words

    [address] = [each.get("href") for each in rosa.links("href") if "/alerts/" in each.get("href")]
    rosa.opens(address)
    assert rosa.path == address
    assert rosa.status == 200
    rosa.presses("I am doing this")
    assert rosa.path == address
    assert rosa.opens("/day/").path == HOME


@pytest.mark.parametrize("settings_given", [NEEDED])
def test_the_only_factor_is_not_removed_where_one_is_needed(browser, secret, clock):
    here = signed_in_by_code(browser, secret, clock)
    here.opens(f"{HOME}/app").presses("Yes, remove the app")

    assert here.status == 409
    assert "your role needs one" in here.words


# ---- somebody who has lost all


def test_another_admin_drops_factors_and_nobody_their_own(
    admin, bello, secret, clinic_database, clock, browser
):
    here = signed_in_by_code(browser, secret, clock)
    admin.opens(f"/users/{bello.id}").presses("Yes, drop them")

    assert not is_in(here)
    assert JobKind.TELL_OF_FACTORS_DROPPED in jobs(clinic_database)
    assert with_password(browser).path != "/sign-in/second"

    give_app(clinic_database, clock, admin.user)
    again = signed_in_as(admin.client.application, clinic_database, clock, admin.user)
    again.opens(f"/users/{admin.user.id}")
    assert "Yes, drop them" not in again.words
    assert posts(again, f"/users/{admin.user.id}/drop-factors", {}).status_code == 409


# ---- passkeys


@pytest.fixture
def passkey(clinic_database, clock, app, bello) -> Authenticator:
    """Dr Bello's passkey."""
    return give_passkey(signed_in_as(app, clinic_database, clock, bello), Authenticator())


def give_passkey(person: Colleague, made: Authenticator, name="My phone") -> Authenticator:
    person.opens(f"{HOME}/passkeys").presses("Add a passkey", name=name)
    options = unescape(re.search(r'data-new="([^"]*)"', person.html)[1])
    person.presses("Make the passkey", passkey=made.makes(options))
    return made


def posts(person: Colleague, address: str, data: dict, **how):
    """As a script or a form of the same browser sends it."""
    page = person.client.get("/sign-in").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]*)"', page)[1]
    return person.client.post(address, data={**data, "csrf_token": token}, **how)


def question(person: Colleague, wanted: str) -> str:
    answer = posts(person, "/sign-in/passkey/question", {"for": wanted})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def comes_with(person: Colleague, answer: str) -> Colleague:
    person.page = posts(person, "/sign-in/passkey", {"passkey": answer}, follow_redirects=True)
    return person


def test_a_passkey_alone_lets_in_and_no_list_of_accounts_is_given(browser, passkey, clinic_database):
    person = browser().opens("/sign-in")
    asked = question(person, "alone")
    assert json.loads(asked)["allowCredentials"] == []
    assert json.loads(asked)["userVerification"] == "required"

    comes_with(person, passkey.signs(asked))

    assert is_in(person)
    assert recorded(clinic_database, "staff:signed_in")[-1] == {"methods": "passkey"}


def test_a_passkey_that_has_not_looked_at_who_holds_it_does_only_beside_the_password(browser, passkey):
    passkey.verifies = False
    person = browser()
    assert "was not taken" in comes_with(person, passkey.signs(question(person, "alone"))).words
    assert not is_in(person)

    person = with_password(browser)
    person.presses("Sign in", passkey=passkey.signs(question(person, "second")))
    assert is_in(person)


def test_an_answer_counts_once(browser, passkey):
    first, second = browser(), browser()
    answer = passkey.signs(question(first, "alone"))
    assert is_in(comes_with(first, answer))

    question(second, "alone")
    assert not is_in(comes_with(second, answer))
    first.presses("Sign out")
    assert not is_in(comes_with(first, answer))


def test_an_answer_counts_for_five_minutes(browser, passkey, clock):
    person = browser()
    answer = passkey.signs(question(person, "alone"))
    clock.wait(minutes=5)

    assert not is_in(comes_with(person, answer))


def test_a_passkey_of_one_person_is_none_for_another(browser, passkey, clinic_database, clock, app):
    rosa = add_staff(clinic_database, clock, "Rosa", Role.RECEPTION)
    hers = give_passkey(signed_in_as(app, clinic_database, clock, rosa), Authenticator())
    person = with_password(browser)
    person.presses("Sign in", passkey=hers.signs(question(person, "second")))
    assert not is_in(person)

    claimed = Authenticator(id=hers.id, key=hers.key, count=hers.count, handle=passkey.handle)
    thief = browser()
    assert not is_in(comes_with(thief, claimed.signs(question(thief, "alone"))))


def test_a_passkey_of_another_site_or_another_key_is_none(browser, passkey):
    for wrong in (
        Authenticator(origin="https://evil.example", id=passkey.id, key=passkey.key, count=90),
        Authenticator(origin="http://127.0.0.1:8000", id=passkey.id, key=passkey.key, count=90),
        Authenticator(id=passkey.id, count=90),
        Authenticator(),
    ):
        person = browser()
        assert not is_in(comes_with(person, wrong.signs(question(person, "alone"))))


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", '{"rawId": 7}', '{"rawId": "AAAA"}', "x" * 30_000]
)
def test_what_is_no_answer_is_refused(browser, passkey, answer):
    person = browser()
    question(person, "alone")

    assert not is_in(comes_with(person, answer))


def test_a_passkey_that_counts_backwards_is_refused_recorded_and_told(browser, passkey, clinic_database):
    copy = Authenticator(id=passkey.id, key=passkey.key, handle=passkey.handle, count=passkey.count - 1)
    person = browser()
    comes_with(person, passkey.signs(question(person, "alone")))
    thief = browser()

    assert not is_in(comes_with(thief, copy.signs(question(thief, "alone"))))
    assert recorded(clinic_database, "staff:passkey_refused")
    assert JobKind.TELL_OF_COPIED_PASSKEY in jobs(clinic_database)


def test_passkeys_are_listed_and_removed_one_by_one(clinic_database, clock, app, bello, passkey, browser):
    person = signed_in_as(app, clinic_database, clock, bello)
    clock.wait(seconds=1)
    give_passkey(person, Authenticator(), "The blue key")
    person.opens(f"{HOME}/passkeys")
    assert "My phone" in person.words
    assert "The blue key" in person.words

    person.presses("Yes, remove it")

    assert "My phone" not in person.words
    other = browser()
    assert not is_in(comes_with(other, passkey.signs(question(other, "alone"))))


def test_a_passkey_shows_that_it_is_still_them(clinic_database, clock, app, bello, passkey):
    person = signed_in_as(app, clinic_database, clock, bello)
    for _ in range(3):
        clock.wait(minutes=4)
        person.opens("/day/")
    person.opens(f"{HOME}/passkeys").presses("Yes, remove it")
    assert "Your password, please" in person.words
    clock.wait(minutes=1)

    person.presses("Go on", own_passkey=passkey.signs(question(person, "proof")))

    assert "You have none" in person.words


def test_a_covered_screen_opens_by_passkey_for_its_owner_alone(clinic_database, clock, app, bello, passkey):
    person = signed_in_as(app, clinic_database, clock, bello)
    lock(person, bello)
    rosa = add_staff(clinic_database, clock, "Rosa", Role.RECEPTION)
    hers = give_passkey(signed_in_as(app, clinic_database, clock, rosa), Authenticator())

    assert unlock(person, bello, passkey=hers.signs(question(person, "alone"))).status_code == 403
    assert unlock(person, bello, passkey=passkey.signs(question(person, "alone"))).status_code == 204
    assert is_in(person)


def test_another_persons_step_makes_no_passkey(clinic_database, clock, app, bello, browser):
    person = signed_in_as(app, clinic_database, clock, bello)
    person.opens(f"{HOME}/passkeys").presses("Add a passkey", name="Mine")
    options = unescape(re.search(r'data-new="([^"]*)"', person.html)[1])
    answer = Authenticator().makes(options)
    rosa = fresh(app, clinic_database, clock)

    page = posts(rosa, f"{HOME}/passkeys", {"name": "Mine", "passkey": answer})

    assert page.status_code == 422
    with clinic_database.reading() as session:
        assert session.scalars(select(Passkey)).all() == []


@pytest.mark.parametrize("settings_given", [{"BACKSTORY_PUBLIC_URL": "http://192.0.2.7:8000"}])
def test_an_address_of_numbers_has_no_passkeys_and_says_so(clinician, browser):
    assert "This clinic can have no passkeys" in clinician.opens(f"{HOME}/passkeys").words
    assert "passkey" not in browser().opens("/sign-in").html
    assert posts(clinician, "/sign-in/passkey/question", {"for": "alone"}).status_code == 404


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://intake.example.org", "https://intake.example.org"),
        ("https://intake.example.org:443", "https://intake.example.org"),
        ("https://Intake.example.org:8443", "https://intake.example.org:8443"),
        ("http://localhost:8301", "http://localhost:8301"),
        ("http://intake.example.org", None),
        ("https://192.0.2.7", None),
        ("http://[::1]:8000", None),
        ("http://127.0.0.1:8000", None),
    ],
)
def test_passkeys_are_bound_to_the_public_address(address, origin):
    site = passkeys.Site.of(Settings.from_environment({"BACKSTORY_PUBLIC_URL": address}))

    assert (site.origin if site else None) == origin


def test_questions_to_passkeys_do_not_fill_the_database(browser):
    person = browser()
    answers = [posts(person, "/sign-in/passkey/question", {"for": "alone"}) for _ in range(61)]

    assert [answer.status_code for answer in answers[-2:]] == [200, 429]


# ---- settings


@pytest.mark.parametrize(
    ("said", "roles"),
    [
        ("reception, Admin", {"reception", "admin"}),
        ("none", set()),
        ("", set()),
    ],
)
def test_the_clinic_says_who_needs_one(said, roles):
    assert Settings.from_environment({"BACKSTORY_SECOND_FACTOR": said}).second_factor == roles


def fresh(app, database, clock) -> Colleague:
    """Rosa at a screen, who signed in by password alone a moment ago."""
    rosa = signed_in(app, database, clock, "Rosa Reception", Role.RECEPTION)
    with database.writing() as session:
        session.scalars(
            select(WebSession).where(WebSession.user_id == rosa.user.id)
        ).one().methods = "password"
        session.commit()
    return rosa


def signed_in_as(app, database, clock, user) -> Colleague:
    from intake.services.staff import sessions

    with acting(database, now=clock.now) as op:
        token = sessions.start_staff(op, op.session.merge(user), methods="passkey")
        op.commit()
    client = make_strict(app)
    with client.session_transaction() as cookie:
        cookie["staff"] = token
    return Colleague(client, user)


def signed_in_by_code(browser, secret, clock) -> Colleague:
    person = with_password(browser)
    person.presses("Sign in", second_code=pyotp.TOTP(secret).at(clock.now))
    clock.wait(seconds=30)
    return person


def lock(person, user):
    assert posts(person, "/lock", {"user": str(user.id)}).status_code == 204
    assert not is_in(person)


def unlock(person, user, **typed):
    return posts(person, "/unlock", {"user": str(user.id), **typed})


def jobs(database) -> list[JobKind]:
    with database.reading() as session:
        return list(session.scalars(select(Job.kind).order_by(Job.made_at)))


def recorded(database, action) -> list[dict]:
    with database.reading() as session:
        found = session.scalars(select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.at))
        return [json.loads(each.detail) for each in found]
