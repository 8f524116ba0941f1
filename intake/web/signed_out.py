"""When staff send a page after their time is out: the password is asked for, and what was sent goes on.

It goes on in the name of the person whose page it was, and of nobody else; it is kept for them meanwhile.
"""

from flask import Flask, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from intake.i18n import lazy as _
from intake.services.staff import sessions
from intake.services.staff.factors.codes import CodeRefused
from intake.services.staff.factors.passkeys import PasskeyRefused, Site
from intake.services.staff.factors.steps import StepOver
from intake.services.staff.sign_ins import SecondFactorMissing
from intake.storage.models import User
from intake.web import (
    CODE_AGAIN,
    PASSKEY_AGAIN,
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
from intake.web.form_tokens import with_form_token
from intake.web.headers import come_back
from intake.web.ways_back import ways_back

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
        return with_form_token(hand_back(SIGNED_OUT, 401))
    speak(clinic().settings.language)
    if _was_signed_in(whose):
        keep_posted(whose)
    refused = g.get("refused_again")
    page = render_template(
        "errors/signed_out.html",
        name=whose.name,
        carried=carried(),
        box=PASSWORD_AGAIN,
        code_box=CODE_AGAIN,
        passkey_box=PASSKEY_AGAIN,
        passkeys=Site.of(clinic().settings) is not None,
        way_back=ways_back(whose),
        wrong=refused is not None,
        missing=isinstance(refused, SecondFactorMissing),
        wrong_code=isinstance(refused, CodeRefused | StepOver),
        wrong_passkey=isinstance(refused, PasskeyRefused),
    )
    return come_back(make_response(page, 401), getattr(refused, "wait", None))


def _was_signed_in(user: User) -> bool:
    """It was this person who was signed in last in this browser."""
    token = session.get("staff")
    if not isinstance(token, str):
        return False
    with reading() as op:
        found = sessions.known(op.session, token)
        return found is not None and found.user_id == user.id
