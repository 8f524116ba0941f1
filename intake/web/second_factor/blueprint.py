"""What every page about second factors stands on."""

from collections.abc import Iterable

from flask import Blueprint, g, redirect, session, url_for
from werkzeug.wrappers import Response

from intake.services.context import Operation
from intake.services.staff import sessions
from intake.services.staff.factors import holdings
from intake.services.staff.factors.methods import Method
from intake.storage.models import User
from intake.web.onward import home_of, onward_to
from intake.web.signing_in import complete_sign_in

blueprint = Blueprint("second_factor", __name__)

# Where somebody wanted to go who had to set up a second factor first.
ONWARD = "onward"


def added(op: Operation, user: User, method: Method) -> None:
    """They have something new: other browsers are signed out, and this one goes on, with more shown."""
    holdings.added(op, user, method)
    complete_sign_in(
        op, user, *_shown_so_far(method), method, by_provider=sessions.provider_of(g.web_session)
    )


def removed(op: Operation, user: User) -> None:
    """They have one thing less: other browsers are signed out, and this one goes on."""
    complete_sign_in(op, user, *_shown_so_far(), by_provider=sessions.provider_of(g.web_session))


def where_to_go_on(user: User) -> str:
    """The page that was asked for before this, or where their work begins."""
    return onward_to(str(session.get(ONWARD, ""))) or home_of(sessions.first_role(user))


def back_home() -> Response:
    """To the list of what they have."""
    return redirect(url_for("second_factor.home"), 303)


def _shown_so_far(*besides: Method) -> Iterable[Method]:
    shown = tuple(Method(each) for each in g.web_session.methods.split()) or (Method.PASSWORD,)
    return (each for each in shown if each not in besides)
