"""The demonstration clinic: every vignette as a made-up patient with an appointment today, in every state.

They come about as real ones do, through the services, so links, alerts and documents are real. Nothing is
left to chance: links and passwords follow from a secret of this clinic, so they can be told again.
"""

from datetime import datetime
from typing import Any

from intake.config import Settings
from intake.demo.clinic import DemoClinic
from intake.demo.scenes import SCENES, STAFF
from intake.services.invitations import links
from intake.storage import Database


class NoDemonstration(Exception):
    """Made-up patients are not let in where real ones are."""


def fill(database: Database, settings: Settings, *, now: datetime) -> None:
    """Make today's demonstration clinic, or what of it is missing; raises NoDemonstration in production."""
    if settings.production:
        raise NoDemonstration("The demonstration clinic is never made in production mode.")
    clinic = DemoClinic(database, settings, now)
    clinic.add_staff()
    for scene in SCENES:
        clinic.add(scene)
    clinic.top_up()


def listing(database: Database, settings: Settings, *, now: datetime) -> dict[str, Any]:
    """Every made-up patient of today with the link, and the sign-ins of staff, for `demo --json`."""
    clinic = DemoClinic(database, settings, now)
    return {
        "base_url": settings.public_url,
        "patients": [
            {
                "vignette": scene.vignette,
                "name": appointment.patient.name,
                "link": links.link(settings, clinic.token(scene, copy)),
                "date_of_birth": appointment.patient.date_of_birth.isoformat(),
                "state": appointment.intake.status.value,
            }
            for scene, copy, appointment in clinic.present()
        ],
        "staff": [
            {"role": staff.role, "email": staff.email, "password": clinic.password(staff)} for staff in STAFF
        ],
    }
