"""One-time links by which a member of staff chooses a password. Nobody else ever sees or chooses it.

The link is shown to the admin once, to hand over; only its fingerprint is kept.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from intake.services.audit import Action, Actor
from intake.services.context import CLOCKS_DIFFER, Operation
from intake.services.invitations.links import hash_of
from intake.services.staff import accounts, known_browsers, passwords
from intake.services.staff.accounts import ANYWHERE
from intake.services.staff.known_browsers import Client
from intake.storage.models import StaffLink, StaffLinkPurpose, User

LASTS: dict[StaffLinkPurpose, timedelta] = {
    StaffLinkPurpose.WELCOME: timedelta(hours=24),
    StaffLinkPurpose.RESET: timedelta(hours=1),
}


class LinkClosed(Exception):
    """The link was used, is too old, was replaced, or never was."""


def make(op: Operation, user: User, token: str) -> StaffLink:
    """Make the link with this secret; the ones before it stop working.

    Whoever has no password yet is welcomed; whoever has one chooses a new one.
    """
    new = user.password_hash is None
    purpose = StaffLinkPurpose.WELCOME if new else StaffLinkPurpose.RESET
    close_all(op, user)
    link = StaffLink(
        user=user,
        token_hash=hash_of(token),
        purpose=purpose,
        made_at=op.now,
        expires_at=op.now + LASTS[purpose],
    )
    op.session.add(link)
    op.record(Action.STAFF_LINK_MADE, user, purpose=purpose)
    return link


def was_made(op: Operation, tokens: Iterable[str]) -> bool:
    """True when a link was made with one of these secrets, whether it still works or not."""
    stmt = select(StaffLink.id).where(StaffLink.token_hash.in_([hash_of(each) for each in tokens]))
    return op.session.scalars(stmt).first() is not None


def find(op: Operation, token_hash: str) -> StaffLink | None:
    """The link with this fingerprint, while it works."""
    stmt = select(StaffLink).where(StaffLink.token_hash == token_hash).options(joinedload(StaffLink.user))
    link = op.session.scalars(stmt).one_or_none()
    return link if link is not None and _works(link, op.now) else None


def use(op: Operation, token_hash: str, password: str, client: Client = ANYWHERE) -> User:
    """Choose a password with the link, once, and end every session; their browser is known from now on.

    Raises LinkClosed, WeakPassword or Busy.
    """
    found = find(op, token_hash)
    if found is None:
        raise LinkClosed
    name, email = found.user.name, found.user.email
    # Nothing was changed yet: nobody waits to save a page while the password is looked at and hashed.
    op.commit()
    accounts.check_password(op.settings, password, name, email)
    password_hash = passwords.hashed(password)
    stmt = select(StaffLink).where(StaffLink.token_hash == token_hash)
    locked = stmt.with_for_update().execution_options(populate_existing=True)
    link = op.session.scalars(locked).one_or_none()
    if link is None or not _works(link, op.now):
        raise LinkClosed
    user = link.user
    op = op.acting_as(Actor.staff(user))
    accounts.change_password(op, user, password_hash)
    # An admin's link lets them in past the guesses of strangers.
    known_browsers.remember(op, user, client)
    link.used_at = op.now
    op.record(Action.STAFF_LINK_USED, user, purpose=link.purpose)
    return user


def close_all(op: Operation, user: User) -> None:
    """No link of this member of staff works any more."""
    op.session.execute(
        update(StaffLink)
        .where(StaffLink.user_id == user.id, StaffLink.used_at.is_(None), StaffLink.expires_at > op.now)
        .values(expires_at=op.now)
    )


def _works(link: StaffLink, now: datetime) -> bool:
    # What would last longer than any link was made by a clock that was ahead.
    longest = now + LASTS[link.purpose] + CLOCKS_DIFFER
    return link.used_at is None and now < link.expires_at <= longest and link.user.active
