"""What every page of the office stands on.

Whoever changes people or settings has shown the password in the last ten minutes: a screen left open is not
enough to let somebody in.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Blueprint, g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from intake.services.staff import accounts
from intake.services.staff.accounts import SignInRefused
from intake.web import clinic, operation, proof
from intake.web.error_handlers import carried
from intake.web.headers import come_back
from intake.web.sign_on import ways_back

P = ParamSpec("P")

# Its name keeps it out of what is handed back to be sent again.
OWN_PASSWORD = "own_password"  # noqa: S105  (the name of a box)

blueprint = Blueprint("admin", "intake.web.admin")


def proved(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """A POST gets in when the password was shown in the last ten minutes; else it is asked for first.

    What was typed waits behind the question. Below `only`.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if request.method == "POST" and not proof.is_fresh(g.web_session, clinic().now()):
            given = request.form.get(OWN_PASSWORD)
            try:
                if given is None:
                    raise SignInRefused
                _prove(given)
            except SignInRefused as refused:
                way_back = ways_back(g.user)
                page = render_template(
                    "admin/prove.html", carried=carried(), wrong=given is not None, way_back=way_back
                )
                return come_back(make_response(page, 403), refused.wait)
        return view(*args, **kwargs)

    return guarded


def _prove(password: str) -> None:
    """Note that the password was shown; raises SignInRefused."""
    with operation() as op:
        user = accounts.find_user(op.session, g.user.id)
        assert user is not None
        try:
            accounts.prove(op, user, password)
        except SignInRefused:
            op.commit()
            raise
        op.commit()
    proof.note(g.web_session.id, op.now)
