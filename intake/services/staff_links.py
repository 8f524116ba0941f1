"""One-time links by which a member of staff chooses a password. Nobody else ever sees or chooses it.

The link is shown to the admin once, to hand over; only its fingerprint is kept.
"""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from intake.services import accounts, audit
from intake.services.audit import Action, Actor
from intake.services.invitations import hash_of
from intake.storage.models import StaffLink, StaffLinkPurpose, User

LASTS: dict[StaffLinkPurpose, timedelta] = {
    StaffLinkPurpose.WELCOME: timedelta(hours=24),
    StaffLinkPurpose.RESET: timedelta(hours=1),
}


class LinkClosed(Exception):
    """The link was used, is too old, was replaced, or never was."""


def make(session: Session, user: User, token: str, *, by: Actor, now: datetime) -> StaffLink:
    """Make the link with this secret; the ones before it stop working.

    Whoever has no password yet is welcomed; whoever has one chooses a new one.
    """
    new = user.password_hash is None
    purpose = StaffLinkPurpose.WELCOME if new else StaffLinkPurpose.RESET
    close_all(session, user, now=now)
    link = StaffLink(
        user=user,
        token_hash=hash_of(token),
        purpose=purpose,
        made_at=now,
        expires_at=now + LASTS[purpose],
    )
    session.add(link)
    audit.record(session, Action.STAFF_LINK_MADE, by=by, on=user, now=now, purpose=purpose)
    return link


def find(session: Session, token_hash: str, *, now: datetime) -> StaffLink | None:
    """The link with this fingerprint, while it works."""
    chosen = select(StaffLink).where(StaffLink.token_hash == token_hash).options(joinedload(StaffLink.user))
    link = session.scalars(chosen).one_or_none()
    return link if link is not None and _works(link, now) else None


def use(session: Session, token_hash: str, password: str, *, now: datetime) -> User:
    """Choose a password with the link, once, and end every session; raises LinkClosed or WeakPassword."""
    chosen = select(StaffLink).where(StaffLink.token_hash == token_hash)
    locked = chosen.with_for_update().execution_options(populate_existing=True)
    link = session.scalars(locked).one_or_none()
    if link is None or not _works(link, now):
        raise LinkClosed
    user = link.user
    accounts.change_password(session, user, password, by=Actor.staff(user), now=now)
    link.used_at = now
    audit.record(
        session, Action.STAFF_LINK_USED, by=Actor.staff(user), on=user, now=now, purpose=link.purpose
    )
    return user


def close_all(session: Session, user: User, *, now: datetime) -> None:
    """No link of this member of staff works any more."""
    session.execute(
        update(StaffLink)
        .where(StaffLink.user_id == user.id, StaffLink.used_at.is_(None), StaffLink.expires_at > now)
        .values(expires_at=now)
    )


def _works(link: StaffLink, now: datetime) -> bool:
    return link.used_at is None and now < link.expires_at and link.user.active
