"""Cookies are signed with a key of their own, which nothing else is made with."""

from flask import Flask, Request, Response, current_app, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeTimedSerializer

from intake.storage.encryption import Keys, Purpose


class SignedCookies(SecureCookieSessionInterface):
    """Signs with the key of cookies; reads as well what version 0.1 signed, until decision 0014 says."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer:
        """Whoever signs and reads the cookie of this application's sessions."""
        keys: Keys = app.extensions["clinic"].database.keys
        # The last one signs, each of them reads.
        oldest_first = [*keys.secrets(Purpose.CSRF), *keys.secrets(Purpose.COOKIE)]
        return self._serializer(oldest_first)

    def _serializer(self, secrets: list[bytes]) -> URLSafeTimedSerializer:
        how = {"key_derivation": self.key_derivation, "digest_method": self.digest_method}
        return URLSafeTimedSerializer(secrets, salt=self.salt, serializer=self.serializer, signer_kwargs=how)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of the browser; one that an earlier key signed is signed again with this answer."""
        session = super().open_session(app, request)
        keys: Keys = app.extensions["clinic"].database.keys
        cookie = request.cookies.get(self.get_cookie_name(app))
        if session and cookie and len(keys.numbers) > 1:
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
