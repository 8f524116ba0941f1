"""`backstory`, or `python -m intake`: the commands of `flask --app wsgi`, wherever the package is installed.

The application is made when a command needs it, so `--help` works without settings, keys or a database.
"""

import click
from flask.cli import ScriptInfo

from intake import __version__, cli
from intake.app import Backstory, create_app
from intake.config import SettingsInvalid


@click.group(name="backstory", epilog="Settings are environment variables, see docs/deploying.md.")
@click.version_option(__version__, prog_name="backstory")
@click.pass_context
def main(context: click.Context) -> None:
    """Ask patients with back pain before the appointment, and tell the clinic what matters.

    "backstory start" serves the clinic; in development mode it begins with made-up patients.
    """
    context.obj = ScriptInfo(create_app=_application)


def _application() -> Backstory:
    try:
        return create_app()
    except SettingsInvalid as problem:
        raise click.ClickException(str(problem)) from None


for _command in cli.COMMANDS:
    main.add_command(_command)

if __name__ == "__main__":
    main(prog_name="backstory")
