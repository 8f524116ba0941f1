"""What the provider begins it can end; who has no password shows it there again; and a way in stays."""

import re
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.errors import SecurityWarning
from sqlalchemy import select

from intake.config import Settings, SettingsInvalid
from intake.services import audit
from intake.services.audit import Action
from intake.services.messages import correspondence
from intake.services.staff import emergency
from intake.services.staff.sign_on.answers import LONGEST_ANSWER, ProviderAway
from intake.services.staff.sign_on.provider import keys_in
from intake.storage.models import Job, JobKind, Role, User
from tests.acting import acting, looking
from tests.sso.conftest import ADA, LABEL, ROSA
from tests.sso.provider import LOGOUT_EVENT, another, key, running_provider
from tests.web.conftest import PASSWORD, add_staff

DAY = "/day/2026-11-23"
EMERGENCY = "glass@clinic.example"
WITHOUT_PASSWORDS = {"PASSWORD_SIGN_IN": "no", "EMERGENCY_ACCOUNT": EMERGENCY}
without_passwords = pytest.mark.parametrize("said", [WITHOUT_PASSWORDS])


@pytest.fixture
def glass(clinic_database, clock):
    """The emergency account."""
    return add_staff(clinic_database, clock, "Break Glass", Role.ADMIN, "glass")


def logs_out(browser, token: str) -> int:
    """The provider posts a logout token; it has no cookie of ours."""
    return browser().client.post("/sign-on/ended", data={"logout_token": token}).status_code


def test_the_provider_ends_exactly_the_sign_on_that_it_names(browser_of, provider, rosa):
    at_desk = browser_of(rosa).signs_on(another(ROSA, more={"sid": "at-the-desk"}))
    at_home = browser_of(rosa).signs_on(another(ROSA, more={"sid": "at-home"}))

    assert logs_out(browser_of, provider.logout_token(ROSA.sub, "at-home")) == 200
    assert (at_desk.is_in, at_home.is_in) == (True, False)

    assert logs_out(browser_of, provider.logout_token(sid="at-the-desk")) == 200
    assert not at_desk.is_in


def test_all_of_a_persons_sign_ons_end_and_nobody_elses(browser_of, provider, rosa, ada):
    hers = [browser_of(rosa).signs_on(ROSA) for _ in range(2)]
    of_another = browser_of(ada).signs_on(ADA)
    password = browser_of(rosa).opens("/sign-in")
    password.presses("Sign in", email="reception@clinic.example", password=PASSWORD)

    assert logs_out(browser_of, provider.logout_token(ROSA.sub)) == 200

    assert [each.is_in for each in hers] == [False, False]
    assert of_another.is_in
    assert password.is_in


WRONG: dict[str, dict[str, Any]] = {
    "of another issuer": {"iss": "https://evil.example"},
    "for another": {"aud": "somebody-else"},
    "for another as well": {"aud": ["backstory", "somebody-else"]},
    "for nobody": {"aud": None},
    "without a time": {"iat": None},
    "without a name": {"jti": None},
    "about nobody": {"sub": None},
    "with a nonce": {"nonce": "n"},
    "without the event": {"events": {}},
    "without events": {"events": None},
    "with another event": {"events": {"http://schemas.openid.net/event/else": {}}},
    "with an event of no object": {"events": {LOGOUT_EVENT: True}},
    "with events in words": {"events": LOGOUT_EVENT},
}


