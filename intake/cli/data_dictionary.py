"""`flask --app wsgi data-dictionary`: what an export of answers would hold, without any patient."""

import click

from intake.documents.research import dictionary
from intake.documents.research.dictionary import TableChoices


@click.command("data-dictionary")
@click.option("--json", "as_json", is_flag=True, help="For programs, in place of CSV.")
def data_dictionary_command(as_json: bool) -> None:
    """Print every column there can be: its wording, codes, and when its question is asked."""
    whole = TableChoices(period="month", language=True, free_text=True)
    click.echo(dictionary.as_json(whole) if as_json else dictionary.as_csv(whole), nl=as_json)
