"""Who works here, as pages show them: plain values, so that no template holds a row."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from intake.storage.models import Role, User, WebSession


@dataclass(frozen=True)
class StaffView:
    """A colleague, by name."""

    id: UUID
    name: str

    @classmethod
    def of(cls, user: User) -> "StaffView":
        """The colleague of this row."""
        return cls(user.id, user.name)


@dataclass(frozen=True)
class AccountView:
    """An account as admins see it. `waiting`: no password has been chosen yet."""

    id: UUID
    name: str
    email: str
    roles: tuple[Role, ...]
    active: bool
    waiting: bool
    made_at: datetime
    last_sign_in_at: datetime | None

    @classmethod
    def of(cls, user: User) -> "AccountView":
        """The account of this row, without anything secret."""
        return cls(
            id=user.id,
            name=user.name,
            email=user.email,
            roles=tuple(role for role in Role if role in user.roles),
            active=user.active,
            waiting=user.password_hash is None,
            made_at=user.made_at,
            last_sign_in_at=user.last_sign_in_at,
        )


@dataclass(frozen=True)
class TabletView:
    """A tablet of the clinic that is let in."""

    id: UUID
    name: str
    started_at: datetime
    seen_at: datetime

    @classmethod
    def of(cls, tablet: WebSession) -> "TabletView":
        """The tablet of this row."""
        return cls(tablet.id, tablet.name or "", tablet.started_at, tablet.seen_at)
