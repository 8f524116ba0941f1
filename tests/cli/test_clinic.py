"""The commands that run a clinic."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import date
from pathlib import Path

import pytest

from intake.app import create_app
from intake.config import Settings
from intake.demo.scenes import SCENES
from intake.services.appointments import booking
from intake.services.appointments.booking import Booking
from intake.services.staff import accounts
from intake.storage.models import AuditHead
from tests.acting import acting
from tests.services.test_daily_seal import put_back, rows_of

ROOT = Path(__file__).parents[2]
FACTS = {
    "BACKSTORY_MODE": "production",
    "BACKSTORY_PUBLIC_URL": "https://intake.example.org",
    "BACKSTORY_CLINIC_NAME": "Hill Street Back Clinic",
    "BACKSTORY_CLINIC_PHONE": "01632 960 010",
    "BACKSTORY_CLINIC_HOURS": "Monday to Friday, 9 to 5",
    "BACKSTORY_OPENING": "Mon-Fri 09:00-17:00",
    "BACKSTORY_TIME_ZONE": "Europe/London",
    "BACKSTORY_COUNTRY": "United Kingdom",
    "BACKSTORY_EMERGENCY_NUMBER": "999",
    "BACKSTORY_URGENT_LINE": "NHS 111",
    "BACKSTORY_MATERNITY_LINE": "01632 960 011",
    "BACKSTORY_CANCER_LINE": "01632 960 012",
    "BACKSTORY_CRISIS_LINE": "116 123",
}


class Started:
    """`flask --app wsgi start` in a process of its own, and what it printed once it was open."""

    def __init__(self, folder: Path, port: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "flask", "--app", "wsgi", "start"],
            cwd=ROOT,
            env=_environment(folder) | {"PORT": str(port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def __enter__(self) -> tuple[subprocess.Popen[str], str]:
        said, until = "", time.monotonic() + 90
        while "More made-up patients" not in said and time.monotonic() < until:
            said += self.process.stdout.readline()
        return self.process, said

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture
def real_clinic(tmp_path, clock):
    """A clinic for real patients."""
    settings = Settings.from_environment(
        FACTS
        | {
            "BACKSTORY_DATA_DIR": str(tmp_path / "real"),
            "BACKSTORY_KEY_FILE": str(tmp_path / "real-keys/keys.json"),
        }
    )
    app = create_app(settings, clock=clock)
    yield app
    app.clinic.database.dispose()


def test_the_demonstration_is_printed_for_programs_and_the_same_again(commands):
    printed = commands.invoke(args=["demo", "--json"]).stdout
    shown = json.loads(printed)

    assert set(shown) == {"base_url", "patients", "staff"}
    assert {frozenset(each) for each in shown["patients"]} == {
        frozenset({"vignette", "name", "link", "date_of_birth", "state"})
    }
    assert {frozenset(each) for each in shown["staff"]} == {frozenset({"role", "email", "password"})}
    assert len(shown["patients"]) == len(SCENES)
    assert sum(each["state"] == "not_opened" for each in shown["patients"]) >= 3
    assert commands.invoke(args=["demo", "--json"]).stdout == printed


def test_links_lead_to_the_port_the_clinic_was_last_opened_on(commands, settings, monkeypatch):
    monkeypatch.delenv("PORT", raising=False)
    (settings.data_dir / "port").write_text("8123")

    shown = json.loads(commands.invoke(args=["demo", "--json"]).stdout)

    assert shown["base_url"] == "http://127.0.0.1:8123"
    assert all(each["link"].startswith("http://127.0.0.1:8123/i/") for each in shown["patients"])


def test_there_is_no_demonstration_where_patients_are_real(real_clinic):
    result = real_clinic.test_cli_runner().invoke(args=["demo", "--json"])

    assert result.exit_code == 1
    assert "real patients" in result.output
    assert "Traceback" not in result.output


def test_a_member_of_staff_is_added_and_can_sign_in(commands, clinic_database, clock):
    result = commands.invoke(
        args=["add-user", "ada@clinic.example", "--name", "Ada", "--role", "clinician"],
        env={"BACKSTORY_NEW_PASSWORD": "four red wheelbarrows"},
    )

    assert result.exit_code == 0, result.output
    assert "wheelbarrows" not in result.output
    with acting(clinic_database, now=clock.now) as op:
        assert accounts.with_password(op, "ada@clinic.example", "four red wheelbarrows")
        op.commit()


@pytest.mark.parametrize(
    ("email", "password", "said"),
    [
        ("ada@clinic.example", "short", "at least 12 characters"),
        ("ada@clinic.example", "backstorybackstory", "too easy"),
        ("ada", "four red wheelbarrows", "no e-mail address"),
    ],
)
def test_what_is_wrong_with_a_new_member_of_staff_is_said_plainly(commands, email, password, said):
    result = commands.invoke(
        args=["add-user", email, "--name", "Ada", "--role", "clinician", "--password", password]
    )

    assert result.exit_code == 1
    assert said in result.output
    assert "Traceback" not in result.output


def test_two_members_of_staff_cannot_share_an_address(commands):
    ada = ["add-user", "ada@clinic.example", "--name", "Ada", "--role", "clinician", "--password"]
    commands.invoke(args=[*ada, "four red wheelbarrows"])

    assert "already" in commands.invoke(args=[*ada, "five red wheelbarrows"]).output


def test_a_monitor_is_told_when_the_queue_stands_still(commands, app, clock):
    never = commands.invoke(args=["check", "--running"])
    app.clinic.queue.sweep()
    at_work = commands.invoke(args=["check", "--running"])
    clock.wait(minutes=4)
    silent = commands.invoke(args=["check", "--running"])

    assert (never.exit_code, at_work.exit_code, silent.exit_code) == (1, 0, 1)
    assert "The queue has never been at work." in never.stderr
    assert "The queue has not been at work since 2026-11-23 09:30 UTC." in silent.stderr


def test_a_sound_clinic_passes_its_check(commands):
    result = commands.invoke(args=["check"])

    assert result.exit_code == 0
    assert "not approved" in result.output


def test_a_changed_audit_record_does_not(commands, clinic_database):
    commands.invoke(
        args=["add-user", "a@b.example", "--name", "Ada", "--role", "admin", "--password", "red barrows!"]
    )
    with clinic_database.writer.begin() as connection:
        connection.execute(AuditHead.__table__.update().values(mac="0" * 64))

    result = commands.invoke(args=["check"])

    assert result.exit_code == 1
    assert "Audit, staff:" in result.output


def test_a_backup_that_was_put_back_is_accepted_with_a_reason(commands, app, clinic_database):
    backup = rows_of(clinic_database)
    commands.invoke(
        args=["add-user", "a@b.example", "--name", "Ada", "--role", "admin", "--password", "red barrows!"]
    )
    app.clinic.queue.seal()
    put_back(clinic_database, backup)

    noticed = commands.invoke(args=["check"])
    nobody = commands.invoke(args=["accept-restore", "--reason", " "], input="y\n")
    too_long = commands.invoke(args=["accept-restore", "--reason", "x" * 201], input="y\n")
    accepted = commands.invoke(args=["accept-restore", "--reason", "The disk failed"], input="y\n")
    afterwards = commands.invoke(args=["check"])

    assert (noticed.exit_code, nobody.exit_code, too_long.exit_code, accepted.exit_code) == (1, 1, 1, 0)
    assert "another was put in its place" in noticed.stderr
    assert (afterwards.exit_code, afterwards.stderr) == (0, "")


@pytest.fixture
def kept(clinic_database, settings, clock):
    """The reference of an appointment that was never answered."""
    with acting(clinic_database, settings=settings, now=clock.now) as op:
        appointment = booking.make(
            op, Booking(name="Anna Canary", date_of_birth=date(1991, 5, 4), starts_at=clock.now)
        )
        op.commit()
        return appointment.reference


def test_what_has_been_kept_long_enough_is_erased_when_asked(commands, kept, clock):
    too_early = commands.invoke(args=["erase"])
    clock.wait(days=8)
    dry = commands.invoke(args=["erase", "--dry-run"])
    erased = commands.invoke(args=["erase"])
    again = commands.invoke(args=["erase"])

    assert [each.output.strip() for each in (too_early, dry, erased, again)] == [
        "0 erased.",
        "1 to be erased. Nothing is erased.",
        "1 erased.",
        "0 erased.",
    ]


def test_a_patient_who_asks_is_erased_after_a_second_look(commands, kept):
    refused = commands.invoke(args=["erase", "--patient", kept], input="n\n")
    unknown = commands.invoke(args=["erase", "--patient", "NOBODY"])
    erased = commands.invoke(args=["erase", "--patient", kept.lower()], input="y\n")

    assert "erased." not in refused.output
    assert unknown.exit_code == 1
    assert "No appointment has the reference NOBODY." in unknown.output
    assert "1 erased." in erased.output


def test_the_wrong_key_is_refused_without_a_trace(settings, clinic_database, clock):
    settings.key_file.unlink()
    app = create_app(settings, clock=clock)

    result = app.test_cli_runner().invoke(args=["check"])

    assert result.exit_code == 1
    assert "Put it back" in result.output
    assert "Traceback" not in result.output


def test_a_new_clinic_starts_with_patients_and_closes_when_asked(tmp_path):
    port = _free_port()
    with Started(tmp_path, port) as (process, said):
        assert f"http://127.0.0.1:{port}/i/" in said
        assert "date of birth" in said
        assert "reception@demo.example" in said
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in") as page:
            assert page.status == 200
        assert (tmp_path / "data/port").read_text() == str(port)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_settings_that_describe_no_clinic_are_all_said_at_once(tmp_path):
    result = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "check"],
        cwd=ROOT,
        env=_environment(tmp_path) | {"BACKSTORY_MODE": "production"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode != 0
    assert "BACKSTORY_EMERGENCY_NUMBER is not set" in result.stderr
    assert "BACKSTORY_CLINIC_PHONE is not set" in result.stderr
    assert "Traceback" not in result.stderr


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BACKSTORY_")}
    return kept | {
        "BACKSTORY_DATA_DIR": str(folder / "data"),
        "BACKSTORY_KEY_FILE": str(folder / "keys/keys.json"),
    }


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
