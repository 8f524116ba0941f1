"""A sign-on under way, what the provider gives for it, and whom it shows: plain values, and no library."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# The provider's clock and ours may differ by so much.
DRIFT = timedelta(seconds=60)
# A sign-on takes no longer, and a logout token comes no later.
LASTS = timedelta(minutes=10)


@dataclass(frozen=True)
class Tokens:
    """What was given for a code."""

    id_token: str
    access_token: str


@dataclass(frozen=True)
class Asked:
    """One sign-on under way. `again`: the person must show anew who they are."""

    state: str
    nonce: str
    verifier: str
    back_to: str
    again: bool


@dataclass(frozen=True)
class PersonShown:
    """Who somebody is, as the provider shows it. `subject` is theirs for ever, and the e-mail is not.

    `email` "": none that counts as verified. `auth_time`: when they last gave a password or the like there.
    """

    issuer: str
    subject: str
    sid: str | None
    email: str
    name: str
    role_words: frozenset[str]
    acr: str
    amr: frozenset[str]
    auth_time: datetime | None

    def again_since(self, moment: datetime) -> bool:
        """They have shown who they are since then, and not in the future."""
        return self.auth_time is not None and self.auth_time >= moment - DRIFT


@dataclass(frozen=True)
class LoggedOut:
    """Whose sessions end: that of `sid`, or where it is None all of `subject`."""

    issuer: str
    subject: str | None
    sid: str | None
    jti: str
