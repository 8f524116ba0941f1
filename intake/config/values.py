"""What settings are made of: closed sets, and values with parts."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

# The languages the form can be read in, by code, each with its own name for itself.
LANGUAGES: dict[str, str] = {"en": "English"}
# Seconds that anybody may have for one message.
LONGEST_DEADLINE = 120
# What the settings call the roles; a test holds it against `storage.models.Role`.
ROLE_WORDS = ("reception", "clinician", "admin")


class Mode(StrEnum):
    """Whether real patients may be let in."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Profile(StrEnum):
    """Whether the answers are held against rules, or only written down."""

    RULES = "rules"
    TRANSCRIBE = "transcribe"


@dataclass(frozen=True)
class Approval:
    """Who signed off the safety rules, and when."""

    by: str
    on: date


@dataclass(frozen=True)
class MailServer:
    """Where e-mail is handed over. `security` is tls (from the first byte), starttls, or none."""

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class TextGateway:
    """How text messages leave: into a `file` (for trying out), or to a `webhook` at `url`."""

    kind: Literal["file", "webhook"]
    url: str = field(default="", repr=False)
    key: str = field(default="", repr=False)


@dataclass(frozen=True)
class IdentityProvider:
    """An OpenID Connect provider by which staff sign in, and what the clinic believes of it.

    `role_claim` "": roles are given here, not there. `roles` are (value of that claim, role), the first that
    fits counts. `acr`: one of these is needed, `amr`: all of these; empty: none is. `trusts_email`: its
    addresses count as verified. `takes_in`: the claim of a role is enough for a new account.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: tuple[str, ...]
    label: str
    role_claim: str
    roles: tuple[tuple[str, str], ...]
    acr: tuple[str, ...]
    amr: tuple[str, ...]
    trusts_email: bool
    takes_in: bool
