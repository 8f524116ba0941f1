"""All records of a clinician's day in one file, to be printed before the first patient."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import g, redirect, url_for
from werkzeug.wrappers import Response

from intake.documents import FORMATS
from intake.documents.orders import PackOrder, Part
from intake.i18n import format_day, format_time, gettext
from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.forms import documents, worklist
from intake.services.staff.accounts import Permission
from intake.storage.models import AppointmentState, Intake
from intake.web import clinic, only, operation, reading
from intake.web.being_made import StillBeingMade, made, wait_for
from intake.web.clinician.blueprint import blueprint
from intake.web.clinician.reader import as_file
from intake.web.clinician.worklist import shown_in
from intake.web.dates import day_in


@dataclass(frozen=True)
class Record:
    """One record of the day; `pdf` None while it is pending."""

    intake_id: UUID
    label: str
    pdf: bytes | None


@blueprint.get("/worklist/<day>/summaries.pdf")
@only(Permission.DOWNLOAD)
def pack(day: str) -> Response:
    """The records of the day in the order of the appointments. Who has handed in nothing is not in it."""
    chosen = day_in(day)
    with reading() as op:
        records = _records(op, chosen)
    if not records:
        return redirect(url_for("clinician.day", day=chosen.isoformat()), 303)
    if any(record.pdf is None for record in records):
        # Outside any transaction: nobody waits for it to save a page.
        wait_for([record.intake_id for record in records])
        with reading() as op:
            records = _records(op, chosen)
    parts = [Part(record.label, record.pdf) for record in records if record.pdf is not None]
    if len(parts) < len(records):
        # Somebody handed in, or one was corrected, this very moment.
        raise StillBeingMade
    title = gettext("Patients of %(day)s", day=format_day(chosen))
    joined = made(PackOrder(parts, title, clinic().settings.language))
    _note(records)
    return as_file(joined, FORMATS["pdf"], f"summaries-{chosen.isoformat()}")


def _records(op: Operation, day: date) -> list[Record]:
    settings, mine = clinic().settings, shown_in() == "mine"
    return [
        Record(
            each.intake.id,
            f"{format_time(each.starts_at, settings.zone)} {each.patient.name}",
            documents.kept(op.session, each.intake, "pdf"),
        )
        for each in worklist.in_order(op, day)
        if each.intake.summary is not None
        and each.state is not AppointmentState.CANCELLED
        and (not mine or worklist.is_with(each, g.user))
    ]


def _note(records: list[Record]) -> None:
    """Each record that was taken out is recorded for its patient, as if it had been taken out alone."""
    with operation() as op:
        for record in records:
            intake = op.session.get_one(Intake, record.intake_id)
            op.record(Action.PACK_MADE, intake, format="pdf")
        op.commit()
