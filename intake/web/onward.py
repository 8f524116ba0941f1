"""Where a sign-in leads on to: the page that was asked for, or where somebody's work begins."""

from flask import current_app, url_for
from werkzeug.exceptions import HTTPException

from intake.services.staff.accounts import OF_ROLES, Permission, allows
from intake.storage.models import Role
from intake.web import guard_of


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
    # The guard says which pages are those of staff; the static files have none.
    guard = guard_of(current_app, endpoint)
    if guard not in list(Permission) or not path.isprintable():
        return None
    if role is not None and guard in OF_ROLES and not allows(role, Permission(guard)):
        return None
    return url_for(endpoint, **values)
