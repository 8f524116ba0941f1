"""All pages added to the application: its blueprints, and what stands around each request."""

import importlib
from urllib.parse import urlsplit

from flask import Flask
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined

from intake.config import Settings
from intake.services.staff import sessions
from intake.storage.models import SessionKind
from intake.web import check_guards
from intake.web.being_made import install_being_made
from intake.web.client import install_clients
from intake.web.compression import install_compression
from intake.web.cookies import SignedCookies
from intake.web.drafts import install_drafts
from intake.web.error_handlers import install_error_handlers
from intake.web.flood_gate import install_flood_gate
from intake.web.headers import install_headers
from intake.web.health import install_health
from intake.web.navigation import install_navigation
from intake.web.request_log import install_request_log
from intake.web.sign_on import install_sign_on
from intake.web.signed_out import install_signed_out
from intake.web.template_filters import install_template_filters, keep_to_ourselves
from intake.web.typed import CleanRequest, CopiedConverter

BLUEPRINTS = (
    "patient",
    "sign_in",
    "sign_on",
    "reception",
    "clinician",
    "admin",
    "tablet",
    "account",
    "drafts",
    "data_protection",
    "second_factor",
    "reports",
    "security_txt",
)


def add_pages(app: Flask, settings: Settings) -> None:
    """Make the application ready to serve. Raises UnguardedRoute."""
    app.session_interface = SignedCookies()
    app.request_class = CleanRequest
    app.url_map.converters["copied"] = CopiedConverter
    _configure(app, settings)
    # Inside what logs and counts each request.
    install_flood_gate(app)
    install_health(app, app.extensions["clinic"], install_request_log(app, settings))
    install_compression(app)
    install_template_filters(app)
    install_navigation(app)
    install_headers(app)
    install_clients(app)
    forms = CSRFProtect(app)
    install_error_handlers(app)
    install_being_made(app)
    install_signed_out(app)
    install_drafts(app)
    install_sign_on(app, settings)
    for name in BLUEPRINTS:
        app.register_blueprint(importlib.import_module(f"intake.web.{name}").blueprint)
    # The provider has no page of ours to send along with a logout; the token says that it is from there.
    forms.exempt("intake.web.sign_on.ended")
    # Browsers send reports by themselves and have no form; what they say is only counted.
    forms.exempt("intake.web.reports.report")
    keep_to_ourselves(app)
    check_guards(app)


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SESSION_COOKIE_NAME="__Host-backstory" if settings.production else "backstory",
        SESSION_COOKIE_SECURE=settings.production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # Only a tablet's cookie outlives the browser.
        PERMANENT_SESSION_LIFETIME=sessions.LIMITS[SessionKind.TABLET].absolute,
        # In production only the clinic's own name is answered to, so nobody can have links made with another.
        TRUSTED_HOSTS=[urlsplit(settings.public_url).hostname] if settings.production else None,
        # A token lasts as long as its session; an hour would be too short for someone in pain. The address a
        # request comes from is not looked at, because our pages send none.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.undefined = StrictUndefined
