"""Who works here, and how they show it.

Whatever is wrong with a sign-in, the answer and the time it takes are the same; tries are counted for an
e-mail address whether or not anybody here has it.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from enum import StrEnum
from typing import NoReturn
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.services import alerts
from intake.services.audit import NOBODY, Action, Actor
from intake.services.context import Operation
from intake.services.invitations import attempts
from intake.services.staff import sessions
from intake.storage import Refused
from intake.storage.models import Role, ThrottleKind, User
from intake.text import email as address
from intake.text import names

TRIES = 10
WINDOW = timedelta(minutes=5)
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200

_hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
# Each check takes 64 MiB: a flood of sign-ins must not take all the memory of the machine.
_at_once = threading.BoundedSemaphore(2)
# Checked when there is no password to check, so that this takes as long as a wrong one.
_NO_HASH = "$argon2id$v=19$m=65536,t=3,p=4$BrLWvFB8nmeMJxDMaYL2oA$vjtB9953BccQbwhni1VPho6yw9whghzpGoov8iF5Xf8"


class Permission(StrEnum):
    """What a member of staff may be allowed to do."""

    SIGN_IN = "sign_in"
    SEE_DAY = "see_day"
    MAKE_APPOINTMENT = "make_appointment"
    ACKNOWLEDGE = "acknowledge"
    NOTE_ATTENDANCE = "note_attendance"
    READ_ANSWERS = "read_answers"
    DOWNLOAD = "download"
    FILL_IN = "fill_in"
    CORRECT = "correct"
    MARK_FINDINGS = "mark_findings"
    ENROL_TABLET = "enrol_tablet"
    MANAGE_USERS = "manage_users"
    MANAGE_SETTINGS = "manage_settings"
    SEE_FIGURES = "see_figures"
    JOIN_RECORDS = "join_records"


_DESK = frozenset(
    {
        Permission.SIGN_IN,
        Permission.SEE_DAY,
        Permission.MAKE_APPOINTMENT,
        Permission.ACKNOWLEDGE,
        Permission.NOTE_ATTENDANCE,
        Permission.FILL_IN,
    }
)
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.RECEPTION: _DESK,
    Role.CLINICIAN: _DESK
    | {Permission.READ_ANSWERS, Permission.DOWNLOAD, Permission.CORRECT, Permission.MARK_FINDINGS},
    Role.ADMIN: frozenset(
        {
            Permission.SIGN_IN,
            Permission.ENROL_TABLET,
            Permission.MANAGE_USERS,
            Permission.MANAGE_SETTINGS,
            Permission.SEE_FIGURES,
            Permission.JOIN_RECORDS,
        }
    ),
}


class SignInRefused(Refused):
    """E-mail, password or number of tries: nobody is told which. Commit, then answer."""


class WeakPassword(Exception):
    """The password would not hold; `why` says it in plain words."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class EmailTaken(Exception):
    """Somebody here has this e-mail address already."""


class LastAdmin(Exception):
    """Nobody would be left who can let people in: the last active admin stays one."""


def may(user: User, permission: Permission) -> bool:
    """True when the role of `user` allows it."""
    return user.active and permission in PERMISSIONS[user.role]


def add_user(op: Operation, *, name: str, email: str, role: Role, password: str) -> User:
    """Add a member of staff; raises WeakPassword, EmailTaken or NotAnAddress."""
    check_password(password, name, email)
    return _add(op, name, email, role, hashed(password))


def expect_user(op: Operation, *, name: str, email: str, role: Role) -> User:
    """Add a member of staff who cannot sign in before they have chosen a password.

    Raises EmailTaken or NotAnAddress.
    """
    return _add(op, name, email, role, None)


def sign_in(op: Operation, email: str, password: str) -> User:
    """The member of staff with this e-mail and password; raises SignInRefused (commit, then answer)."""
    index = _email_index(op, email)
    throttle = attempts.spend(op, ThrottleKind.SIGN_IN, index, within=WINDOW)
    user = op.session.scalars(select(User).where(User.email_hmac.in_(_email_indexes(op, email)))).first()
    if throttle.tries > TRIES:
        _refuse(op, user, "too_many")
    # Safety: the attempt counts whatever happens now, and nobody waits to save a page while we hash.
    op.commit()
    # Checked in every case: whoever is not let in must not learn from the time it takes that this was it.
    right = _is_right(user.password_hash if user is not None and user.active else None, password)
    if user is None or not right:
        _refuse(op, user, "wrong")
    if user.password_hash is not None and _hasher.check_needs_rehash(user.password_hash):
        user.password_hash = hashed(password)
    throttle.tries = 0
    user.last_sign_in_at = op.now
    op.acting_as(Actor.staff(user)).record(Action.STAFF_SIGNED_IN, user)
    return user


def prove(op: Operation, user: User, password: str) -> None:
    """Raise SignInRefused unless this is the user's own password (commit, then answer). Tries are counted."""
    throttle = attempts.spend(op, ThrottleKind.SIGN_IN, user.email_hmac, within=WINDOW)
    if throttle.tries > TRIES:
        _refuse(op, user, "too_many")
    # Safety: as in `sign_in`.
    op.commit()
    if not _is_right(user.password_hash, password):
        _refuse(op, user, "wrong")
    throttle.tries = 0


