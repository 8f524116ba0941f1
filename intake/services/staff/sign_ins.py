"""How every sign-in ends, whatever was shown: a password, a code, a passkey, the word of another service.

Nothing else starts a session of staff: a test says so.
"""

from dataclasses import dataclass

from intake.services.audit import Action, Actor
from intake.services.context import Operation
from intake.services.staff import emergency, sessions
from intake.services.staff.accounts import ANYWHERE, SignInRefused
from intake.services.staff.factors import holdings
from intake.services.staff.factors.methods import SECOND, written
from intake.services.staff.factors.methods import Method as Method
from intake.services.staff.known_browsers import Client
from intake.services.staff.sessions import ByProvider
from intake.storage.models import SessionKind, User


class SecondFactorMissing(Exception):
    """They have a second factor, and have not shown it."""


@dataclass(frozen=True)
class SignIn:
    """What somebody has shown, in this order, and where.

    `earlier` is the token of the session of staff that their browser has, or "". `by_provider`: who has begun
    it elsewhere, and may end it.
    """

    methods: tuple[Method, ...]
    client: Client = ANYWHERE
    earlier: str = ""
    by_provider: ByProvider | None = None


def complete(op: Operation, user: User, sign_in: SignIn) -> str:
    """Let them in; the token for the browser, this once. Whoever was signed in there no longer is.

    Raises SignInRefused for somebody whose account has ended meanwhile, and SecondFactorMissing where a
    password alone does not do: whoever calls this cannot leave the second factor out.
    """
    op.session.refresh(user, with_for_update={"key_share": True})
    if not user.active:
        raise SignInRefused
    if not SECOND & set(sign_in.methods) and holdings.has_any(op, user):
        raise SecondFactorMissing
    op = op.acting_as(Actor.staff(user, sessions.first_role(user)))
    if sign_in.earlier:
        sessions.revoke(op, sign_in.earlier, SessionKind.STAFF)
    user.last_sign_in_at = op.now
    op.record(Action.STAFF_SIGNED_IN, user, methods=written(sign_in.methods))
    if emergency.is_it(op.settings, user):
        emergency.note_use(op, user)
    return sessions.start_staff(op, user, sign_in.client, written(sign_in.methods), sign_in.by_provider)
