"""Whoever changes people, settings or their own account has shown who they are in the last ten minutes.

A screen left open is not enough to let somebody in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import ParamSpec

from flask import g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from intake.services.staff import accounts
from intake.services.staff.accounts import SignInRefused
from intake.services.staff.factors import holdings
from intake.services.staff.factors.codes import CodeRefused
from intake.services.staff.factors.passkeys import PasskeyRefused, Site
from intake.services.staff.factors.steps import StepOver
from intake.services.staff.sign_ins import SecondFactorMissing
from intake.web import clinic, freshness, operation, reading, signing_in
from intake.web.error_handlers import carried
from intake.web.headers import come_back
from intake.web.signing_in import Typed
from intake.web.ways_back import ways_back

P = ParamSpec("P")

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
                return come_back(make_response(question(problem), 403), problem.wait)
        return view(*args, **kwargs)

    return guarded


def proved_again() -> "Unproved | None":
    """What is wrong with what came now; None when it is right. What was shown before does not count.

    Whoever has no password here has shown it at the provider in the last ten minutes.
    """
    if OWN_PASSWORD in request.form:
        return _prove()
    return None if not ways_back(g.user).password and proved_lately() else Unproved()


def proved_lately() -> bool:
    """Whoever is signed in has shown in the last ten minutes that it is still them."""
    return freshness.is_fresh(g.web_session, clinic().now())


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
        signing_in.renew_sign_in(op, g.web_session)
    return None


def _prove() -> "Unproved | None":
    now = clinic().now()
    problem = prove(Typed.of(request.form, OWN_PASSWORD, OWN_CODE, OWN_PASSKEY))
    if problem is None:
        freshness.note(g.web_session.id, now)
    return problem


def question(problem: "Unproved") -> str:
    """The page that asks for it, with what was sent."""
    with reading() as op:
        has = holdings.of(op, op.user)
    site = Site.of(clinic().settings)
    return render_template(
        "admin/prove.html",
        carried=carried(),
        problem=problem,
        has=has,
        passkeys=has.passkeys and site is not None,
        way_back=ways_back(g.user),
    )
