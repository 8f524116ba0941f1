"""Brings the tables of a database up to date with the migrations that ship beside this package."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, text

MIGRATIONS = Path(__file__).parents[2] / "migrations"
ONE_AT_A_TIME = 0x6261636B73746F72


def migrate(engine: Engine, to: str = "head") -> None:
    """Upgrade to revision `to`, or downgrade when it is "base", in one transaction."""
    with engine.begin() as connection:
        migrate_on(connection, to)


def migrate_on(connection: Connection, to: str = "head") -> str | None:
    """The same in the transaction of `connection`; the revision there was, None in an empty database."""
    if connection.dialect.name == "postgresql":
        # Two processes that start together would both make the tables.
        connection.execute(text(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})"))
    before = MigrationContext.configure(connection).get_current_revision()
    step = command.downgrade if to == "base" else command.upgrade
    step(configuration(connection), to)
    return before


def configuration(connection: object) -> Config:
    """What Alembic needs to know, with an open connection in it."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
