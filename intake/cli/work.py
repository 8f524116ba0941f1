"""The command that does the jobs beside the pages: e-mail, text messages, documents, erasing."""

import click
from flask.cli import with_appcontext

from intake.cli.opened import opened_clinic


@click.command("work")
@click.option(
    "--only",
    "names",
    multiple=True,
    type=click.Choice(["urgent", "documents", "messages"]),
    help="This lane of work and no other; may be said more than once. Without it all.",
)
@with_appcontext
def work_command(names: tuple[str, ...]) -> None:
    """Send what is to be sent and make documents, until SIGTERM or Ctrl-C. Any number may run."""
    # The queue is not needed by any other command.
    from intake.tasks import lanes, worker

    clinic = opened_clinic()
    clinic.database.migrate()
    chosen = [lane for lane in lanes.LANES if not names or lane.name in names]
    click.echo(f"The worker is at work: {', '.join(lane.name for lane in chosen)}.")
    if not worker.run(clinic, chosen):
        raise click.exceptions.Exit(1)
    click.echo("The worker has ended.")
