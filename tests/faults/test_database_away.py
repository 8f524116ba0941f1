"""PostgreSQL is killed, or the network to it breaks at the worst moment, while patients fill in forms."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from intake.storage.models import Alert, Intake
from tests.faults.commit_proxy import open_proxy
from tests.faults.invariants import broken
from tests.faults.phones import Notes, in_use
from tests.faults.running import Visits, running, say
from tests.postgresql import LASTING, PostgreSQLServer, running_postgresql

pytestmark = pytest.mark.long_faults


@pytest.fixture
def server() -> Iterator[PostgreSQLServer]:
    """One whose death is nobody else's business."""
    with running_postgresql(LASTING) as own:
        yield own


def test_kill_9_of_postgresql_loses_nothing(
    server: PostgreSQLServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notes = Notes()
    with server.new_database() as url, running(tmp_path, url) as clinic:
        visits = Visits(clinic, notes)
        with in_use(3, visits, notes):
            for _ in range(4):
                time.sleep(6)
                server.is_killed()
                time.sleep(1)
                server.starts()
            time.sleep(3)
        clinic.stops()
        found = broken(clinic.database, notes.told(canaries=("Zyzzyva",), files=(clinic.log,)))
        clinic.database.close()

    say(capsys, "4 kills of PostgreSQL", notes, found)
    assert found == []
    assert notes.pressed_again
    assert notes.sent


def test_a_commit_whose_answer_is_lost_doubles_nothing(
    server: PostgreSQLServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notes = Notes()
    with server.new_database() as url, open_proxy(server.socket) as proxy:
        name = make_url(url).database
        through = f"postgresql+psycopg://postgres@127.0.0.1:{proxy.port}/{name}?sslmode=disable"
        with running(tmp_path, url, otherwise={"BACKSTORY_DATABASE_URL": through}) as clinic:
            proxy.each = 7
            with in_use(3, Visits(clinic, notes), notes):
                time.sleep(25)
            proxy.each = 0
            clinic.stops()
            found = broken(clinic.database, notes.told())
            with clinic.database.reading() as session:
                alerts = session.scalar(select(func.count()).select_from(Alert)) or 0
                rules = len({(a.intake_id, a.rule) for a in session.scalars(select(Alert))})
                intakes = session.scalar(select(func.count()).select_from(Intake)) or 0
            clinic.database.close()

    lost = f"{proxy.cuts} of {proxy.commits} answers to COMMIT lost, {alerts} alerts"
    say(capsys, lost, notes, found)
    assert found == []
    assert proxy.cuts > 10
    assert (alerts, intakes) == (rules, len(notes.answers))
    assert notes.refused
