"""What every page of the office stands on.

Whoever changes people or settings has shown the password in the last ten minutes: a screen left open is not
enough to let somebody in.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import ParamSpec

from flask import Blueprint, g, make_response, render_template, request, session
from flask.typing import ResponseReturnValue

from intake.services.staff import sessions
from intake.services.staff.accounts import SignInRefused
from intake.web import clinic
from intake.web.error_handlers import carried
from intake.web.headers import come_back
from intake.web.proof import OWN_PASSWORD, prove

P = ParamSpec("P")

PROOF_LASTS = timedelta(minutes=10)

blueprint = Blueprint("admin", "intake.web.admin")


def proved(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """A POST gets in when the password was shown in the last ten minutes; else it is asked for first.

    What was typed waits behind the question. Below `only`.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if request.method == "POST" and not _proved_lately():
            given = request.form.get(OWN_PASSWORD)
            try:
                if given is None:
                    raise SignInRefused
                prove(given)
            except SignInRefused as refused:
                page = render_template("admin/prove.html", carried=carried(), wrong=given is not None)
                return come_back(make_response(page, 403), refused.wait)
        return view(*args, **kwargs)

    return guarded


def _proved_lately() -> bool:
    now = clinic().now()
    if _is_fresh(g.web_session.started_at, now):
        return True
    # The cookie is signed, and good for this session only.
    whose, at = session.get("proved", ("", ""))
    return whose == str(g.web_session.id) and _is_fresh(datetime.fromisoformat(at), now)


def _is_fresh(at: datetime, now: datetime) -> bool:
    """Of a clock that was set back nobody can tell how long ago it was."""
    return -sessions.SEEN_EVERY <= now - at < PROOF_LASTS
