"""Who works here, and which browsers are let in."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, relationship

from intake.storage.encryption import TEXT, Sealed
from intake.storage.models.row import Bound, Identified, Kind, Row, kept, points_at, sealed
from intake.storage.models.states import Role, Route, SessionKind, StaffLinkPurpose

if TYPE_CHECKING:
    from intake.storage.models.forms import Intake
    from intake.storage.models.visits import Invitation


class User(Bound):
    """Somebody who works here."""

    __tablename__ = "staff_user"
    BOUND = ("email_blind", "role", "password_hash", "active")

    email_blind: Mapped[str] = kept(Kind.IDENTITY, String(32), unique=True)
    email_sealed: Mapped[bytes] = sealed(Kind.IDENTITY)
    name_sealed: Mapped[bytes] = sealed(Kind.IDENTITY)
    role: Mapped[Role] = kept(Kind.OPERATIONAL)
    password_hash: Mapped[str] = kept(Kind.SECRET, String(200))
    active: Mapped[bool] = kept(Kind.OPERATIONAL)
    made_at: Mapped[datetime] = kept(Kind.OPERATIONAL)
    last_sign_in_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)

    name: Sealed[str] = Sealed(TEXT)
    email: Sealed[str] = Sealed(TEXT)


class StaffLink(Identified):
    """A link by which a member of staff chooses a password, once. Only its fingerprint is kept."""

    __tablename__ = "staff_link"

    user_id: Mapped[UUID] = points_at("staff_user.id")
    token_hash: Mapped[str] = kept(Kind.SECRET, String(64), unique=True)
    purpose: Mapped[StaffLinkPurpose] = kept(Kind.OPERATIONAL)
    made_at: Mapped[datetime] = kept(Kind.OPERATIONAL)
    expires_at: Mapped[datetime] = kept(Kind.OPERATIONAL)
    used_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)

    user: Mapped[User] = relationship()


class WebSession(Identified):
    """A browser that is let in. Only the fingerprint of its token is kept.

    A tablet of the clinic is one, with a `name`. A patient's session that another one carries lasts no longer
    than that (`tablet`): the tablet, or the desk where a member of staff (`user`) fills in for them.
    """

    __tablename__ = "web_session"

    token_hash: Mapped[str] = kept(Kind.SECRET, String(64), unique=True)
    kind: Mapped[SessionKind] = kept(Kind.OPERATIONAL)
    user_id: Mapped[UUID | None] = points_at("staff_user.id")
    intake_id: Mapped[UUID | None] = points_at("intake.id")
    invitation_id: Mapped[UUID | None] = points_at("invitation.id")
    tablet_id: Mapped[UUID | None] = points_at("web_session.id")
    route: Mapped[Route] = kept(Kind.OPERATIONAL, default=Route.WEB)
    name: Mapped[str | None] = kept(Kind.OPERATIONAL, String(60))
    started_at: Mapped[datetime] = kept(Kind.OPERATIONAL)
    seen_at: Mapped[datetime] = kept(Kind.OPERATIONAL)
    revoked_at: Mapped[datetime | None] = kept(Kind.OPERATIONAL)

    user: Mapped[User | None] = relationship()
    intake: Mapped["Intake | None"] = relationship()
    invitation: Mapped["Invitation | None"] = relationship()
    tablet: Mapped["WebSession | None"] = relationship(remote_side="WebSession.id")


class SignInThrottle(Row):
    """Wrong passwords for an e-mail address, whether or not somebody here has it; and tries on a tablet."""

    __tablename__ = "sign_in_throttle"

    email_blind: Mapped[str] = kept(Kind.IDENTITY, String(32), primary_key=True)
    tries: Mapped[int] = kept(Kind.OPERATIONAL)
    since: Mapped[datetime] = kept(Kind.OPERATIONAL)
