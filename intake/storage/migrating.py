"""Brings the tables of a database up to date with the migrations that ship beside this package."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text

from intake.storage.encryption import Keys

MIGRATIONS = Path(__file__).parents[2] / "migrations"
ONE_AT_A_TIME = 0x6261636B73746F72


def migrate(engine: Engine, to: str = "head", *, keys: Keys | None = None) -> None:
    """Upgrade to revision `to` in one transaction.

    Without `keys` a step that has to open or seal what is in the database refuses; on empty tables none has.
    """
    with _one_at_a_time(engine) as connection:
        command.upgrade(configuration(connection, keys), to)


def take_back(engine: Engine, to: str, *, keys: Keys | None = None) -> None:
    """Downgrade to revision `to`, or to no tables at all when it is "base", in one transaction."""
    with _one_at_a_time(engine) as connection:
        command.downgrade(configuration(connection, keys), to)


@contextmanager
def _one_at_a_time(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            # Two processes that start together would both make the tables.
            connection.execute(text(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})"))
        yield connection


def configuration(connection: object, keys: Keys | None = None) -> Config:
    """What Alembic needs to know, with an open connection in it, and the keys for steps that need them."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes.update(connection=connection, keys=keys)
    return config
