"""The commands that erase: what has been kept for long enough, and a patient who asks for it."""

from typing import Any
from uuid import UUID

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from intake.cli.opened import existing_clinic, operation, reading
from intake.config import Settings
from intake.services.operations import retention
from intake.services.operations.backup import erasures
from intake.storage import Database
from intake.storage.models import Appointment


@click.command("erase")
@click.option("--patient", metavar="REFERENCE", help="Everything about the patient of this appointment.")
@click.option("--dry-run", is_flag=True, help="Say how much it would be, and erase nothing.")
@with_appcontext
def erase_command(patient: str | None, dry_run: bool) -> None:
    """Erase what has been kept for as long as the settings say, or one patient who asks for it.

    It cannot be undone. A running clinic does the first by itself, every hour.
    """
    clinic = existing_clinic()
    chosen = _of_patient(clinic.database, patient) if patient else _expired(clinic)
    if dry_run:
        click.echo(f"{len(chosen)} to be erased. Nothing is erased.")
        return
    if patient and not click.confirm(f"Erase {len(chosen)} appointments of this patient with every answer?"):
        return
    settings = clinic.in_force()
    open_alerts = sum(not _erase(clinic, settings, appointment_id) for appointment_id in chosen)
    try:
        with clinic.database.reading() as session:
            erasures.bring_up_to_date(session, settings)
    except OSError as problem:
        click.echo(f"The list of who was erased cannot be written: {problem.strerror}.", err=True)
    click.echo(f"{len(chosen) - open_alerts} erased.")
    if open_alerts:
        raise click.ClickException(f"{open_alerts} kept: somebody must act on an alert first.")


def _expired(clinic: Any) -> tuple[UUID, ...]:
    with reading(clinic) as op:
        return retention.expired(op, limit=1_000_000)


def _of_patient(database: Database, reference: str) -> tuple[UUID, ...]:
    with database.reading() as session:
        named = select(Appointment.patient_id).where(Appointment.reference == reference.upper())
        patient_id = session.scalar(named)
        if patient_id is None:
            raise click.ClickException(f"No appointment has the reference {reference}.")
        return tuple(session.scalars(select(Appointment.id).where(Appointment.patient_id == patient_id)))


def _erase(clinic: Any, settings: Settings, appointment_id: UUID) -> bool:
    with operation(clinic) as op:
        try:
            retention.erase(op, appointment_id)
        except retention.AlertOpen:
            return False
        op.commit()
    return True
