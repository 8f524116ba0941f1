"""`backstory`, or `python -m intake`: the commands of `flask --app wsgi`, wherever the package is installed.

The application is made when a command needs it, so `--help` works without settings, keys or a database.
"""

import atexit
import gc

import click
from flask.cli import ScriptInfo

from intake import __version__
from intake.app import Backstory, for_commands
from intake.cli import Commands
from intake.config import SettingsInvalid
from intake.logs import catch_what_ends_a_thread, catch_what_ends_the_process


@click.group(
    name="backstory", cls=Commands, epilog="Settings are environment variables, see docs/deploying.md."
)
@click.version_option(__version__, prog_name="backstory")
@click.pass_context
def main(context: click.Context) -> None:
    """Ask patients with back pain before the appointment, and tell the clinic what matters.

    "backstory start" serves the clinic; in development mode it begins with made-up patients.
    """
    context.obj = ScriptInfo(create_app=_application)
    # As in wsgi.py: the end of the process frees everything.
    atexit.register(gc.freeze)


def _application() -> Backstory:
    try:
        app = for_commands()
    except SettingsInvalid as problem:
        raise click.ClickException(str(problem)) from None
    catch_what_ends_a_thread()
    if app.clinic.environment.production:
        catch_what_ends_the_process()
    return app


if __name__ == "__main__":
    main(prog_name="backstory")
