"""Browsers in which somebody has signed in before: strangers who guess at the account do not lock them out.

The browser holds a random token in a signed cookie, we hold its fingerprint, bound to each account that has
signed in there. It lets nobody in: the password is asked for as ever, for a few tries.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select

from intake.services.audit import Action
from intake.services.context import Operation
from intake.services.invitations.links import hash_of
from intake.services.upsert import insert_if_missing
from intake.storage.models import KnownBrowser, User
from intake.storage.models.row import new_id

# Longer than any leave; browsers themselves keep no cookie for longer.
KEPT_FOR = timedelta(days=400)


@dataclass(frozen=True)
class Client:
    """Where somebody tries to come in: the `network` they come from, and the token of their `browser`.

    `device` is the kind of that browser (text/device.py). "" where it is not known, as for a command.
    """

    network: str = ""
    browser: str = ""
    device: str = ""


ANYWHERE = Client()


def new_token() -> str:
    """What a browser is known by from now on."""
    return secrets.token_urlsafe(32)


def find(op: Operation, user: User, token: str) -> KnownBrowser | None:
    """The browser of this token, when this person has signed in there."""
    if not token:
        return None
    stmt = select(KnownBrowser).where(
        KnownBrowser.token_hash == hash_of(token),
        KnownBrowser.user_id == user.id,
        KnownBrowser.seen_at >= op.now - KEPT_FOR,
    )
    return op.session.scalars(stmt).one_or_none()


def remember(op: Operation, user: User, client: Client) -> None:
    """They have shown who they are in this browser."""
    if not client.browser:
        return
    new = {"id": new_id(), "made_at": op.now, "seen_at": op.now, "device": client.device}
    whose = {"token_hash": hash_of(client.browser), "user_id": user.id}
    if not insert_if_missing(op.session, KnownBrowser, new | whose):
        stmt = select(KnownBrowser).filter_by(**whose).with_for_update()
        for found in op.session.scalars(stmt):
            found.seen_at, found.device = op.now, client.device or found.device


def forget_all(op: Operation, user: User) -> None:
    """Every browser is a stranger's again: a password was changed, a device lost, or somebody has left."""
    stmt = delete(KnownBrowser).where(KnownBrowser.user_id == user.id)
    op.session.execute(stmt.execution_options(synchronize_session=False))


def forget(op: Operation, user: User) -> None:
    """The same when an admin says so; it is recorded."""
    forget_all(op, user)
    op.record(Action.STAFF_BROWSERS_FORGOTTEN, user)


def of(op: Operation, user: User) -> tuple[KnownBrowser, ...]:
    """The browsers in which they have signed in before, the last used first."""
    stmt = select(KnownBrowser).where(
        KnownBrowser.user_id == user.id, KnownBrowser.seen_at >= op.now - KEPT_FOR
    )
    return tuple(op.session.scalars(stmt.order_by(KnownBrowser.seen_at.desc(), KnownBrowser.id)))


def forget_one(op: Operation, user: User, browser_id: UUID) -> None:
    """One of their browsers is a stranger's again; nothing happens for one that is not theirs."""
    stmt = delete(KnownBrowser).where(KnownBrowser.id == browser_id, KnownBrowser.user_id == user.id)
    found = op.session.execute(stmt.returning(KnownBrowser.id).execution_options(synchronize_session=False))
    if found.first() is not None:
        op.record(Action.STAFF_BROWSERS_FORGOTTEN, user, number=1)


def count(op: Operation, user: User) -> int:
    """In how many browsers they have signed in before."""
    stmt = select(func.count()).where(KnownBrowser.user_id == user.id)
    return op.session.scalar(stmt) or 0
