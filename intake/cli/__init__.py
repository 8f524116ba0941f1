"""The commands, said as `flask --app wsgi NAME`."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import click
from flask import Flask
from flask.cli import AppGroup

# The module in which each stands as `NAME_command`.
COMMANDS = {
    "start": "serving",
    "serve": "serving",
    "work-beside": "serving",
    "work": "work",
    "demo": "clinic",
    "add-user": "staff",
    "password-link": "staff",
    "drop-factors": "staff",
    "check": "clinic",
    "erase": "retention",
    "accept-restore": "restoring",
    "backup": "backup",
    "backup-key": "backup",
    "restore": "backup",
    "verify-backup": "backup",
    "held-messages": "backup",
    "rotate-keys": "keys",
    "screen": "screen",
    "render": "render",
    "safety-table": "safety",
    "safety-benchmark": "safety_benchmark",
    "surveillance": "surveillance",
    "export": "export",
    "data-dictionary": "data_dictionary",
    "safety-version": "safety_approval",
    "safety-approve": "safety_approval",
    "safety-diff": "safety_approval",
    "safety-file": "safety_file",
}


class Commands(AppGroup):
    """The commands, each loaded when it is asked for: a short one spends its time on loading libraries."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all, loaded or not."""
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, with its module."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        with loading():
            module = import_module(f"intake.cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        return command


@contextmanager
def loading() -> Iterator[None]:
    """Keep the garbage collector out: what is loaded stays for good, and looking through it takes long."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def add_commands(app: Flask) -> None:
    """Give the app its commands."""
    app.cli = Commands(app.name)
