"""Somebody does something at the clinic of a test: `with acting(database, by=rosa) as op: ...`."""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from intake.config import Settings
from intake.services.audit import SYSTEM, Actor
from intake.services.context import Operation
from intake.storage import Database
from intake.storage.models import User

# A Monday morning, with the clinic open.
NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)


def acting(
    database: Database,
    by: Actor | User = SYSTEM,
    settings: Settings | None = None,
    now: datetime = NOW,
) -> AbstractContextManager[Operation]:
    """An operation that may change things; without `settings`, those of a clinic that set nothing."""
    return Operation.open(database, settings or _plain(), _actor(by), now)


def looking(
    database: Database,
    by: Actor | User = SYSTEM,
    settings: Settings | None = None,
    now: datetime = NOW,
) -> AbstractContextManager[Operation]:
    """An operation that can change nothing."""
    return Operation.reading(database, settings or _plain(), _actor(by), now)


def at(
    op: Operation,
    *,
    by: Actor | User | None = None,
    settings: Settings | None = None,
    now: datetime | None = None,
) -> Operation:
    """The same operation, by somebody else, at another time, or in a clinic with other settings."""
    actor = _actor(by) if by is not None else op.actor
    return replace(op, actor=actor, settings=settings or op.settings, now=now or op.now)


def _actor(by: Actor | User) -> Actor:
    return Actor.staff(by) if isinstance(by, User) else by


@cache
def _plain() -> Settings:
    return Settings.from_environment({})
