"""What every page of the staff shows: the navigation, and the notice bar of what cannot wait."""

from dataclasses import dataclass

from flask import Flask, g

from intake.i18n import Words
from intake.i18n import lazy as _
from intake.services.operations.exports.research.taking import may_take
from intake.services.staff import drafts
from intake.services.staff.accounts import Permission
from intake.services.staff.views import StaffView
from intake.web import clinic, may_here, reading
from intake.web.notice_bar import notices
from intake.web.roles import ROLES, WORK_AS


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
    NavigationLink(_("Who read what"), "data_protection.who_read", Permission.READ_AUDIT),
    NavigationLink(_("Research"), RESEARCH, Permission.EXPORT_ANSWERS),
    NavigationLink(_("Operation"), "admin.show_operation", Permission.MANAGE_SETTINGS),
)

# All that there is for whoever has to set up a second factor first.
SET_UP = (NavigationLink(_("Second factor"), "second_factor.home", Permission.SIGN_IN),)


def install_navigation(app: Flask) -> None:
    """Teach the templates what staff see on every page."""
    app.context_processor(_for_staff)


def _for_staff() -> dict[str, object]:
    user = g.get("user")
    if user is None:
        return {}
    quiet, unfinished = bool(g.get("without_notices")), bool(g.get("unfinished"))
    return {
        "me": StaffView.of(user),
        "my_role": ROLES[g.role][0] if len(user.roles) > 1 else "",
        "other_roles": tuple(
            (role.value, words)
            for role, words in WORK_AS.items()
            if role in user.roles and role is not g.role
        ),
        "reads": may_here(Permission.READ_ANSWERS),
        "attends": may_here(Permission.NOTE_ATTENDANCE),
        "acknowledges": may_here(Permission.ACKNOWLEDGE),
        "fills_in": may_here(Permission.FILL_IN),
        "reads_audit": may_here(Permission.READ_AUDIT),
        "copies": may_here(Permission.COPY_RECORD),
        "erases": may_here(Permission.ERASE_PATIENT),
        "sees_day": may_here(Permission.SEE_DAY) and not unfinished,
        "makes": may_here(Permission.MAKE_APPOINTMENT),
        "ways": SET_UP if unfinished else tuple(way for way in LINKS if _is_shown(way)),
        "notice_bar": () if quiet or unfinished else notices(),
        "not_saved": 0 if quiet or unfinished else _not_saved(),
    }


def _is_shown(link: NavigationLink) -> bool:
    """Research is a word in the way of every clinician whom the clinic has not named for it."""
    named = link.endpoint != RESEARCH or may_take(g.user, clinic().settings)
    return named and may_here(link.permission)


def _not_saved() -> int:
    """How much they have typed into forms and not saved."""
    with reading() as op:
        return drafts.count(op)
