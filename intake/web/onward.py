"""Where a sign-in leads on to: the page that was asked for, or where somebody's work begins."""

from flask import current_app, url_for
from werkzeug.exceptions import HTTPException

from intake.services.staff.accounts import Permission, may
from intake.storage.models import User

# Where a sign-in may lead on to.
STAFF_AREAS = ("reception", "clinician", "admin", "tablet", "second_factor", "account")


def home_of(user: User) -> str:
    """Where the work of this member of staff begins."""
    if may(user, Permission.MANAGE_SETTINGS):
        return url_for("admin.settings")
    return url_for("clinician.my_day" if may(user, Permission.READ_ANSWERS) else "reception.today")


def onward_to(path: str) -> str | None:
    """The page of staff that `path` names, if it is one. Nothing else, and no other site, can be named."""
    try:
        endpoint, values = current_app.url_map.bind("").match(path.partition("?")[0], method="GET")
    except HTTPException:
        return None
    asks_who = endpoint == "second_factor.asked"
    if endpoint.partition(".")[0] not in STAFF_AREAS or asks_who or not path.isprintable():
        return None
    return url_for(endpoint, **values)
