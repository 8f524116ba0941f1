"""The clinic that a command works on."""

from contextlib import AbstractContextManager
from typing import Any

import click
from flask import current_app
from sqlalchemy.exc import DBAPIError

from intake.services.audit import SYSTEM
from intake.services.context import Operation
from intake.storage import WrongKey
from intake.storage.encryption import KeyFileUnreadable


def opened_clinic() -> Any:
    """The clinic with its database opened; what keeps it shut is said without a trace."""
    clinic = current_app.extensions["clinic"]
    try:
        assert clinic.database
    except (KeyFileUnreadable, WrongKey, DBAPIError, OSError) as problem:
        raise click.ClickException(_why(problem)) from None
    return clinic


def operation(clinic: Any) -> AbstractContextManager[Operation]:
    """What the system does, by the settings in force; the command says `commit()`."""
    return Operation.open(clinic.database, clinic.in_force(), SYSTEM, clinic.now())


def reading(clinic: Any) -> AbstractContextManager[Operation]:
    """What a command looks at: nothing can be changed in it."""
    return Operation.reading(clinic.database, clinic.in_force(), SYSTEM, clinic.now())


def _why(problem: Exception) -> str:
    if isinstance(problem, DBAPIError):
        return f"The database cannot be reached: {str(problem.orig).splitlines()[0]}"
    return str(problem)
