"""The provider: what it says of itself, its keys, and what it gives for a code.

All of it is kept for a while, so that a sign-on asks for little, and a provider that is away keeps nobody
waiting twice. A key that is not known may be a new one: then they are asked for again, but not at each wrong
token.
"""

import base64
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlencode

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.discovery import get_well_known_url
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet, RSAKey

from intake.config import IdentityProvider
from intake.services.staff.sign_on.answers import ProviderAway, answer_of, may_be_asked
from intake.services.staff.sign_on.shown import Asked, Tokens

log = logging.getLogger(__name__)

# How a provider may sign. Not `none`, and nothing whose key both sides know (HS256).
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
KEY_TYPES, SHORTEST_RSA = ("RSA", "EC"), 2048
# Seconds.
FRESH, STILL_GOOD = 3600.0, 24 * 3600.0
KEYS_AGAIN_AFTER = 30.0
AWAY_FOR = 10.0
# So many sign-ons wait for the provider at once, and so long for a place among them.
AT_ONCE, PATIENCE = 4, 2.0


@dataclass(frozen=True)
class Endpoints:
    """What the provider says of itself. `says_issuer`: its answers name it (RFC 9207)."""

    authorization: str
    token: str
    keys: str
    user_info: str | None
    end_session: str | None
    algorithms: tuple[str, ...]
    says_issuer: bool
    takes_basic: bool


@dataclass(frozen=True)
class _Kept:
    endpoints: Endpoints
    keys: KeySet
    at: float


class Provider:
    """The provider that `declared` names. One for each process; any number of threads."""

    def __init__(self, declared: IdentityProvider, clock: Callable[[], float] = time.monotonic) -> None:
        self.declared, self._clock = declared, clock
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._once = threading.Lock()
        self._kept: _Kept | None = None
        self._away_until = self._keys_again_from = 0.0

    @property
    def endpoints(self) -> Endpoints:
        """What it says of itself; raises ProviderAway."""
        return self._known().endpoints

    @property
    def keys(self) -> KeySet:
        """Its public keys; raises ProviderAway."""
        return self._known().keys

    def keys_again(self) -> KeySet:
        """The same, asked for anew unless that was just done. Raises ProviderAway."""
        with self._once:
            if self._clock() >= self._keys_again_from:
                self._keys_again_from = self._clock() + KEYS_AGAIN_AFTER
                self._learn()
        return self.keys

    def address_for(self, asked: Asked) -> str:
        """Where the browser goes to sign on. Raises ProviderAway."""
        again = {"prompt": "login", "max_age": "0"} if asked.again else {}
        acr = {"acr_values": " ".join(self.declared.acr)} if self.declared.acr else {}
        return str(
            prepare_grant_uri(
                self.endpoints.authorization,
                self.declared.client_id,
                "code",
                redirect_uri=asked.back_to,
                scope=" ".join(self.declared.scopes),
                state=asked.state,
                nonce=asked.nonce,
                code_challenge=create_s256_code_challenge(asked.verifier),
                code_challenge_method="S256",
                **again,
                **acr,
            )
        )

    def exchange(self, code: str, asked: Asked) -> Tokens:
        """What the provider gives for a code, once. Raises ProviderAway and ProviderRefused."""
        body = prepare_token_request(
            "authorization_code", redirect_uri=asked.back_to, code=code, code_verifier=asked.verifier
        )
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        own, secret = self.declared.client_id, self.declared.client_secret
        if self.endpoints.takes_basic:
            # RFC 6749, section 2.3.1: each part is encoded as in a form, before they are put together.
            pair = f"{quote_plus(own)}:{quote_plus(secret)}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            body += "&" + urlencode({"client_id": own, "client_secret": secret})
        said = self._ask(self.endpoints.token, headers, str(body).encode())
        id_token, access_token = said.get("id_token"), said.get("access_token")
        if not isinstance(id_token, str) or not isinstance(access_token, str):
            raise ProviderAway("no token")
        return Tokens(id_token, access_token)

    def user_info(self, access_token: str) -> Mapping[str, Any]:
        """What it tells besides of whoever this token is for; nothing where it tells nothing."""
        address = self.endpoints.user_info
        if address is None or not access_token.isascii() or not access_token.isprintable():
            return {}
        return self._ask(address, {"Authorization": f"Bearer {access_token}"})

    def end_session_address(self, back_to: str) -> str | None:
        """Where the browser goes to sign out there too; None where it takes nobody. Raises ProviderAway.

        Without the ID token as a hint: it names the person, and would stand in the address.
        """
        address = self.endpoints.end_session
        if address is None:
            return None
        said = urlencode({"client_id": self.declared.client_id, "post_logout_redirect_uri": back_to})
        return f"{address}{'&' if '?' in address else '?'}{said}"

    def _known(self) -> _Kept:
        kept = self._kept
        if kept is not None and self._clock() - kept.at < FRESH:
            return kept
        with self._once:
            # Somebody else may have learned it while we waited.
            if self._kept is kept:
                try:
                    self._learn()
                except ProviderAway:
                    if kept is None or self._clock() - kept.at >= STILL_GOOD:
                        raise
                    return kept
            assert self._kept is not None
            return self._kept

    def _learn(self) -> None:
        """Ask what it says of itself and for its keys. Both at once: a new key may lie at a new address."""
        if self._clock() < self._away_until:
            raise ProviderAway("not long ago")
        try:
            said = self._ask(str(get_well_known_url(self.declared.issuer, external=True)), {})
            endpoints = endpoints_in(said, self.declared.issuer)
            keys = keys_in(self._ask(endpoints.keys, {}))
        except ProviderAway as problem:
            self._away_until = self._clock() + AWAY_FOR
            log.warning("The provider of sign-on cannot be used: %s", problem)
            raise
        self._kept = _Kept(endpoints, keys, self._clock())

    def _ask(self, url: str, headers: dict[str, str], body: bytes | None = None) -> dict[str, Any]:
        with self._place():
            return answer_of(url, headers, body)

    @contextmanager
    def _place(self) -> Iterator[None]:
        """A place among those who wait: a slow provider must not hold every thread of the server."""
        if not self._places.acquire(timeout=PATIENCE):
            raise ProviderAway("many wait")
        try:
            yield
        finally:
            self._places.release()


