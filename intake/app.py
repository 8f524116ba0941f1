"""The application put together: settings, database, queue, blueprints, commands.

The database is opened when it is first needed, so commands that need none work without.
"""

import importlib
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined

from intake import cli, resources
from intake.config import Settings
from intake.services.staff import sessions
from intake.storage import Database
from intake.storage.encryption import Purpose
from intake.storage.models import SessionKind
from intake.web import Clinic, check_guards
from intake.web.compression import install_compression
from intake.web.cookies import SignedCookies
from intake.web.error_handlers import install_error_handlers
from intake.web.headers import install_headers
from intake.web.logs import ExceptionInfo, failure_of, install_logs
from intake.web.navigation import install_navigation
from intake.web.template_filters import install_template_filters, keep_to_ourselves

if TYPE_CHECKING:
    from intake.tasks import Queue

BLUEPRINTS = ("patient", "sign_in", "reception", "clinician", "admin", "tablet")


class Backstory(Flask):
    """The application. What signs its cookies and form tokens lies with the database's keys."""

    session_interface = SignedCookies()

    @property
    def clinic(self) -> Clinic:
        """What the blueprints work with."""
        known: Clinic = self.extensions["clinic"]
        return known

    @property
    def secret_key(self) -> bytes:  # type: ignore[override]  # Flask has a plain attribute
        """What Flask-WTF signs form tokens with; cookies have a key of their own."""
        return self.clinic.database.keys.secret(Purpose.CSRF)

    def log_exception(self, exc_info: ExceptionInfo) -> None:
        """Say where it went wrong; the message and the address may hold what a patient wrote."""
        self.logger.error(failure_of(exc_info))


def create_app(
    settings: Settings | None = None,
    database: Database | None = None,
    queue: "Queue | None" = None,
    clock: Callable[[], datetime] | None = None,
) -> Backstory:
    """The application; what is not given comes from the environment.

    Raises SettingsInvalid and UnguardedRoute.
    """
    settings = settings or Settings.from_environment(os.environ)
    app = Backstory(
        "intake",
        static_folder=str(resources.folder("static")),
        template_folder=str(resources.folder("templates")),
        root_path=str(resources.PACKAGE),
    )
    app.extensions["clinic"] = Clinic(settings, clock or _now, database, queue)
    _configure(app, settings)
    install_logs()
    install_compression(app)
    install_template_filters(app)
    install_navigation(app)
    install_headers(app)
    CSRFProtect(app)
    install_error_handlers(app)
    for name in BLUEPRINTS:
        app.register_blueprint(importlib.import_module(f"intake.web.{name}").blueprint)
    keep_to_ourselves(app)
    check_guards(app)
    cli.add_commands(app)
    return app


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


def _now() -> datetime:
    return datetime.now(UTC)
