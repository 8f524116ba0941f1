"""Sign-on by the provider: a link leads there, the browser comes back with a code, and goes on at once.

What a sign-on under way needs (state, nonce, proof of the code) lies in the signed cookie of the browser that
began it, for ten minutes and for one answer; nothing of it is written down here. Nothing that the provider
gives is kept: neither code nor token.
"""

import hmac
import logging
import secrets
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from intake.config import Settings
from intake.services.context import Operation
from intake.services.staff import known_browsers, sessions
from intake.services.staff.accounts import SignInRefused
from intake.services.staff.sessions import ByProvider
from intake.services.staff.sign_ins import Method
from intake.services.staff.sign_on import people
from intake.services.staff.sign_on.answers import ProviderAway, ProviderRefused
from intake.services.staff.sign_on.people import NotLetIn, Why
from intake.services.staff.sign_on.provider import Provider
from intake.services.staff.sign_on.shown import LASTS, Asked, PersonShown
from intake.services.staff.sign_on.tokens import TokenRefused, logged_out_by, shown_by
from intake.storage.models import User
from intake.web import clinic, freshness, open_to_all, operation, staff_here
from intake.web.client import client
from intake.web.headers import from_elsewhere
from intake.web.onward import home_of, onward_to
from intake.web.sign_on_words import SAID
from intake.web.signing_in import complete_sign_in, renew_session
from intake.web.ways_back import ways_back

log = logging.getLogger(__name__)
blueprint = Blueprint("sign_on", __name__)

# Sign-ons that a browser may have under way at once, in windows beside each other.
MOST_UNDER_WAY = 3
LONGEST_CODE, LONGEST_TOKEN = 4096, 32 * 1024
# Where the cookie keeps them; whether somebody has come in by the provider since the browser was opened.
UNDER_WAY, CAME_IN = "sign_on", "signed_on"


@dataclass(frozen=True)
class UnderWay:
    """A sign-on that this browser has begun, as its cookie keeps it. `whose`: who must show it again."""

    state: str
    nonce: str
    verifier: str
    began: str
    onward: str
    whose: str
    again: bool
    browser: str

    @property
    def asked(self) -> Asked:
        """What the provider was asked."""
        return Asked(self.state, self.nonce, self.verifier, back_address(), self.again)

    def is_over(self, now: datetime) -> bool:
        """It took too long, or a clock was set back."""
        return not -freshness.A_MOMENT <= now - datetime.fromisoformat(self.began) <= LASTS


def install_sign_on(app: Flask, settings: Settings) -> None:
    """Make the provider known, if there is one."""
    declared = settings.identity_provider
    app.extensions["sign_on"] = Provider(declared) if declared is not None else None
    app.context_processor(_ways_in)


@blueprint.get("/sign-on")
@open_to_all
def start() -> Response:
    """On to the provider. Where somebody came in before, it asks again: the next person must not be them.

    Never by a link of another site, which would sign somebody in who has done nothing: they press first.
    """
    provider, onward = _provider(), request.args.get("next", "")
    if from_elsewhere():
        return redirect(url_for("sign_in.sign_in", next=onward_to(onward)), 303)
    # Whoever was signed in here has left a session, even one that is over.
    again = "staff" in session or CAME_IN in session
    return _begin(provider, onward, whose="", again=again)


@blueprint.get("/sign-on/again/<uuid:user_id>")
@open_to_all
def again(user_id: UUID) -> Response:
    """The same for the person whose page waits; nobody else can open that."""
    return _begin(_provider(), "", whose=str(user_id), again=True)


