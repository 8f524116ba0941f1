"""The appointment as a file for the patient's own calendar. Like the form it needs their session."""

from flask import Response, g, make_response

from intake.services.appointments.calendar_file import CalendarEntry, calendar_file
from intake.services.forms.entry import BY_PATIENT
from intake.web import clinic, invited, reading
from intake.web.patient.blueprint import blueprint, go, here_in, look


@blueprint.get("/form/appointment.ics")
@invited
def in_calendar() -> Response:
    """The file; on a screen of the clinic's own there is no calendar to put it in."""
    if g.entry != BY_PATIENT:
        return go(look().onward)
    settings, now = clinic().settings, clinic().now()
    with reading() as op:
        appointment = here_in(op.session).appointment
        entry = CalendarEntry(
            appointment.id,
            appointment.starts_at,
            appointment.minutes,
            settings.clinic_name,
            settings.clinic_phone,
            settings.clinic_address,
        )
    response = make_response(calendar_file(entry, zone=settings.zone, now=now))
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return response
