"""When staff send a page after their time is out: the password is asked for, and what was sent goes on.

It goes on in the name of the person whose page it was, and of nobody else; it is kept for them meanwhile.
"""

from flask import Flask, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from intake.i18n import lazy as _
from intake.services.staff import sessions
from intake.storage.models import User
from intake.web import (
    PASSWORD_AGAIN,
    SIGNED_IN,
    NotSignedIn,
    clinic,
    reading,
    speak,
    staff_named,
)
from intake.web.drafts import keep_posted
from intake.web.error_handlers import ErrorText, carried, hand_back
from intake.web.headers import come_back
from intake.web.sign_on import ways_back

SIGNED_OUT = ErrorText(
    _("You were signed out"),
    _("What you typed is still here. Sign in in another window, then come back and press “Try again”."),
)


def install_signed_out(app: Flask) -> None:
    """Answer whoever is not signed in, or not as the person whose page it is."""
    app.register_error_handler(NotSignedIn, _not_signed_in)


def _not_signed_in(_: NotSignedIn) -> ResponseReturnValue:
    if request.method in ("GET", "HEAD") and "X-Background" not in request.headers:
        return redirect(url_for("sign_in.sign_in", next=request.path), 303)
    whose = staff_named(request.form.get(SIGNED_IN, ""))
    if whose is None:
        return hand_back(SIGNED_OUT, 401)
    speak(clinic().settings.language)
    if _was_signed_in(whose):
        keep_posted(whose)
    page = render_template(
        "errors/signed_out.html",
        name=whose.name,
        carried=carried(),
        box=PASSWORD_AGAIN,
        way_back=ways_back(whose),
        wrong=PASSWORD_AGAIN in request.form,
    )
    return come_back(make_response(page, 401), g.get("wait_for_sign_in"))


def _was_signed_in(user: User) -> bool:
    """It was this person who was signed in last in this browser."""
    token = session.get("staff")
    if not isinstance(token, str):
        return False
    with reading() as op:
        found = sessions.known(op.session, token)
        return found is not None and found.user_id == user.id
