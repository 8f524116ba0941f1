"""A clinic that answers on a free port of this machine, and how its browser is started."""

import os
import shutil
import socket
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from werkzeug.serving import make_server

from intake.config import Settings
from intake.services.staff import accounts
from intake.storage import Database, open_database
from intake.storage.models import Role
from tests.acting import acting
from tests.strict import make_strict
from tests.web.patients import Patient, invite
from tests.worker_at_hand import WorkerAtHand

if TYPE_CHECKING:
    from intake.app import Backstory

PASSWORD = "four red wheelbarrows"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
QUIET = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


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


@contextmanager
def running(folder: Path, said: Mapping[str, str] = MappingProxyType({})) -> Iterator[LiveClinic]:
    """A clinic whose data lie in `folder`, until the block ends; `said` is what its settings say besides."""
    from intake.app import create_app

    listener = socket.create_server(("127.0.0.1", 0))
    settings = Settings.from_environment(
        {
            "BACKSTORY_DATA_DIR": str(folder / "data"),
            "BACKSTORY_KEY_FILE": str(folder / "keys/keys.json"),
            "BACKSTORY_PUBLIC_URL": f"http://localhost:{listener.getsockname()[1]}",
            **said,
        }
    )
    database = open_database(settings)
    database.migrate()
    app = create_app(settings, database, WorkerAtHand(database, settings))
    server = make_server(*listener.getsockname(), app, threaded=True, fd=listener.fileno())
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield LiveClinic(app, database, settings)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        listener.close()
        database.dispose()


def chromium() -> dict[str, Any]:
    """What Playwright needs to start the machine's Chromium; it takes its own where there is none."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    # Chromium refuses its sandbox to root.
    root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    return {"executable_path": found, "args": [*QUIET, *root]}
