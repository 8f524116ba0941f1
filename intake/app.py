"""The application put together: settings, clinic, commands, and the pages where somebody is to be served.

Commands need few of the libraries that pages need, and most of a command's time is loading them. So pages
are added apart, and the database is opened when it is first needed.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from intake import cli, resources
from intake.clinic import Clinic
from intake.config import Settings, SettingsInvalid
from intake.logs import install_logs

if TYPE_CHECKING:
    from intake.logs import ExceptionInfo
    from intake.storage import Database
    from intake.tasks import Queue


# Its pages of a fault show values, and run what is typed into them.
IN_DEBUG_MODE = "FLASK_DEBUG is set: real patients are never served in debug mode. Take it out."


class BoundedJSON(DefaultJSONProvider):
    """Reads JSON; what is nested deeper than Python goes is no JSON either."""

    def loads(self, s: str | bytes, **named: Any) -> Any:
        """Raises ValueError."""
        try:
            return super().loads(s, **named)
        except RecursionError:
            raise ValueError("nested too deep") from None


class Backstory(Flask):
    """The application. What signs its cookies and form tokens lies with the database's keys."""

    json_provider_class = BoundedJSON

    @property
    def clinic(self) -> Clinic:
        """What the blueprints work with."""
        known: Clinic = self.extensions["clinic"]
        return known

    @property
    def secret_key(self) -> list[bytes]:  # type: ignore[override]  # Flask has a plain attribute
        """What Flask-WTF signs form tokens with; the last one signs, each reads. Cookies have their own."""
        from intake.storage.encryption import Purpose

        return self.clinic.database.keys.secrets(Purpose.CSRF)

    def log_exception(self, exc_info: "ExceptionInfo") -> None:
        """Say where it went wrong; the message and the address may hold what a patient wrote."""
        from intake.web.logs import failure_of

        self.logger.error(failure_of(exc_info))


def create_app(
    settings: Settings | None = None,
    database: "Database | None" = None,
    queue: "Queue | None" = None,
    clock: Callable[[], datetime] | None = None,
) -> Backstory:
    """The application; what is not given comes from the environment.

    Raises SettingsInvalid and UnguardedRoute.
    """
    app = for_commands(settings, database, queue, clock)
    _add_pages(app)
    return app


def for_commands(
    settings: Settings | None = None,
    database: "Database | None" = None,
    queue: "Queue | None" = None,
    clock: Callable[[], datetime] | None = None,
) -> Backstory:
    """The application without its pages; `start` adds them. Raises SettingsInvalid."""
    settings = settings or Settings.from_environment(os.environ)
    install_logs(as_json=settings.request_log)
    app = Backstory(
        "intake",
        static_folder=str(resources.folder("static")),
        template_folder=str(resources.folder("templates")),
        root_path=str(resources.PACKAGE),
    )
    if app.debug and settings.production:
        raise SettingsInvalid([IN_DEBUG_MODE])
    app.extensions["clinic"] = Clinic(settings, clock or _now, database, queue)
    app.extensions["add_pages"] = partial(_add_pages_to_serve, app)
    cli.add_commands(app)
    return app


def _add_pages(app: Backstory) -> None:
    from intake.web.pages import add_pages

    add_pages(app, app.clinic.environment)
    app.extensions["add_pages"] = _nothing_to_add


def _add_pages_to_serve(app: Backstory) -> None:
    from intake.web.metrics import share_counts

    share_counts(app.clinic.environment)
    _add_pages(app)


def _nothing_to_add() -> None:
    """Pages are there already."""


def _now() -> datetime:
    return datetime.now(UTC)
