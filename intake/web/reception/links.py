"""The patient's link: made once however often the button is pressed, sent, replaced, closed, tried again.

The address of a page never holds the link.
"""

from uuid import UUID

from flask import abort, redirect, request, url_for
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from intake.services.invitations import links
from intake.services.messages import correspondence
from intake.services.staff.accounts import Permission
from intake.storage.encryption import Purpose
from intake.storage.models import Channel
from intake.web import clinic, only, operation, reading
from intake.web.idempotency import invitation_of, secret_of
from intake.web.reception.blueprint import blueprint, booked


@blueprint.post("/appointments/<uuid:appointment_id>/link")
@only(Permission.MAKE_APPOINTMENT)
def new_link(appointment_id: UUID) -> Response:
    """Make a new link; the old one stops working."""
    idempotency_key = request.form.get("once") or links.new_token()
    try:
        with operation() as op:
            if invitation_of(op.session, idempotency_key) is None:
                found = booked(op.session, appointment_id)
                links.invite(op, found, token=secret_of(Purpose.PATIENT_LINK, idempotency_key))
                op.commit()
    except IntegrityError:
        # Two presses at the same moment: the other one made it.
        if made_by(idempotency_key) is None:
            raise
    return shown(appointment_id)


@blueprint.post("/appointments/<uuid:appointment_id>/link/send")
@only(Permission.MAKE_APPOINTMENT)
def send_link(appointment_id: UUID) -> Response:
    """Send the link that works now by e-mail or text message; it leaves within a minute."""
    try:
        channel = Channel(request.form.get("by", ""))
    except ValueError:
        abort(400)
    idempotency_key = request.form.get("once") or links.new_token()
    with operation() as op:
        link = links.current(op.session, booked(op.session, appointment_id))
        if link is not None:
            correspondence.enqueue_invitation(op, link, channel, idempotency_key=idempotency_key)
            op.commit()
    clinic().queue.nudge()
    return shown(appointment_id)


@blueprint.post("/appointments/<uuid:appointment_id>/link/close")
@only(Permission.MAKE_APPOINTMENT)
def close_link(appointment_id: UUID) -> Response:
    """The link went to the wrong person, or is not wanted: it opens nothing any more."""
    with operation() as op:
        found = booked(op.session, appointment_id)
        links.revoke(op, found)
        op.commit()
    return shown(appointment_id)


@blueprint.post("/appointments/<uuid:appointment_id>/tries")
@only(Permission.MAKE_APPOINTMENT)
def more_tries(appointment_id: UUID) -> Response:
    """Reception has spoken to the patient: the date of birth may be tried again."""
    with operation() as op:
        invitation = links.current(op.session, booked(op.session, appointment_id))
        if invitation is not None:
            links.allow_more_tries(op, invitation)
        op.commit()
    return shown(appointment_id)


def shown(appointment_id: UUID) -> Response:
    """On to the appointment, where the link is to be seen."""
    return redirect(url_for("reception.appointment", appointment_id=appointment_id), 303)


def made_by(idempotency_key: str) -> UUID | None:
    """The appointment that the form with this `idempotency_key` made already."""
    with reading() as op:
        invitation = invitation_of(op.session, idempotency_key)
        return invitation.appointment_id if invitation else None
