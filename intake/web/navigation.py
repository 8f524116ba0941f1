"""What every page of the staff shows: the navigation, and the notice bar of what cannot wait."""

from dataclasses import dataclass

from flask import Flask, g

from intake.i18n import Words
from intake.i18n import lazy as _
from intake.services.operations.exports.research.taking import may_take
from intake.services.staff import drafts
from intake.services.staff.accounts import Permission, may
from intake.services.staff.views import StaffView
from intake.storage.models import User
from intake.web import clinic, reading
from intake.web.notice_bar import notices


@dataclass(frozen=True)
class NavigationLink:
    """A page that this user may open."""

    label: Words
    endpoint: str
    permission: Permission


RESEARCH = "admin.research"
LINKS: tuple[NavigationLink, ...] = (
    NavigationLink(_("My patients"), "clinician.my_day", Permission.READ_ANSWERS),
    NavigationLink(_("Today"), "reception.today", Permission.SEE_DAY),
    NavigationLink(_("Find"), "reception.find", Permission.MAKE_APPOINTMENT),
    NavigationLink(_("Settings"), "admin.settings", Permission.MANAGE_SETTINGS),
    NavigationLink(_("People"), "admin.users", Permission.MANAGE_USERS),
    NavigationLink(_("Tablets"), "tablet.enrol", Permission.ENROL_TABLET),
    NavigationLink(_("Records"), "admin.records", Permission.JOIN_RECORDS),
    NavigationLink(_("Figures"), "admin.show_figures", Permission.SEE_FIGURES),
    NavigationLink(_("Research"), RESEARCH, Permission.EXPORT_ANSWERS),
    NavigationLink(_("Operation"), "admin.show_operation", Permission.MANAGE_SETTINGS),
)


def install_navigation(app: Flask) -> None:
    """Teach the templates what staff see on every page."""
    app.context_processor(_for_staff)


def _for_staff() -> dict[str, object]:
    user = g.get("user")
    if user is None:
        return {}
    quiet = bool(g.get("without_notices"))
    return {
        "me": StaffView.of(user),
        "reads": may(user, Permission.READ_ANSWERS),
        "attends": may(user, Permission.NOTE_ATTENDANCE),
        "acknowledges": may(user, Permission.ACKNOWLEDGE),
        "fills_in": may(user, Permission.FILL_IN),
        "sees_day": may(user, Permission.SEE_DAY),
        "makes": may(user, Permission.MAKE_APPOINTMENT),
        "ways": tuple(way for way in LINKS if may(user, way.permission) and _is_shown(way, user)),
        "notice_bar": () if quiet else notices(),
        "not_saved": 0 if quiet else _not_saved(),
    }


def _is_shown(link: NavigationLink, user: User) -> bool:
    """Research is a word in the way of every clinician whom the clinic has not named for it."""
    return link.endpoint != RESEARCH or may_take(user, clinic().settings)


def _not_saved() -> int:
    """How much they have typed into forms and not saved."""
    with reading() as op:
        return drafts.count(op)
