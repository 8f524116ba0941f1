"""The patient's link: made once however often the button is pressed, sent, replaced, closed, tried again.

The address of a page never holds the link.
"""

from uuid import UUID

from flask import abort, g, redirect, request, url_for
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from intake.services import invitations, messages
from intake.services.accounts import Permission
from intake.services.audit import Actor
from intake.storage.encryption import Purpose
from intake.storage.models import Channel
from intake.web import clinic, only
from intake.web.once import invitation_of, secret_of
from intake.web.reception.room import booked, room


@room.post("/appointments/<uuid:appointment_id>/link")
@only(Permission.MAKE_APPOINTMENT)
def new_link(appointment_id: UUID) -> Response:
    """Make a new link; the old one stops working."""
    once = request.form.get("once") or invitations.new_token()
    try:
        with clinic().database.writing() as session:
            if invitation_of(session, once) is None:
                found = booked(session, appointment_id)
                by, token = Actor.staff(g.user), secret_of(Purpose.PATIENT_LINK, once)
                invitations.invite(session, found, by=by, now=clinic().now(), token=token)
                session.commit()
    except IntegrityError:
        # Two presses at the same moment: the other one made it.
        if made_by(once) is None:
            raise
    return shown(appointment_id)


@room.post("/appointments/<uuid:appointment_id>/link/send")
@only(Permission.MAKE_APPOINTMENT)
def send_link(appointment_id: UUID) -> Response:
    """Send the link that works now by e-mail or text message; it leaves within a minute."""
    try:
        channel = Channel(request.form.get("by", ""))
    except ValueError:
        abort(400)
    once = request.form.get("once") or invitations.new_token()
    with clinic().database.writing() as session:
        link = invitations.current(session, booked(session, appointment_id))
        if link is not None:
            by, now = Actor.staff(g.user), clinic().now()
            messages.owe_invitation(session, link, channel, by=by, once=once, now=now)
            session.commit()
    clinic().queue.nudge()
    return shown(appointment_id)


@room.post("/appointments/<uuid:appointment_id>/link/close")
@only(Permission.MAKE_APPOINTMENT)
def close_link(appointment_id: UUID) -> Response:
    """The link went to the wrong person, or is not wanted: it opens nothing any more."""
    with clinic().database.writing() as session:
        found = booked(session, appointment_id)
        invitations.revoke(session, found, by=Actor.staff(g.user), now=clinic().now())
        session.commit()
    return shown(appointment_id)


@room.post("/appointments/<uuid:appointment_id>/tries")
@only(Permission.MAKE_APPOINTMENT)
def more_tries(appointment_id: UUID) -> Response:
    """Reception has spoken to the patient: the date of birth may be tried again."""
    with clinic().database.writing() as session:
        invitation = invitations.current(session, booked(session, appointment_id))
        if invitation is not None:
            invitations.allow_more_tries(session, invitation, by=Actor.staff(g.user), now=clinic().now())
        session.commit()
    return shown(appointment_id)


def shown(appointment_id: UUID) -> Response:
    """On to the appointment, where the link is to be seen."""
    return redirect(url_for("reception.appointment", appointment_id=appointment_id), 303)


def made_by(once: str) -> UUID | None:
    """The appointment that the form with this `once` made already."""
    with clinic().database.reading() as session:
        invitation = invitation_of(session, once)
        return invitation.appointment_id if invitation else None
