"""Cookies are signed with a key of their own, which nothing else is made with."""

import hashlib
from typing import Any

from flask import Flask, Request, Response, current_app, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeTimedSerializer

from intake.storage.encryption import Keys, Purpose

# What is signed by whom with what; Flask and itsdangerous would take SHA-1.
SHA_256: dict[str, Any] = {"digest_method": hashlib.sha256}
# As versions up to 0.2 signed. Read until decision 0014 says.
EARLIER: list[Any] = [{"digest_method": hashlib.sha1}]


class SignedCookies(SecureCookieSessionInterface):
    """Signs with the key of cookies; reads as well what earlier versions signed, until decision 0014 says."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer:
        """Whoever signs and reads the cookie of this application's sessions."""
        keys: Keys = app.extensions["clinic"].database.keys
        # The last one signs, each of them reads.
        oldest_first = [*keys.secrets(Purpose.CSRF), *keys.secrets(Purpose.COOKIE)]
        return self._serializer(oldest_first, EARLIER)

    def _serializer(
        self, secrets: list[bytes], earlier: list[dict[str, Any]] | None = None
    ) -> URLSafeTimedSerializer:
        derived: dict[str, Any] = {"key_derivation": self.key_derivation}
        return URLSafeTimedSerializer(
            secrets,
            salt=self.salt,
            serializer=self.serializer,
            signer_kwargs=derived | SHA_256,
            fallback_signers=[derived | each for each in earlier or ()],
        )

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of the browser; what was signed in an earlier way is signed anew with the answer."""
        session = super().open_session(app, request)
        keys: Keys = app.extensions["clinic"].database.keys
        cookie = request.cookies.get(self.get_cookie_name(app))
        if session and cookie:
            try:
                self._serializer([keys.secret(Purpose.COOKIE)]).loads(cookie)
            except BadSignature:
                session.modified = True
        return session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """HEAD changes nothing, in the browser neither."""
        if request.method != "HEAD":
            super().save_session(app, session, response)
        elif session.accessed:
            response.vary.add("Cookie")


def no_cookie_came() -> bool:
    """The browser sent no cookie of ours; one of a neighbouring site says nothing."""
    return current_app.config["SESSION_COOKIE_NAME"] not in request.cookies
