"""The secret of a link or code that a form makes, so that pressing its button twice makes one and not two.

The address of a page never holds the secret: it holds `idempotency_key`, from which only we can tell it.
"""

import base64
import hmac

from sqlalchemy.orm import Session

from intake.services.invitations import links
from intake.storage.encryption import Purpose
from intake.storage.models import Invitation
from intake.web import clinic

# Version 0.1 made all of them from the key of form tokens. Decision 0014 says until when they are found.
_EARLIER = {
    Purpose.PATIENT_LINK: "link",
    Purpose.STAFF_LINK: "staff link",
    Purpose.WALK_IN_CODE: "walk-in",
}


def secret_of(purpose: Purpose, idempotency_key: str) -> str:
    """The secret that a link made now from `idempotency_key` gets."""
    return secrets_of(purpose, idempotency_key)[0]


def secrets_of(purpose: Purpose, idempotency_key: str) -> tuple[str, ...]:
    """Every secret that may have been made from `idempotency_key`, the one of today first."""
    return tuple(
        base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        for digest in digests_of(purpose, idempotency_key)
    )


def digests_of(purpose: Purpose, idempotency_key: str) -> tuple[bytes, ...]:
    """32 bytes for each way in which the key may have been made into a secret, the one of today first."""
    keys, earlier = clinic().database.keys, f"{_EARLIER[purpose]} {idempotency_key}"
    # By every key: one may have come between the page and the button.
    return tuple(
        hmac.digest(keys.secret(made_for, number), what.encode(), "sha256")
        for number in keys.newest_first
        for made_for, what in ((purpose, idempotency_key), (Purpose.CSRF, earlier))
    )


def invitation_of(session: Session, idempotency_key: str) -> Invitation | None:
    """The invitation that the form with this `idempotency_key` made, whether its link still works or not.

    Whoever goes back to a page and presses its button once more made that one, and no second.
    """
    for secret in secrets_of(Purpose.PATIENT_LINK, idempotency_key):
        found = links.made_with(session, secret)
        if found is not None:
            return found
    return None
