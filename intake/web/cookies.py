"""Cookies are signed with a key of their own, which nothing else is made with."""

from flask import Flask, Response, current_app, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer

from intake.storage.encryption import Keys, Purpose


class SignedCookies(SecureCookieSessionInterface):
    """Signs with the key of cookies; reads as well what version 0.1 signed, until decision 0014 says."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer:
        """Whoever signs and reads the cookie of this application's sessions."""
        keys: Keys = app.extensions["clinic"].database.keys
        # The last one signs, each of them reads.
        oldest_first = [keys.secret(Purpose.CSRF), keys.secret(Purpose.COOKIE)]
        how = {"key_derivation": self.key_derivation, "digest_method": self.digest_method}
        return URLSafeTimedSerializer(
            oldest_first, salt=self.salt, serializer=self.serializer, signer_kwargs=how
        )

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """HEAD changes nothing, in the browser neither."""
        if request.method != "HEAD":
            super().save_session(app, session, response)
        elif session.accessed:
            response.vary.add("Cookie")


def no_cookie_came() -> bool:
    """The browser sent no cookie of ours; one of a neighbouring site says nothing."""
    return current_app.config["SESSION_COOKIE_NAME"] not in request.cookies
