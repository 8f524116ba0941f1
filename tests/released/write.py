"""Writes the database of the present version, with forms under way: `python -m tests.released.write`.

Once for each version, on the commit that is released; the file is never changed afterwards.
"""

import base64
import json
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from intake import __version__
from intake.app import create_app
from intake.config import Settings
from intake.storage import open_database
from intake.storage.models import Row
from tests.conftest import Clock
from tests.released.states import FOLDER
from tests.strict import make_strict
from tests.web.patients import invite, stored

# Whom the vignettes are about, and after how many pages each stops; the last two come to the check page.
STOPS = (("V01", 6), ("V05", 9), ("V04", 14), ("V31", 60), ("V10", 60))


def main() -> int:
    """1 when the file of this version is there already."""
    file = FOLDER / f"{__version__}.json"
    if file.exists():
        print(f"{file.name} is there, and stays as it is", file=sys.stderr)  # noqa: T201
        return 1
    with tempfile.TemporaryDirectory() as folder:
        file.write_text(json.dumps(_left(Path(folder)), indent=1) + "\n", encoding="utf-8")
    return 0


def _left(folder: Path) -> dict[str, Any]:
    settings = Settings.from_environment(
        {"BACKSTORY_DATA_DIR": str(folder / "data"), "BACKSTORY_KEY_FILE": str(folder / "keys/keys.json")}
    )
    database, clock = open_database(settings), Clock()
    database.migrate()
    app = create_app(settings, database, clock=clock)
    forms = []
    for case, pages in STOPS:
        client = make_strict(app)
        patient = invite(database, client, clock, case, name=f"{case} Canary").comes_in()
        patient.stops_after(pages)
        intake = stored(database, patient)
        cookie = client.get_cookie("backstory")
        assert cookie is not None
        forms.append(
            {
                "case": case,
                "token": patient.token,
                "born": patient.born.isoformat(),
                "reference": patient.appointment.reference,
                "path": patient.path,
                "cookies": {"backstory": cookie.value},
                "answers": intake.draft["answers"],
                "passed": sorted(intake.draft["passed"]),
                "urgency": intake.urgency.name if intake.urgency else None,
            }
        )
    database.dispose()
    return {
        "version": __version__,
        "now": clock.now.isoformat(),
        "keys": json.loads(settings.key_file.read_text()),
        "forms": forms,
    } | _rows(settings.data_dir / "backstory.db")


def _rows(file: Path) -> dict[str, Any]:
    with closing(sqlite3.connect(file)) as opened:
        opened.row_factory = sqlite3.Row
        kept = {
            each.name: [
                {name: _written(row[name]) for name in row.keys()}  # noqa: SIM118  (a Row is no dictionary)
                for row in opened.execute(f"SELECT * FROM {each.name}")
            ]
            for each in Row.metadata.sorted_tables
        }
        (revision,) = opened.execute("SELECT version_num FROM alembic_version").fetchone()
    return {"revision": revision, "rows": {name: rows for name, rows in kept.items() if rows}}


def _written(value: Any) -> Any:
    return {"bytes": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


if __name__ == "__main__":
    sys.exit(main())
