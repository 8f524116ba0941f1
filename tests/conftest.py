"""What any test may ask for: an empty database of either kind, a clock, a clinic and a strict look at it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copy
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask, before_render_template
from hypothesis import HealthCheck
from hypothesis import settings as properties
from jinja2 import FileSystemBytecodeCache, Template
from sqlalchemy import create_engine

from intake.config import Settings
from intake.storage import Database, open_database
from intake.storage.migrating import migrate
from tests.contexts import faults_of
from tests.post_office import PostOffice, open_post_office
from tests.postgresql import PostgreSQLServer, running_postgresql
from tests.strict import StrictClient, make_strict

# How long an example takes says more about the machine than about the code.
properties.register_profile("properties", deadline=None, suppress_health_check=[HealthCheck.too_slow])
properties.load_profile("properties")

if TYPE_CHECKING:
    from intake.app import Backstory

# A Monday morning, with the clinic open.
MORNING = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


class Clock:
    """Tells the time it was set to."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **length: float) -> None:
        """Let time go by: `clock.wait(minutes=10)`."""
        self.now += timedelta(**length)


@pytest.fixture(autouse=True)
def handed_over() -> Iterator[None]:
    """Whatever page a test fetches, its template is handed frozen values and no row."""
    faults: list[str] = []

    def look(_app: Flask, template: Template, context: dict[str, Any], **_: object) -> None:
        faults.extend(faults_of(template, context))

    with before_render_template.connected_to(look):
        yield
    assert not faults, "\n  ".join(dict.fromkeys(faults))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSQLServer]:
    """One server for each test process, started when first asked for."""
    with running_postgresql() as server:
        yield server


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'backstory.db'}"


@pytest.fixture
def postgresql_url(postgresql_server: PostgreSQLServer) -> Iterator[str]:
    with postgresql_server.new_database() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with tables and no rows, to be copied: making them takes longer than most tests."""
    file = tmp_path_factory.mktemp("tables") / "backstory.db"
    engine = create_engine(f"sqlite:///{file}")
    migrate(engine)
    engine.dispose()
    return file


@pytest.fixture(scope="session")
def postgresql_tables(postgresql_server: PostgreSQLServer) -> Iterator[str]:
    """The name of the same on PostgreSQL."""
    with postgresql_server.new_database() as url:
        engine = create_engine(url)
        migrate(engine)
        engine.dispose()
        yield str(engine.url.database)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_with_tables(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with tables and no rows; the test runs once on each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{copy(request.getfixturevalue('sqlite_tables'), tmp_path / 'backstory.db')}"
        return
    server, like = (request.getfixturevalue(f"postgresql_{each}") for each in ("server", "tables"))
    with server.new_database(like) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database; the test runs once on each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def post_office() -> Iterator[PostOffice]:
    """A mail server that takes everything, until it is told otherwise."""
    with open_post_office() as office:
        yield office


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A clinic in development mode whose things all lie in the test's own folder."""
    return Settings.from_environment(
        {"BACKSTORY_DATA_DIR": str(tmp_path / "data"), "BACKSTORY_KEY_FILE": str(tmp_path / "keys/keys.json")}
    )


@pytest.fixture
def clinic_database(settings: Settings, sqlite_tables: Path) -> Iterator[Database]:
    """The clinic's database, on SQLite unless `settings` say otherwise: tables and keys, no rows."""
    settings.data_dir.mkdir(parents=True, mode=0o700)
    copy(sqlite_tables, settings.data_dir / "backstory.db")
    database = open_database(settings)
    if settings.database_url.startswith("sqlite"):
        database.remember_keys()
    else:
        database.migrate()
    yield database
    database.close()


@pytest.fixture(scope="session")
def compiled_templates(pytestconfig: pytest.Config) -> FileSystemBytecodeCache:
    """Each test has its own clinic, and compiling the templates for each takes longer than most tests.

    Kept from one run to the next and shared by all workers; Jinja compares a checksum of each source.
    """
    return FileSystemBytecodeCache(str(pytestconfig.cache.mkdir("templates")))


@pytest.fixture
def app(
    settings: Settings, clinic_database: Database, clock: Clock, compiled_templates: FileSystemBytecodeCache
) -> Iterator["Backstory"]:
    """The clinic, on SQLite, at the time the clock tells."""
    # Not above: tests of the core neither need nor wait for the whole application.
    from intake.app import create_app
    from intake.documents.apart import made_here
    from tests.worker_at_hand import WorkerAtHand

    queue = WorkerAtHand(clinic_database, settings, clock=clock)
    clinic = create_app(settings, clinic_database, queue, clock=clock)
    clinic.clinic.make = made_here
    clinic.jinja_env.bytecode_cache = compiled_templates
    yield clinic
    # A request that enqueues something signals it, by a connection of the queue's own.
    queue.stop()


@pytest.fixture
def client(app: "Backstory") -> StrictClient:
    """A browser that checks every page it fetches."""
    return make_strict(app)
