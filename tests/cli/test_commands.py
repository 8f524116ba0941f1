"""A command loads what it needs and no more: most of the time of a short one is loading libraries."""

import os
import subprocess
import sys

import click
import pytest
from flask.testing import FlaskCliRunner

from intake.cli import COMMANDS, Commands

FOR_PAGES_OR_ROWS = ("alembic", "flask_wtf", "gunicorn", "huey", "sqlalchemy")
LOADED = """
import runpy, sys
sys.argv = ["flask", "--app", "wsgi", *sys.argv[1:]]
try:
    runpy.run_module("flask", run_name="__main__")
finally:
    print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


def typed(*words: str) -> subprocess.CompletedProcess[str]:
    """What `flask --app wsgi WORDS` prints; at last, as errors, the libraries it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *words], capture_output=True, text=True, check=False, env=os.environ
    )
    assert done.returncode == 0, done.stderr
    return done


def test_every_command_stands_where_the_table_says_under_its_own_name() -> None:
    commands = Commands()
    with click.Context(commands) as context:
        found = {name: commands.get_command(context, name) for name in COMMANDS}

        assert {name: command.name for name, command in found.items() if command} == {
            name: name for name in COMMANDS
        }


def test_a_command_that_does_not_exist_is_refused(commands: FlaskCliRunner) -> None:
    assert "No such command 'rendered'" in commands.invoke(args=["rendered"]).output


@pytest.mark.parametrize(
    "words",
    [("render", "V05", "--format", "text", "-o", "-"), ("screen", os.devnull)],
    ids=["render", "screen"],
)
def test_a_command_without_pages_and_rows_loads_no_library_for_them(words: tuple[str, ...]) -> None:
    loaded = typed(*words).stderr.split()

    assert "intake" in loaded
    assert [name for name in FOR_PAGES_OR_ROWS if name in loaded] == []


def test_flasks_own_commands_know_every_page() -> None:
    said = typed("routes").stdout

    assert "/form/<page:page>" in said
    assert "/sign-in" in said
