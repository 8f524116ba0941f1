"""Makes sure that a row is there, without a race between two who find it missing."""

from typing import Any

from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from intake.storage.models import Row


def insert_if_missing(session: Session, row: type[Row], values: dict[str, Any]) -> bool:
    """Insert `values` unless a row with the same key exists; never changes one. True when it was missing."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    inserted = dialect.insert(row).values(values).on_conflict_do_nothing()
    return session.execute(inserted.returning(*inspect(row).primary_key)).first() is not None
