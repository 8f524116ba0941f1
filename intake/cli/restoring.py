"""The command that accepts a backup that was put back."""

import click
from flask.cli import with_appcontext

from intake.cli.opened import existing_clinic
from intake.services.operations import daily_seal


@click.command("accept-restore")
@click.option("--reason", prompt=True, help="Why it was put back; no name of a patient. It is recorded.")
@click.confirmation_option(prompt="Did you put back a backup of this clinic yourself?")
@with_appcontext
def accept_restore_command(reason: str) -> None:
    """Take a backup that was put back for the clinic's record from now on, so that `check` passes again.

    Whatever was recorded after the backup was made is lost, and `check` no longer says so.
    """
    clinic = existing_clinic(of_any_version=True)
    if not 0 < len(reason.strip()) <= daily_seal.LONGEST_REASON:
        most = daily_seal.LONGEST_REASON
        raise click.ClickException(f"Say why the backup was put back, in at most {most} characters.")
    clinic.database.migrate()
    try:
        daily_seal.accept_restored(clinic.database, clinic.in_force(), reason=reason, now=clinic.now())
    except daily_seal.NotWhole:
        raise click.ClickException(
            "The audit of this database does not hold, and no backup explains that: see `check`."
        ) from None
    click.echo("Accepted. What was recorded after the backup was made is not here any more.")
