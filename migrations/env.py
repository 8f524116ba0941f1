"""Runs migrations on the connection it is given, or, from the command line, on the clinic's database."""

import os
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, Enum, TypeDecorator

from intake.config import Settings
from intake.storage import open_database
from intake.storage.models import Row


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Row.metadata,
        render_as_batch=True,
        transactional_ddl=True,
        compare_type=True,
        render_item=_portable,
    )
    with context.begin_transaction():
        context.run_migrations()


def _portable(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """Types of our own are written as what they are made of, so that old migrations never change."""
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    database = open_database(Settings.from_environment(os.environ))
    context.config.attributes["keys"] = database.keys
    with database.writer.begin() as opened:
        run(opened)
