"""What somebody has beside the password, who needs something, and what follows when that changes.

Whatever changes is recorded, ends their other sessions, and is mailed to them: whoever sits at a screen that
was left open cannot do it unseen.
"""

from dataclasses import dataclass

from sqlalchemy import exists, func, select

from intake.config import Settings
from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.messages import outbox
from intake.services.staff import sessions
from intake.services.staff.factors import recovery_codes, totp
from intake.services.staff.factors.methods import Method, is_second_among
from intake.storage.models import JobKind, Passkey, TotpSecret, User, WebSession
from intake.storage.models.row import new_id


class LastFactor(Exception):
    """Their role needs a second factor, and this is the only one they have."""


class OwnFactors(Exception):
    """One's own second factors are not dropped as an admin, but removed where they are listed."""


@dataclass(frozen=True)
class Holdings:
    """What somebody has: an app, so many passkeys, so many recovery codes that still work."""

    app: bool
    passkeys: int
    codes_left: int

    @property
    def any(self) -> bool:
        """They have a second factor; codes alone are none."""
        return self.app or bool(self.passkeys)

    @property
    def number(self) -> int:
        """How many second factors there are."""
        return self.app + self.passkeys


def of(op: Operation, user: User) -> Holdings:
    """What this person has."""
    passkeys = op.session.scalar(select(func.count()).where(Passkey.user_id == user.id)) or 0
    return Holdings(totp.has(op, user), passkeys, recovery_codes.left(op, user))


def has_any(op: Operation, user: User) -> bool:
    """A password alone does not let this person in."""
    app = exists().where(TotpSecret.user_id == user.id, TotpSecret.active.is_(True))
    return bool(op.session.scalar(select(app | exists().where(Passkey.user_id == user.id))))


def needed(settings: Settings, user: User) -> bool:
    """One of the roles of this person needs a second factor."""
    return any(role.value in settings.second_factor for role in user.roles)


def unfinished(settings: Settings, web_session: WebSession) -> bool:
    """This sign-in showed a password alone, and that is not enough for who it is."""
    user = web_session.user
    return user is not None and needed(settings, user) and not is_second_among(web_session.methods)


def added(op: Operation, user: User, method: Method) -> None:
    """They have something new; their sessions end, and the view begins the one that goes on."""
    _changed(op, user, JobKind.TELL_OF_FACTOR_ADDED)
    op.record(Action.STAFF_FACTOR_ADDED, user, method=method)


def remove_app(op: Operation, user: User) -> None:
    """No code of an app is asked for any more; their sessions end. Raises LastFactor."""
    _may_remove(op, user)
    totp.remove(op, user)
    _removed(op, user, Method.TOTP)


def remove_passkey(op: Operation, user: User, passkey: Passkey) -> None:
    """This passkey is of no use any more; their sessions end. Raises LastFactor."""
    _may_remove(op, user)
    op.session.delete(passkey)
    op.session.flush()
    _removed(op, user, Method.PASSKEY)


def new_codes(op: Operation, user: User, hashes: tuple[str, ...]) -> None:
    """These recovery codes work from now on, and none that was made before."""
    recovery_codes.keep(op, user, hashes)
    op.record(Action.STAFF_RECOVERY_CODES_MADE, user, number=len(hashes))


def drop_all(op: Operation, user: User) -> Holdings:
    """The password alone lets them in again, to set up anew; what they had. Raises OwnFactors."""
    if op.actor.user_id == user.id:
        raise OwnFactors
    _lock(op, user)
    had = of(op, user)
    totp.remove(op, user)
    for passkey in op.session.scalars(select(Passkey).where(Passkey.user_id == user.id)):
        op.session.delete(passkey)
    recovery_codes.remove(op, user)
    op.session.flush()
    _changed(op, user, JobKind.TELL_OF_FACTORS_DROPPED)
    op.record(
        Action.STAFF_FACTORS_DROPPED, user, app=int(had.app), passkeys=had.passkeys, codes=had.codes_left
    )
    return had


def tell(op: Operation, user: User, kind: JobKind) -> None:
    """Enqueue an e-mail to them; it names no secret."""
    outbox.add(op, kind, user.id, dedupe_key=str(new_id()))


def _may_remove(op: Operation, user: User) -> None:
    _lock(op, user)
    if needed(op.settings, user) and of(op, user).number < 2:
        raise LastFactor


def _removed(op: Operation, user: User, method: Method) -> None:
    if not has_any(op, user):
        recovery_codes.remove(op, user)
    _changed(op, user, JobKind.TELL_OF_FACTOR_REMOVED)
    op.record(Action.STAFF_FACTOR_REMOVED, user, method=method)


def _changed(op: Operation, user: User, kind: JobKind) -> None:
    sessions.revoke_all(op, user)
    tell(op, user, kind)


def _lock(op: Operation, user: User) -> None:
    """Two who remove at once wait here, and the second sees what is left."""
    op.session.refresh(user, with_for_update=True)
