"""The code that a patient types on the tablet: made at the desk, shown there, and nowhere kept in the clear.

The address of the page never holds the code: it holds `idempotency_key`, from which only we can tell it.
"""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake.i18n import Words
from intake.i18n import lazy as _
from intake.services.appointments.views import AppointmentView
from intake.services.context import Operation
from intake.services.drawing import DRAWS, NothingLeft
from intake.services.forms.intakes import AlreadySent
from intake.services.forms.together import NotExpected
from intake.services.invitations import links, walk_ins
from intake.services.staff.accounts import Permission
from intake.storage.encryption import Purpose
from intake.storage.models import Appointment, WalkInCode
from intake.text.code import LETTERS
from intake.web import only, operation, reading
from intake.web.idempotency import digests_of
from intake.web.reception.blueprint import blueprint, booked

SENT_ALREADY = _("The form was already sent, so no code opens it.")
CANCELLED = _("The appointment was cancelled, so no code opens its form.")


@blueprint.get("/appointments/<uuid:appointment_id>/walk-in")
@only(Permission.MAKE_APPOINTMENT)
def walk_in(appointment_id: UUID) -> str:
    """The code, to be told to the patient."""
    return _page(appointment_id)


@blueprint.post("/appointments/<uuid:appointment_id>/walk-in")
@only(Permission.MAKE_APPOINTMENT)
def make_walk_in_code(appointment_id: UUID) -> Response | tuple[str, int]:
    """Make a code; the one before no longer works. Pressing twice makes one."""
    idempotency_key = request.form.get("once") or links.new_token()
    with operation() as op:
        found = booked(op.session, appointment_id)
        code, _ = _made(op, found, idempotency_key)
        try:
            walk_ins.make_code(op, found, code)
        except AlreadySent:
            return _page(appointment_id, SENT_ALREADY), 409
        except NotExpected:
            return _page(appointment_id, CANCELLED), 409
        op.commit()
    return redirect(url_for("reception.walk_in", appointment_id=appointment_id, code=idempotency_key), 303)


def _page(appointment_id: UUID, why: Words | None = None) -> str:
    idempotency_key = request.args.get("code", "")
    with reading() as op:
        found = booked(op.session, appointment_id)
        code, kept = _made(op, found, idempotency_key)
        tablets = walk_ins.tablets(op)
        view = AppointmentView.of(found)
    return render_template(
        "reception/walk_in.html",
        appointment=view,
        code=code if kept else None,
        until=kept.expires_at if kept else None,
        tablets=len(tablets),
        why=why,
        idempotency_key=links.new_token(),
    )


def _made(op: Operation, appointment: Appointment, idempotency_key: str) -> tuple[str, WalkInCode | None]:
    """The code that the form with this key makes, and what is kept of it while it opens the form."""
    for drawn in range(DRAWS):
        key = f"{idempotency_key} {drawn}" if drawn else idempotency_key
        codes = [_code_of(digest) for digest in digests_of(Purpose.WALK_IN_CODE, key)]
        for code in codes:
            found = walk_ins.waiting(op, appointment, code)
            if found is not None:
                return code, found
        if not walk_ins.is_of_another(op, appointment, codes[0]):
            return codes[0], None
    raise NothingLeft


def _code_of(digest: bytes) -> str:
    number = int.from_bytes(digest)
    letters = []
    for _place in range(walk_ins.LENGTH):
        number, place = divmod(number, len(LETTERS))
        letters.append(LETTERS[place])
    return "".join(letters)
