"""How somebody whose page waits shows again who they are: by password, or by the provider of the hospital."""

from dataclasses import dataclass

from flask import url_for

from intake.services.staff import accounts
from intake.storage.models import User
from intake.web import clinic


@dataclass(frozen=True)
class WaysBack:
    """How somebody shows again who they are. `again` "": not by the provider, which `label` names."""

    password: bool
    again: str
    label: str


def ways_back(user: User) -> WaysBack:
    """How this person shows again who they are."""
    declared = clinic().environment.identity_provider
    again = url_for("sign_on.again", user_id=user.id) if declared is not None else ""
    password = user.password_hash is not None and accounts.uses_password(clinic().settings, user)
    return WaysBack(password or not again, again, declared.label if declared is not None else "")
