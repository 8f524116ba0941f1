"""An OpenID Connect provider that can be told to lie: it answers over HTTP and signs with real keys.

Not a mock of ours: it keeps to the standards on its own side (codes once, PKCE, client secret), until a test
says where it does not.
"""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry

CLIENT_ID, CLIENT_SECRET = "backstory", "canary secret: 100 % /+&"
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
Claims = dict[str, Any]


@cache
def key(name: str) -> RSAKey:
    """A key of this name; making one takes a while, so each is made once."""
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig", "alg": "RS256"})


@dataclass(frozen=True)
class Person:
    """Somebody who is known at the provider."""

    sub: str
    email: str = ""
    verified: Any = True
    name: str = ""
    groups: tuple[str, ...] = ()
    more: Claims = field(default_factory=dict)

    @property
    def claims(self) -> Claims:
        told: Claims = {"sub": self.sub, "groups": list(self.groups), "name": self.name}
        if self.email:
            told |= {"email": self.email, "email_verified": self.verified}
        return told | self.more


@dataclass
class Issued:
    """A code that was given out, and for what."""

    nonce: str
    challenge: str
    redirect_uri: str
    person: Person
    auth_time: int
    used: bool = False


@dataclass
class HostileProvider:
    """Where it lies: `discovery` goes over what it says of itself, `lie` makes a token of honest claims."""

    url: str
    clock: Callable[[], datetime]
    signing: str = "first"
    published: tuple[str, ...] = ("first",)
    discovery: Claims = field(default_factory=dict)
    lie: Callable[["HostileProvider", Claims], str] | None = None
    tells_by_user_info: bool = False
    user_info: Claims | None = None
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    codes: dict[str, Issued] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)

    @property
    def now(self) -> int:
        return int(self.clock().timestamp())

    def sign(self, claims: Claims, alg: str = "RS256", with_key: Any = None, **header: Any) -> str:
        """A token as this provider signs it, or as it should not."""
        kid = {"kid": header.pop("kid", self.signing)}
        every = JWSRegistry(algorithms=list(JWSRegistry.algorithms), strict_check_header=False)
        return jwt.encode(
            {"alg": alg, **kid, **header}, claims, with_key or key(self.signing), registry=every
        )

    def comes_back(self, address: str, person: Person, *, auth_time: int | None = None, **over: str) -> str:
        """Where the browser is sent back to once `person` has signed in; `over` goes over the answer."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT_ID)
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{uuid4().hex}"
        self.codes[code] = Issued(
            asked["nonce"],
            asked["code_challenge"],
            asked["redirect_uri"],
            person,
            self.now if auth_time is None else auth_time,
        )
        said = {"code": code, "state": asked["state"], "iss": self.url, **over}
        along = {name: value for name, value in said.items() if value}
        return f"{urlsplit(asked['redirect_uri']).path}?{urlencode(along)}"

    def logout_token(self, sub: str = "", sid: str = "", **over: Any) -> str:
        """A logout token; None takes a claim out."""
        claims = {
            "iss": self.url,
            "aud": CLIENT_ID,
            "iat": self.now,
            "exp": self.now + 120,
            "jti": uuid4().hex,
            "events": {LOGOUT_EVENT: {}},
            "sub": sub or None,
            "sid": sid or None,
            **over,
        }
        return self.sign({name: said for name, said in claims.items() if said is not None}, typ="logout+jwt")

    def answer(
        self, path: str, form: dict[str, str], authorization: str
    ) -> tuple[int, dict[str, str], bytes]:
        """What it says to the clinic."""
        self.asked.append(path)
        if path in self.answers:
            return self.answers[path]
        if path == "/.well-known/openid-configuration":
            return _json(self._of_itself())
        if path == "/keys":
            return _json({"keys": [key(each).as_dict(private=False) for each in self.published]})
        if path == "/token":
            return self._token(form, authorization)
        if path == "/me" and authorization.startswith("Bearer access-"):
            return _json(
                self.user_info or self.codes[authorization.removeprefix("Bearer access-")].person.claims
            )
        return 404, {}, b""

    def _of_itself(self) -> Claims:
        said = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "userinfo_endpoint": f"{self.url}/me",
            "end_session_endpoint": f"{self.url}/out",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "authorization_response_iss_parameter_supported": True,
            **self.discovery,
        }
        return {name: value for name, value in said.items() if value is not None}

    def _token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, str], bytes]:
        own, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        if (unquote_plus(own), unquote_plus(secret)) != (CLIENT_ID, CLIENT_SECRET):
            return _json({"error": "invalid_client"}, 401)
        issued = self.codes.get(form["code"])
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = _encoded(digest)
        if (
            issued is None
            or issued.used
            or (challenge, form["redirect_uri"]) != (issued.challenge, issued.redirect_uri)
        ):
            return _json({"error": "invalid_grant"}, 400)
        issued.used = True
        token = self._id_token(issued)
        self.tokens.append(token)
        access = f"access-{form['code']}"
        return _json({"access_token": access, "token_type": "Bearer", "id_token": token, "expires_in": 60})

    def _id_token(self, issued: Issued) -> str:
        claims = {
            "iss": self.url,
            "aud": CLIENT_ID,
            "exp": self.now + 300,
            "iat": self.now,
            "auth_time": issued.auth_time,
            "nonce": issued.nonce,
            "sid": f"sid-of-{issued.person.sub}",
            **({"sub": issued.person.sub} if self.tells_by_user_info else issued.person.claims),
        }
        claims = {name: said for name, said in claims.items() if said is not None}
        return self.lie(self, claims) if self.lie is not None else self.sign(claims)


def signed_with_secret(claims: Claims, secret: bytes) -> str:
    """A token whose key both sides know (HS256), made by hand: no library lends itself to that any more."""
    head = {"alg": "HS256", "kid": "first"}
    said = ".".join(_encoded(json.dumps(each).encode()) for each in (head, claims))
    return f"{said}.{_encoded(hmac.digest(secret, said.encode(), 'sha256'))}"


def _encoded(said: bytes) -> str:
    return base64.urlsafe_b64encode(said).rstrip(b"=").decode()


@contextmanager
def running_provider(clock: Callable[[], datetime]) -> Iterator[HostileProvider]:
    """A provider that answers on a free port of this machine."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer({name: values[0] for name, values in parse_qs(sent).items()})

        def _answer(self, form: dict[str, str]) -> None:
            status, headers, body = provider.answer(self.path, form, self.headers.get("Authorization", ""))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    provider = HostileProvider(f"http://127.0.0.1:{server.server_address[1]}", clock)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def another(person: Person, **changes: Any) -> Person:
    """The same person, changed."""
    return replace(person, **changes)


def _json(said: object, status: int = 200) -> tuple[int, dict[str, str], bytes]:
    return status, {"Content-Type": "application/json"}, json.dumps(said).encode()
