"""What a web server loads: `waitress-serve wsgi:app`; and what the commands stand on: `flask --app wsgi`."""

from intake.app import create_app
from intake.config import SettingsInvalid

try:
    app = create_app()
except SettingsInvalid as problems:
    # All that is missing at once, in plain words, and no stack trace.
    raise SystemExit(str(problems)) from None