def change_password(op: Operation, user: User, password_hash: str) -> None:
    """Set a new password, as `hashed` made it, and end all sessions."""
    user.password_hash = password_hash
    sessions.revoke_all(op, user)
    op.record(Action.STAFF_PASSWORD_CHANGED, user)


def hashed(password: str) -> str:
    """What is kept of a password. It takes a while, so no transaction is open meanwhile."""
    with _one_of_few():
        return _hasher.hash(password)


def change_role(op: Operation, user: User, role: Role) -> None:
    """From now on they may do what the new role may; raises LastAdmin."""
    admins = _locked_admins(op.session)
    if user.role is role:
        return
    if role is not Role.ADMIN and admins == [user]:
        raise LastAdmin
    before, user.role = user.role, role
    if not may(user, Permission.ACKNOWLEDGE):
        alerts.release(op, user)
    op.record(Action.STAFF_ROLE_CHANGED, user, before=before, after=role)


def deactivate(op: Operation, user: User) -> None:
    """Let somebody in no longer, from this moment; what they had to act on is nobody's. Raises LastAdmin."""
    if _locked_admins(op.session) == [user]:
        raise LastAdmin
    if not user.active:
        return
    user.active = False
    alerts.release(op, user)
    sessions.revoke_all(op, user)
    op.record(Action.STAFF_DEACTIVATED, user)


def reactivate(op: Operation, user: User) -> None:
    """Let somebody in again, with the password they had."""
    if not user.active:
        user.active = True
        op.record(Action.STAFF_REACTIVATED, user)


def find_user(session: Session, user_id: UUID) -> User | None:
    """The member of staff with this id."""
    return session.get(User, user_id)


def all_users(session: Session) -> list[User]:
    """Everybody who works or worked here, in the order they were added."""
    return list(session.scalars(select(User).order_by(User.made_at, User.id)))


def _add(op: Operation, name: str, email: str, role: Role, password_hash: str | None) -> User:
    index = _email_index(op, email)
    taken = select(User.id).where(User.email_hmac.in_(_email_indexes(op, email)))
    if op.session.scalars(taken).first() is not None:
        raise EmailTaken(email)
    user = User(
        name=names.cleaned(name),
        email=address.read(email),
        email_hmac=index,
        role=role,
        password_hash=password_hash,
        active=True,
        made_at=op.now,
    )
    op.session.add(user)
    op.record(Action.STAFF_ADDED, user, role=role)
    return user


def _locked_admins(session: Session) -> list[User]:
    """The active admins. Two who act on each other at once wait here, and the second sees who is left."""
    stmt = select(User).where(User.role == Role.ADMIN, User.active.is_(True)).order_by(User.id)
    return list(session.scalars(stmt.with_for_update().execution_options(populate_existing=True)))


def _refuse(op: Operation, user: User | None, why: str) -> NoReturn:
    # Only for people who exist: otherwise anybody could fill the record with made-up addresses.
    if user is not None:
        op.acting_as(NOBODY).record(Action.STAFF_SIGN_IN_REFUSED, user, why=why)
    raise SignInRefused


def check_password(password: str, name: str, email: str) -> None:
    """Raise WeakPassword unless it would hold as the password of this person."""
    if len(password) < SHORTEST_PASSWORD:
        raise WeakPassword(f"A password needs at least {SHORTEST_PASSWORD} characters.")
    if len(password) > LONGEST_PASSWORD:
        raise WeakPassword(f"A password can have at most {LONGEST_PASSWORD} characters.")
    own = {"backstory", email.casefold().partition("@")[0], *name.casefold().split()}
    left = password.casefold()
    for word in sorted((word for word in own if len(word) > 3), key=len, reverse=True):
        left = left.replace(word, "")
    if len(left) < SHORTEST_PASSWORD // 2 or len(set(password)) < 5:
        raise WeakPassword("This password is too easy to guess.")


def _email_index(op: Operation, email: str) -> str:
    return op.hmac_index(*index_parts(email)[0])


def _email_indexes(op: Operation, email: str) -> tuple[str, str]:
    """By what an account with this address is found: one made by an earlier version, as it was typed."""
    return _email_index(op, email), op.hmac_index(*index_parts(email)[1])


def index_parts(email: str) -> tuple[tuple[str, ...], ...]:
    """Of what the HMAC of an address is made; the second by an earlier version."""
    return ("staff e-mail", address.folded(email)), ("staff e-mail", email.strip().casefold())


def _is_right(password_hash: str | None, password: str) -> bool:
    """True when the password is the one of this hash; never where there is none, which takes as long."""
    with _one_of_few():
        try:
            right = _hasher.verify(password_hash or _NO_HASH, password[: LONGEST_PASSWORD + 1])
        except (VerificationError, InvalidHashError):
            return False
    return right and password_hash is not None


@contextmanager
def _one_of_few() -> Iterator[None]:
    with _at_once:
        yield
