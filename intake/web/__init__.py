"""The blueprints: a view parses a request, calls one service, commits in plain sight, and answers.

Closed by default: every route says whom it is for (`open_to_all`, `invited`, `enrolled`, `only`), or the app
does not start.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from functools import wraps
from typing import NoReturn, ParamSpec, TypeVar, cast
from uuid import UUID

from flask import Flask, current_app, g, request, session
from flask.typing import ResponseReturnValue

from intake.clinic import Clinic
from intake.config import LANGUAGES
from intake.i18n import speaking
from intake.services import alerts
from intake.services.audit import NOBODY, Action, Actor
from intake.services.context import Operation, Rehearsal
from intake.services.forms.entry import Entry
from intake.services.staff import accounts, sessions
from intake.services.staff.accounts import Permission, SignInRefused, allows, may_as
from intake.services.staff.factors import holdings
from intake.services.staff.factors.codes import CodeRefused
from intake.services.staff.factors.passkeys import PasskeyRefused
from intake.services.staff.factors.steps import StepOver
from intake.services.staff.sessions import NotTheirRole
from intake.services.staff.sign_ins import SecondFactorMissing
from intake.storage.models import Role, SessionKind, StepPurpose, User, WebSession
from intake.web import signing_in
from intake.web.client import KNOWN, client_to_be_known
from intake.web.form_tokens import renew_form_token
from intake.web.request_log import refuse
from intake.web.signing_in import Typed

P = ParamSpec("P")
View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

# What every form of staff carries: who was signed in when its page was made.
SIGNED_IN = "signed_in"
# What is typed when that was too long ago. Its name keeps it out of what is handed back or kept.
PASSWORD_AGAIN = "password_again"  # noqa: S105  (the name of a box)
CODE_AGAIN, PASSKEY_AGAIN = "second_code_again", "passkey_again"


class NotIdentified(Exception):
    """Nobody has opened a form in this browser, or it was too long ago."""


class NotEnrolled(Exception):
    """This browser is no tablet of the clinic, or not any more."""


class NotSignedIn(Exception):
    """No member of staff is signed in in this browser, or it was too long ago."""


class SecondFactorNotSetUp(Exception):
    """Their role needs a second factor, and they have shown a password alone: they set one up first."""


class UnguardedRoute(Exception):
    """A route does not say whom it is for."""


def clinic() -> Clinic:
    """The clinic this request is for."""
    return cast(Clinic, current_app.extensions["clinic"])


def operation() -> AbstractContextManager[Operation]:
    """What whoever is here does: the view that opens it says `commit()`, once.

    HEAD asks what GET would answer: it is only rehearsed.
    """
    here = clinic()
    begin = Rehearsal.open if request.method == "HEAD" else Operation.open
    return begin(here.database, here.settings, _whoever_is_here(), here.now())


def reading() -> AbstractContextManager[Operation]:
    """What whoever is here looks at: nothing can be changed in it."""
    here = clinic()
    return Operation.reading(here.database, here.settings, _whoever_is_here(), here.now())


def _whoever_is_here() -> Actor:
    """Whom the access guard of this page let in."""
    if "user" in g:
        return Actor.staff(g.user, g.get("role"))
    if "visit" in g and g.visit is not None:
        actor: Actor = g.entry.actor(g.visit.intake)
        return actor
    return NOBODY


def open_to_all(view: View) -> View:
    """Anybody may come in."""
    return _guarded(view, "open to all")


def invited(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Only the patient whose link and date of birth were checked, or staff who fill in for one.

    `g.visit` is the session, `g.entry` how answers come in. Raises NotIdentified.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        g.visit = _found("patient", SessionKind.PATIENT)
        if g.visit is None:
            raise NotIdentified
        by = g.visit.filled_in_by
        g.entry = Entry(g.visit.route, by, g.visit.filled_in_as)
        if by is not None and not allows(g.visit.filled_in_as, Permission.FILL_IN):
            _deny(by, g.visit.filled_in_as, Permission.FILL_IN)
        speak(clinic().settings.language if by else g.visit.intake.language)
        return view(*args, **kwargs)

    return _guarded(guarded, "invited")


def enrolled(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Only a tablet of the clinic that was let in; `g.tablet` is its session. Raises NotEnrolled."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        g.tablet = _found("tablet", SessionKind.TABLET)
        if g.tablet is None:
            raise NotEnrolled
        return view(*args, **kwargs)

    return _guarded(guarded, "enrolled")


def only(
    permission: Permission,
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Only staff who work in a role with this permission; `g.user` is who. Raises NotSignedIn.

    Safety: a page that one person left open is never sent in the name of another who has signed in since.
    """

    def guard(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            g.web_session = _who_sends()
            if g.web_session is None:
                raise NotSignedIn
            g.user, g.role = g.web_session.user, g.web_session.role
            speak(clinic().settings.language)
            if not may_here(permission):
                _deny(g.user, g.role, permission)
            g.unfinished = holdings.unfinished(clinic().settings, g.web_session)
            if g.unfinished and not (_goes_first(view) or _is_waiting_call(permission, kwargs)):
                raise SecondFactorNotSetUp
            return view(*args, **kwargs)

        return _guarded(guarded, permission.value)

    return guard


def before_second_factor(view: View) -> View:
    """Who must have a second factor and has none comes here all the same. Below `only`."""
    setattr(view, "before_second_factor", True)  # noqa: B010  (a function has no such attribute, says mypy)
    return view


def _goes_first(view: Callable[..., ResponseReturnValue]) -> bool:
    return bool(getattr(view, "before_second_factor", False))


def _is_waiting_call(permission: Permission, asked: Mapping[str, object]) -> bool:
    """Safety: a patient who must be phoned is phoned, whoever has not set up their second factor yet.

    Whoever has only the password could set one up, so this lets nobody reach more than they can already.
    """
    intake_id = asked.get("intake_id")
    if permission is not Permission.ACKNOWLEDGE or not isinstance(intake_id, UUID):
        return False
    with reading() as op:
        return alerts.is_waiting(op, intake_id)


def may_here(permission: Permission) -> bool:
    """True when whoever is signed in may do it, in the role in which they work now."""
    return may_as(g.user, g.role, permission)


def staff_here() -> WebSession | None:
    """The session of whoever of the staff is signed in in this browser, on a page that has no guard."""
    return _found("staff", SessionKind.STAFF)


def let_in(email: str, password: str) -> User:
    """Whoever is signed in on this browser from now on; whoever was before no longer is.

    Raises SignInRefused; with a `wait` when the password was not even looked at. And SecondFactorMissing when
    it was right and is not enough: the step that was begun goes on in this browser.
    """
    return _let_in(email, Typed(password))


def let_in_again(user_id: str, typed: Typed) -> User:
    """The same for the person whose page waits behind the question; tries are counted as at the sign-in.

    Raises CodeRefused, PasskeyRefused and StepOver as well.
    """
    who = staff_named(user_id)
    role = _worked_as(who)
    if typed.passkey or (typed.code and not typed.password):
        if who is None:
            raise SignInRefused
        user = _let_in_by_rest(who, typed)
    else:
        user = _let_in(who.email if who is not None else "", typed)
    if role is not None:
        work_as(role)
    return user


def _let_in(email: str, typed: Typed) -> User:
    with reading() as op:
        # Most of a flood ends here: it waits for nobody who writes.
        accounts.may_guess(op, email, client_to_be_known())
    with operation() as op:
        return signing_in.by_password(op, email, typed)


def _let_in_by_rest(who: User, typed: Typed) -> User:
    """Beside a password that was right a moment ago, or by a passkey alone."""
    settings = clinic().settings
    with operation() as op:
        if typed.passkey and signing_in.found_step(op, StepPurpose.SECOND_FACTOR) is None:
            return signing_in.by_passkey(op, typed.passkey, settings, who)
        return signing_in.by_second_factor(op, typed, settings, who)


def work_as(role: Role) -> None:
    """Whoever is signed in goes on in another role of theirs, under a new token. Raises NotSignedIn."""
    here = staff_here()
    if here is None or here.role is role:
        return
    with operation() as op:
        try:
            token = sessions.work_as(op, here, role)
        except NotTheirRole:
            raise NotSignedIn from None
        op.commit()
    session["staff"] = token
    renew_form_token()


def _worked_as(user: User | None) -> Role | None:
    """In which role they worked when the session in this browser ended, while it is still theirs."""
    token = session.get("staff")
    if user is None or not isinstance(token, str):
        return None
    with reading() as op:
        found = sessions.known(op.session, token)
        theirs = found is not None and found.user_id == user.id and found.role in user.roles
        return found.role if found is not None and theirs else None


def staff_named(user_id: str) -> User | None:
    """The member of staff with this id, while they are let in at all."""
    try:
        wanted = UUID(user_id)
    except ValueError:
        return None
    with reading() as op:
        found = op.session.get(User, wanted)
        return found if found is not None and found.active else None


def check_guards(app: Flask) -> None:
    """Raise UnguardedRoute for a route that does not say whom it is for."""
    unguarded = [
        str(rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and guard_of(app, rule.endpoint) is None
    ]
    if unguarded:
        raise UnguardedRoute(", ".join(unguarded))


def guard_of(app: Flask, endpoint: str) -> str | None:
    """Whom a route is for, in words; None when it does not say."""
    return getattr(app.view_functions[endpoint], "guard", None)


def speak(language: str) -> None:
    """Speak this language until the request is over; one that is not offered leaves things as they are."""
    if language in LANGUAGES:
        if "speech" not in g:
            g.speech = ExitStack()
        g.speech.enter_context(speaking(language))


def fall_silent(_: BaseException | None = None) -> None:
    """The request is over: the next one on this thread speaks its own language."""
    if "speech" in g:
        g.pop("speech").close()


def _who_sends() -> WebSession | None:
    """The session of whoever is signed in and made this request; None when the page is somebody else's.

    The password of that person, sent along, lets them in and the request goes on.
    """
    found = _found("staff", SessionKind.STAFF)
    whose = request.form.get(SIGNED_IN) if request.method == "POST" else None
    if whose is None or (found is not None and str(found.user_id) == whose):
        return found
    if PASSWORD_AGAIN not in request.form:
        return None
    try:
        let_in_again(whose, Typed.of(request.form, PASSWORD_AGAIN, CODE_AGAIN, PASSKEY_AGAIN))
    except (SignInRefused, CodeRefused, PasskeyRefused, SecondFactorMissing, StepOver) as refused:
        g.refused_again = refused
        return None
    return _found("staff", SessionKind.STAFF)


def _deny(user: User, role: Role | None, permission: Permission) -> NoReturn:
    """The page is not theirs: it is recorded that they asked for it."""
    with operation() as op:
        op.acting_as(Actor.staff(user, role)).record(Action.STAFF_DENIED, user, permission=permission)
        op.commit()
    refuse(403, "not permitted")


def _found(kept_as: str, kind: SessionKind) -> WebSession | None:
    token = session.get(kept_as)
    if not isinstance(token, str):
        return None
    now = clinic().now()
    with reading() as op:
        found = sessions.find(op, token, kind)
    if found:
        request.environ[KNOWN] = True
    # A page that asks again by itself must not keep a session alive that nobody uses.
    if found and sessions.to_be_seen(found, now=now) and "X-Background" not in request.headers:
        with operation() as op:
            sessions.see(op, found)
            op.commit()
    return found


def _guarded(view: View, whom: str) -> View:
    setattr(view, "guard", whom)  # noqa: B010  (a function has no such attribute, says mypy)
    return view
