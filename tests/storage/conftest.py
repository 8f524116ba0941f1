"""A database of either kind, with tables and keys."""

from collections.abc import Iterator

import pytest

from intake.storage import Database
from intake.storage.encryption import Keys


@pytest.fixture
def keys() -> Keys:
    return Keys.new()


@pytest.fixture
def database(database_url: str, keys: Keys) -> Iterator[Database]:
    opened = Database(database_url, keys)
    opened.migrate()
    yield opened
    opened.dispose()
