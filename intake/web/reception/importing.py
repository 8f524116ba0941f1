"""Appointments out of a file: pasted or uploaded, looked at row by row, and only then made.

Nothing is kept between the pages: the text of the file rides along, and is read and checked anew.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from types import MappingProxyType
from uuid import UUID

from flask import Response as TextResponse
from flask import abort, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from intake.i18n import gettext
from intake.messaging import mail_sender
from intake.services.appointments import importing
from intake.services.appointments.booking import AppointmentChanged
from intake.services.appointments.clinicians import staff_addresses
from intake.services.appointments.importing import COLUMNS, TakenIn, Unreadable
from intake.services.appointments.matching import NotToldApart, WhoChanged
from intake.services.appointments.views import AppointmentView
from intake.services.staff.accounts import Permission
from intake.spreadsheet import table
from intake.storage.models import Appointment, InvitationState
from intake.text import free
from intake.web import clinic, only, operation, reading
from intake.web.facts import sexes
from intake.web.headers import takes_a_file
from intake.web.reception.blueprint import blueprint
from intake.web.reception.import_changes import TakenUp
from intake.web.reception.import_plan import ImportPlan, make_plan
from intake.web.reception.import_view import Asking, ImportView

TRIES = 5
MOMENT = "%Y%m%dT%H%M%S%f"


@blueprint.get("/appointments/import")
@only(Permission.MAKE_APPOINTMENT)
def import_form() -> str:
    """Where a file is pasted or chosen."""
    return _form_page()


@blueprint.get("/appointments/import/template.csv")
@only(Permission.MAKE_APPOINTMENT)
def import_template() -> Response:
    """A table that has only the names of its columns, so that nobody made up is imported with it."""
    response = TextResponse(table([COLUMNS]), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="appointments.csv"'
    return response


@blueprint.post("/appointments/import")
@only(Permission.MAKE_APPOINTMENT)
@takes_a_file
def preview_import() -> str | tuple[str, int]:
    """What is in the file, and what would be made of it. Nothing is made yet."""
    text = free.cleaned(request.form.get("text", ""))
    file = request.files.get("file")
    try:
        if file and text.strip():
            return _form_page(text, gettext("Paste the appointments or choose a file, not both.")), 400
        text = free.cleaned(importing.text_of(file.read())) if file else text
        return _preview_page(text, _plan(text, {}))
    except Unreadable as unreadable:
        return _form_page(text, unreadable.why), 400


@blueprint.post("/appointments/import/confirm")
@only(Permission.MAKE_APPOINTMENT)
@takes_a_file
def confirm_import() -> Response | str | tuple[str, int]:
    """Make the appointments that were looked at; when they are not the same any more, show them again.

    A row that could be about somebody the clinic knows waits until it is said whether it is.
    """
    text = request.form.get("text", "")
    try:
        plan = _plan(text, request.form)
    except Unreadable as unreadable:
        return _form_page(free.cleaned(text), unreadable.why), 400
    chosen = TakenUp.of(request.form)
    to_do = bool(plan.ready or chosen.offers(plan))
    # Where nothing is new and nothing that was ticked is still to be done, the button was pressed twice.
    changed = (to_do or bool(plan.new)) and plan.fingerprint != request.form.get("fingerprint")
    if not (plan.new or plan.there or plan.offers) or changed:
        return _preview_page(free.cleaned(text), plan, changed=True), 409
    if plan.not_told_apart and not to_do:
        return _preview_page(free.cleaned(text), plan, missed=True), 400
    try:
        taken = _taken_in(plan, chosen)
    except (AppointmentChanged, NotToldApart, WhoChanged):
        return _preview_page(free.cleaned(text), _plan(text, request.form), changed=True), 409
    if plan.not_told_apart:
        left = _plan(text, request.form)
        return _preview_page(free.cleaned(text), left, missed=True, taken=taken)
    return _to(taken.import_id)


@blueprint.get("/appointments/imported/<string(length=21):moment>")
@only(Permission.MAKE_APPOINTMENT)
def imported_at(moment: str) -> Response | str:
    """Where an import was found before it had an address of its own: on to that."""
    with reading() as op:
        found = importing.made_at(op.session, _moment_in(moment))
    return _to(found) if found is not None else _imported_page(None)


@blueprint.get("/appointments/imported/<uuid:import_id>")
@only(Permission.MAKE_APPOINTMENT)
def imported(import_id: UUID) -> str:
    """What one import made, and how far its links are."""
    return _imported_page(import_id)


def _imported_page(import_id: UUID | None) -> str:
    mails = mail_sender(clinic().settings) is not None
    with reading() as op:
        made = importing.brought_in(op.session, import_id) if import_id is not None else []
        without = importing.without_link(op, made)
        done = importing.done_by(op.session, import_id)
        by_hand = tuple(AppointmentView.of(each) for each in made if not (mails and each.as_booked.email))
    return render_template(
        "reception/imported.html",
        import_id=import_id,
        many=len(made),
        done=done,
        days=tuple(sorted(_days(made).items())),
        linked=sum(map(_link_works, made)),
        without=len(without),
        by_hand=by_hand,
        mails=mails,
    )


@blueprint.post("/appointments/imported/<uuid:import_id>/links")
@only(Permission.MAKE_APPOINTMENT)
def send_links(import_id: UUID) -> Response:
    """Make the link of everybody of this import who has none, and send it where it can be."""
    with operation() as op:
        importing.send_links(op, import_id)
        op.commit()
    clinic().queue.nudge()
    return _to(import_id)


def _taken_in(plan: ImportPlan, chosen: TakenUp, tries: int = TRIES) -> TakenIn:
    """Make them; when somebody imports the same rows at this moment, find what that one made."""
    try:
        with operation() as op:
            taken = importing.take_in(
                op,
                chosen.expected(op, plan),
                shape=plan.contents.shape,
                offers=chosen.offers(plan),
                rows=plan.rows,
            )
            chosen.decide(op, plan)
            op.commit()
            return taken
    except IntegrityError:
        if tries == 1:
            raise
    return _taken_in(plan, chosen, tries - 1)


def _plan(text: str, answers: Mapping[str, str]) -> ImportPlan:
    settings = clinic().settings
    with reading() as op:
        contents = importing.read(text, zone=settings.zone, ours=staff_addresses(op))
        return make_plan(op, contents, answers)


def _form_page(text: str = "", why: str = "") -> str:
    return render_template(
        "reception/import.html", text=text, why=why, sexes=sexes(), offered=tuple(clinic().settings.offered)
    )


def _preview_page(
    text: str, plan: ImportPlan, *, changed: bool = False, missed: bool = False, taken: TakenIn | None = None
) -> str:
    """`missed`: nobody has said who some rows are about; `taken` is what came in of the others."""
    asking = Asking(
        MappingProxyType(request.form.to_dict()), TakenUp.of(request.form), clinic().settings, missed
    )
    return render_template(
        "reception/import_preview.html",
        text=text,
        plan=ImportView.of(plan, asking),
        changed=changed,
        missed=missed,
        taken=taken,
    )


def _link_works(appointment: Appointment) -> bool:
    return any(invitation.state is InvitationState.OPEN for invitation in appointment.invitations)


def _days(made: Sequence[Appointment]) -> Counter[date]:
    return Counter(clinic().settings.local(each.starts_at).date() for each in made)


def _to(import_id: UUID) -> Response:
    return redirect(url_for("reception.imported", import_id=import_id), 303)


def _moment_in(text: str) -> datetime:
    try:
        return datetime.strptime(text, MOMENT).replace(tzinfo=UTC)
    except ValueError:
        abort(404)
