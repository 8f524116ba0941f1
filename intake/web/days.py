"""Days of the clinic in addresses."""

from datetime import date

from flask import abort

from intake.web import clinic


def today_here() -> date:
    """Today by the clinic's clock."""
    return clinic().settings.today(clinic().now())


def day_in(text: str) -> date:
    """The day that an address names, or a 404."""
    try:
        chosen = date.fromisoformat(text)
    except ValueError:
        abort(404)
    # `fromisoformat` also takes "20261122" and weeks; a day has one address. The ends have no neighbours.
    return chosen if chosen.isoformat() == text and 1900 < chosen.year < 2200 else abort(404)
