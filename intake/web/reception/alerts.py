"""Who was told what, and what came of it."""

from uuid import UUID

from flask import abort, g, redirect, request, url_for
from werkzeug.wrappers import Response

from intake.services import alerts
from intake.services.accounts import Permission
from intake.services.alerts import NoSuchAlert, OutcomeNeeded
from intake.web import clinic, only
from intake.web.reception.appointments import appointment_page
from intake.web.reception.room import day_in, room, uuid_in


@room.post("/alerts/told")
@only(Permission.ACKNOWLEDGE)
def told() -> Response:
    """Somebody says that the clinician knows. Only what stood on their screen is taken as told."""
    with clinic().database.writing() as session:
        try:
            for alert_id in map(uuid_in, request.form.getlist("alert")):
                alerts.acknowledge(session, alert_id, by=g.user, now=clinic().now())
        except NoSuchAlert:
            abort(404)
        session.commit()
    return redirect(url_for("reception.day", day=day_in(request.form.get("day", "")).isoformat()), 303)


@room.post("/appointments/<uuid:appointment_id>/outcome")
@only(Permission.ACKNOWLEDGE)
def outcome(appointment_id: UUID) -> Response | tuple[str, int]:
    """Write down what came of the alerts of this patient; without that they stay open."""
    words = request.form.get("outcome", "")[:1000]
    with clinic().database.writing() as session:
        try:
            for alert_id in map(uuid_in, request.form.getlist("alert")):
                alerts.close(session, alert_id, by=g.user, outcome=words, now=clinic().now())
        except NoSuchAlert:
            abort(404)
        except OutcomeNeeded:
            return appointment_page(appointment_id, no_outcome=True), 400
        session.commit()
    return redirect(url_for("reception.appointment", appointment_id=appointment_id), 303)
