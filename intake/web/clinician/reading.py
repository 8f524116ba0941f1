"""What a clinician says about a record: that it was read, or that it is too old to go by."""

from uuid import UUID

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from intake.i18n import lazy as _
from intake.services.forms import asking_again, intakes, read_marks
from intake.services.forms.asking_again import NothingToAskAgain
from intake.services.forms.versions import EditionChanged, NothingHandedOver
from intake.services.invitations import links
from intake.services.staff.accounts import Permission
from intake.storage.encryption import Purpose
from intake.web import only, operation
from intake.web.clinician.blueprint import blueprint
from intake.web.clinician.reader import reader_page
from intake.web.clinician.worklist import asked_for
from intake.web.idempotency import invitation_of, secret_of

CHANGED = _("This record was changed while you read it. The new one is below: nothing was marked as read.")
NOT_AGAIN = _("The safety questions are asked again already, or the appointment is over.")


@blueprint.post("/intakes/<uuid:intake_id>/read")
@only(Permission.READ_ANSWERS)
def mark_read(intake_id: UUID) -> Response | tuple[str, int]:
    """I have read this record; pressed twice, the first time counts."""
    if not _marked(intake_id):
        return reader_page(intake_id, problem=CHANGED), 409
    return _back_to(intake_id)


@blueprint.post("/intakes/<uuid:intake_id>/unread")
@only(Permission.READ_ANSWERS)
def take_back_read(intake_id: UUID) -> Response:
    """I have not read it after all. Who else has read it stays."""
    with operation() as op:
        read_marks.take_back(op, intakes.find(op.session, intake_id) or abort(404))
        op.commit()
    return _back_to(intake_id)


def _back_to(intake_id: UUID) -> Response:
    """The record again, in the list that it was reached from."""
    return redirect(url_for("clinician.reader", intake_id=intake_id, whose=asked_for()), 303)


def _marked(intake_id: UUID) -> bool:
    with operation() as op:
        intake = intakes.find(op.session, intake_id) or abort(404)
        try:
            version_token = request.form.get("seen", "")
            read_marks.mark_read(op, intake, version_token=version_token)
        except (EditionChanged, NothingHandedOver):
            return False
        op.commit()
    return True


@blueprint.post("/intakes/<uuid:intake_id>/ask-again")
@only(Permission.CORRECT)
def ask_again(intake_id: UUID) -> Response | tuple[str, int]:
    """Ask the safety questions again: on to the appointment, where the new link is shown to be copied."""
    idempotency_key = request.form.get("once") or links.new_token()
    appointment_id = _asked_again(intake_id, idempotency_key)
    if appointment_id is None:
        return reader_page(intake_id, problem=NOT_AGAIN), 409
    return redirect(url_for("reception.appointment", appointment_id=appointment_id), 303)


def _asked_again(intake_id: UUID, idempotency_key: str) -> UUID | None:
    """The appointment whose link this form made, now or by the press before; None: nothing to ask again."""
    with operation() as op:
        intake = intakes.find(op.session, intake_id) or abort(404)
        if invitation_of(op.session, idempotency_key) is None:
            token = secret_of(Purpose.PATIENT_LINK, idempotency_key)
            try:
                asking_again.ask_again(op, intake, token=token)
            except NothingToAskAgain:
                return None
            op.commit()
        return intake.appointment_id
