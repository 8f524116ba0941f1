"""The commands that make a backup, look into it, and put it back."""

import json
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from intake.app import for_commands
from intake.config import Settings
from intake.services.audit import Action
from intake.services.operations.backup import latest_backup
from intake.storage import Database
from intake.storage.models import AuditEvent, Patient
from tests.conftest import Clock
from tests.services.conftest import invite_anna


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def made_in(folder: Path) -> Path:
    (file,) = folder.glob("*.backup")
    return file


def test_a_clinic_that_is_backed_up_looked_at_and_put_back(
    commands: FlaskCliRunner, clinic_database: Database, folder: Path, settings: Settings, clock: Clock
) -> None:
    invite_anna(clinic_database)
    said = commands.invoke(args=["backup", "--to", str(folder)])
    assert said.exit_code == 0, said.output
    file = made_in(folder)
    with clinic_database.reading() as session:
        latest = latest_backup(session)
        assert latest is not None
        assert latest.file_name == file.name

    looked = commands.invoke(args=["verify-backup", str(file)])
    assert looked.exit_code == 0, looked.output
    assert "1 patients" in looked.output
    assert "audit record is whole" in looked.output

    running = commands.invoke(args=["restore", str(file), "--yes"])
    assert running.exit_code == 1
    assert "Backstory is running" in running.output

    invite_anna(clinic_database)
    clinic_database.close()
    alone = for_commands(settings, clock=clock).test_cli_runner()
    not_meant = alone.invoke(args=["restore", str(file)], input="n\n")
    assert not_meant.exit_code == 1
    left = settings.data_dir / "backstory.db-wal.left-over-1700000000"
    left.write_bytes(b"of a file that was deleted")
    put = alone.invoke(args=["restore", str(file), "--yes", "--reason", "The disk failed"])
    assert put.exit_code == 0, put.output
    assert f"{left} is left over" in put.output
    assert "backstory.db.before-" in put.output

    checked = alone.invoke(args=["check"])
    assert checked.exit_code == 0, checked.output
    assert f"{left} is left over" in checked.output
    assert left.exists()
    opened = alone.app.extensions["clinic"].database
    with opened.reading() as session:
        assert session.query(Patient).count() == 1
        (event,) = session.query(AuditEvent).where(AuditEvent.action == Action.RESTORE_ACCEPTED)
        assert json.loads(event.detail) == {"reason": "The disk failed"}
    opened.dispose()


def test_a_backup_with_keys_brings_a_lost_clinic_back(
    commands: FlaskCliRunner, clinic_database: Database, folder: Path, settings: Settings, clock: Clock
) -> None:
    invite_anna(clinic_database)
    alone = commands.invoke(args=["backup", "--to", str(folder), "--with-keys"])
    assert "need a lock of another kind" in alone.output
    words, to = "correct horse battery\n", str(folder)
    made = commands.invoke(args=["backup", "--to", to, "--with-keys", "--passphrase"], input=words * 2)
    assert made.exit_code == 0, made.output
    clinic_database.close()
    settings.key_file.unlink()
    for each in settings.data_dir.glob("backstory.db*"):
        each.unlink()

    elsewhere = for_commands(settings, clock=clock).test_cli_runner()
    wrong = elsewhere.invoke(args=["restore", str(made_in(folder)), "--yes"], input="wrong horse battery\n")
    assert "another key or passphrase" in wrong.output
    assert not settings.key_file.exists()
    put = elsewhere.invoke(args=["restore", str(made_in(folder)), "--yes"], input=words)

    assert put.exit_code == 0, put.output
    opened = elsewhere.app.extensions["clinic"].database
    with opened.reading() as session:
        assert session.query(Patient).one().name == "Anna Canary"
    opened.dispose()


def test_a_lost_key_file_is_asked_for(
    commands: FlaskCliRunner, clinic_database: Database, folder: Path, settings: Settings, clock: Clock
) -> None:
    commands.invoke(args=["backup", "--to", str(folder)])
    clinic_database.close()
    settings.key_file.unlink()

    put = (
        for_commands(settings, clock=clock)
        .test_cli_runner()
        .invoke(args=["restore", str(made_in(folder)), "--yes"])
    )

    assert put.exit_code == 1
    assert "Put back the clinic's key file first" in put.output


def test_a_public_key_makes_what_only_its_secret_opens(
    commands: FlaskCliRunner, clinic_database: Database, folder: Path, tmp_path: Path
) -> None:
    pair = tmp_path / "pair"
    assert commands.invoke(args=["backup-key", str(pair)]).exit_code == 0
    public = f"{pair}.public"

    made = commands.invoke(args=["backup", "--to", str(folder), "--key-file", public])
    looked = [
        commands.invoke(args=["verify-backup", str(made_in(folder)), "--key-file", key])
        for key in (public, str(pair))
    ]

    assert made.exit_code == 0, made.output
    assert [each.exit_code for each in looked] == [1, 0]


def test_a_folder_inside_the_data_folder_is_refused(commands: FlaskCliRunner, settings: Settings) -> None:
    said = commands.invoke(args=["backup", "--to", str(settings.data_dir / "backups")])

    assert said.exit_code == 1
    assert "inside the data folder" in said.output


def test_a_damaged_file_changes_nothing(
    commands: FlaskCliRunner, clinic_database: Database, folder: Path, settings: Settings, clock: Clock
) -> None:
    commands.invoke(args=["backup", "--to", str(folder)])
    file = made_in(folder)
    file.write_bytes(file.read_bytes()[:-20])
    clinic_database.close()
    before = (settings.data_dir / "backstory.db").read_bytes()

    put = for_commands(settings, clock=clock).test_cli_runner().invoke(args=["restore", str(file), "--yes"])

    assert put.exit_code == 1
    assert "cut short" in put.output
    assert (settings.data_dir / "backstory.db").read_bytes() == before
    assert not list(settings.data_dir.glob("*.restoring*"))


def test_held_messages_are_counted_sent_and_dropped(commands: FlaskCliRunner) -> None:
    assert "0 wait" in commands.invoke(args=["held-messages"]).output
    assert "0 will be sent" in commands.invoke(args=["held-messages", "--send"]).output
    assert "0 will not be sent" in commands.invoke(args=["held-messages", "--drop"]).output
