"""Whoever changes people, settings or their own factors shows once more who they are.

They have done so in the last ten minutes, or are asked first: a screen left open is not enough to let
somebody in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import ParamSpec

from flask import g, make_response, render_template, request, session
from flask.typing import ResponseReturnValue

from intake.services.staff import accounts, sessions
from intake.services.staff.accounts import SignInRefused
from intake.services.staff.factors import holdings
from intake.services.staff.factors.codes import CodeRefused
from intake.services.staff.factors.passkeys import PasskeyRefused, Site
from intake.services.staff.factors.steps import StepOver
from intake.services.staff.sign_ins import SecondFactorMissing
from intake.web import clinic, operation, reading, signing_in
from intake.web.error_handlers import carried
from intake.web.headers import come_back
from intake.web.signing_in import Typed

P = ParamSpec("P")

PROOF_LASTS = timedelta(minutes=10)
# Its name keeps it out of what is handed back to be sent again.
OWN_PASSWORD = "own_password"  # noqa: S105  (the name of a box)
OWN_CODE, OWN_PASSKEY = "own_second_code", "own_passkey"


@dataclass(frozen=True)
class Unproved:
    """What was wrong; nothing while it is only asked for."""

    password: bool = False
    code: bool = False
    passkey: bool = False
    wait: timedelta | None = None


def proved(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """A POST gets in when they have shown who they are in the last ten minutes; else that is asked for first.

    All that a sign-in asks of them: a second factor too. What was typed waits behind the question. Below
    `only`.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if request.method == "POST" and not proved_lately():
            problem = _prove() if OWN_PASSWORD in request.form else Unproved()
            if problem is not None:
                return come_back(make_response(_question(problem), 403), problem.wait)
        return view(*args, **kwargs)

    return guarded


def proved_lately() -> bool:
    """Whoever is signed in has shown in the last ten minutes that it is still them."""
    now = clinic().now()
    if _is_fresh(g.web_session.started_at, now):
        return True
    # The cookie is signed, and good for this session only.
    whose, at = session.get("proved", ("", ""))
    return whose == str(g.web_session.id) and _is_fresh(datetime.fromisoformat(at), now)


def _is_fresh(at: datetime, now: datetime) -> bool:
    """Of a clock that was set back nobody can tell how long ago it was."""
    return -sessions.SEEN_EVERY <= now - at < PROOF_LASTS


def prove(typed: Typed) -> "Unproved | None":
    """Look at what was typed to show who it is; what is wrong with it, None when it was right."""
    with operation() as op:
        user = accounts.find_user(op.session, g.user.id)
        assert user is not None
        try:
            signing_in.prove(op, user, typed, clinic().settings)
        except SignInRefused as refused:
            return Unproved(password=True, wait=refused.wait)
        except CodeRefused as refused:
            return Unproved(code=True, wait=refused.wait)
        except PasskeyRefused:
            return Unproved(passkey=True)
        except (SecondFactorMissing, StepOver):
            return Unproved(code=True)
        op.commit()
    return None


def _prove() -> "Unproved | None":
    now = clinic().now()
    problem = prove(Typed.of(request.form, OWN_PASSWORD, OWN_CODE, OWN_PASSKEY))
    if problem is None:
        session["proved"] = (str(g.web_session.id), now.isoformat())
    return problem


def _question(problem: "Unproved") -> str:
    with reading() as op:
        has = holdings.of(op, op.user)
    site = Site.of(clinic().settings)
    return render_template(
        "admin/prove.html",
        carried=carried(),
        problem=problem,
        has=has,
        passkeys=has.passkeys and site is not None,
    )
