"""The code that a patient types on the tablet: made at the desk, shown there, and nowhere kept in the clear.

The address of the page never holds the code: it holds `once`, from which only we can tell it.
"""

import hmac
from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake.i18n import Words
from intake.i18n import lazy as _
from intake.services import invitations, walk_ins
from intake.services.accounts import Permission
from intake.services.appointment_view import AppointmentView
from intake.services.intakes import AlreadySent
from intake.services.together import NotExpected
from intake.storage.encryption import Purpose
from intake.storage.models import PLAIN_LETTERS, User
from intake.web import clinic, only
from intake.web.reception.room import booked, room

SENT_ALREADY = _("The form was already sent, so no code opens it.")
CANCELLED = _("The appointment was cancelled, so no code opens its form.")


@room.get("/appointments/<uuid:appointment_id>/walk-in")
@only(Permission.MAKE_APPOINTMENT)
def walk_in(appointment_id: UUID) -> str:
    """The code, to be told to the patient."""
    return _page(appointment_id)


@room.post("/appointments/<uuid:appointment_id>/walk-in")
@only(Permission.MAKE_APPOINTMENT)
def make_walk_in_code(appointment_id: UUID) -> Response | tuple[str, int]:
    """Make a code; the one before no longer works. Pressing twice makes one."""
    once = request.form.get("once") or invitations.new_token()
    with clinic().database.writing() as session:
        found, by = booked(session, appointment_id), session.get_one(User, g.user.id)
        try:
            walk_ins.make_code(session, found, _code_of(once), by=by, now=clinic().now())
        except AlreadySent:
            return _page(appointment_id, SENT_ALREADY), 409
        except NotExpected:
            return _page(appointment_id, CANCELLED), 409
        session.commit()
    return redirect(url_for("reception.walk_in", appointment_id=appointment_id, code=once), 303)


def _page(appointment_id: UUID, why: Words | None = None) -> str:
    once, now = request.args.get("code", ""), clinic().now()
    with clinic().database.reading() as session:
        found = booked(session, appointment_id)
        kept = walk_ins.waiting(session, found, _code_of(once), now=now) if once else None
        tablets = walk_ins.tablets(session, now=now)
        view = AppointmentView.of(found)
    return render_template(
        "reception/walk_in.html",
        appointment=view,
        code=_code_of(once) if kept else None,
        until=kept.expires_at if kept else None,
        tablets=len(tablets),
        why=why,
        once=invitations.new_token(),
    )


def _code_of(once: str) -> str:
    """The code that a form makes, so that pressing twice makes one and not two."""
    secret = clinic().database.keys.secret(Purpose.CSRF)
    number = int.from_bytes(hmac.digest(secret, f"walk-in {once}".encode(), "sha256"))
    letters = []
    for _place in range(walk_ins.LENGTH):
        number, place = divmod(number, len(PLAIN_LETTERS))
        letters.append(PLAIN_LETTERS[place])
    return "".join(letters)
