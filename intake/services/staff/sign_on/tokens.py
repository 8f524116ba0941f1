"""An ID token (OpenID Connect Core 1.0, section 3.1.3.7) or a logout token (Back-Channel Logout 1.0, 2.6).

Each is checked whole, and says nothing before it is: signature by a key of the provider, who signed for whom,
from when to when, and for which question. What is wrong is one of our words, never one of the token's.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from joserfc.jwt import JWTClaimsRegistry, Token

from intake.services.staff.sign_on.provider import Provider
from intake.services.staff.sign_on.shown import DRIFT, LASTS, Asked, LoggedOut, PersonShown, Tokens
from intake.text import email, names

LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
LONGEST_SUBJECT = 255
LONGEST_NAME = 200
TOKEN_TYPES = ("jwt", "logout+jwt")
# What joserfc and Authlib raise for a token that is not whole, or holds what no token holds.
NOT_WHOLE = (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError)


class TokenRefused(Exception):
    """The token is not what it should be; the message is a word of ours."""


def shown_by(provider: Provider, tokens: Tokens, asked: Asked, now: datetime) -> PersonShown:
    """Who an ID token shows. Raises TokenRefused, ProviderAway and ProviderRefused."""
    claims = id_claims(provider, tokens, asked, now)
    declared = provider.declared
    told = dict(claims)
    if _is_missing(claims, declared.role_claim):
        besides = provider.user_info(tokens.access_token)
        if besides and besides.get("sub") != claims["sub"]:
            raise TokenRefused("user info of another")
        # What is signed goes before what is told.
        told = {**besides, **claims}
    return PersonShown(
        issuer=declared.issuer,
        subject=claims["sub"],
        sid=_word(claims.get("sid")) or None,
        email=_email(told, trusted=declared.trusts_email),
        name=names.cleaned(_word(told.get("name")))[:LONGEST_NAME],
        role_words=frozenset(words_at(told, declared.role_claim)) if declared.role_claim else frozenset(),
        acr=_word(claims.get("acr")),
        amr=frozenset(words_at(claims, "amr")),
        auth_time=_auth_time(claims.get("auth_time"), now),
    )


def id_claims(provider: Provider, tokens: Tokens, asked: Asked, now: datetime) -> dict[str, Any]:
    """What an ID token says, once it is known to be for us and for this sign-on. Raises TokenRefused."""
    declared, seconds = provider.declared, int(now.timestamp())
    found = _signed(provider, tokens.id_token)
    options = {"iss": {"essential": True, "value": declared.issuer}}
    known = {"nonce": asked.nonce, "client_id": declared.client_id, "access_token": tokens.access_token}
    try:
        claims = CodeIDToken(found.claims, found.header, options, known)
        claims.validate(seconds, DRIFT.seconds)
        _check_audience(claims, declared.client_id)
        _check_age(claims, seconds)
        subject = claims["sub"]
    except NOT_WHOLE as problem:
        raise TokenRefused(type(problem).__name__) from None
    if not 0 < len(subject) <= LONGEST_SUBJECT or "events" in claims:
        raise TokenRefused("no ID token")
    return dict(claims)


def logged_out_by(provider: Provider, raw: str, now: datetime) -> LoggedOut:
    """Whom a logout token ends the sessions of. Raises TokenRefused and ProviderAway."""
    declared, seconds = provider.declared, int(now.timestamp())
    found = _signed(provider, raw)
    registry = JWTClaimsRegistry(
        seconds,
        DRIFT.seconds,
        iss={"essential": True, "value": declared.issuer},
        aud={"essential": True},
        iat={"essential": True},
        jti={"essential": True},
        events={"essential": True},
    )
    try:
        claims = found.claims
        registry.validate(claims)
        _check_audience(claims, declared.client_id)
        _check_age(claims, seconds)
        about = claims["events"][LOGOUT_EVENT]
        kind = str(found.header.get("typ", "JWT")).casefold()
    except NOT_WHOLE as problem:
        raise TokenRefused(type(problem).__name__) from None
    if not isinstance(about, dict) or "nonce" in claims or kind not in TOKEN_TYPES:
        raise TokenRefused("no logout token")
    subject, sid = _word(claims.get("sub")) or None, _word(claims.get("sid")) or None
    if subject is None and sid is None:
        raise TokenRefused("about nobody")
    return LoggedOut(declared.issuer, subject, sid, claims["jti"])


def words_at(claims: Mapping[str, Any], path: str) -> Iterable[str]:
    """The words of a claim, one or a list. `path` is its name, or names on the way to it, with dots."""
    found: Any = claims.get(path)
    if found is None:
        found = claims
        for name in path.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        return (found,)
    return tuple(each for each in found if isinstance(each, str)) if isinstance(found, list) else ()


def _signed(provider: Provider, raw: str) -> Token:
    """A token that a key of the provider has signed. Raises TokenRefused."""
    registry = JWSRegistry(algorithms=provider.endpoints.algorithms, strict_check_header=False)

    def with_key(keys: KeySet) -> Token:
        return jwt.decode(raw, keys, registry=registry)

    try:
        return _with_known_or_new_key(provider, with_key)
    except NOT_WHOLE as problem:
        raise TokenRefused(type(problem).__name__) from None


def _with_known_or_new_key(provider: Provider, opened: Callable[[KeySet], Token]) -> Token:
    try:
        return opened(provider.keys)
    except (InvalidKeyIdError, BadSignatureError):
        return opened(provider.keys_again())


def _check_audience(claims: Mapping[str, Any], client_id: str) -> None:
    """For us alone: whoever else it were for could show it here."""
    if claims.get("aud") not in (client_id, [client_id]):
        raise ValueError("aud")


def _check_age(claims: Mapping[str, Any], seconds: int) -> None:
    if claims["iat"] < seconds - (LASTS + DRIFT).total_seconds():
        raise ValueError("iat")


def _is_missing(claims: Mapping[str, Any], role_claim: str) -> bool:
    """Something that we need is not in the ID token; many providers tell it only when asked for it."""
    if "email" not in claims or "name" not in claims:
        return True
    return bool(role_claim) and not words_at(claims, role_claim)


def _email(told: Mapping[str, Any], *, trusted: bool) -> str:
    """The address that the provider has verified, as ours are kept; "" where there is none."""
    verified = told.get("email_verified")
    # Some write it as a word. An address that is said not to be verified never counts.
    if verified is not True and verified != "true" and not (trusted and verified is None):
        return ""
    try:
        return email.read(_word(told.get("email")))
    except email.NotAnAddress:
        return ""


def _auth_time(said: object, now: datetime) -> datetime | None:
    if not isinstance(said, int | float) or isinstance(said, bool):
        return None
    if not 0 < said <= (now + DRIFT).timestamp():
        return None
    return datetime.fromtimestamp(said, UTC)


def _word(said: object) -> str:
    return said if isinstance(said, str) else ""