def test_no_other_token_ends_a_session(browser_of, provider, rosa):
    hers = browser_of(rosa).signs_on(ROSA)
    tokens = {what: provider.logout_token(**{"sub": ROSA.sub, **over}) for what, over in WRONG.items()}
    honest = {"iss": provider.url, "aud": "backstory", "iat": provider.now, "jti": "1", "sub": ROSA.sub}
    honest["events"] = {LOGOUT_EVENT: {}}
    tokens |= {
        "over": provider.logout_token(ROSA.sub, exp=provider.now - 61),
        "made long ago": provider.logout_token(ROSA.sub, iat=provider.now - 12 * 60, exp=None),
        "made in the future": provider.logout_token(ROSA.sub, iat=provider.now + 61),
        "an ID token": provider.tokens[-1],
        "an access token": provider.sign(honest, typ="at+jwt"),
        "of a stranger": provider.sign(honest, with_key=key("strange"), kid="first"),
        "nothing": "",
        "very long": "x" * 40_000,
    }

    for what, token in tokens.items():
        assert logs_out(browser_of, token) == 400, what
    assert hers.is_in
    assert logs_out(browser_of, provider.sign(honest)) == 200
    assert not hers.is_in


def test_a_logout_counts_once(browser_of, provider, rosa, clock):
    browser_of(rosa).signs_on(ROSA)
    token = provider.logout_token(ROSA.sub)
    assert logs_out(browser_of, token) == 200
    hers = browser_of(rosa).signs_on(ROSA)

    assert logs_out(browser_of, token) == 400
    clock.wait(minutes=9)
    assert logs_out(browser_of, token) == 400
    assert hers.is_in


def test_who_ended_it_is_recorded(browser_of, provider, rosa, clinic_database, clock):
    browser_of(rosa).signs_on(ROSA)
    logs_out(browser_of, provider.logout_token(ROSA.sub))

    with looking(clinic_database, now=clock.now) as op:
        [out] = audit.history(op.session, Action.STAFF_SIGNED_OUT)
        assert (out.actor, out.detail) == ("nobody", {"by": "provider"})


def test_signing_out_leads_to_the_providers_own_way_out(browser_of, provider, rosa):
    hers = browser_of(rosa).signs_on(ROSA)

    hers.presses("Sign out")

    assert hers.path == "/sign-on/signed-out"
    assert "Sign out of the work account too" in hers.words
    out = hers.client.get("/sign-on/out")
    assert out.location.startswith(f"{provider.url}/out?client_id=backstory&post_logout_redirect_uri=")
    assert not any(token in out.location for token in provider.tokens)


def test_where_somebody_was_signed_in_the_provider_asks_again_who_comes_next(browser_of, provider, rosa, ada):
    """At a desk that many use: else the next person would be signed in as the one before."""
    desk = browser_of(rosa)
    assert "prompt" not in desk.leaves()
    desk.signs_on(ROSA).presses("Sign out")

    assert "prompt=login" in desk.leaves()
    desk.signs_on(ROSA, auth_time=provider.now - 3600)
    assert "Please show again who you are" in desk.words
    assert not desk.is_in


def test_a_provider_that_does_not_say_when_is_believed_at_the_sign_in_and_never_at_a_page_that_waits(
    browser_of, provider, rosa
):
    provider.lie = lambda there, honest: there.sign({k: v for k, v in honest.items() if k != "auth_time"})
    desk = browser_of(rosa).signs_on(ROSA).presses("Sign out")

    assert desk.signs_on(ROSA).path == DAY
    assert "Nothing was unlocked" in desk.signs_on(ROSA, f"/sign-on/again/{rosa.id}").words


def locked(browser) -> None:
    """Their screen has locked itself."""
    page = browser.opens("/day/").html
    token = re.search(r'data-token="([^"]+)"', page)
    assert token is not None
    browser.client.post("/lock", data={"user": str(browser.user.id), "csrf_token": token[1]})
    assert not browser.is_in


def test_a_locked_screen_opens_for_the_person_it_waits_for(browser_of, provider, rosa, clock):
    desk = browser_of(rosa).signs_on(ROSA)
    locked(desk)
    clock.wait(minutes=5)
    address = desk.leaves(f"/sign-on/again/{rosa.id}")
    assert "prompt=login" in address
    assert "max_age=0" in address

    desk.opens(provider.comes_back(address, ROSA))

    assert desk.path == "/sign-on/done"
    assert desk.is_in


