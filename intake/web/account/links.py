"""Further pages about the own account. A page that is added has its line here, and nowhere else."""

from dataclasses import dataclass

from intake.i18n import Words
from intake.i18n import lazy as _


@dataclass(frozen=True)
class AccountLink:
    """A page about the own account: what it is called, what it is for, and its endpoint."""

    label: Words
    about: Words
    endpoint: str


LINKS: tuple[AccountLink, ...] = (
    AccountLink(
        _("Change your password"), _("Other browsers are signed out by it."), "account.change_password"
    ),
    AccountLink(
        _("Second factor"), _("An app with codes, or a passkey, beside the password."), "second_factor.home"
    ),
    AccountLink(
        _("What I did"),
        _("What is recorded of what you looked at and changed."),
        "data_protection.what_i_did",
    ),
)
