"""Who works here, and which browsers are let in."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from intake.storage.encryption import JSON, TEXT, Sealed
from intake.storage.models.row import Bound, DataClass, Identified, Row, column, foreign_key, sealed
from intake.storage.models.states import Role, Route, SessionKind, StaffLinkPurpose, ThrottleKind
from intake.storage.types import IndexColumn

if TYPE_CHECKING:
    from intake.storage.models.forms import Intake
    from intake.storage.models.visits import Appointment, Invitation


class User(Bound):
    """Somebody who works here. `password_hash` NULL: they have not chosen a password yet."""

    __tablename__ = "staff_user"
    BOUND = ("email_hmac", "role", "password_hash", "active")

    email_hmac: Mapped[str] = column(
        DataClass.IDENTITY, IndexColumn, unique=True, name="email_blind", key="email_hmac"
    )
    email_sealed: Mapped[bytes] = sealed(DataClass.IDENTITY)
    name_sealed: Mapped[bytes] = sealed(DataClass.IDENTITY)
    role: Mapped[Role] = column(DataClass.OPERATIONAL)
    password_hash: Mapped[str | None] = column(DataClass.SECRET, String(200))
    active: Mapped[bool] = column(DataClass.OPERATIONAL)
    made_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    last_sign_in_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)

    name: Sealed[str] = Sealed(TEXT)
    email: Sealed[str] = Sealed(TEXT)

    grants: Mapped[list["StaffGrant"]] = relationship(
        foreign_keys="StaffGrant.user_id", viewonly=True, order_by="StaffGrant.permission"
    )


class StaffGrant(Bound):
    """Something that this person may do besides what their role allows, given by an admin."""

    __tablename__ = "staff_grant"
    __table_args__ = (UniqueConstraint("user_id", "permission"),)
    BOUND = ("user_id", "permission", "given_by_id")

    user_id: Mapped[UUID] = foreign_key("staff_user.id")
    permission: Mapped[str] = column(DataClass.OPERATIONAL, String(40))
    given_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    given_by_id: Mapped[UUID | None] = foreign_key("staff_user.id")


class ClinicianName(Bound):
    """What record systems call somebody who sees patients, found by `name_hmac`. `user` NULL: nobody here."""

    __tablename__ = "clinician_name"
    BOUND = ("name_hmac", "user_id")

    name_sealed: Mapped[bytes] = sealed(DataClass.IDENTITY)
    name_hmac: Mapped[str] = column(DataClass.IDENTITY, IndexColumn, unique=True)
    user_id: Mapped[UUID | None] = foreign_key("staff_user.id")
    made_at: Mapped[datetime] = column(DataClass.OPERATIONAL)

    name: Sealed[str] = Sealed(TEXT)

    user: Mapped[User | None] = relationship()


class StaffLink(Identified):
    """A link by which a member of staff chooses a password, once. Only its fingerprint is kept."""

    __tablename__ = "staff_link"

    user_id: Mapped[UUID] = foreign_key("staff_user.id")
    token_hash: Mapped[str] = column(DataClass.SECRET, String(64), unique=True)
    purpose: Mapped[StaffLinkPurpose] = column(DataClass.OPERATIONAL)
    made_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    expires_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    used_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)

    user: Mapped[User] = relationship()


class WebSession(Identified):
    """A browser that is let in. Only the fingerprint of its token is kept.

    A tablet of the clinic is one, with a `name`. A patient's session that another one carries lasts no longer
    than that: a `tablet`, or the `desk` where a member of staff is signed in and fills in for the patient.
    `user` is who is signed in; NULL for patients and tablets. `identified_at`: when the patient at the desk
    gave the date of birth; NULL where nothing had been answered yet, and elsewhere.
    """

    __tablename__ = "web_session"

    token_hash: Mapped[str] = column(DataClass.SECRET, String(64), unique=True)
    kind: Mapped[SessionKind] = column(DataClass.OPERATIONAL)
    user_id: Mapped[UUID | None] = foreign_key("staff_user.id")
    intake_id: Mapped[UUID | None] = foreign_key("intake.id")
    invitation_id: Mapped[UUID | None] = foreign_key("invitation.id")
    tablet_id: Mapped[UUID | None] = foreign_key("web_session.id")
    desk_id: Mapped[UUID | None] = foreign_key("web_session.id")
    route: Mapped[Route] = column(DataClass.OPERATIONAL, default=Route.WEB)
    name: Mapped[str | None] = column(DataClass.OPERATIONAL, String(60))
    started_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    seen_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    revoked_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)
    identified_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)

    user: Mapped[User | None] = relationship()
    intake: Mapped["Intake | None"] = relationship()
    invitation: Mapped["Invitation | None"] = relationship()
    tablet: Mapped["WebSession | None"] = relationship(foreign_keys=tablet_id, remote_side="WebSession.id")
    desk: Mapped["WebSession | None"] = relationship(foreign_keys=desk_id, remote_side="WebSession.id")

    @property
    def filled_in_by(self) -> User | None:
        """The member of staff who fills in for the patient; None: the patient does."""
        return self.desk.user if self.desk is not None else None


class KnownBrowser(Identified):
    """A browser in which this member of staff has signed in before: strangers' tries do not lock it out.

    Only the fingerprint of what its cookie holds is kept; one browser may be known to many. Without the row
    it is a stranger's again.
    """

    __tablename__ = "known_browser"
    __table_args__ = (UniqueConstraint("token_hash", "user_id"),)

    user_id: Mapped[UUID] = foreign_key("staff_user.id")
    token_hash: Mapped[str] = column(DataClass.SECRET, String(64))
    made_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    seen_at: Mapped[datetime] = column(DataClass.OPERATIONAL)


class RefusedSignIn(Identified):
    """How often a password was refused in an hour, for one account and one range of addresses.

    `account` is the id of the member of staff, "" for e-mail addresses that nobody here has. `network` NULL:
    ranges beyond those that are counted one by one. `tries` were compared, `turned_away` were too many for
    that; those are counted without looking whose account it was.
    """

    __tablename__ = "refused_sign_in"
    __table_args__ = (UniqueConstraint("hour", "network_hmac", "account"),)

    hour: Mapped[datetime] = column(DataClass.OPERATIONAL)
    network_hmac: Mapped[str] = column(DataClass.IDENTITY, String(32))
    network_sealed: Mapped[bytes | None] = sealed(DataClass.IDENTITY)
    account: Mapped[str] = column(DataClass.OPERATIONAL, String(36))
    tries: Mapped[int] = column(DataClass.OPERATIONAL)
    turned_away: Mapped[int] = column(DataClass.OPERATIONAL)
    last_at: Mapped[datetime] = column(DataClass.OPERATIONAL)

    network: Sealed[str | None] = Sealed(TEXT)


class StaffDraft(Identified):
    """What a member of staff has typed into a form and not saved yet; `address` is where the form is sent.

    `content` is NULL once it is over: saved, or discarded. The row stays for a while, so that what is still
    on its way from the browser does not bring it back. `appointment_id` is whom it is about, where the form
    says; what is typed goes with that appointment.
    """

    __tablename__ = "staff_draft"

    user_id: Mapped[UUID] = foreign_key("staff_user.id")
    appointment_id: Mapped[UUID | None] = foreign_key("appointment.id")
    address: Mapped[str] = column(DataClass.OPERATIONAL, String(200))
    page: Mapped[str] = column(DataClass.OPERATIONAL, String(200))
    begun_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    changed_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    content_sealed: Mapped[bytes | None] = sealed(DataClass.HEALTH)

    content: Sealed[dict[str, Any] | None] = Sealed(JSON)

    appointment: Mapped["Appointment | None"] = relationship()


class Throttle(Row):
    """Tries at something that can be guessed, whether or not it exists; `subject_hmac` says at what."""

    __tablename__ = "throttle"

    kind: Mapped[ThrottleKind] = column(DataClass.OPERATIONAL, primary_key=True)
    subject_hmac: Mapped[str] = column(DataClass.IDENTITY, String(32), primary_key=True)
    tries: Mapped[int] = column(DataClass.OPERATIONAL)
    since: Mapped[datetime] = column(DataClass.OPERATIONAL, index=True)
