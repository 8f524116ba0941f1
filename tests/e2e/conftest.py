"""A clinic that answers on a free port, and a browser the size of a phone to visit it with.

The browser is the machine's Chromium, or Playwright's own where there is none.
"""

import os
import shutil
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from werkzeug.serving import make_server

from intake.config import Settings
from intake.services.staff import accounts
from intake.storage import Database, open_database
from intake.storage.models import Role
from tests.acting import acting
from tests.strict import make_strict
from tests.web.patients import Patient, invite

if TYPE_CHECKING:
    from intake.app import Backstory

PASSWORD = "four red wheelbarrows"
NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
QUIET = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# The rules of WCAG 2.2, levels A and AA, and what axe calls best practice.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@dataclass(frozen=True)
class LiveClinic:
    """A clinic that runs beside the tests, by the real clock."""

    app: "Backstory"
    database: Database
    settings: Settings

    def invite(self, case: str) -> Patient:
        """A patient with an appointment in two hours, who will answer as the vignette says."""
        return invite(self.database, make_strict(self.app), lambda: datetime.now(UTC), case)

    def hire(self, role: Role) -> str:
        """Somebody new who may sign in with PASSWORD; gives the e-mail address."""
        email = f"{uuid.uuid4().hex}@clinic.example"
        with acting(self.database, now=datetime.now(UTC)) as op:
            facts = {"name": "Dr Bello", "email": email, "role": role, "password": PASSWORD}
            accounts.add_user(op, **facts)
            op.commit()
        return email


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveClinic]:
    """One clinic for all browser tests of a process; each test makes its own appointments."""
    from intake.app import create_app

    folder = tmp_path_factory.mktemp("live")
    listener = socket.create_server(("127.0.0.1", 0))
    settings = Settings.from_environment(
        {
            "BACKSTORY_DATA_DIR": str(folder / "data"),
            "BACKSTORY_KEY_FILE": str(folder / "keys/keys.json"),
            "BACKSTORY_PUBLIC_URL": f"http://127.0.0.1:{listener.getsockname()[1]}",
        }
    )
    database = open_database(settings)
    database.migrate()
    app = create_app(settings, database)
    server = make_server(*listener.getsockname(), app, threaded=True, fd=listener.fileno())
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield LiveClinic(app, database, settings)
    server.shutdown()
    thread.join()
    server.server_close()
    listener.close()
    database.dispose()


@pytest.fixture(scope="session")
def base_url(live: LiveClinic) -> str:
    return live.settings.public_url


@pytest.fixture
def see_no_barrier() -> Callable[[Page], None]:
    """Fail with what axe finds on the page."""

    def look(page: Page) -> None:
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"

    return look


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    # Chromium refuses its sandbox to root.
    root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    return {**browser_type_launch_args, "executable_path": found, "args": [*QUIET, *root]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    phone = {"width": 390, "height": 844}
    return {**browser_context_args, "viewport": phone, "has_touch": True, "is_mobile": True}
