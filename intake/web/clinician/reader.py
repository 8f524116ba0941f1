"""What the patient said, in the order a clinician reads, and the same to take away."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from intake.documents import FORMATS, Format, render, windows_1252
from intake.documents.beside import NOTHING, Beside
from intake.i18n import Words, speaking
from intake.services import alerts
from intake.services.appointments.known_facts import differs_from_record
from intake.services.appointments.progress import Progress
from intake.services.appointments.views import AppointmentView
from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.forms import documents, earlier, intakes, versions, worklist
from intake.services.forms.asking_again import is_pending
from intake.services.forms.beside import beside
from intake.services.forms.documents import NothingToRender, StillPending
from intake.services.forms.earlier import EarlierForm
from intake.services.forms.read_marks import readings_of
from intake.services.forms.record_view import EarlierView, EditionView
from intake.services.forms.walking import answered_at, is_handed_over
from intake.services.invitations import links
from intake.services.operations import approvals
from intake.services.staff.accounts import Permission
from intake.storage.models import Intake, IntakeStatus
from intake.summary import Summary
from intake.summary.changes import changes
from intake.web import clinic, may_here, only, operation, reading
from intake.web.being_made import StillBeingMade, wait_for
from intake.web.clinician.blueprint import blueprint
from intake.web.clinician.first_screen import first_screen
from intake.web.clinician.found import PRESSED, findings_of
from intake.web.clinician.record_page import page_for
from intake.web.clinician.severity import Chart, ScoredVisit, chart_of
from intake.web.clinician.worklist import asked_for
from intake.web.frozen import frozen
from intake.web.headers import SANDBOX

OLD_TEXT = replace(FORMATS["text"], media_type=f"text/plain; charset={windows_1252.ENCODING}")
BY_EXTENSION: dict[str, Format] = {document.extension: document for document in FORMATS.values()}


@blueprint.get("/intakes/<uuid:intake_id>")
@only(Permission.READ_ANSWERS)
def reader(intake_id: UUID) -> str:
    """The summary, with every answer underneath."""
    return reader_page(intake_id)


def reader_page(intake_id: UUID, problem: Words | None = None) -> str:
    """The page of a record. `problem` is what kept something from being done to it."""
    now, settings = clinic().now(), clinic().settings
    with operation() as op:
        intake = intakes.find(op.session, intake_id) or abort(404)
        summary = intakes.summary_of(op, intake)
        raised = alerts.of(op, intake)
        case = alerts.case_of(op, intake, raised)
        replaced = tuple(map(EditionView.of, intake.editions))
        readings = readings_of(intake, op.user)
        whose = asked_for() or ("mine" if worklist.is_with(intake.appointment, op.user) else "everybody")
        neighbours = worklist.neighbours(op, intake.appointment, mine=whose == "mine")
        pending, form = is_pending(intake), Progress.of(intake.appointment)
        so_far = intakes.summary_so_far(op, intake) if pending else None
        sent_at, other_facts = answered_at(intake), differs_from_record(intake)
        before = earlier.forms_before(op, intake)
        last = earlier.last_form(intake, before)
        found, appointment = findings_of(intake, summary), AppointmentView.of(intake.appointment)
        _note_reading(op, intake, last)
        op.commit()
    return render_template(
        "clinician/reader.html",
        appointment=appointment,
        patient=appointment.patient,
        form=form,
        other_facts=other_facts,
        record=page_for(summary),
        first=first_screen(summary),
        summary=summary,
        answered=intake.last_saved_at is not None,
        handed_over=is_handed_over(intake),
        found=found,
        verdicts=frozen(PRESSED),
        version_token=versions.version_token_of(intake),
        readings=readings,
        neighbours=neighbours,
        whose=whose if whose != "mine" else None,
        has_record=intake.summary is not None,
        replaced=replaced,
        problem=problem,
        last=EarlierView.of(last) if last else None,
        last_on=settings.today(last.at) if last else None,
        changes=changes(last.summary, summary) if last else None,
        severity=_severity(intake, summary, before),
        corrects=may_here(Permission.CORRECT) and intake.status is IntakeStatus.SENT,
        so_far=page_for(so_far) if so_far else None,
        sent_at=sent_at,
        idempotency_key=links.new_token(),
        asks_again=may_here(Permission.CORRECT)
        and intake.status is IntakeStatus.SENT
        and links.may_open(intake.appointment, now=now),
        answered_days_ago=worklist.days_old(op, intake),
        alerts=raised,
        outcomes=frozen(alerts.OUTCOMES),
        case=case,
        tries=frozen(alerts.ATTEMPTS),
        note=(note := _note(summary, beside(summary, raised, case, last, settings))),
        old_note=windows_1252.encoded(note).decode(windows_1252.ENCODING),
        now=now,
        day=settings.local(appointment.starts_at).date(),
    )


def _note_reading(op: Operation, intake: Intake, last: EarlierForm | None) -> None:
    """What is compared with was read too."""
    op.record(Action.INTAKE_READ, intake)
    if last is not None and last.intake is not intake:
        op.record(Action.INTAKE_READ, last.intake, beside=intake.id)


def _severity(intake: Intake, summary: Summary, before: Sequence[EarlierForm]) -> Chart | None:
    """The scores of the forms sent before, and of this one."""
    told = [(each.at, each.summary) for each in before]
    at_last = answered_at(intake) or intake.last_saved_at
    if at_last is not None:
        told.append((at_last, summary))
    return chart_of([ScoredVisit(clinic().settings.today(at), frozen(each.scores)) for at, each in told])


@blueprint.get("/intakes/<uuid:intake_id>/summary.<extension>")
@only(Permission.DOWNLOAD)
def download(intake_id: UUID, extension: str) -> Response:
    """The summary as a file whose name says nothing about the patient; its text also in Windows-1252."""
    wanted = BY_EXTENSION.get(extension) or abort(404)
    encoding = request.args.get("encoding", "")
    if encoding and (encoding, wanted.name) != (windows_1252.ENCODING, "text"):
        abort(404)
    if wanted.name in documents.KEPT:
        with reading() as op:
            found = intakes.find(op.session, intake_id)
            if found is None or found.summary is None:
                abort(404)
        wait_for([intake_id])
    with operation() as op:
        intake = intakes.find(op.session, intake_id) or abort(404)
        try:
            said = _beside(op, intake) if wanted.name == "text" else NOTHING
            content = documents.content(op, intake, wanted.name, said)
        except NothingToRender:
            abort(404)
        except StillPending:
            # It was corrected this very moment.
            raise StillBeingMade from None
        op.record(Action.DOCUMENT_DOWNLOADED, intake, format=wanted.name)
        op.commit()
    name = f"summary-{intake.receipt or str(intake.id)[:8]}"
    if encoding:
        with speaking(clinic().settings.language):
            content = windows_1252.encoded(content.decode())
        wanted, name = OLD_TEXT, f"{name}-{encoding}"
    return as_file(content, wanted, name)


def _beside(op: Operation, intake: Intake) -> Beside:
    """What is said in the note with the record that was handed over."""
    if intake.summary is None:
        return NOTHING
    last = earlier.last_form(intake, earlier.forms_before(op, intake))
    if last is not None and last.intake is not intake:
        op.record(Action.INTAKE_READ, last.intake, beside=intake.id)
    rows = alerts.of(op, intake)
    case = alerts.case_of(op, intake, rows)
    return beside(Summary.from_json(intake.summary), rows, case, last, op.settings)


def as_file(content: bytes, kind: Format, name: str) -> Response:
    """A download whose name says nothing about the patient, and that a browser opens in a sandbox."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{kind.extension}"',
        "Content-Security-Policy": SANDBOX,
    }
    return Response(content, content_type=kind.media_type, headers=headers)


def _note(summary: Summary, said: Beside) -> str:
    """The plain-text note, to be pasted into the record."""
    approved = approvals.covers(clinic().settings, summary)
    return render(summary, "text", said, approved=approved).decode()