def endpoints_in(said: Mapping[str, Any], issuer: str) -> Endpoints:
    """What a discovery document says (OpenID Connect Discovery 1.0, section 3).

    Raises ProviderAway when it is another's, or names an address that must not be asked.
    """
    if said.get("issuer") != issuer:
        raise ProviderAway("discovery names another issuer")
    needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    besides = [name for name in ("userinfo_endpoint", "end_session_endpoint") if said.get(name)]
    if not all(may_be_asked(said.get(name), issuer) for name in (*needed, *besides)):
        raise ProviderAway("discovery names an address that is not asked")
    offered = _words(said.get("id_token_signing_alg_values_supported")) or ("RS256",)
    algorithms = tuple(each for each in ALGORITHMS if each in offered)
    if not algorithms:
        raise ProviderAway("no algorithm that is taken")
    methods = _words(said.get("token_endpoint_auth_methods_supported"))
    return Endpoints(
        authorization=said["authorization_endpoint"],
        token=said["token_endpoint"],
        keys=said["jwks_uri"],
        user_info=said.get("userinfo_endpoint") or None,
        end_session=said.get("end_session_endpoint") or None,
        algorithms=algorithms,
        says_issuer=said.get("authorization_response_iss_parameter_supported") is True,
        takes_basic=not methods or "client_secret_basic" in methods,
    )


def keys_in(said: Mapping[str, Any]) -> KeySet:
    """The keys of a set by which a provider may sign. Raises ProviderAway when there is none."""
    listed = said.get("keys")
    found = [_key(each) for each in listed] if isinstance(listed, list) else []
    keys = [each for each in found if each is not None]
    if not keys:
        raise ProviderAway("no key")
    return KeySet(keys)


def _key(said: object) -> Key | None:
    """A key that is public, strong enough and for signing; None for any other."""
    if not isinstance(said, dict) or said.get("kty") not in KEY_TYPES or said.get("use", "sig") != "sig":
        return None
    try:
        key = JWKRegistry.import_key(said)
        if isinstance(key, RSAKey) and key.public_key.key_size < SHORTEST_RSA:
            return None
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return key


def _words(said: object) -> tuple[str, ...]:
    return tuple(each for each in said if isinstance(each, str)) if isinstance(said, list) else ()
