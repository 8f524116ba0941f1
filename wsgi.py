"""What a web server loads, `waitress-serve wsgi:app`, and what the commands stand on, `flask --app wsgi`."""

import os

from intake.app import create_app
from intake.config import SettingsInvalid

try:
    app = create_app()
except SettingsInvalid as problem:
    raise SystemExit(str(problem)) from None

# A server finds out now that a key is the wrong one; most commands need no database at all.
if os.environ.get("FLASK_RUN_FROM_CLI") != "true":
    app.clinic.database.check_keys(new=False)
