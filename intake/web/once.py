"""The secret of a link that a form makes, so that pressing its button twice makes one link and not two.

The address of a page never holds the link: it holds `once`, from which only we can tell it.
"""

import base64
import hmac

from intake.storage.encryption import Purpose
from intake.web import clinic


def secret_of(once: str) -> str:
    """The secret that belongs to `once`."""
    secret = clinic().database.keys.secret(Purpose.CSRF)
    digest = hmac.digest(secret, f"link {once}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
