"""The command that does what is owed beside the pages: e-mail, text messages, documents, erasing."""

import click
from flask.cli import with_appcontext

from intake.cli.opened import opened_clinic


@click.command("work")
@with_appcontext
def work_command() -> None:
    """Send what is to be sent and make documents, until SIGTERM or Ctrl-C. Any number may run."""
    # The queue is not needed by any other command.
    from intake.tasks import worker

    clinic = opened_clinic()
    clinic.database.migrate()
    click.echo("The worker is at work.")
    worker.run(clinic)
    click.echo("The worker has ended.")
