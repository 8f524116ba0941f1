"""The commands beside serving: show the demonstration, look whether all is well."""

import json
import os
from dataclasses import replace
from datetime import datetime
from typing import Any

import click
from flask.cli import with_appcontext

from intake.cli.opened import existing_clinic, opened_clinic, reading, say_left_over
from intake.config import Settings
from intake.red_flags import SAFETY_VERSION
from intake.services import audit
from intake.services.context import Operation
from intake.services.messages import heartbeat
from intake.services.messages.heartbeat import Trouble
from intake.services.operations import approvals, clinic_settings, daily_seal
from intake.services.staff import emergency
from intake.storage import Database

LAST_PORT = "port"
SILENT = {
    Trouble.QUEUE: "The queue has not been at work",
    Trouble.MESSAGES: "Messages to patients have not got through",
    Trouble.CALLS_FOR_ATTENTION: "E-mail about alerts has not got through",
    Trouble.DOCUMENTS: "A document could not be made",
}


@click.command("demo")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_appcontext
def demo_command(as_json: bool) -> None:
    """Make today's made-up patients where they are missing; print their links and the sign-ins of staff."""
    # Made-up patients never lie in the memory of a server with real ones.
    from intake.demo import demonstration

    clinic = opened_clinic()
    if clinic.settings.production:
        raise click.ClickException("This is a clinic for real patients: there is no demonstration here.")
    clinic.database.migrate()
    settings = as_it_was_opened(clinic.in_force())
    demonstration.fill(clinic.database, settings, now=clinic.now())
    shown = demonstration.listing(clinic.database, settings, now=clinic.now())
    click.echo(json.dumps(shown, indent=2) if as_json else _in_words(shown))


@click.command("check")
@click.option("--running", is_flag=True, help="Also that the queue is at work and messages get through.")
@with_appcontext
def check_command(running: bool) -> None:
    """Look whether settings, keys, database and audit are sound. Exit code 1 when something is not."""
    clinic = existing_clinic()
    settings: Settings = clinic.in_force()
    problems = []
    with reading(clinic) as op:
        problems += [f"Audit, {each.stream}: {each.what}." for each in audit.verify(op.session)]
        problems += [f"Audit: {each}" for each in daily_seal.problems(op.session, settings)]
        whole = not problems
        aside = clinic_settings.left_aside(op.session, clinic.environment)
        problems += [f"The page of settings is not in force: {each}" for each in aside]
        problems += filter(None, [emergency.problem(op)])
        problems += _standing_still(op) if running else []
    approval = approvals.in_force(settings)
    click.echo(
        f"Mode: {settings.mode.value}. Clinic: {settings.clinic_name}. Time zone: {settings.zone.key}."
    )
    click.echo(
        f"Safety version {SAFETY_VERSION}: "
        + (f"approved by {approval.by}." if approval else "not approved.")
    )
    click.echo("The keys are the database's own.")
    if whole:
        click.echo("The audit record is whole.")
    say_left_over(settings)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise click.exceptions.Exit(1)


def _standing_still(op: Operation) -> list[str]:
    """What should move and does not, for whoever looks after the computer."""
    troubles = [
        f"{SILENT[silence.trouble]} since {silence.since:%Y-%m-%d %H:%M} UTC."
        for silence in heartbeat.silences(op)
    ]
    if heartbeat.last_beat(op.session) is None:
        troubles.append("The queue has never been at work.")
    sealed = daily_seal.is_late(op.settings, now=op.now)
    if sealed is not None:
        troubles.append(f"The audit was last sealed outside the database on {sealed:%Y-%m-%d}.")
    return troubles


def as_it_was_opened(settings: Settings) -> Settings:
    """Links lead to the port the clinic was last opened on, unless the environment says otherwise."""
    last = settings.data_dir / LAST_PORT
    if os.environ.get("PORT") or os.environ.get("BACKSTORY_PUBLIC_URL") or not last.is_file():
        return settings
    return replace(settings, public_url=f"http://localhost:{last.read_text()}")


def welcome(database: Database, settings: Settings, now: datetime, port: int) -> None:
    """Say that the clinic is open, and in the demonstration how to look at it."""
    click.echo(f"\nBackstory is open on http://localhost:{port}   (Ctrl-C closes it)")
    if settings.production:
        return
    from intake.demo import demonstration

    shown = demonstration.listing(database, settings, now=now)
    fresh = [each for each in shown["patients"] if each["state"] == "not_opened"]
    if fresh:
        click.echo(_patient(fresh[0]))
        click.echo(_staff(shown))
        click.echo(f"\n  More made-up patients: {_command('demo')}")
    else:
        click.echo(f"\n  Made-up patients for today: {_command('demo')}")


def _command(name: str) -> str:
    """How to type another command, after the way this one was typed."""
    typed = click.get_current_context().find_root().info_name
    return f"backstory {name}" if typed == "backstory" else f".venv/bin/flask --app wsgi {name}"


def _in_words(shown: dict[str, Any]) -> str:
    return "\n".join([*map(_patient, shown["patients"]), _staff(shown)])


def _patient(each: dict[str, str]) -> str:
    state = each["state"].replace("_", " ")
    return (
        f"\n  {each['name']}, a made-up patient ({each['vignette']}, {state})\n"
        f"    link           {each['link']}\n"
        f"    date of birth  {each['date_of_birth']}"
    )


def _staff(shown: dict[str, Any]) -> str:
    lines = [f"\n  Staff sign in at {shown['base_url']}/sign-in"]
    lines += [f"    {each['role']:<13}{each['email']:<26}{each['password']}" for each in shown["staff"]]
    return "\n".join(lines)
