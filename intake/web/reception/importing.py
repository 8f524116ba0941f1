"""Appointments out of a file: pasted or uploaded, looked at row by row, and only then made.

Nothing is kept between the pages: the text of the file rides along with what reception said about it, and is
read and checked anew. Of a workbook, or of letters that had to be told apart, that is the text it became.
"""

from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TypeAlias
from uuid import UUID

from flask import Response as TextResponse
from flask import abort, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from intake.i18n import gettext
from intake.messaging import mail_sender
from intake.services.appointments import identifiers, importing
from intake.services.appointments.booking import AppointmentChanged
from intake.services.appointments.clinicians import staff_addresses
from intake.services.appointments.importing import (
    COLUMNS,
    Contents,
    LettersAsked,
    SheetAsked,
    TakenIn,
    Unreadable,
    shapes,
)
from intake.services.appointments.importing.letters import Opened
from intake.services.appointments.importing.shapes import FileShape
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
from intake.web.reception.import_choices import FileSaid, as_before, said_in
from intake.web.reception.import_columns import ColumnsView
from intake.web.reception.import_plan import ImportPlan, make_plan
from intake.web.reception.import_view import Asking, ImportView

Page: TypeAlias = Response | str | tuple[str, int]

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
def preview_import() -> Page:
    """What is in the file, and what would be made of it; first what has to be known. Nothing is made yet."""
    text, said = free.cleaned(request.form.get("text", "")), said_in(request.form)
    content = _content()
    try:
        if content and text.strip():
            return _form_page(text, gettext("Paste the appointments or choose a file, not both.")), 400
        if content is not None:
            opened = _opened(content)
            text, said = (
                free.cleaned(opened.text),
                replace(said, notes=opened.notes, encoding=opened.encoding),
            )
        return _file_page(text, said)
    except LettersAsked as asked:
        return _letters_page(content or b"", asked)
    except SheetAsked as asked:
        return _sheet_page(content or b"", asked)
    except Unreadable as unreadable:
        return _form_page(text, unreadable.why), 400


@blueprint.post("/appointments/import/confirm")
@only(Permission.MAKE_APPOINTMENT)
@takes_a_file
def confirm_import() -> Page:
    """Make the appointments that were looked at; when they are not the same any more, show them again.

    A row that could be about somebody the clinic knows waits until it is said whether it is.
    """
    text, said = free.cleaned(request.form.get("text", "")), said_in(request.form)
    try:
        contents, said = _read(text, said)
    except Unreadable as unreadable:
        return _form_page(text, unreadable.why), 400
    if _has_to_ask(contents, said):
        return _columns_page(text, contents, said), 409
    plan, chosen = _plan(contents), TakenUp.of(request.form)
    to_do = bool(plan.ready or chosen.offers(plan))
    # Where nothing is new and nothing that was ticked is still to be done, the button was pressed twice.
    changed = (to_do or bool(plan.new)) and plan.fingerprint != request.form.get("fingerprint")
    if not (plan.new or plan.there or plan.offers) or changed:
        return _preview_page(text, plan, said, changed=True), 409
    if plan.not_told_apart and not to_do:
        return _preview_page(text, plan, said, missed=True), 400
    try:
        taken = _taken_in(plan, chosen, said)
    except (AppointmentChanged, NotToldApart, WhoChanged):
        return _preview_page(text, _plan(contents), said, changed=True), 409
    if plan.not_told_apart:
        return _preview_page(text, _plan(contents), said, missed=True, taken=taken)
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


def _taken_in(plan: ImportPlan, chosen: TakenUp, said: FileSaid, tries: int = TRIES) -> TakenIn:
    """Make them; when somebody imports the same rows at this moment, find what that one made."""
    table = plan.contents.table
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
            if table and not table.own:
                shapes.remember(op, table.shape, FileShape(table.roles, said.encoding, said.choices.century))
            op.commit()
            return taken
    except IntegrityError:
        if tries == 1:
            raise
    return _taken_in(plan, chosen, said, tries - 1)


