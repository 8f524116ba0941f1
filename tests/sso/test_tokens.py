"""A provider that lies lets nobody in: what comes back, what it gives for the code, and its logout."""

import base64
import json
from typing import Any

import pytest
from joserfc import jws

from tests.sso.conftest import ADA, ROSA
from tests.sso.provider import CLIENT_SECRET, Claims, HostileProvider, another, key, signed_with_secret

REFUSED = "We could not sign you in"
ONCE_MORE = "Please sign in once more"


def says(**claims: Any) -> Any:
    """An ID token with these claims over the honest ones; None takes one out."""
    return lambda there, honest: there.sign({k: v for k, v in {**honest, **claims}.items() if v is not None})


def later(name: str, seconds: int) -> Any:
    return lambda there, honest: there.sign({**honest, name: there.now + seconds})


def unsigned(there: HostileProvider, honest: Claims) -> str:
    parts = (json.dumps(each).encode() for each in ({"alg": "none"}, honest))
    return ".".join(base64.urlsafe_b64encode(each).rstrip(b"=").decode() for each in parts) + "."


def changed_afterwards(there: HostileProvider, honest: Claims) -> str:
    head, _, signature = there.sign(honest).split(".")
    body = base64.urlsafe_b64encode(json.dumps({**honest, "sub": ADA.sub}).encode()).rstrip(b"=").decode()
    return f"{head}.{body}.{signature}"


