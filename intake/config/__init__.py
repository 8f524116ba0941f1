"""What this clinic is and where its things lie."""

from intake.config.names import SETTABLE, SETTINGS, Setting
from intake.config.reading import SettingsInvalid
from intake.config.settings import (
    LANGUAGES,
    Approval,
    MailServer,
    Mode,
    Profile,
    Settings,
    TextSender,
)
from intake.config.timing import CALL_BACK_WITHIN

__all__ = [
    "CALL_BACK_WITHIN",
    "LANGUAGES",
    "SETTABLE",
    "SETTINGS",
    "Approval",
    "MailServer",
    "Mode",
    "Profile",
    "Setting",
    "Settings",
    "SettingsInvalid",
    "TextSender",
]
