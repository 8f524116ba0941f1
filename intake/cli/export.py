"""`flask --app wsgi export NAME`: a table of the clinic for a spreadsheet, as its page gives it."""

from datetime import datetime

import click
from flask.cli import with_appcontext

from intake.cli.opened import existing_clinic, operation, reading
from intake.i18n import speaking
from intake.services.operations import exports
from intake.services.operations.exports import EXPORTS
from intake.spreadsheet import table

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("export")
@click.argument("name", type=click.Choice(sorted(EXPORTS)))
@click.option("--from", "first", required=True, type=_DAY, help="The first day of the visits.")
@click.option("--to", "last", required=True, type=_DAY, help="The last day of the visits.")
@with_appcontext
def export_command(name: str, first: datetime, last: datetime) -> None:
    """Print a table of the clinic as CSV, and record that it was taken."""
    if first > last:
        raise click.ClickException("The first day must not come after the last.")
    clinic, export, days = existing_clinic(), EXPORTS[name], (first.date(), last.date())
    with reading(clinic) as op, speaking(op.settings.language):
        text = table(exports.rows_of(op, export, *days))
    with operation(clinic) as op:
        exports.record(op, export, *days, None)
        op.commit()
    click.echo(text, nl=False)
