"""`safety-version`, `safety-approve` and `safety-diff`: what is approved, by whom, and what changed since."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from intake.cli.opened import existing_clinic, operation, reading
from intake.questionnaire.declared import canonical, fingerprint
from intake.red_flags import SAFETY_VERSION
from intake.red_flags.safety_changes import changes
from intake.red_flags.safety_version import content
from intake.services.operations import approvals
from intake.services.operations.approvals import CannotApprove

NOT_KEPT = "An approval in the settings names a version only: what was approved is not kept."


@click.command("safety-version")
@click.option(
    "--content", "whole", is_flag=True, help="The canonical JSON instead, to be kept beside a release."
)
def safety_version_command(whole: bool) -> None:
    """Say the safety version in force: one fingerprint of everything that asks, decides or advises."""
    click.echo(canonical(content()) if whole else SAFETY_VERSION)


@click.command("safety-approve")
@click.option("--role", required=True, help="The role of who approved, such as clinical safety officer.")
@click.option("--name", required=True, help="Who approved.")
@click.option("--on", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The date of the approval.")
@click.option(
    "--version", required=True, help="The version that was read and signed; it must be the one in force."
)
@with_appcontext
def safety_approve_command(role: str, name: str, on: datetime, version: str) -> None:
    """Put on record that exactly the safety version in force was approved."""
    if version != SAFETY_VERSION:
        raise click.ClickException(f"The version in force is {SAFETY_VERSION}; only it can be approved.")
    clinic = existing_clinic()
    with operation(clinic) as op:
        try:
            approvals.approve(op, role=role, person=name, on=on.date())
        except CannotApprove as problem:
            raise click.ClickException(str(problem)) from None
        op.commit()
    click.echo(f"Safety version {SAFETY_VERSION} is approved by {name}, {role}, on {on:%Y-%m-%d}.")


@click.command("safety-diff")
@click.argument("before", required=False)
@click.argument("after", required=False)
@with_appcontext
def safety_diff_command(before: str | None, after: str | None) -> None:
    """Say in words what changed from BEFORE to AFTER: files of `safety-version --content`, or versions.

    Without them: from the last approval on record to what is in force. Exit code 1 when something changed.
    """
    was = _approved_last() if before is None else _content(before)
    now = content() if after is None else _content(after)
    found = changes(was, now)
    for change in found:
        click.echo(change.words)
    click.echo(f"{len(found)} changes from {fingerprint(was)} to {fingerprint(now)}.")
    if found:
        raise click.exceptions.Exit(1)


def _approved_last() -> Mapping[str, Any]:
    clinic = existing_clinic()
    with reading(clinic) as op:
        last = approvals.standing(op).last
        if last is None:
            raise click.ClickException(f"No approval is on record. {NOT_KEPT}")
        click.echo(f"Approved {last.approved_on:%Y-%m-%d} by {last.person}, {last.role}: {last.version}.")
        return approvals.approved_content(last)


def _content(named: str) -> Mapping[str, Any]:
    """The content in a file, or of a version on record."""
    if Path(named).is_file():
        return _in_file(Path(named))
    if named == SAFETY_VERSION:
        return content()
    with existing_clinic().database.reading() as session:
        return _on_record(session, named)


def _on_record(session: Session, version: str) -> Mapping[str, Any]:
    found = approvals.content_of(session, version)
    if found is None:
        raise click.ClickException(f"{version} is neither a file nor a version on record. {NOT_KEPT}")
    return found


def _in_file(file: Path) -> Mapping[str, Any]:
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        said = None
    if not isinstance(said, dict) or not all(isinstance(part, dict) for part in said.values()):
        raise click.ClickException(f"{file} holds no content of a safety version")
    return said
