"""After a call was closed: a note is added, or what came of it is put right. What stood there is kept."""

from uuid import UUID

from flask import abort, g, render_template, request
from werkzeug.wrappers import Response

from intake.i18n import gettext
from intake.services import alerts
from intake.services.alerts import OUTCOMES, CallChanged, CallPart, OutcomeIncomplete
from intake.services.appointments.views import AppointmentView
from intake.services.staff.accounts import Permission
from intake.web import only, operation, reading
from intake.web.frozen import frozen
from intake.web.reception.alerts import to_call
from intake.web.reception.blueprint import blueprint, uuid_in
from intake.web.reception.call_page import (
    CHANGED,
    ResultForm,
    call_page,
    found,
    initials_of,
    shown_version,
)


@blueprint.post("/alerts/<uuid:intake_id>/notes")
@only(Permission.ACKNOWLEDGE)
def add_note(intake_id: UUID) -> Response | tuple[str, int]:
    """Add to what was written about the call."""
    form, problem = ResultForm(request.form), ""
    with operation() as op:
        key = uuid_in(request.form.get("once", ""))
        try:
            alerts.add_note(op, found(op.session, intake_id), form.note.data, idempotency_key=key)
        except OutcomeIncomplete:
            problem = gettext("Write the note, in at most 2000 characters")
        op.commit()
    return (
        (call_page(intake_id, said=problem, later_note=form.note.shown), 422)
        if problem
        else to_call(intake_id)
    )


@blueprint.get("/alerts/<uuid:intake_id>/put-right/<uuid:alert_id>")
@only(Permission.ACKNOWLEDGE)
def put_right_form(intake_id: UUID, alert_id: UUID) -> str | Response:
    """What the call was closed with, and a form for what is right; back to the call while it is open."""
    with reading() as op:
        rows = alerts.of(op, found(op.session, intake_id))
        if alert_id in {row.alert_id for row in rows} and not alerts.closed_together(rows, alert_id):
            return to_call(intake_id)
    return _page(intake_id, alert_id, ResultForm())


@blueprint.post("/alerts/<uuid:intake_id>/put-right/<uuid:alert_id>")
@only(Permission.ACKNOWLEDGE)
def put_right(intake_id: UUID, alert_id: UUID) -> Response | tuple[str, int]:
    """What came of it, said anew; or the call is opened again."""
    form = ResultForm(request.form)
    changed: frozenset[CallPart] = frozenset()
    with operation() as op:
        rows = alerts.of(op, found(op.session, intake_id))
        together = alerts.closed_together(rows, alert_id)
        if together is None and alert_id not in {row.alert_id for row in rows}:
            abort(404)
        ids = together.alert_ids if together else [alert_id]
        try:
            if request.form.get("deed") == "open_again":
                alerts.open_again(op, ids, form.note.data, version_token=shown_version())
            else:
                alerts.put_right(op, ids, form.result(), version_token=shown_version())
        except CallChanged as problem:
            changed = problem.parts
        except OutcomeIncomplete as incomplete:
            form.ask_for(incomplete.missing)
        op.commit()
    if changed or form.problems:
        return _page(intake_id, alert_id, form, changed=changed), 422
    return to_call(intake_id)


def _page(
    intake_id: UUID, alert_id: UUID, form: ResultForm, *, changed: frozenset[CallPart] = frozenset()
) -> str:
    with reading() as op:
        intake = found(op.session, intake_id)
        rows = alerts.of(op, intake)
        case, appointment = alerts.case_of(op, intake, rows), AppointmentView.of(intake.appointment)
        together = alerts.closed_together(rows, alert_id)
    if together is None and not changed:
        # It was opened again, or is no alert of this patient.
        abort(404)
    return render_template(
        "reception/put_right.html",
        appointment=appointment,
        case=case,
        result=together,
        alert_id=alert_id,
        outcomes=frozen(OUTCOMES),
        form=form,
        problems=(*(("stands", CHANGED[part]) for part in CHANGED if part in changed), *form.problems),
        initials=initials_of(g.user.name),
    )
