"""The commands, said as `flask --app wsgi NAME`."""

from flask import Flask

from intake.cli.clinic import add_user_command, check_command, demo_command, start_command
from intake.cli.export import export_command
from intake.cli.render import render_command
from intake.cli.restoring import accept_restore_command
from intake.cli.retention import erase_command
from intake.cli.safety import safety_table_command
from intake.cli.safety_approval import (
    safety_approve_command,
    safety_diff_command,
    safety_version_command,
)
from intake.cli.safety_benchmark import safety_benchmark_command
from intake.cli.safety_file import safety_file_command
from intake.cli.screen import screen_command
from intake.cli.surveillance import surveillance_command

COMMANDS = (
    start_command,
    demo_command,
    add_user_command,
    check_command,
    erase_command,
    accept_restore_command,
    screen_command,
    render_command,
    safety_table_command,
    safety_benchmark_command,
    surveillance_command,
    export_command,
    safety_version_command,
    safety_approve_command,
    safety_diff_command,
    safety_file_command,
)


def add_commands(app: Flask) -> None:
    """Give the app its commands."""
    for command in COMMANDS:
        app.cli.add_command(command)
