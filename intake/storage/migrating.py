"""Brings the tables of a database up to date with the migrations that ship beside this package."""

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, text

from intake.resources import folder
from intake.storage.encryption import Keys

MIGRATIONS = folder("migrations")
ONE_AT_A_TIME = 0x6261636B73746F72


def migrate(engine: Engine, to: str = "head", *, keys: Keys | None = None) -> None:
    """Upgrade to revision `to` in one transaction.

    Without `keys` a step that has to open or seal what is in the database refuses; on empty tables none has.
    """
    with engine.begin() as connection:
        migrate_on(connection, to, keys=keys)


def take_back(engine: Engine, to: str, *, keys: Keys | None = None) -> None:
    """Downgrade to revision `to`, or to no tables at all when it is "base", in one transaction."""
    with engine.begin() as connection:
        _wait_for_others(connection)
        command.downgrade(configuration(connection, keys), to)


def migrate_on(connection: Connection, to: str = "head", *, keys: Keys | None = None) -> str | None:
    """`migrate` in the transaction of `connection`; the revision there was, None in an empty database."""
    _wait_for_others(connection)
    before = MigrationContext.configure(connection).get_current_revision()
    command.upgrade(configuration(connection, keys), to)
    return before


def _wait_for_others(connection: Connection) -> None:
    """Two processes that start together would both make the tables."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})"))


def configuration(connection: object, keys: Keys | None = None) -> Config:
    """What Alembic needs to know, with an open connection in it, and the keys for steps that need them."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes.update(connection=connection, keys=keys)
    return config
