"""A record that has been replaced: still readable and printable as it was, and marked as replaced."""

from dataclasses import replace
from uuid import UUID

from flask import abort, g, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from intake.services import audit, documents, editions
from intake.services.accounts import Permission
from intake.services.appointment_view import AppointmentView
from intake.services.asking_again import is_pending
from intake.services.audit import Action, Actor
from intake.services.record_view import EditionView
from intake.storage.models import Edition
from intake.summary import Summary
from intake.web import clinic, only
from intake.web.clinician.reader import BY_EXTENSION, as_file
from intake.web.clinician.record_page import page_for
from intake.web.clinician.room import room


@room.get("/intakes/<uuid:intake_id>/editions/<int:number>")
@only(Permission.READ_ANSWERS)
def edition(intake_id: UUID, number: int) -> str:
    """An earlier record, with every answer underneath."""
    now = clinic().now()
    with clinic().database.writing() as session:
        found = _found(session, intake_id, number)
        summary, view = _replaced(found), EditionView.of(found)
        appointment = AppointmentView.of(found.intake.appointment)
        by = Actor.staff(g.user)
        audit.record(session, Action.INTAKE_READ, by=by, on=found.intake, now=now, edition=number)
        session.commit()
    return render_template(
        "clinician/edition.html",
        edition=view,
        patient=appointment.patient,
        appointment=appointment,
        record=page_for(summary),
        summary=summary,
        corrects=False,
        now=now,
    )


@room.get("/intakes/<uuid:intake_id>/editions/<int:number>/summary.<extension>")
@only(Permission.DOWNLOAD)
def download_edition(intake_id: UUID, number: int, extension: str) -> Response:
    """An earlier record as a file, made from what was kept."""
    wanted = BY_EXTENSION.get(extension) or abort(404)
    now, settings = clinic().now(), clinic().settings
    with clinic().database.writing() as session:
        found = _found(session, intake_id, number)
        content = documents.render(_replaced(found), wanted.name, settings=settings)
        by, detail = Actor.staff(g.user), {"format": wanted.name, "edition": str(number)}
        audit.record(session, Action.DOCUMENT_DOWNLOADED, by=by, on=found.intake, now=now, **detail)
        session.commit()
    return as_file(content, wanted, f"summary-{str(intake_id)[:8]}-{number}-replaced")


def _found(session: Session, intake_id: UUID, number: int) -> Edition:
    return editions.find(session, intake_id, number) or abort(404)


def _replaced(found: Edition) -> Summary:
    """The record as it was; it says that it has been replaced, once something stands in its place."""
    summary = Summary.from_json(found.summary)
    if is_pending(found.intake) and found.number == found.intake.edition - 1:
        return summary
    replaced_at = clinic().settings.local(found.replaced_at).isoformat()
    return replace(summary, replaced_at=replaced_at)
