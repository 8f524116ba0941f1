"""Brings the tables of a database up to date with the migrations that ship beside this package.

Alembic is loaded when it is needed: most processes never migrate, and it is slow to load.
"""

from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from intake.resources import folder
from intake.storage.encryption import Keys

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = folder("migrations")
_VERSIONS = "alembic_version"
_REVISION = text(f"SELECT version_num FROM {_VERSIONS}")  # noqa: S608  (a name of ours)
ONE_AT_A_TIME = 0x6261636B73746F72


def migrate(engine: Engine, to: str = "head", *, keys: Keys | None = None) -> None:
    """Upgrade to revision `to` in one transaction.

    Without `keys` a step that has to open or seal what is in the database refuses; on empty tables none has.
    """
    with engine.begin() as connection:
        migrate_on(connection, to, keys=keys)


def take_back(engine: Engine, to: str, *, keys: Keys | None = None) -> None:
    """Downgrade to revision `to`, or to no tables at all when it is "base", in one transaction."""
    from alembic import command

    with engine.begin() as connection:
        _wait_for_others(connection)
        command.downgrade(configuration(connection, keys), to)


def migrate_on(connection: Connection, to: str = "head", *, keys: Keys | None = None) -> str | None:
    """`migrate` in the transaction of `connection`; the revision there was, None in an empty database."""
    from alembic import command
    from alembic.migration import MigrationContext

    _wait_for_others(connection)
    before = MigrationContext.configure(connection).get_current_revision()
    command.upgrade(configuration(connection, keys), to)
    return before


def is_up_to_date(connection: Connection) -> bool:
    """True when the tables are those of this version."""
    return inspect(connection).has_table(_VERSIONS) and connection.scalars(_REVISION).all() == [newest()]


@cache
def newest() -> str:
    """The revision of the last migration that ships with this version. Reads none, and loads no Alembic."""
    return max(path.name for path in MIGRATIONS.glob("versions/[0-9]*.py")).partition("_")[0]


def _wait_for_others(connection: Connection) -> None:
    """Two processes that start together would both make the tables."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})"))


def configuration(connection: object, keys: Keys | None = None) -> "Config":
    """What Alembic needs to know, with an open connection in it, and the keys for steps that need them."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes.update(connection=connection, keys=keys)
    return config


def revision_of(connection: Connection) -> str:
    """The version of the tables of this database; "" where there are none."""
    from alembic.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision() or ""


def is_known(revision: str) -> bool:
    """True when the migrations that ship with this version lead to it; False for one of a later version."""
    from alembic.script import ScriptDirectory

    there = ScriptDirectory.from_config(configuration(None)).walk_revisions()
    return revision in {each.revision for each in there}
