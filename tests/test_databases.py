"""The two kinds of database every other test stands on."""

import gc
import weakref

from sqlalchemy import create_engine, inspect, text

from intake.config import Settings
from intake.storage import open_database


def test_a_database_is_empty_and_takes_any_script(database_url):
    engine = create_engine(database_url)

    with engine.begin() as connection:
        tables_before = inspect(connection).get_table_names()
        connection.execute(text("CREATE TABLE said (words TEXT)"))
        connection.execute(text("INSERT INTO said VALUES (:words)"), {"words": "żółć 腰痛 ظهر"})
        words = connection.execute(text("SELECT words FROM said")).scalar_one()

    engine.dispose()
    assert tables_before == []
    assert words == "żółć 腰痛 ظهر"


def test_a_database_that_is_closed_leaves_nothing_in_memory(settings: Settings) -> None:
    """Tests open thousands; whatever a cache keeps of each makes a run slower and slower."""
    kept = []
    for _ in range(3):
        database = open_database(settings)
        database.migrate()
        database.close()
        kept.append(weakref.ref(database))
    del database
    gc.collect()

    assert [each for each in kept if each() is not None] == []
