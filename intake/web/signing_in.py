"""Where every sign-in in a browser ends: `complete_sign_in`, and nothing else."""

from flask import session

from intake.services.context import Operation
from intake.services.staff import sign_ins
from intake.services.staff.sessions import ByProvider
from intake.services.staff.sign_ins import Method, SignIn
from intake.storage.models import User
from intake.web.client import client_to_be_known, keep_browser


def complete_sign_in(
    op: Operation, user: User, *methods: Method, by_provider: ByProvider | None = None
) -> None:
    """From now on this browser is theirs, who have shown who they are by these `methods`; it commits.

    Whoever was signed in here before no longer is.
    """
    here = client_to_be_known()
    token = sign_ins.complete(op, user, SignIn(methods, here, session.get("staff") or "", by_provider))
    op.commit()
    session["staff"] = token
    keep_browser(here)