def test_a_locked_screen_opens_for_nobody_else(browser_of, provider, rosa, ada):
    desk = browser_of(rosa).signs_on(ROSA)
    locked(desk)

    desk.signs_on(ADA, f"/sign-on/again/{rosa.id}")

    assert "That was somebody else" in desk.words
    assert not desk.is_in
    desk.user = ada
    assert not desk.is_in


def test_an_old_sign_in_at_the_provider_unlocks_nothing(browser_of, provider, rosa, clock):
    desk = browser_of(rosa).signs_on(ROSA)
    locked(desk)
    clock.wait(minutes=5)

    for auth_time in (provider.now - 5 * 60, provider.now - 61, provider.now + 61):
        desk.signs_on(ROSA, f"/sign-on/again/{rosa.id}", auth_time=auth_time)
        assert "Nothing was unlocked" in desk.words
        assert not desk.is_in


@without_passwords
def test_people_are_changed_after_it_was_shown_again(browser_of, provider, ada, glass, rosa, clock):
    hers = browser_of(ada).signs_on(ADA)
    clock.wait(minutes=9)
    hers.opens("/users")
    clock.wait(minutes=2)
    hers.opens(f"/users/{rosa.id}").presses("Yes, let in no longer")
    assert "Please show again who you are" in hers.words
    assert "Password" not in hers.words
    waiting = hers.page

    assert hers.signs_on(ADA, f"/sign-on/again/{ada.id}").path == "/sign-on/done"

    hers.page = waiting
    hers.presses("Go on")
    assert "Let in no longer" in hers.words
    assert hers.offers("Let in again")


def test_a_cookie_copied_before_it_was_shown_again_opens_nothing(browser_of, provider, rosa, clock):
    hers = browser_of(rosa).signs_on(ROSA)
    with hers.client.session_transaction() as cookie:
        before = cookie["staff"]
    clock.wait(minutes=2)

    hers.signs_on(ROSA, f"/sign-on/again/{rosa.id}")

    copied = browser_of(rosa)
    with copied.client.session_transaction() as cookie:
        cookie["staff"] = before
    assert (hers.is_in, copied.is_in) == (True, False)


@without_passwords
def test_what_was_sent_after_the_session_goes_on_once_it_was_shown_again(
    browser_of, provider, ada, glass, rosa, clock
):
    hers = browser_of(ada).signs_on(ADA).opens(f"/users/{rosa.id}")
    clock.wait(minutes=11)
    hers.presses("Yes, let in no longer")
    assert "You were signed out" in hers.words
    assert LABEL in hers.words
    waiting = hers.page

    hers.signs_on(ADA, f"/sign-on/again/{ada.id}")

    hers.page = waiting
    # Made before they signed in again, so it is handed back once, in their name.
    assert "You were signed out" not in hers.presses("Go on").words
    assert hers.presses("Try again").offers("Let in again")


@without_passwords
def test_without_passwords_none_lets_anybody_in_but_that_of_the_emergency_account(
    browser_of, rosa, glass, ada
):
    hers = browser_of(rosa).opens("/sign-in")
    assert LABEL in hers.words
    assert "Emergency account" in hers.words

    for user in (rosa, ada):
        hers.opens("/sign-in").presses("Sign in", email=user.email, password=PASSWORD)
        assert "We could not sign you in" in hers.words
    hers.user = glass
    assert hers.opens("/sign-in").presses("Sign in", email=EMERGENCY, password=PASSWORD).path == "/settings"
    assert hers.is_in


@without_passwords
def test_without_passwords_no_link_makes_one(browser_of, rosa, glass, ada, clinic_database, clock):
    office = browser_of(ada).signs_on(ADA)
    assert not office.opens(f"/users/{rosa.id}").offers("Make a link for a new password")
    assert office.opens(f"/users/{glass.id}").offers("Make a link for a new password")

    office.opens("/users/new").presses("Save", name="Nadia", email="nadia@clinic.example", role="reception")

    assert "/welcome/" not in office.html
    assert browser_of().signs_on(another(ROSA, sub="n", email="nadia@clinic.example")).path == DAY


