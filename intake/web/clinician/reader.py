"""What the patient said, in the order a clinician reads, and the same to take away."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from flask import abort, g, render_template
from werkzeug.wrappers import Response

from intake.documents import FORMATS, Format, render, safety_box
from intake.services import alerts, audit, documents, intakes
from intake.services.accounts import Permission
from intake.services.audit import Action, Actor
from intake.services.documents import NothingToRender
from intake.storage.models import AppointmentState, Intake, IntakeStatus
from intake.summary import Summary
from intake.summary.record import Said
from intake.web import clinic, only
from intake.web.clinician.marks import marked_views
from intake.web.clinician.room import room

BY_EXTENSION: dict[str, Format] = {document.extension: document for document in FORMATS.values()}


@dataclass(frozen=True)
class HowFar:
    """How far the form has come, as the day list shows it."""

    state: IntakeStatus
    percent: int
    sent_at: datetime | None
    cancelled: bool

    @classmethod
    def of(cls, intake: Intake) -> "HowFar":
        """The state of an intake."""
        cancelled = intake.appointment.state is AppointmentState.CANCELLED
        return cls(intake.status, intake.percent, intake.sent_at, cancelled)


@dataclass(frozen=True)
class AnswersOf:
    """The answers of one section of the form."""

    section: str
    answers: tuple[Said, ...]


@room.get("/intakes/<uuid:intake_id>")
@only(Permission.READ_ANSWERS)
def reader(intake_id: UUID) -> str:
    """The summary, with every answer underneath."""
    now, settings = clinic().now(), clinic().settings
    with clinic().database.writing() as session:
        intake = intakes.find(session, intake_id) or abort(404)
        summary = intakes.summary_of(intake, settings=settings, now=now)
        raised = alerts.of(session, intake, settings=settings)
        audit.record(session, Action.INTAKE_READ, by=Actor.staff(g.user), on=intake, now=now)
        session.commit()
    return render_template(
        "clinician/reader.html",
        intake=intake,
        appointment=intake.appointment,
        patient=intake.appointment.patient,
        row=HowFar.of(intake),
        summary=summary,
        headline=safety_box.heading(summary.safety),
        denied=safety_box.denied(summary.safety.groups),
        also_reported=safety_box.also_reported(summary.safety),
        views=marked_views(summary.regions),
        sections=_by_section(summary),
        answered=intake.last_saved_at is not None,
        handed_over=intake.summary is not None,
        answered_days_ago=_days_ago(intake),
        alerts=raised,
        outcomes=alerts.OUTCOMES,
        note=_note(summary),
        day=settings.local(intake.appointment.starts_at).date(),
    )


@room.get("/intakes/<uuid:intake_id>/summary.<extension>")
@only(Permission.DOWNLOAD)
def download(intake_id: UUID, extension: str) -> Response:
    """The summary as a file. Its name says nothing about the patient."""
    wanted = BY_EXTENSION.get(extension) or abort(404)
    now, settings = clinic().now(), clinic().settings
    with clinic().database.writing() as session:
        intake = intakes.find(session, intake_id) or abort(404)
        try:
            content = documents.content(session, intake, wanted.name, settings=settings, now=now)
        except NothingToRender:
            abort(404)
        by = Actor.staff(g.user)
        audit.record(session, Action.DOCUMENT_DOWNLOADED, by=by, on=intake, now=now, format=wanted.name)
        session.commit()
    return Response(content, content_type=wanted.media_type, headers=_as_file(intake, extension))


def _as_file(intake: Intake, extension: str) -> dict[str, str]:
    name = f"summary-{intake.receipt or str(intake.id)[:8]}.{extension}"
    return {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }


def _by_section(summary: Summary) -> list[AnswersOf]:
    """Every answer, under the names of the sections, in the order of the form."""
    parts = groupby(summary.answers, key=lambda said: said.section)
    return [AnswersOf(section, tuple(answers)) for section, answers in parts]


def _note(summary: Summary) -> str:
    """The plain-text note, to be pasted into the record."""
    approved = clinic().settings.approval(summary.rules_version) is not None
    return render(summary, "text", approved=approved).decode()


def _days_ago(intake: Intake) -> int | None:
    """How many days old the answers are; None while they are not sent."""
    settings = clinic().settings
    return (settings.today(clinic().now()) - settings.today(intake.sent_at)).days if intake.sent_at else None
