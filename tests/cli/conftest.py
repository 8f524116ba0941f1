"""The commands, as somebody types them."""

import pytest
from flask.testing import FlaskCliRunner

from intake.app import Backstory


@pytest.fixture
def commands(app: Backstory) -> FlaskCliRunner:
    """Runs a command in the application of the test."""
    return app.test_cli_runner()