@without_passwords
def test_whenever_the_emergency_account_is_used_everybody_hears_of_it(
    browser_of, ada, glass, settings, clinic_database, clock
):
    office = browser_of(ada).signs_on(ADA)
    assert "emergency account was used" not in office.opens("/users").words

    browser_of(glass).opens("/sign-in").presses("Sign in", email=EMERGENCY, password=PASSWORD)

    assert "The emergency account was used on" in office.opens("/users").words
    with looking(clinic_database, settings=settings, now=clock.now) as op:
        [used] = audit.history(op.session, Action.STAFF_EMERGENCY_SIGN_IN)
        assert used.actor == f"staff:{glass.id}"
        told = op.session.scalars(select(Job).where(Job.kind == JobKind.TELL_OF_EMERGENCY)).all()
        letters = [correspondence.to_clinic(op, each) for each in told]
        assert {each.to for each in letters} == {ada.email, EMERGENCY}
        assert "emergency account" in letters[0].letter.text
    clock.wait(days=8)
    assert "emergency account was used" not in browser_of(ada).signs_on(ADA).opens("/users").words


@without_passwords
def test_the_emergency_account_stays(browser_of, ada, glass):
    office = browser_of(ada).signs_on(ADA).opens(f"/users/{glass.id}")

    assert "This is the emergency account" in office.presses("Yes, let in no longer").words
    assert "This is the emergency account" in office.presses("Save the roles", role="reception").words


def test_a_clinic_without_a_way_in_for_emergencies_does_not_start(settings):
    for given in (
        {"BACKSTORY_EMERGENCY_ACCOUNT": ""},
        {"BACKSTORY_SIGN_ON_ISSUER": "", "BACKSTORY_EMERGENCY_ACCOUNT": EMERGENCY},
    ):
        with pytest.raises(SettingsInvalid, match="BACKSTORY_PASSWORD_SIGN_IN is no"):
            Settings.from_environment({**settings.given, "BACKSTORY_PASSWORD_SIGN_IN": "no", **given})


@without_passwords
def test_what_is_wrong_with_the_emergency_account_is_found(settings, clinic_database, clock):
    def problem() -> str | None:
        with looking(clinic_database, settings=settings, now=clock.now) as op:
            return emergency.problem(op)

    assert "names no admin" in str(problem())
    user = add_staff(clinic_database, clock, "Break Glass", Role.ADMIN, "glass")
    assert problem() is None
    with acting(clinic_database, now=clock.now) as op:
        op.session.get_one(User, user.id).password_hash = None
        op.commit()
    assert "no password" in str(problem())


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/.well-known/openid-configuration", (500, {}, b"")),
        ("/.well-known/openid-configuration", (200, {}, b"<html>")),
        ("/.well-known/openid-configuration", (200, {}, b"[]")),
        ("/.well-known/openid-configuration", (200, {}, b'{"issuer": "https://evil.example"}')),
        ("/.well-known/openid-configuration", (200, {}, b" " * (LONGEST_ANSWER + 1))),
        ("/keys", (200, {}, b'{"keys": []}')),
        ("/keys", (200, {}, b'{"keys": [{"kty": "oct", "k": "AAAA", "kid": "first"}]}')),
        ("/keys", (200, {}, b"{" * 200_000)),
    ],
)
def test_while_the_provider_is_away_a_page_says_so_and_other_ways_in_remain(
    browser_of, provider, rosa, path, answer
):
    provider.answers[path] = answer
    hers = browser_of(rosa).opens("/sign-on")

    assert hers.path == "/sign-on/stopped"
    assert "The sign-in service does not answer" in hers.words
    hers.opens("/sign-in").presses("Sign in", email="reception@clinic.example", password=PASSWORD)
    assert hers.is_in


