"""The patient's link: made once however often the button is pressed, replaced, opened for more tries.

The address of a page never holds the link: it holds `once`, from which only we can tell it.
"""

from uuid import UUID

from flask import g, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from intake.services import invitations
from intake.services.accounts import Permission
from intake.services.audit import Actor
from intake.storage.models import Invitation
from intake.web import clinic, only
from intake.web.once import secret_of
from intake.web.reception.room import booked, room


@room.post("/appointments/<uuid:appointment_id>/link")
@only(Permission.MAKE_APPOINTMENT)
def new_link(appointment_id: UUID) -> Response:
    """Make a new link; the old one stops working."""
    once = request.form.get("once") or invitations.new_token()
    with clinic().database.writing() as session:
        if invitation_of(session, once) is None:
            found = booked(session, appointment_id)
            now = clinic().now()
            invitations.invite(session, found, by=Actor.staff(g.user), now=now, token=secret_of(once))
            session.commit()
    return shown(appointment_id, once)


@room.post("/appointments/<uuid:appointment_id>/tries")
@only(Permission.MAKE_APPOINTMENT)
def more_tries(appointment_id: UUID) -> Response:
    """Reception has spoken to the patient: the date of birth may be tried again."""
    with clinic().database.writing() as session:
        invitation = invitations.current(session, booked(session, appointment_id))
        if invitation is not None:
            invitations.allow_more_tries(session, invitation, by=Actor.staff(g.user), now=clinic().now())
        session.commit()
    return redirect(url_for("reception.appointment", appointment_id=appointment_id), 303)


def shown(appointment_id: UUID, once: str) -> Response:
    """On to the appointment with its link. The address holds `once`, from which only we can tell the link."""
    return redirect(url_for("reception.appointment", appointment_id=appointment_id, link=once), 303)


def made_by(once: str) -> UUID | None:
    with clinic().database.reading() as session:
        invitation = invitation_of(session, once)
        return invitation.appointment_id if invitation else None


def invitation_of(session: Session, once: str) -> Invitation | None:
    """The invitation that this form made, while its link works."""
    return invitations.with_token(session, secret_of(once))
