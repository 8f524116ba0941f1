"""Roles in words: what each is called, what it may do, and how somebody changes to it."""

from intake.i18n import Words
from intake.i18n import lazy as _
from intake.storage.models import Role

ROLES: dict[Role, tuple[Words, Words]] = {
    Role.RECEPTION: (
        _("Reception"),
        _("Makes appointments and links, and acts on what cannot wait. Does not read answers."),
    ),
    Role.CLINICIAN: (_("Clinician"), _("What reception does, and reads and corrects what patients wrote.")),
    Role.ADMIN: (
        _("Admin"),
        _("Lets people in, sets up the clinic, sees figures. Does not read answers."),
    ),
}
WORK_AS: dict[Role, Words] = {
    Role.RECEPTION: _("Work as reception"),
    Role.CLINICIAN: _("Work as clinician"),
    Role.ADMIN: _("Work as admin"),
}
