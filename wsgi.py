"""What a web server loads, `waitress-serve wsgi:app`, and what the commands stand on, `flask --app wsgi`."""

import gc
import os

# What is loaded now stays for good: looking through it for garbage takes a sixth of the start.
gc.disable()

from intake.app import create_app  # noqa: E402
from intake.config import SettingsInvalid  # noqa: E402

try:
    app = create_app()
except SettingsInvalid as problem:
    raise SystemExit(str(problem)) from None
finally:
    gc.enable()

# A server finds out now that a key is the wrong one; most commands need no database at all.
if os.environ.get("FLASK_RUN_FROM_CLI") != "true":
    app.clinic.database.check_keys(new=False)
