"""Days of the clinic in addresses."""

from datetime import date

from flask import abort

from intake.text import day
from intake.web import clinic


def today_here() -> date:
    """Today by the clinic's clock."""
    return clinic().settings.today(clinic().now())


def day_in(text: str) -> date:
    """The day that an address names, or a 404."""
    try:
        chosen = day.iso(text)
    except day.NotADay:
        abort(404)
    # The ends of the calendar have no neighbours.
    return chosen if 1900 < chosen.year < 2200 else abort(404)
