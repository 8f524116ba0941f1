"""A database knows whether it is for real patients, and a command that only looks makes nothing."""

import re
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from intake.app import for_commands
from intake.cli import COMMANDS
from intake.config import SETTINGS, Settings, SettingsInvalid
from intake.config.reading import OF_COMMANDS
from intake.storage import WrongMode, open_database
from intake.storage.migrating import migrate
from tests.acting import NOW
from tests.cli.test_clinic import FACTS

ROOT = Path(__file__).parents[2]
USER = ["add-user", "ada@example.org", "--name", "Ada", "--role", "admin"]
PASSWORD = {"BACKSTORY_NEW_PASSWORD": "four red wheelbarrows"}
# Every command that works on a clinic which is there already, as somebody types it.
WORKS_ON_A_CLINIC = (
    ["check"],
    ["check", "--running"],
    ["erase", "--dry-run"],
    ["erase"],
    ["password-link", "ada@example.org"],
    ["drop-factors", "ada@example.org"],
    ["export", "figures", "--from", "2026-03-01", "--to", "2026-03-02"],
    ["surveillance"],
    ["safety-diff"],
    ["rotate-keys"],
    ["accept-restore", "--reason", "a fire", "--yes"],
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "clinic"


def environment(folder: Path, *, production: bool, database_url: str = "") -> dict[str, str]:
    where = {"BACKSTORY_DATA_DIR": str(folder / "data"), "BACKSTORY_KEY_FILE": str(folder / "keys/k.json")}
    if database_url:
        where["BACKSTORY_DATABASE_URL"] = database_url.replace("+psycopg", "")
    return where | (FACTS if production else {})


def types(folder: Path, command: list[str], *, production: bool, database_url: str = ""):
    """What the command says, with its exit code, in a process that has opened nothing yet."""
    environ = environment(folder, production=production, database_url=database_url)
    app = for_commands(Settings.from_environment(environ | PASSWORD), clock=lambda: NOW)
    result = app.test_cli_runner().invoke(args=command, env=PASSWORD)
    if app.clinic.opened is not None:
        app.clinic.opened.dispose()
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_real_patients_are_never_served_in_debug_mode(folder: Path, monkeypatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")

    with pytest.raises(SettingsInvalid, match="never served in debug mode"):
        for_commands(Settings.from_environment(environment(folder, production=True)))
    assert for_commands(Settings.from_environment(environment(folder, production=False))).debug
    monkeypatch.setenv("FLASK_DEBUG", "0")
    assert not for_commands(Settings.from_environment(environment(folder, production=True))).debug


@pytest.mark.parametrize("command", WORKS_ON_A_CLINIC, ids=" ".join)
def test_in_an_empty_folder_nothing_is_made_and_it_is_said_what_is_missing(folder: Path, command) -> None:
    result = types(folder, command, production=False)

    assert result.exit_code == 1
    assert "There is no clinic here: the database" in result.output
    assert str(folder / "keys/k.json") in result.output
    assert not folder.exists()


def test_a_lost_key_file_is_said_and_not_replaced(folder: Path) -> None:
    types(folder, USER, production=True)
    (folder / "keys/k.json").unlink()

    result = types(folder, ["check"], production=True)

    assert result.exit_code == 1
    assert f"the key file {folder / 'keys/k.json'} cannot be found" in result.output
    assert not (folder / "keys/k.json").exists()


def test_an_empty_database_is_no_clinic(folder: Path, database_url: str) -> None:
    (folder / "keys").mkdir(parents=True)
    types(folder / "other", USER, production=True)
    (folder / "other/keys/k.json").rename(folder / "keys/k.json")
    engine = create_engine(database_url)
    engine.connect().close()
    engine.dispose()

    result = types(folder, ["check"], production=True, database_url=database_url)

    assert result.exit_code == 1
    assert "There is no clinic here: the database is empty" in result.output


@pytest.mark.parametrize("command", [*WORKS_ON_A_CLINIC, ["demo"], ["start"], USER], ids=" ".join)
def test_real_patients_are_not_opened_for_trying_out(folder: Path, command) -> None:
    assert types(folder, USER, production=True).exit_code == 0

    result = types(folder, command, production=False)

    assert result.exit_code == 1
    assert "This database is for real patients, and BACKSTORY_MODE is not set to production" in result.output


@pytest.mark.parametrize("command", [["check"], ["start"], USER], ids=" ".join)
def test_made_up_patients_are_not_opened_as_real_ones(folder: Path, command) -> None:
    assert types(folder, USER, production=False).exit_code == 0

    result = types(folder, command, production=True)

    assert result.exit_code == 1
    assert "made for trying out" in result.output
    assert "set BACKSTORY_DATA_DIR to a new folder" in result.output


def test_a_database_of_an_earlier_version_learns_its_mode_in_production(
    folder: Path, database_url: str
) -> None:
    assert types(folder, USER, production=False, database_url=database_url).exit_code == 0
    forget_the_mode(database_url)
    again = [*USER[:1], "bea@example.org", *USER[2:]]

    assert types(folder, again, production=False, database_url=database_url).exit_code == 0
    third = [*USER[:1], "cy@example.org", *USER[2:]]
    assert types(folder, third, production=True, database_url=database_url).exit_code == 0

    settings = Settings.from_environment(environment(folder, production=False, database_url=database_url))
    with pytest.raises(WrongMode):
        open_database(settings)


def forget_the_mode(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM mode_kept"))
    engine.dispose()


def test_tables_of_an_earlier_version_are_said_to_be_some(folder: Path) -> None:
    types(folder, USER, production=True)
    engine = create_engine(f"sqlite:///{folder / 'data/backstory.db'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0014'"))
    engine.dispose()

    result = types(folder, ["check"], production=True)

    assert result.exit_code == 1
    assert "Start the clinic once with this version" in result.output


def test_every_name_that_the_code_and_the_documents_use_is_known() -> None:
    files = [*ROOT.glob("intake/**/*.py"), *ROOT.glob("docs/**/*.md"), ROOT / "README.md", ROOT / "wsgi.py"]
    used = {name for file in files for name in re.findall(r"BACKSTORY_[A-Z][A-Z_]*[A-Z]", file.read_text())}
    known = {each.name for each in SETTINGS} | OF_COMMANDS

    assert {name for name in used if not any(each.startswith(name) for each in known)} == set()


def test_a_password_for_a_new_user_stops_no_clinic_and_lets_them_in(folder: Path) -> None:
    assert Settings.from_environment(FACTS | PASSWORD).production
    assert "can sign in" in types(folder, USER, production=True).output


@pytest.mark.parametrize("name", ["BACKSTORY_MOD", "BACKSTORY_MODES", "BACKSTORY_MDOE"])
def test_a_misspelt_mode_does_not_open_the_demonstration(name: str) -> None:
    with pytest.raises(Exception, match="Did you mean BACKSTORY_MODE"):
        Settings.from_environment({name: "production"})


def test_every_command_that_needs_a_clinic_is_tried_above() -> None:
    tried = {command[0] for command in WORKS_ON_A_CLINIC} | {"safety-approve"}
    sources = {name: (ROOT / f"intake/cli/{module}.py").read_text() for name, module in COMMANDS.items()}
    needs_one = {name for name, source in sources.items() if "existing_clinic(" in source}

    assert needs_one - tried <= {"start", "demo", "add-user", "safety-version"}


def test_migrating_by_itself_tells_no_mode(sqlite_url: str) -> None:
    engine = create_engine(sqlite_url)
    migrate(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM mode_kept")).scalar() == 0
    engine.dispose()
