"""What every page of the desk stands on."""

from datetime import date, datetime
from uuid import UUID

from flask import Blueprint, abort
from sqlalchemy.orm import Session

from intake.i18n import format_day_of_year, format_moment, format_time, gettext
from intake.services.appointments import booking, day_list
from intake.services.appointments.day_list import DayRow
from intake.storage.models import Appointment
from intake.web import clinic, reading
from intake.web.dates import day_in, today_here

__all__ = ["blueprint", "booked", "day_in", "rows_of", "today_here", "uuid_in"]

blueprint = Blueprint("reception", "intake.web.reception")


@blueprint.app_template_filter("since")
def _since(at: datetime) -> str:
    """The time of day; on another day, the day with it, in as few words as tell it."""
    settings = clinic().settings
    day, time = settings.today(at), format_time(at, settings.zone)
    match (day - today_here()).days:
        case 0:
            return time
        case -1:
            return gettext("yesterday %(time)s", time=time)
        case 1:
            return gettext("tomorrow %(time)s", time=time)
    if day.year == today_here().year:
        return f"{format_day_of_year(day)}, {time}"
    return format_moment(at, settings.zone)


@blueprint.app_template_filter("at")
def _at(at: datetime) -> str:
    """The same inside a sentence: "at 09:41", "yesterday 23:13"."""
    said = _since(at)
    today = clinic().settings.today(at) == today_here()
    return gettext("at %(time)s", time=said) if today else said


def uuid_in(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        abort(400)


def rows_of(day: date) -> tuple[DayRow, ...]:
    with reading() as op:
        return day_list.day_list(op, day)


def booked(session: Session, appointment_id: UUID) -> Appointment:
    return booking.find(session, appointment_id) or abort(404)
