"""The emergency account: an admin who can come in with a password while nothing else lets anybody in.

The settings name it. The provider never opens it, it stays an admin, and whenever it is used that is
recorded, every admin gets a mail, and their pages show a red line for a week.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from intake.config import Settings
from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.messages import outbox
from intake.storage.models import JobKind, Role, User
from intake.text import email as address

SHOWN_FOR = timedelta(days=7)


def is_it(settings: Settings, user: User) -> bool:
    """This account is the one for emergencies."""
    named = settings.emergency_account
    return bool(named) and address.folded(user.email) == address.folded(named)


def account(op: Operation) -> User | None:
    """The emergency account, while it can be used by an admin; None where there is none."""
    if not op.settings.emergency_account:
        return None
    return next((each for each in _admins(op) if is_it(op.settings, each)), None)


def note_use(op: Operation, user: User) -> None:
    """It was used: recorded, and told to every admin."""
    op.record(Action.STAFF_EMERGENCY_SIGN_IN, user)
    for admin in _admins(op):
        outbox.add(op, JobKind.TELL_OF_EMERGENCY, admin.id, dedupe_key=f"{op.now:%Y%m%dT%H%M%S%f}")


def used_lately(op: Operation) -> datetime | None:
    """When it was used last, while admins are to see that."""
    found = account(op)
    if found is None or found.last_sign_in_at is None or op.now - found.last_sign_in_at > SHOWN_FOR:
        return None
    return found.last_sign_in_at


def problem(op: Operation) -> str | None:
    """What is wrong with it, in words for whoever looks after the computer; None: nothing."""
    if not op.settings.emergency_account:
        return None
    found = account(op)
    if found is None:
        return "BACKSTORY_EMERGENCY_ACCOUNT names no admin who is let in: add one with add-user."
    if found.password_hash is None:
        return "The emergency account has no password: make a link for it with password-link."
    return None


def _admins(op: Operation) -> list[User]:
    stmt = select(User).where(User.may_work_as(Role.ADMIN), User.active.is_(True)).order_by(User.id)
    return list(op.session.scalars(stmt))
