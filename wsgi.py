"""What a web server loads: `waitress-serve wsgi:app`; and what the commands stand on: `flask --app wsgi`."""

from intake.app import create_app

app = create_app()
