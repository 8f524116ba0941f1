"""What a clinician says about a record: that it was read."""

from uuid import UUID

from flask import abort, g, redirect, request, url_for
from werkzeug.wrappers import Response

from intake.i18n import lazy as _
from intake.services import editions, intakes
from intake.services.accounts import Permission
from intake.services.editions import EditionChanged, NothingHandedOver
from intake.web import clinic, only
from intake.web.clinician.reader import reader_page
from intake.web.clinician.room import room

CHANGED = _("This record was changed while you read it. The new one is below: nothing was marked as read.")


@room.post("/intakes/<uuid:intake_id>/read")
@only(Permission.READ_ANSWERS)
def mark_read(intake_id: UUID) -> Response | tuple[str, int]:
    """I have read this record; pressed twice, the first time counts."""
    if not _marked(intake_id):
        return reader_page(intake_id, problem=CHANGED), 409
    return redirect(url_for("clinician.reader", intake_id=intake_id), 303)


def _marked(intake_id: UUID) -> bool:
    with clinic().database.writing() as session:
        intake = intakes.find(session, intake_id) or abort(404)
        try:
            seen = request.form.get("seen", "")
            editions.mark_read(session, intake, seen=seen, by=g.user, now=clinic().now())
        except (EditionChanged, NothingHandedOver):
            return False
        session.commit()
    return True
