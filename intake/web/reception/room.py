"""What every page of the desk stands on."""

from datetime import date, datetime
from uuid import UUID

from flask import Blueprint, abort
from sqlalchemy.orm import Session

from intake.i18n import format_moment, format_time
from intake.services import appointments
from intake.services.appointments import DayRow
from intake.storage.models import Appointment
from intake.web import clinic

room = Blueprint("reception", "intake.web.reception")


@room.app_template_filter("since")
def _since(at: datetime) -> str:
    """The time of day; on another day, the day with it."""
    settings = clinic().settings
    if settings.today(at) == today_here():
        return format_time(at, settings.zone)
    return format_moment(at, settings.zone)


def today_here() -> date:
    return clinic().settings.today(clinic().now())


def day_in(text: str) -> date:
    try:
        chosen = date.fromisoformat(text)
    except ValueError:
        abort(404)
    # `fromisoformat` also takes "20261122" and weeks; a day has one address. The ends have no neighbours.
    return chosen if chosen.isoformat() == text and 1900 < chosen.year < 2200 else abort(404)


def uuid_in(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        abort(400)


def rows_of(day: date) -> tuple[DayRow, ...]:
    with clinic().database.reading() as session:
        return appointments.day_list(session, day, settings=clinic().settings)


def booked(session: Session, appointment_id: UUID) -> Appointment:
    return appointments.find(session, appointment_id) or abort(404)
