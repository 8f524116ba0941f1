"""Holds the page of counts against Prometheus's own checker, `promtool check metrics`.

It reads the format as Prometheus does, and names what goes against its conventions.
"""

import subprocess
import sys
import tempfile

from intake.app import create_app
from intake.config import Settings

TOKEN = "made-up-token-of-a-check"


def check() -> bool:
    """Whether it conforms; promtool prints what does not."""
    page = _page()
    verdict = subprocess.run(
        ["promtool", "check", "metrics"], input=page, capture_output=True, text=True, check=False
    )
    said = verdict.stdout + verdict.stderr
    print(f"promtool: {said.strip() or 'nothing to say'} ({len(page.splitlines())} lines)", file=sys.stderr)
    # It ends with 0 after some of its remarks.
    return verdict.returncode == 0 and not said.strip()


def _page() -> str:
    """The page of a new clinic, after a few requests of every kind."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_environment(
            {"BACKSTORY_DATA_DIR": f"{folder}/data", "BACKSTORY_METRICS_TOKEN": TOKEN}
        )
        app = create_app(settings)
        app.clinic.database.migrate()
        client = app.test_client()
        for path in ("/", "/sign-in", "/nothing", "/i/made-up", "/health/ready", "/static/css/backstory.css"):
            client.get(path, buffered=True)
        page = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
        app.clinic.database.dispose()
    return page
