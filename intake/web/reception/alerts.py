"""One patient for whom somebody must act: taken by name, phoned by the script, closed with what came of it.

The script holds the few answers that raised the alert and nothing else of the record; each look is recorded.
"""

from uuid import UUID

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from intake.services import alerts
from intake.services.alerts import (
    AgainTooEarly,
    CallChanged,
    CallPart,
    NoSuchAlert,
    OutcomeIncomplete,
    TakenAlready,
)
from intake.services.staff.accounts import Permission
from intake.web import clinic, only, operation
from intake.web.reception.blueprint import blueprint, uuid_in
from intake.web.reception.call_page import (
    TOO_EARLY,
    CallForm,
    call_page,
    found,
    shown_alerts,
    shown_version,
)


@blueprint.get("/alerts/<uuid:intake_id>")
@only(Permission.ACKNOWLEDGE)
def alert(intake_id: UUID) -> str:
    """Whom to phone, what to say, and what to write down."""
    return call_page(intake_id)


@blueprint.post("/alerts/<uuid:intake_id>/take")
@only(Permission.ACKNOWLEDGE)
def take(intake_id: UUID) -> Response | tuple[str, int]:
    """I am the one who acts. Whoever presses first has it; the others see who."""
    taken_by = ""
    with operation() as op:
        ids = shown_alerts(op.session, intake_id)
        try:
            alerts.take(op, ids)
        except NoSuchAlert:
            abort(404)
        except TakenAlready as taken:
            taken_by = taken.owner.name
        op.commit()
    return (call_page(intake_id, taken_by=taken_by), 409) if taken_by else to_call(intake_id)


@blueprint.post("/alerts/<uuid:intake_id>/result")
@only(Permission.ACKNOWLEDGE)
def save_call(intake_id: UUID) -> Response | tuple[str, int]:
    """What came of it: one form, whose buttons close the call or let it go on."""
    form = CallForm(request.form)
    goes_on = request.form.get("deed") == "goes_on"
    changed = _note_attempt(intake_id, form) if goes_on else _close(intake_id, form)
    if changed or form.problems:
        return call_page(intake_id, form, changed=changed), 422
    return to_call(intake_id)


def to_call(intake_id: UUID) -> Response:
    """Back to the page of the call."""
    return redirect(url_for("reception.alert", intake_id=intake_id), 303)


def _close(intake_id: UUID, form: CallForm) -> frozenset[CallPart]:
    """Close what stood on the screen; what has changed meanwhile, and then nothing is closed.

    A try that was chosen in the same form is noted with it.
    """
    changed: frozenset[CallPart] = frozenset()
    with operation() as op:
        ids = shown_alerts(op.session, intake_id)
        try:
            alerts.close(op, ids, form.result(), version_token=shown_version())
            if (tried := form.last_attempt()) is not None:
                key = uuid_in(request.form.get("once", ""))
                alerts.note_attempt(op, found(op.session, intake_id), tried, idempotency_key=key)
        except NoSuchAlert:
            abort(404)
        except CallChanged as problem:
            changed = problem.parts
        except OutcomeIncomplete as incomplete:
            form.ask_for(incomplete.missing)
        op.commit()
    return changed


def _note_attempt(intake_id: UUID, form: CallForm) -> frozenset[CallPart]:
    """Note a try. It only adds, so nothing that changed meanwhile stands in its way."""
    tried = form.attempt(clinic().now())
    if tried is None:
        return frozenset()
    with operation() as op:
        intake = found(op.session, intake_id)
        try:
            alerts.note_attempt(op, intake, tried, idempotency_key=uuid_in(request.form.get("once", "")))
        except AgainTooEarly:
            form.again_at.refuse(TOO_EARLY)
        except OutcomeIncomplete as incomplete:
            form.ask_for(incomplete.missing)
        op.commit()
    return frozenset()
