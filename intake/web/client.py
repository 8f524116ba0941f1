"""Where a request comes from: the range of addresses that tries are counted for, and the browser.

Whoever has signed in keeps a cookie for a year: strangers who guess at their account do not lock them out
there (services/staff/known_browsers.py). It lets nobody in by itself.
"""

from dataclasses import replace
from typing import Any, cast

from flask import Flask, Response, current_app, g, request
from itsdangerous import BadSignature, URLSafeSerializer

from intake.clinic import Clinic
from intake.services.staff import known_browsers
from intake.services.staff.known_browsers import KEPT_FOR, Client
from intake.storage.encryption import Purpose
from intake.text import device, network
from intake.web.cookies import EARLIER, SHA_256

FORWARDED = "HTTP_X_FORWARDED_FOR"
# What a request carries once its session was found: whoever is known corrects a page, and guesses nothing.
KNOWN = "backstory.known"


def install_clients(app: Flask) -> None:
    """Give whoever has signed in the cookie by which their browser is known, and keep it fresh."""
    app.after_request(_keep_cookie)


def client() -> Client:
    """Whoever sends this request."""
    return Client(
        network_of(_clinic(), request.environ),
        browser_of(_clinic(), request.cookies) or "",
        device.kind_of(request.headers.get("User-Agent", "")),
    )


def client_to_be_known() -> Client:
    """The same where somebody shows who they are: from now on their browser is known, if it was right."""
    here = client()
    if not here.browser:
        here = replace(here, browser=g.setdefault("new_browser", known_browsers.new_token()))
    return here


def keep_browser(here: Client) -> None:
    """They have shown who they are: the browser gets its cookie with this answer."""
    g.keep_browser = here.browser


def forget_browser() -> None:
    """This browser is nobody's from now on."""
    g.keep_browser = ""


def network_of(here: Clinic, environ: dict[str, Any]) -> str:
    """The range of addresses that this request came from; "" when nobody can tell."""
    trusted = here.environment.trusted_proxies
    return network.range_of(
        network.client_of(environ.get("REMOTE_ADDR") or "", environ.get(FORWARDED, ""), trusted)
    )


def browser_of(here: Clinic, cookies: Any) -> str | None:
    """What the cookie of this browser says, when it is ours; None otherwise. Nothing is looked up."""
    signed = cookies.get(_name(here))
    if not signed:
        return None
    try:
        token = _signer(here).loads(signed)
    except BadSignature:
        return None
    return token if isinstance(token, str) else None


def _clinic() -> Clinic:
    return cast(Clinic, current_app.extensions["clinic"])


def _keep_cookie(response: Response) -> Response:
    token = g.get("keep_browser")
    if token is None:
        return response
    here = _clinic()
    safe = here.environment.production
    if token:
        response.set_cookie(
            _name(here),
            _signer(here).dumps(token),
            max_age=KEPT_FOR,
            secure=safe,
            httponly=True,
            samesite="Strict",
        )
    else:
        response.delete_cookie(_name(here), secure=safe, httponly=True, samesite="Strict")
    return response


def _name(here: Clinic) -> str:
    return "__Host-backstory-browser" if here.environment.production else "backstory_browser"


def _signer(here: Clinic) -> URLSafeSerializer:
    # Without a time: the row says how long it is known, and a clock that is set back takes nothing away.
    keys = here.database.keys
    oldest_first = [keys.secret(Purpose.COOKIE, number) for number in keys.numbers]
    oldest_first.append(keys.secret(Purpose.COOKIE))
    return URLSafeSerializer(
        oldest_first, salt="known browser", signer_kwargs=SHA_256, fallback_signers=EARLIER
    )
