"""What this clinic is and where its things lie."""

from intake.config.reading import Setting, SettingsInvalid
from intake.config.settings import SETTABLE, SETTINGS, Settings
from intake.config.timing import CALL_BACK_WITHIN
from intake.config.values import (
    LANGUAGES,
    LONGEST_DEADLINE,
    Approval,
    IdentityProvider,
    MailServer,
    Mode,
    Profile,
    TextGateway,
)

__all__ = [
    "CALL_BACK_WITHIN",
    "LANGUAGES",
    "LONGEST_DEADLINE",
    "SETTABLE",
    "SETTINGS",
    "Approval",
    "IdentityProvider",
    "MailServer",
    "Mode",
    "Profile",
    "Setting",
    "Settings",
    "SettingsInvalid",
    "TextGateway",
]
