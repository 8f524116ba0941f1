"""What a clinician says about a record: that it was read, or that it is too old to go by."""

from uuid import UUID

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from intake.i18n import lazy as _
from intake.services import asking_again, editions, intakes, invitations
from intake.services.accounts import Permission
from intake.services.asking_again import NothingToAskAgain
from intake.services.editions import EditionChanged, NothingHandedOver
from intake.web import only, operation
from intake.web.clinician.reader import reader_page
from intake.web.clinician.room import room
from intake.web.once import secret_of

CHANGED = _("This record was changed while you read it. The new one is below: nothing was marked as read.")
NOT_AGAIN = _("The safety questions are asked again already, or the appointment is over.")


@room.post("/intakes/<uuid:intake_id>/read")
@only(Permission.READ_ANSWERS)
def mark_read(intake_id: UUID) -> Response | tuple[str, int]:
    """I have read this record; pressed twice, the first time counts."""
    if not _marked(intake_id):
        return reader_page(intake_id, problem=CHANGED), 409
    return redirect(url_for("clinician.reader", intake_id=intake_id), 303)


def _marked(intake_id: UUID) -> bool:
    with operation() as op:
        intake = intakes.find(op.session, intake_id) or abort(404)
        try:
            seen = request.form.get("seen", "")
            editions.mark_read(op, intake, seen=seen)
        except (EditionChanged, NothingHandedOver):
            return False
        op.commit()
    return True


@room.post("/intakes/<uuid:intake_id>/ask-again")
@only(Permission.CORRECT)
def ask_again(intake_id: UUID) -> Response | tuple[str, int]:
    """Ask the safety questions again: on to the appointment, where the new link is shown to be copied."""
    once = request.form.get("once") or invitations.new_token()
    appointment_id = _asked_again(intake_id, secret_of(once))
    if appointment_id is None:
        return reader_page(intake_id, problem=NOT_AGAIN), 409
    return redirect(url_for("reception.appointment", appointment_id=appointment_id), 303)


def _asked_again(intake_id: UUID, secret: str) -> UUID | None:
    """The appointment whose link has this secret, made now or by the press before."""
    with operation() as op:
        intake = intakes.find(op.session, intake_id) or abort(404)
        made_before = invitations.with_token(op.session, secret)
        if made_before is None:
            try:
                asking_again.ask_again(op, intake, token=secret)
            except NothingToAskAgain:
                return None
            op.commit()
        return intake.appointment_id
