"""The commands, said as `flask --app wsgi NAME`."""

from flask import Flask

from intake.cli.safety import safety_table_command
from intake.cli.screen import screen_command

COMMANDS = (screen_command, safety_table_command)


def add_commands(app: Flask) -> None:
    """Give the app its commands."""
    for command in COMMANDS:
        app.cli.add_command(command)