@blueprint.get("/sign-on/back")
@open_to_all
def back() -> Response:
    """The browser is back: let them in, or say why not, at an address without anything of the provider's."""
    provider = _provider()
    if request.method == "HEAD":
        return _stop(Why.NOT_OURS)
    under_way = _taken(_argument("state"))
    if under_way is None or not _used_up(under_way):
        return _stop(Why.NOT_OURS)
    try:
        shown = _shown(provider, under_way)
    except ProviderAway:
        return _stop(Why.AWAY)
    except (ProviderRefused, TokenRefused) as problem:
        log.warning("A sign-on was refused: %s %s", type(problem).__name__, problem)
        return _stop(Why.NOT_SHOWN)
    if shown is None:
        return _stop(Why.STOPPED)
    if _not_again(under_way, shown):
        return _stop(Why.NOT_AGAIN)
    try:
        return _let_in(provider, under_way, shown)
    except IntegrityError:
        # The same person came in twice at once, for the first time: the other one has tied the account.
        return _let_in(provider, under_way, shown)


@blueprint.get("/sign-on/stopped")
@open_to_all
def stopped() -> str:
    """Why somebody was not signed in, and what to do."""
    _provider()
    why = request.args.get("why", "")
    heading, advice = SAID[Why(why) if why in list(Why) else Why.NOT_SHOWN]
    return render_template("sign_on/stopped.html", heading=str(heading), advice=str(advice))


@blueprint.get("/sign-on/done")
@open_to_all
def done() -> str:
    """They have shown again who they are: the page that waits is in another window."""
    _provider()
    return render_template("sign_on/done.html")


@blueprint.get("/sign-on/signed-out")
@open_to_all
def signed_out() -> str:
    """Signed out here; the provider may still know them, and let the next person in as them."""
    _provider()
    return render_template("sign_on/signed_out.html")


@blueprint.get("/sign-on/out")
@open_to_all
def sign_out_there() -> Response:
    """On to the provider's own way out, and from there back to the sign-in."""
    back_here = f"{clinic().environment.public_url}{url_for('sign_in.sign_in')}"
    try:
        address = _provider().end_session_address(back_here)
    except ProviderAway:
        return _stop(Why.AWAY)
    return redirect(address or url_for("sign_in.sign_in"), 303)


@blueprint.post("/sign-on/ended")
@open_to_all
def ended() -> Response:
    """Somebody has signed out at the provider (Back-Channel Logout 1.0): their sessions end here."""
    provider, raw = _provider(), request.form.get("logout_token", "")
    try:
        if not 0 < len(raw) <= LONGEST_TOKEN:
            raise TokenRefused("length")
        said = logged_out_by(provider, raw, clinic().now())
    except ProviderAway:
        return Response(status=503, mimetype="text/plain")
    except TokenRefused as problem:
        log.warning("A logout of the provider was refused: %s", problem)
        return Response(status=400, mimetype="text/plain")
    with operation() as op:
        try:
            new = people.log_out(op, said)
        except NotLetIn:
            new = False
        op.commit()
    return Response(status=200 if new else 400, mimetype="text/plain")


def back_address() -> str:
    """Where the provider sends browsers back to, as it is registered there."""
    return f"{clinic().environment.public_url}{url_for('sign_on.back')}"


def _provider() -> Provider:
    provider = current_app.extensions["sign_on"]
    return cast(Provider, provider) if provider is not None else abort(404)


def _ways_in() -> dict[str, object]:
    """What the pages of the sign-in and of staff need."""
    settings = clinic().environment
    declared, user = settings.identity_provider, g.get("user")
    return {
        "sign_on_label": declared.label if declared is not None else "",
        "passwords": settings.password_sign_in,
        "ways_back": ways_back(user) if user is not None else None,
    }


def _begin(provider: Provider, onward: str, *, whose: str, again: bool) -> Response:
    now = clinic().now()
    # Its own cookie does not come along when the provider sends the browser back.
    browser = client().browser or known_browsers.new_token()
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    began, further = now.isoformat(), onward_to(onward) or ""
    under_way = UnderWay(state, nonce, verifier, began, further, whose, again, browser)
    try:
        address = provider.address_for(under_way.asked)
    except ProviderAway:
        return _stop(Why.AWAY)
    kept = [each for each in _under_way() if not each.is_over(now)]
    session[UNDER_WAY] = [astuple(each) for each in (*kept, under_way)[-MOST_UNDER_WAY:]]
    return redirect(address, 303)


