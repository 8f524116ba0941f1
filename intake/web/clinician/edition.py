"""A record that has been replaced: still readable and printable as it was, and marked as replaced."""

from dataclasses import replace
from uuid import UUID

from flask import abort, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from intake.documents.orders import SummaryOrder
from intake.services.appointments.views import AppointmentView
from intake.services.audit import Action
from intake.services.forms import documents, versions
from intake.services.forms.asking_again import is_pending
from intake.services.forms.record_view import EditionView
from intake.services.operations import approvals
from intake.services.staff.accounts import Permission
from intake.storage.models import Edition
from intake.summary import Summary
from intake.web import clinic, only, operation, reading
from intake.web.being_made import made
from intake.web.clinician.blueprint import blueprint
from intake.web.clinician.first_screen import first_screen
from intake.web.clinician.reader import BY_EXTENSION, as_file
from intake.web.clinician.record_page import page_for


@blueprint.get("/intakes/<uuid:intake_id>/editions/<int:number>")
@only(Permission.READ_ANSWERS)
def edition(intake_id: UUID, number: int) -> str:
    """An earlier record, with every answer underneath."""
    now = clinic().now()
    with operation() as op:
        found = _found(op.session, intake_id, number)
        summary, view = _replaced(found), EditionView.of(found)
        appointment = AppointmentView.of(found.intake.appointment)
        op.record(Action.INTAKE_READ, found.intake, edition=number)
        op.commit()
    return render_template(
        "clinician/edition.html",
        edition=view,
        patient=appointment.patient,
        appointment=appointment,
        record=page_for(summary),
        first=first_screen(summary),
        summary=summary,
        corrects=False,
        now=now,
    )


@blueprint.get("/intakes/<uuid:intake_id>/editions/<int:number>/summary.<extension>")
@only(Permission.DOWNLOAD)
def download_edition(intake_id: UUID, number: int, extension: str) -> Response:
    """An earlier record as a file, made from what was kept."""
    wanted = BY_EXTENSION.get(extension) or abort(404)
    settings = clinic().settings
    with reading() as op:
        summary = _replaced(_found(op.session, intake_id, number))
    if wanted.name in documents.KEPT:
        # It is made outside any transaction, and not here.
        content = made(SummaryOrder(summary, settings.paper, approvals.covers(settings, summary)))
    else:
        content = documents.render(summary, wanted.name, settings=settings)
    with operation() as op:
        found = _found(op.session, intake_id, number)
        detail = {"format": wanted.name, "edition": str(number)}
        op.record(Action.DOCUMENT_DOWNLOADED, found.intake, **detail)
        op.commit()
    return as_file(content, wanted, f"summary-{str(intake_id)[:8]}-{number}-replaced")


def _found(session: Session, intake_id: UUID, number: int) -> Edition:
    return versions.find(session, intake_id, number) or abort(404)


def _replaced(found: Edition) -> Summary:
    """The record as it was; it says that it has been replaced, once something stands in its place."""
    summary = Summary.from_json(found.summary)
    if is_pending(found.intake) and found.number == found.intake.edition - 1:
        return summary
    replaced_at = clinic().settings.local(found.replaced_at).isoformat()
    return replace(summary, replaced_at=replaced_at)
