"""How somebody is let in in a browser: what they showed is looked at, and every way ends in one place.

A password that was right lets nobody in who has a second factor: it begins a step, whose token this browser
keeps, and which lets nobody in either (services/staff/factors/steps.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask import session
from werkzeug.datastructures import MultiDict

from intake.config import Settings
from intake.services.context import Operation
from intake.services.staff import accounts, sessions, sign_ins
from intake.services.staff.factors import codes, holdings, passkeys, steps
from intake.services.staff.factors.passkeys import PasskeyRefused, Site
from intake.services.staff.factors.steps import StepOver
from intake.services.staff.sessions import ByProvider
from intake.services.staff.sign_ins import Method, SecondFactorMissing, SignIn
from intake.storage import Refused
from intake.storage.models import SignInStep, StepPurpose, User, WebSession
from intake.web.client import client_to_be_known, keep_browser
from intake.web.form_tokens import renew_form_token

# Where the browser keeps the token of what is half done, by what that is.
KEPT_AS = {purpose: f"step_{purpose.value}" for purpose in StepPurpose}


@dataclass(frozen=True)
class Typed:
    """What came with a form to show who it is; "" for what did not."""

    password: str = field(default="", repr=False)
    code: str = field(default="", repr=False)
    passkey: str = field(default="", repr=False)

    @classmethod
    def of(cls, form: MultiDict[str, str], password: str, code: str, passkey: str) -> "Typed":
        """From the boxes of these names."""
        return cls(form.get(password, ""), form.get(code, ""), form.get(passkey, ""))


def complete_sign_in(
    op: Operation, user: User, *methods: Method, by_provider: ByProvider | None = None
) -> None:
    """From now on this browser is theirs, who have shown who they are by these `methods`; it commits.

    Whoever was signed in here before no longer is.
    """
    here = client_to_be_known()
    token = sign_ins.complete(op, user, SignIn(methods, here, session.get("staff") or "", by_provider))
    op.commit()
    forget_steps()
    session["staff"] = token
    renew_form_token()
    keep_browser(here)


def renew_sign_in(op: Operation, web_session: WebSession) -> None:
    """They have shown once more who they are: the session goes on with another token; it commits.

    A cookie that was copied before is worth nothing from now on.
    """
    renew_session(op, web_session)
    renew_form_token()


def renew_session(op: Operation, web_session: WebSession) -> None:
    """The same, while a page that waits in another window can still be sent; it commits."""
    token = sessions.renew(op, web_session)
    op.commit()
    session["staff"] = token


def by_password(op: Operation, email: str, typed: Typed) -> User:
    """Let in whoever has this password, and what else is asked of them.

    Raises SignInRefused, CodeRefused, and SecondFactorMissing when a step was begun for what is missing.
    """
    with _refusals_committed(op):
        user = accounts.with_password(op, email, typed.password, client_to_be_known())
        if not holdings.has_any(op, user):
            complete_sign_in(op, user, Method.PASSWORD)
            return user
        if typed.code:
            complete_sign_in(op, user, Method.PASSWORD, codes.spend(op, user, typed.code))
            return user
        begin_step(op, StepPurpose.SECOND_FACTOR, user)
        op.commit()
    raise SecondFactorMissing


def by_second_factor(op: Operation, typed: Typed, settings: Settings, whose: User | None = None) -> User:
    """Let in whoever was right with the password in this browser, and now shows the rest.

    `whose`: nobody else. Raises StepOver, CodeRefused, PasskeyRefused or SignInRefused.
    """
    with _refusals_committed(op):
        step = found_step(op, StepPurpose.SECOND_FACTOR)
        if step is None or step.user is None or (whose is not None and step.user.id != whose.id):
            raise StepOver
        user = step.user
        if typed.passkey:
            passkeys.check(op, step, typed.passkey, _site(settings), alone=False)
            method = Method.PASSKEY
        else:
            method = codes.spend(op, user, typed.code)
        steps.finish(op, step)
        complete_sign_in(op, user, Method.PASSWORD, method)
    return user


def by_passkey(op: Operation, answer: str, settings: Settings, whose: User | None = None) -> User:
    """Let in whoever holds this passkey, and was looked at by it. Raises PasskeyRefused or SignInRefused."""
    with _refusals_committed(op):
        step = found_step(op, StepPurpose.PASSKEY)
        if step is None:
            raise PasskeyRefused
        user = passkeys.check(op, step, answer, _site(settings), alone=True)
        if whose is not None and user.id != whose.id:
            raise PasskeyRefused
        steps.finish(op, step)
        complete_sign_in(op, user, Method.PASSKEY)
    return user


def prove(op: Operation, user: User, typed: Typed, settings: Settings) -> None:
    """They show once more who they are, with all that a sign-in asks of them; the view commits.

    Raises SignInRefused, CodeRefused, PasskeyRefused or SecondFactorMissing.
    """
    with _refusals_committed(op):
        if typed.passkey:
            step = found_step(op, StepPurpose.PROOF)
            if step is None or step.user_id != user.id:
                raise PasskeyRefused
            passkeys.check(op, step, typed.passkey, _site(settings), alone=True)
            steps.finish(op, step)
            return
        accounts.prove(op, user, typed.password)
        if holdings.has_any(op, user):
            if not typed.code:
                op.commit()
                raise SecondFactorMissing
            codes.spend(op, user, typed.code)


def begin_step(op: Operation, purpose: StepPurpose, user: User | None = None) -> SignInStep:
    """Begin it in this browser."""
    session[KEPT_AS[purpose]] = token = steps.begin(op, purpose, user)
    found = steps.find(op, token, purpose)
    assert found is not None
    return found


def found_step(op: Operation, purpose: StepPurpose) -> SignInStep | None:
    """What was begun in this browser, while it lasts."""
    token = session.get(KEPT_AS[purpose])
    return steps.find(op, token, purpose) if isinstance(token, str) else None


def forget_steps() -> None:
    """Nothing is half done in this browser."""
    for name in KEPT_AS.values():
        session.pop(name, None)


def _site(settings: Settings) -> Site:
    site = Site.of(settings)
    if site is None:
        raise PasskeyRefused
    return site


@contextmanager
def _refusals_committed(op: Operation) -> Iterator[None]:
    """What a refusal has counted and recorded stays; whoever came too late leaves nothing."""
    try:
        yield
    except Refused:
        op.commit()
        raise
    except StepOver:
        op.rollback()
        raise
