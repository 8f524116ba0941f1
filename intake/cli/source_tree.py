"""Commands that read or write the documents and tests of the source tree."""

import click

from intake.resources import is_source_tree


def needs_source_tree() -> None:
    """Raise ClickException where the package is installed and its documents are not beside it."""
    if not is_source_tree():
        raise click.ClickException(
            "This works on files of Backstory's source tree. Run it in a checkout: flask --app wsgi ..."
        )