def test_a_provider_that_has_gone_away_in_between_lets_nobody_in(browser_of, provider, rosa):
    hers = browser_of(rosa)
    back = provider.comes_back(hers.leaves(), ROSA)
    provider.answers["/token"] = (503, {}, b"")

    assert "does not answer" in hers.opens(back).words
    assert not hers.is_in


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token", "/me"])
def test_no_redirect_is_followed(browser_of, provider, rosa, clock, path):
    """It could lead inside the clinic's own network, or take the secret along."""
    provider.tells_by_user_info = True
    with running_provider(clock) as inside:
        provider.answers[path] = (302, {"Location": f"{inside.url}{path}"}, b"")
        hers = browser_of(rosa)
        answer = hers.client.get("/sign-on")
        if "authorize" in answer.location:
            hers.opens(provider.comes_back(answer.location, ROSA))

        assert not hers.is_in
        assert inside.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "http://10.0.0.1/x",
        "ftp://127.0.0.1/x",
        "file:///etc/passwd",
        "https://u:p@127.0.0.1/x",
        "//x",
        5,
        None,
    ],
)
@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_an_address_that_is_not_encrypted_is_not_asked(browser_of, provider, name, address):
    provider.discovery = {name: address}

    assert "does not answer" in browser_of().opens("/sign-on").words
    assert provider.asked == ["/.well-known/openid-configuration"]


def test_a_provider_that_says_it_is_another_is_not_used(browser_of, provider):
    provider.discovery = {"issuer": "https://evil.example"}

    assert "does not answer" in browser_of().opens("/sign-on").words
    assert provider.asked == ["/.well-known/openid-configuration"]


def test_a_key_that_is_too_short_is_none():
    def published(bits: int) -> dict[str, Any]:
        modulus = rsa.generate_private_key(65537, bits).public_key().public_numbers().n
        n = urlsafe_b64encode(modulus.to_bytes(bits // 8)).rstrip(b"=").decode()
        return {"keys": [{"kty": "RSA", "e": "AQAB", "n": n}]}

    assert len(keys_in(published(2048)).keys) == 1
    with pytest.warns(SecurityWarning), pytest.raises(ProviderAway, match="no key"):
        keys_in(published(1024))


def test_a_link_of_another_site_signs_nobody_in_before_they_press(browser_of, provider, rosa):
    for site in ("cross-site", "same-site"):
        answer = browser_of().client.get(
            "/sign-on?next=/day/2026-12-24", headers={"Sec-Fetch-Site": site}, follow_redirects=True
        )

        assert answer.request.path == "/sign-in"
        assert LABEL in answer.get_data(as_text=True)
        assert "/sign-on?next=/day/2026-12-24" in answer.get_data(as_text=True)
    assert provider.asked == []


def test_a_sign_on_leads_on_to_our_own_pages_alone(browser_of, provider, rosa):
    assert browser_of(rosa).signs_on(ROSA, "/sign-on?next=/day/2026-12-24").path == "/day/2026-12-24"

    for address in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        hers = browser_of(rosa).signs_on(ROSA, f"/sign-on?next={quote(address)}")
        assert hers.path == DAY, address


def test_a_provider_is_asked_for_its_papers_once(browser_of, provider, rosa):
    for _ in range(3):
        browser_of(rosa).signs_on(ROSA)

    assert provider.asked.count("/keys") == provider.asked.count("/.well-known/openid-configuration") == 1


def test_a_clinic_without_a_provider_has_none_of_its_pages(tmp_path, clock):
    from intake.app import create_app
    from tests.strict import make_strict

    named = {"BACKSTORY_DATA_DIR": str(tmp_path / "x"), "BACKSTORY_KEY_FILE": str(tmp_path / "y/keys.json")}
    app = create_app(Settings.from_environment(named), clock=clock)
    app.clinic.database.migrate()
    client = make_strict(app)
    for path in ("/sign-on", "/sign-on/back?state=x&code=y", "/sign-on/out", "/sign-on/stopped"):
        assert client.get(path).status_code == 404
    assert client.post("/sign-on/ended", data={"logout_token": "x"}).status_code == 404
    app.clinic.database.dispose()
