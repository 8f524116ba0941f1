"""The clinic that a command works on."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import click
from flask import current_app
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from intake.config import Settings
from intake.services.audit import SYSTEM
from intake.services.context import Operation
from intake.storage import NothingHere, WrongKey, WrongMode, open_existing
from intake.storage.encryption import KeyFileUnreadable, KeyFileUnsafe
from intake.storage.migrating import is_up_to_date
from intake.storage.sqlite_file import left_over

KEPT_SHUT = (
    KeyFileUnreadable,
    KeyFileUnsafe,
    WrongKey,
    WrongMode,
    NothingHere,
    DBAPIError,
    OSError,
)


def opened_clinic() -> Any:
    """The clinic with its database opened; what keeps it shut is said without a trace."""
    clinic = current_app.extensions["clinic"]
    try:
        assert clinic.database
    except KEPT_SHUT as problem:
        raise click.ClickException(_why(problem)) from None
    return clinic


def existing_clinic(*, of_any_version: bool = False) -> Any:
    """The same for whoever works on a clinic that must be there: nothing is made where there is none.

    `of_any_version`: the command brings its tables up to date itself.
    """
    clinic = current_app.extensions["clinic"]
    try:
        if clinic.opened is None:
            clinic.opened = open_existing(clinic.environment)
        with clinic.database.reader.connect() as connection:
            behind = not of_any_version and not is_up_to_date(connection)
    except KEPT_SHUT as problem:
        raise click.ClickException(_why(problem)) from None
    if behind:
        raise click.ClickException(
            "The tables of this database are of another version of Backstory. Start the clinic once with "
            "this version: it brings them up to date."
        )
    return clinic


def operation(clinic: Any) -> AbstractContextManager[Operation]:
    """What the system does, by the settings in force; the command says `commit()`."""
    return Operation.open(clinic.database, clinic.in_force(), SYSTEM, clinic.now())


def reading(clinic: Any) -> AbstractContextManager[Operation]:
    """What a command looks at: nothing can be changed in it."""
    return Operation.reading(clinic.database, clinic.in_force(), SYSTEM, clinic.now())


def say_left_over(settings: Settings) -> None:
    """Name the files that were taken out of the way when the database was deleted or replaced under us."""
    address = make_url(settings.database_url)
    if address.drivername != "sqlite" or not address.database:
        return
    for each in left_over(Path(address.database)):
        click.echo(f"{each} is left over from a database file that was lost: see operating.md.")


def _why(problem: Exception) -> str:
    if isinstance(problem, DBAPIError):
        return f"The database cannot be reached: {str(problem.orig).splitlines()[0]}"
    return str(problem)
