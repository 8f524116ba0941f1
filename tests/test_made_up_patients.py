"""Made-up patients stay out of a clinic with real ones: nothing that serves it loads them."""

import json
import os
import subprocess
import sys
from pathlib import Path

# Everything a server does: it starts, shows a page, warms up and makes documents.
SERVING = """
import json, os, sys
from datetime import UTC, datetime
from intake.app import create_app
from intake.config import Settings
from intake.questionnaire.answers import Answers
from intake.questionnaire.journey import Journey
from intake.red_flags import screen
from intake.services.forms import documents
from intake.summary import Subject, write_summary

settings, now = Settings.from_environment(os.environ), datetime.now(UTC)
app = create_app(settings)
app.clinic.database.migrate()
assert app.test_client().get("/").status_code == 200
assert app.test_client().get("/sign-in").status_code == 200
app.clinic.queue.sweep()
documents.warm(settings=settings, now=now)
journey = Journey(Answers(), settings.today(now))
summary = write_summary(journey, screen(journey), Subject("Anna Canary"), written_at=now, sent_at=now)
for name in ("pdf", "text", "fhir"):
    assert documents.render(summary, name, settings=settings)
print(json.dumps([name for name in sys.modules if name.startswith("intake")]))
"""


def test_a_server_loads_no_made_up_patient(tmp_path: Path) -> None:
    place = {"BACKSTORY_DATA_DIR": f"{tmp_path}/data", "BACKSTORY_KEY_FILE": f"{tmp_path}/keys/keys.json"}

    served = subprocess.run(
        [sys.executable, "-c", SERVING], env={**os.environ, **place}, capture_output=True, check=True
    )

    loaded = json.loads(served.stdout)
    assert "intake.documents.pdf" in loaded
    assert "intake.web.patient.pages" in loaded
    assert [name for name in loaded if "demo" in name or "vignette" in name] == []
