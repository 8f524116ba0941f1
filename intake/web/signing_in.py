"""Where every sign-in in a browser ends: `complete_sign_in`, and nothing else. `renew_sign_in` goes on."""

from flask import session

from intake.services.context import Operation
from intake.services.staff import sessions, sign_ins
from intake.services.staff.sign_ins import Method, SignIn
from intake.storage.models import User, WebSession
from intake.web.client import client_to_be_known, keep_browser
from intake.web.form_tokens import renew_form_token


def complete_sign_in(op: Operation, user: User, *methods: Method) -> None:
    """From now on this browser is theirs, who have shown who they are by these `methods`; it commits.

    Whoever was signed in here before no longer is.
    """
    here = client_to_be_known()
    token = sign_ins.complete(op, user, SignIn(methods, here, session.get("staff") or ""))
    op.commit()
    session["staff"] = token
    renew_form_token()
    keep_browser(here)


def renew_sign_in(op: Operation, web_session: WebSession) -> None:
    """They have shown once more who they are: the session goes on with another token; it commits.

    A cookie that was copied before is worth nothing from now on.
    """
    token = sessions.renew(op, web_session)
    op.commit()
    session["staff"] = token
    renew_form_token()
