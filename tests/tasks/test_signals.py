"""What carries the signals holds connections of its own, and lets go of them."""

import psycopg
import pytest
from sqlalchemy.engine import make_url

from intake.config import Settings
from intake.storage import open_database
from intake.tasks import Queue
from tests.tasks.at_work import until


@pytest.mark.parametrize("works", [False, True])
def test_a_queue_that_has_stopped_holds_no_connection(
    settings: Settings, postgresql_url: str, works: bool
) -> None:
    given = {**settings.given, "BACKSTORY_DATABASE_URL": postgresql_url}
    database = open_database(Settings.from_environment(given))
    database.migrate()
    dsn = make_url(postgresql_url).set(drivername="postgresql").render_as_string(hide_password=False)
    queue = Queue(database, Settings.from_environment(given))

    def connections() -> int:
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        with psycopg.connect(dsn) as connection:
            found = connection.execute(f"{others} AND pid <> pg_backend_pid()").fetchone()
        return int(found[0]) if found else 0

    if works:
        queue.start()
    queue.nudge()
    until(lambda: connections() > 0)
    queue.stop()
    database.close()

    until(lambda: connections() == 0, 5)