def _under_way() -> list[UnderWay]:
    """What this browser has begun; the cookie is signed, so it is as we wrote it."""
    return [UnderWay(*each) for each in session.get(UNDER_WAY, ())]


def _taken(state: str) -> UnderWay | None:
    """The sign-on of this state, which is under way no longer; None when this browser has begun none such."""
    begun = _under_way()
    found = next((each for each in begun if hmac.compare_digest(each.state.encode(), state.encode())), None)
    if found is None:
        return None
    session[UNDER_WAY] = [astuple(each) for each in begun if each is not found]
    return None if found.is_over(clinic().now()) else found


def _used_up(under_way: UnderWay) -> bool:
    """From now on nobody can use it, in a copied cookie neither; False when somebody has."""
    with operation() as op:
        new = people.spend(op, f"state {under_way.state}")
        op.commit()
    return new


def _shown(provider: Provider, under_way: UnderWay) -> PersonShown | None:
    """Who it is, by what came along; None when they were stopped there. Raises as the provider does."""
    said, issuer = _argument("iss"), provider.declared.issuer
    if said != issuer and (provider.endpoints.says_issuer or "iss" in request.args):
        raise TokenRefused("another issuer")
    if "error" in request.args:
        return None
    code = _argument("code")
    if not 0 < len(code) <= LONGEST_CODE:
        raise TokenRefused("no code")
    tokens = provider.exchange(code, under_way.asked)
    return shown_by(provider, tokens, under_way.asked, clinic().now())


def _argument(name: str) -> str:
    """What the address says once; "" where it says nothing, or several things."""
    said = request.args.getlist(name)
    return said[0] if len(said) == 1 else ""


def _not_again(under_way: UnderWay, shown: PersonShown) -> bool:
    """They were to show anew who they are, and have not. Only a waiting page insists on being told."""
    if not under_way.again or shown.again_since(datetime.fromisoformat(under_way.began)):
        return False
    return bool(under_way.whose) or shown.auth_time is not None


def _let_in(provider: Provider, under_way: UnderWay, shown: PersonShown) -> Response:
    # Before the operation: noting that they were seen is one of its own, and each would wait for the other.
    here = staff_here()
    with operation() as op:
        try:
            user = people.let_in(op, provider.declared, shown)
            if under_way.whose and str(user.id) != under_way.whose:
                # Whatever was found out about somebody else on the way is for their own sign-in.
                op.rollback()
                return _stop(Why.ANOTHER)
            if under_way.whose and here is not None and here.user_id == user.id:
                # Who is in already, and was to show it again, goes on in the same session.
                renew_session(op, here)
                freshness.note(here.id, op.now)
            else:
                _open_here(op, user, under_way, shown)
        except NotLetIn as refused:
            op.commit()
            return _stop(refused.why)
        except SignInRefused:
            op.commit()
            return _stop(Why.LEFT)
    session[CAME_IN] = True
    if under_way.whose:
        return redirect(url_for("sign_on.done"), 303)
    return redirect(under_way.onward or home_of(sessions.first_role(user)), 303)


def _open_here(op: Operation, user: User, under_way: UnderWay, shown: PersonShown) -> None:
    identity = people.identity_of(op.session, user)
    assert identity is not None
    sid_hash = people.sid_hash_of(shown.issuer, shown.sid) if shown.sid else None
    g.new_browser = under_way.browser
    complete_sign_in(op, user, Method.SINGLE_SIGN_ON, by_provider=ByProvider(identity.id, sid_hash))


def _stop(why: Why) -> Response:
    return redirect(url_for("sign_on.stopped", why=why.value), 303)
