"""`rotate-keys`, as somebody types it."""

from pathlib import Path

import pytest

from intake.config import Settings
from intake.storage.encryption import Keys
from tests.services.conftest import Invited, invite_anna


@pytest.fixture
def patient(clinic_database) -> Invited:
    return invite_anna(clinic_database)


def test_a_key_is_added_everything_is_sealed_and_the_old_one_goes(
    commands, app, patient, settings: Settings, tmp_path: Path
) -> None:
    aside = tmp_path / "key-1.json"

    first = commands.invoke(args=["rotate-keys"])
    assert first.exit_code == 0, first.output
    assert "Key 2 is added and in use." in first.output
    assert "  patient: 1 of 1\n" in first.output
    assert "Everything is sealed by key 2." in first.output
    assert "rotate-keys --remove 1" in first.output
    assert "Backups that were made before need the keys of that time." in first.output

    again = commands.invoke(args=["rotate-keys"])
    assert "Everything is sealed by key 2 already." in again.output
    assert Keys.read(settings.key_file).numbers == (1, 2)

    removed = commands.invoke(args=["rotate-keys", "--remove", "1", "--keep-in", str(aside)])
    assert removed.exit_code == 0, removed.output
    assert f"Key 1 is taken out. It is kept in {aside}." in removed.output
    assert Keys.read(aside).numbers == (1,)
    assert "The audit record is whole." in commands.invoke(args=["check"]).output


def test_a_key_that_is_needed_stays_and_it_is_said_what_needs_it(commands, app, patient, settings) -> None:
    app.clinic.database.key_file.add()

    refused = commands.invoke(args=["rotate-keys", "--remove", "1"])

    assert refused.exit_code == 1
    assert "Key 1 is still needed by " in refused.output
    assert "patient (1)" in refused.output
    assert Keys.read(settings.key_file).numbers == (1, 2)
    going_on = commands.invoke(args=["rotate-keys"])
    assert "Going on with key 2." in going_on.output
    for number, said in (("2", "is the one in use"), ("9", "is not in the key file")):
        assert f"Key {number} {said}." in commands.invoke(args=["rotate-keys", "--remove", number]).output


def test_a_file_that_is_there_is_not_written_over(commands, app, patient, settings, tmp_path) -> None:
    (tmp_path / "mine").write_text("something of mine")
    commands.invoke(args=["rotate-keys"])

    refused = commands.invoke(args=["rotate-keys", "--remove", "1", "--keep-in", str(tmp_path / "mine")])

    assert (refused.exit_code, "is there already" in refused.output) == (1, True)
    assert (tmp_path / "mine").read_text() == "something of mine"
    assert Keys.read(settings.key_file).numbers == (1, 2)