def _content() -> bytes | None:
    """The bytes of the file: chosen now, or carried along from the page that asked about them."""
    file = request.files.get("file")
    if file:
        return bytes(file.read())
    carried = request.form.get("content")
    if carried is None:
        return None
    try:
        return b64decode(carried, validate=True)
    except ValueError:
        abort(400)


def _opened(content: bytes) -> Opened:
    """The text of a file; letters that were told before for such a file need not be told again."""
    encoding, sheet = request.form.get("encoding"), request.form.get("sheet")
    if file := request.files.get("file"):
        importing.check_name(file.filename or "", content)
    try:
        return importing.text_of(content, encoding=encoding, sheet=sheet)
    except LettersAsked as asked:
        with reading() as op:
            before = shapes.remembered_encoding(op, content, asked.candidates)
        if before is None or "content" in request.form:
            raise
        return importing.text_of(content, encoding=before)


def _read(text: str, said: FileSaid) -> tuple[Contents, FileSaid]:
    """The file with what was said about it, and with what was said about one like it before."""
    contents = _contents(text, said)
    table = contents.table
    if table is None or said.choices.roles is not None:
        return contents, said
    with reading() as op:
        before = shapes.remembered(op, table.shape)
    if before is None or len(before.roles) != len(table.columns):
        return contents, said
    said = as_before(said, before)
    return _contents(text, said), said


def _contents(text: str, said: FileSaid) -> Contents:
    settings = clinic().settings
    choices = replace(said.choices, today=settings.today(clinic().now()), region=settings.region)
    choices = replace(choices, systems=frozenset(identifiers.systems(settings)))
    with reading() as op:
        ours = staff_addresses(op)
    return importing.read(text, zone=settings.zone, ours=ours, choices=choices)


def _has_to_ask(contents: Contents, said: FileSaid) -> bool:
    """Nobody has said yet what the columns hold, or something else about the file is open."""
    table = contents.table
    return table is not None and (table.asks or (said.choices.roles is None and not table.own))


def _plan(contents: Contents) -> ImportPlan:
    with reading() as op:
        return make_plan(op, contents, request.form)


def _file_page(text: str, said: FileSaid) -> Page:
    contents, said = _read(text, said)
    if _has_to_ask(contents, said):
        still_open = "header_shown" in request.form and contents.table is not None and contents.table.asks
        return _columns_page(text, contents, said, still_open=still_open), 400 if still_open else 200
    return _preview_page(text, _plan(contents), said)


def _form_page(text: str = "", why: str = "") -> str:
    return render_template(
        "reception/import.html", text=text, why=why, sexes=sexes(), offered=tuple(clinic().settings.offered)
    )


def _letters_page(content: bytes, asked: LettersAsked) -> Page:
    pressed = "content" in request.form
    page = render_template(
        "reception/import_letters.html",
        content=_carried(content),
        why=asked.why,
        candidates=asked.candidates,
        pressed=pressed,
    )
    return page, 400 if pressed else 200


def _sheet_page(content: bytes, asked: SheetAsked) -> Page:
    pressed = "content" in request.form
    page = render_template(
        "reception/import_sheet.html", content=_carried(content), names=asked.names, pressed=pressed
    )
    return page, 400 if pressed else 200


def _columns_page(text: str, contents: Contents, said: FileSaid, *, still_open: bool = False) -> str:
    assert contents.table is not None
    return render_template(
        "reception/import_columns.html",
        text=text,
        view=ColumnsView.of(contents.table, said, pressed=still_open),
        notes=(*said.notes, *contents.notes),
        carried=said.carried,
    )


def _preview_page(
    text: str,
    plan: ImportPlan,
    said: FileSaid,
    *,
    changed: bool = False,
    missed: bool = False,
    taken: TakenIn | None = None,
) -> str:
    """`missed`: nobody has said who some rows are about; `taken` is what came in of the others."""
    table = plan.contents.table
    asking = Asking(request.form, TakenUp.of(request.form), clinic().settings, missed)
    return render_template(
        "reception/import_preview.html",
        text=text,
        plan=ImportView.of(plan, said, asking),
        view=ColumnsView.of(table, said) if table else None,
        changed=changed,
        missed=missed,
        taken=taken,
    )


def _carried(content: bytes) -> str:
    return b64encode(content).decode()


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
