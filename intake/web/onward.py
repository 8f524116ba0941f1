"""Where a sign-in leads on to: the page that was asked for, or where somebody's work begins."""

from flask import current_app, url_for
from werkzeug.exceptions import HTTPException

from intake.services.staff.accounts import OF_ROLES, Permission, allows
from intake.storage.models import Role
from intake.web import guard_of

# Where a sign-in may lead on to.
STAFF_AREAS = ("reception", "clinician", "admin", "tablet", "second_factor", "account")


def home_of(role: Role) -> str:
    """Where the work in this role begins."""
    if allows(role, Permission.MANAGE_SETTINGS):
        return url_for("admin.settings")
    return url_for("clinician.my_day" if allows(role, Permission.READ_ANSWERS) else "reception.today")


def onward_to(path: str, role: Role | None = None) -> str | None:
    """The page of staff that `path` names, if it is one. Nothing else, and no other site, can be named.

    `role`: only if they may open it in this role.
    """
    try:
        endpoint, values = current_app.url_map.bind("").match(path.partition("?")[0], method="GET")
    except HTTPException:
        return None
    asks_who = endpoint == "second_factor.asked"
    if endpoint.partition(".")[0] not in STAFF_AREAS or asks_who or not path.isprintable():
        return None
    guard = guard_of(current_app, endpoint)
    if role is not None and guard in OF_ROLES and not allows(role, Permission(guard)):
        return None
    return url_for(endpoint, **values)
