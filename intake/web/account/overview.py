"""The page of the own account: where somebody is signed in, which browsers are known, and how to end both."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake.services.invitations.links import hash_of
from intake.services.staff import accounts, known_browsers, sessions
from intake.services.staff.account_mail import words_of
from intake.services.staff.accounts import Permission
from intake.services.staff.views import AccountView
from intake.storage.models import KnownBrowser, WebSession
from intake.web import only, operation, reading
from intake.web.account.blueprint import blueprint
from intake.web.account.links import LINKS
from intake.web.client import client
from intake.web.proof import proved


@dataclass(frozen=True)
class OwnSession:
    """A browser in which they are signed in; `here` is this one."""

    id: UUID
    device: str
    started_at: datetime
    seen_at: datetime
    here: bool

    @classmethod
    def of(cls, each: WebSession) -> "OwnSession":
        here = each.id == g.web_session.id
        return cls(each.id, words_of(each.device), each.started_at, each.seen_at, here)


@dataclass(frozen=True)
class OwnBrowser:
    """A browser in which they have signed in before; `here` is this one."""

    id: UUID
    device: str
    made_at: datetime
    seen_at: datetime
    here: bool

    @classmethod
    def of(cls, each: KnownBrowser, token: str) -> "OwnBrowser":
        here = bool(token) and each.token_hash == hash_of(token)
        return cls(each.id, words_of(each.device), each.made_at, each.seen_at, here)


@blueprint.get("/account")
@only(Permission.SIGN_IN)
def overview() -> str:
    """Who they are here, where they are signed in, and what they can do about it."""
    token = client().browser
    with reading() as op:
        user = accounts.find_user(op.session, g.user.id)
        assert user is not None
        account = AccountView.of(user)
        own = tuple(OwnSession.of(each) for each in sessions.of(op, user))
        browsers = tuple(OwnBrowser.of(each, token) for each in known_browsers.of(op, user))
    return render_template(
        "account/overview.html",
        account=account,
        sessions=tuple(sorted(own, key=lambda each: not each.here)),
        browsers=tuple(sorted(browsers, key=lambda each: not each.here)),
        links=LINKS,
        changed="changed" in request.args,
    )


@blueprint.post("/account/sessions/<uuid:session_id>/end")
@only(Permission.SIGN_IN)
@proved
def end_session(session_id: UUID) -> Response:
    """Sign out of another browser; of one that is not theirs nothing happens."""
    return _ended(session_id)


@blueprint.post("/account/sessions/end")
@only(Permission.SIGN_IN)
@proved
def end_other_sessions() -> Response:
    """Sign out of every other browser."""
    return _ended(None)


@blueprint.post("/account/browsers/<uuid:browser_id>/forget")
@only(Permission.SIGN_IN)
@proved
def forget_browser(browser_id: UUID) -> Response:
    """A browser is a stranger's again; its cookie says nothing from now on."""
    with operation() as op:
        known_browsers.forget_one(op, g.user, browser_id)
        op.commit()
    return redirect(url_for("account.overview", _anchor="browsers"), 303)


def _ended(session_id: UUID | None) -> Response:
    with operation() as op:
        sessions.end(op, g.user, g.web_session, session_id)
        op.commit()
    return redirect(url_for("account.overview", _anchor="sessions"), 303)
