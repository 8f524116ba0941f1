"""What every page of the staff shows: the way to the other rooms, and the strip of what cannot wait."""

from dataclasses import dataclass

from flask import Flask, g

from intake.i18n import Words
from intake.i18n import lazy as _
from intake.services.accounts import Permission, may
from intake.services.staff_view import StaffView
from intake.web.strip import notices


@dataclass(frozen=True)
class Way:
    """A door that this user may open; `endpoint` is the page behind it."""

    label: Words
    endpoint: str
    permission: Permission


WAYS: tuple[Way, ...] = (
    Way(_("My patients"), "clinician.my_day", Permission.READ_ANSWERS),
    Way(_("Today"), "reception.today", Permission.SEE_DAY),
    Way(_("Find"), "reception.find", Permission.MAKE_APPOINTMENT),
    Way(_("Settings"), "admin.settings", Permission.MANAGE_SETTINGS),
    Way(_("People"), "admin.users", Permission.MANAGE_USERS),
    Way(_("Tablets"), "tablet.enrol", Permission.ENROL_TABLET),
    Way(_("Figures"), "admin.show_figures", Permission.SEE_FIGURES),
)


def install_staff(app: Flask) -> None:
    """Teach the templates what staff see on every page."""
    app.context_processor(_for_staff)


def _for_staff() -> dict[str, object]:
    user = g.get("user")
    if user is None:
        return {}
    return {
        "me": StaffView.of(user),
        "reads": may(user, Permission.READ_ANSWERS),
        "acknowledges": may(user, Permission.ACKNOWLEDGE),
        "fills_in": may(user, Permission.FILL_IN),
        "makes": may(user, Permission.MAKE_APPOINTMENT),
        "ways": tuple(way for way in WAYS if may(user, way.permission)),
        "strip": notices(),
    }