LIES = {
    "another nonce": says(nonce="another"),
    "no nonce": says(nonce=None),
    "a nonce that is no word": says(nonce=True),
    "for another": says(aud="somebody-else"),
    "for another as well": says(aud=["backstory", "somebody-else"], azp="backstory"),
    "for nobody": says(aud=None),
    "for a list of nobody": says(aud=[]),
    "at the wish of another": says(azp="somebody-else"),
    "of another issuer": says(iss="https://evil.example"),
    "of no issuer": says(iss=None),
    "about nobody": says(sub=None),
    "about an empty name": says(sub=""),
    "about a number": says(sub=1),
    "about a very long name": says(sub="x" * 256),
    "without an end": says(exp=None),
    "with an end that never comes": says(exp=float("inf")),
    "with an end in words": says(exp="tomorrow"),
    "over": later("exp", -61),
    "not yet begun": later("nbf", 61),
    "made in the future": later("iat", 61),
    "made long ago": later("iat", -12 * 60),
    "without a time": says(iat=None),
    "with another access token": says(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "a logout token": says(events={"http://schemas.openid.net/event/backchannel-logout": {}}),
    "signed by a stranger with the name of the key": lambda there, honest: there.sign(
        honest, with_key=key("strange"), kid="first"
    ),
    "signed by a key that is not published": lambda there, honest: there.sign(
        honest, with_key=key("strange"), kid="strange"
    ),
    "not signed": unsigned,
    "signed, and changed afterwards": changed_afterwards,
    "signed with the public key as a secret": lambda _there, honest: signed_with_secret(
        honest, key("first").as_pem(private=False)
    ),
    "signed with the secret of the clinic": lambda _there, honest: signed_with_secret(
        honest, CLIENT_SECRET.encode()
    ),
    "with its own key along": lambda there, honest: there.sign(
        honest, with_key=key("strange"), kid="x", jwk=key("strange").as_dict(private=False)
    ),
    "no token": lambda _there, _honest: "nothing",
    "two dots": lambda _there, _honest: "..",
    "not of letters": lambda _there, _honest: "é.é.é",
    "of no object": lambda _there, _honest: jws.serialize_compact(
        {"alg": "RS256", "kid": "first"}, b"[1]", key("first")
    ),
    "with the address of its own key": lambda there, honest: there.sign(
        honest, with_key=key("strange"), kid="x", jku=f"{there.url}/strange"
    ),
}


def test_no_lie_of_a_token_lets_anybody_in(browser_of, provider, rosa, ada):
    for what, lie in LIES.items():
        hers = browser_of(rosa)
        provider.lie = lie

        hers.signs_on(ROSA)

        assert hers.path == "/sign-on/stopped", what
        assert REFUSED in hers.words, what
        assert not hers.is_in, what
    provider.lie = None
    assert browser_of(rosa).signs_on(ROSA).path == "/day/2026-11-23"


def test_a_token_within_the_drift_of_two_clocks_is_taken(browser_of, provider, rosa):
    for name, seconds in (("exp", -55), ("iat", 55), ("nbf", 55)):
        provider.lie = later(name, seconds)

        assert browser_of(rosa).signs_on(ROSA).path == "/day/2026-11-23", name


def test_an_answer_counts_once(browser_of, provider, rosa):
    hers = browser_of(rosa)
    back = provider.comes_back(hers.leaves(), ROSA)
    copy = browser_of(rosa)
    with hers.client.session_transaction() as cookie, copy.client.session_transaction() as copied:
        copied.update(cookie)

    assert hers.opens(back).path == "/day/2026-11-23"
    assert ONCE_MORE in hers.opens(back).words
    provider.codes[back.split("code=")[1].split("&")[0]].used = False

    assert ONCE_MORE in copy.opens(back).words
    assert not copy.is_in


def test_a_code_that_was_used_elsewhere_lets_nobody_in(browser_of, provider, rosa):
    hers = browser_of(rosa)
    back = provider.comes_back(hers.leaves(), ROSA)
    for issued in provider.codes.values():
        issued.used = True

    assert REFUSED in hers.opens(back).words
    assert not hers.is_in


def test_the_answer_to_another_browser_lets_nobody_in(browser_of, provider, rosa):
    """Somebody sends their own answer to her: she would work in their account."""
    mallory = another(ROSA, sub="mallory", email="mallory@clinic.example")
    theirs = browser_of()
    back = provider.comes_back(theirs.leaves(), mallory)
    hers = browser_of(rosa)
    assert ONCE_MORE in hers.opens(back).words

    # With her own state, but their code: it was given for another proof and another nonce.
    stolen = provider.comes_back(theirs.leaves(), mallory).split("code=")[1].split("&")[0]
    hers.opens(provider.comes_back(hers.leaves(), ROSA, code=stolen))

    assert REFUSED in hers.words
    assert not hers.is_in


def test_a_state_is_good_for_ten_minutes(browser_of, provider, rosa, clock):
    hers = browser_of(rosa)
    back = provider.comes_back(hers.leaves(), ROSA)
    clock.wait(minutes=10, seconds=1)

    assert ONCE_MORE in hers.opens(back).words
    assert "/token" not in provider.asked


@pytest.mark.parametrize("over", [{"state": "another"}, {"state": ""}, {"state": "é"}])
def test_another_state_lets_nobody_in(browser_of, provider, rosa, over):
    hers = browser_of(rosa)

    assert ONCE_MORE in hers.signs_on(ROSA, **over).words
    assert "/token" not in provider.asked


def test_a_word_that_comes_twice_counts_not_at_all(browser_of, provider, rosa):
    hers = browser_of(rosa)
    back = provider.comes_back(hers.leaves(), ROSA)

    assert ONCE_MORE in hers.opens(f"{back}&state=another").words
    assert not hers.is_in


def test_an_answer_in_the_name_of_another_provider_is_refused(browser_of, provider, rosa):
    """RFC 9207: two providers, one of them hostile, must not be mixed up."""
    assert REFUSED in browser_of(rosa).signs_on(ROSA, iss="https://evil.example").words
    assert REFUSED in browser_of(rosa).signs_on(ROSA, iss="").words
    assert "/token" not in provider.asked


def test_a_provider_that_does_not_name_itself_need_not(browser_of, provider, rosa):
    provider.discovery = {"authorization_response_iss_parameter_supported": None}

    assert browser_of(rosa).signs_on(ROSA, iss="").path == "/day/2026-11-23"
    assert REFUSED in browser_of(rosa).signs_on(ROSA, iss="https://evil.example").words


def test_whoever_was_stopped_at_the_provider_is_told_so(browser_of, provider, rosa):
    hers = browser_of(rosa).signs_on(ROSA, code="", error="access_denied")

    assert "You were not signed in" in hers.words
    assert not hers.is_in


def test_what_is_asked_proves_itself_and_differs_each_time(browser_of, provider, rosa):
    hers = browser_of(rosa)
    first, second = hers.leaves(), hers.leaves()

    for name in ("state=", "nonce=", "code_challenge="):
        values = [each.split(name)[1].split("&")[0] for each in (first, second)]
        assert values[0] != values[1]
        assert min(map(len, values)) >= 43
    assert "code_challenge_method=S256" in first
    assert "scope=openid+email+profile" in first or "scope=openid%20email%20profile" in first


def test_two_windows_may_sign_on_beside_each_other(browser_of, provider, rosa):
    hers = browser_of(rosa)
    one, two = (provider.comes_back(hers.leaves(), ROSA) for _ in range(2))

    assert hers.opens(two).path == hers.opens(one).path == "/day/2026-11-23"


def test_a_new_key_is_found_and_an_old_one_forgotten(browser_of, provider, rosa, ada):
    assert browser_of(rosa).signs_on(ROSA).path == "/day/2026-11-23"
    provider.signing, provider.published = "second", ("second",)

    assert browser_of(rosa).signs_on(ROSA).path == "/day/2026-11-23"

    provider.lie = lambda there, honest: there.sign(honest, with_key=key("first"), kid="first")
    assert REFUSED in browser_of(rosa).signs_on(ROSA).words


def test_wrong_tokens_do_not_make_us_ask_for_keys_again_and_again(browser_of, provider, rosa):
    provider.lie = LIES["signed by a key that is not published"]
    for _ in range(4):
        browser_of(rosa).signs_on(ROSA)

    assert provider.asked.count("/keys") == 2


def test_nothing_that_was_given_stands_in_a_log_or_a_later_address(browser_of, provider, rosa, caplog, capfd):
    hers = browser_of(rosa)
    back = provider.comes_back(hers.leaves(), ROSA)
    hers.opens(back)
    provider.lie = LIES["another nonce"]
    wrong = browser_of(rosa).signs_on(ROSA)
    hers.client.post("/sign-on/ended", data={"logout_token": provider.logout_token(sub="x", nonce="y")})

    passed = [each.location for each in (*hers.page.history, *wrong.page.history) if each.location]
    written = "".join(
        (caplog.text, *capfd.readouterr(), *passed, hers.page.request.url, wrong.page.request.url)
    )
    for secret in (*provider.codes, *provider.tokens, back.split("state=")[1].split("&")[0], "canary secret"):
        assert secret not in written
    assert "refused" in caplog.text


def test_people_whose_id_token_says_little_are_looked_up(browser_of, provider, rosa):
    provider.tells_by_user_info = True
    assert browser_of(rosa).signs_on(ROSA).path == "/day/2026-11-23"

    provider.user_info = {**ROSA.claims, "sub": "another"}
    assert REFUSED in browser_of(rosa).signs_on(ROSA).words


def test_a_head_request_uses_nothing_up(browser_of, provider, rosa):
    hers = browser_of(rosa)
    back = provider.comes_back(hers.leaves(), ROSA)

    hers.client.head(back)

    assert hers.opens(back).path == "/day/2026-11-23"
