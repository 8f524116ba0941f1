"""Who works here, and which browsers are let in."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, String, UniqueConstraint, type_coerce
from sqlalchemy.orm import Mapped, relationship

from intake.storage.encryption import JSON, TEXT, Sealed
from intake.storage.models.row import Bound, DataClass, Identified, Row, column, foreign_key, sealed
from intake.storage.models.states import (
    Role,
    Route,
    SessionKind,
    StaffLinkPurpose,
    StepPurpose,
    ThrottleKind,
)
from intake.storage.types import IndexColumn, WordSet

if TYPE_CHECKING:
    from intake.storage.models.forms import Intake
    from intake.storage.models.visits import Appointment, Invitation


class User(Bound):
    """Somebody who works here. `password_hash` NULL: they have not chosen a password yet.

    `roles` is all that they may work as; in which of them they do, each session says.
    """

    __tablename__ = "staff_user"
    BOUND = ("email_hmac", "roles", "password_hash", "active")

    email_hmac: Mapped[str] = column(
        DataClass.IDENTITY, IndexColumn, unique=True, name="email_blind", key="email_hmac"
    )
    email_sealed: Mapped[bytes] = sealed(DataClass.IDENTITY)
    name_sealed: Mapped[bytes] = sealed(DataClass.IDENTITY)
    roles: Mapped[frozenset[Role]] = column(DataClass.OPERATIONAL, WordSet(Role))
    password_hash: Mapped[str | None] = column(DataClass.SECRET, String(200))
    active: Mapped[bool] = column(DataClass.OPERATIONAL)
    made_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    last_sign_in_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)

    name: Sealed[str] = Sealed(TEXT)
    email: Sealed[str] = Sealed(TEXT)

    grants: Mapped[list["StaffGrant"]] = relationship(
        foreign_keys="StaffGrant.user_id", viewonly=True, order_by="StaffGrant.permission"
    )

    @classmethod
    def may_work_as(cls, role: Role) -> ColumnElement[bool]:
        """This is one of their roles; no word of a role is part of another's."""
        return type_coerce(cls.roles, String).contains(role.value)


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


class TotpSecret(Bound):
    """What a person's app makes codes from. Not `active`: no code of it was right yet.

    `content` names the person too, so that it is of use for nobody else. `last_step`: the half minute whose
    code was taken last, as a number since 1970; each counts once.
    """

    __tablename__ = "totp_secret"
    __table_args__ = (UniqueConstraint("user_id", "active"),)
    BOUND = ("user_id", "active")

    user_id: Mapped[UUID] = foreign_key("staff_user.id")
    active: Mapped[bool] = column(DataClass.OPERATIONAL)
    content_sealed: Mapped[bytes] = sealed(DataClass.SECRET)
    last_step: Mapped[int | None] = column(DataClass.OPERATIONAL)
    made_at: Mapped[datetime] = column(DataClass.OPERATIONAL)

    content: Sealed[dict[str, str]] = Sealed(JSON)


class Passkey(Bound):
    """A passkey of a person, found by the fingerprint of its id. `name` is what they call it.

    `content` is its id, its public key and whose it is: nobody without our keys can put another in its place.
    """

    __tablename__ = "passkey"
    BOUND = ("user_id", "credential_hash")

    user_id: Mapped[UUID] = foreign_key("staff_user.id")
    credential_hash: Mapped[str] = column(DataClass.SECRET, String(64), unique=True)
    content_sealed: Mapped[bytes] = sealed(DataClass.SECRET)
    name_sealed: Mapped[bytes] = sealed(DataClass.IDENTITY)
    sign_count: Mapped[int] = column(DataClass.OPERATIONAL, BigInteger)
    made_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    last_used_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)

    content: Sealed[dict[str, Any]] = Sealed(JSON)
    name: Sealed[str] = Sealed(TEXT)


class RecoveryCode(Bound):
    """A code for whoever has lost the second factor: works once. Only its hash is kept."""

    __tablename__ = "recovery_code"
    BOUND = ("user_id", "code_hash")

    user_id: Mapped[UUID] = foreign_key("staff_user.id")
    code_hash: Mapped[str] = column(DataClass.SECRET, String(200))
    made_at: Mapped[datetime] = column(DataClass.OPERATIONAL)
    used_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)


class SignInStep(Identified):
    """A sign-in, or another way to show who it is, that is half done in one browser.

    Only the fingerprint of the token in the browser's cookie is kept. `user` NULL: nobody has said who they
    are. `challenge` is what a passkey is to sign, once; NULL: no passkey was asked for, or it was spent.
    """

    __tablename__ = "sign_in_step"

    token_hash: Mapped[str] = column(DataClass.SECRET, String(64), unique=True)
    purpose: Mapped[StepPurpose] = column(DataClass.OPERATIONAL)
    user_id: Mapped[UUID | None] = foreign_key("staff_user.id")
    challenge: Mapped[str | None] = column(DataClass.SECRET, String(64))
    made_at: Mapped[datetime] = column(DataClass.OPERATIONAL, index=True)
    used_at: Mapped[datetime | None] = column(DataClass.OPERATIONAL)

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


class StaffIdentity(Bound):
    """Who a member of staff is at the provider by which they sign on: `subject` at `issuer`, and no other.

    Never an e-mail address, which may be given to somebody else there.
    """

    __tablename__ = "staff_identity"
    __table_args__ = (UniqueConstraint("user_id"),)
    BOUND = ("subject_hmac", "user_id")

    user_id: Mapped[UUID] = column(DataClass.OPERATIONAL, ForeignKey("staff_user.id"))
    subject_hmac: Mapped[str] = column(DataClass.IDENTITY, IndexColumn, unique=True)
    issuer: Mapped[str] = column(DataClass.OPERATIONAL, String(500))
    subject_sealed: Mapped[bytes] = sealed(DataClass.IDENTITY)
    made_at: Mapped[datetime] = column(DataClass.OPERATIONAL)

    subject: Sealed[str] = Sealed(TEXT)

    user: Mapped[User] = relationship()


class SpentToken(Row):
    """What counts once: the state of a sign-on, the id of a logout token. Only its fingerprint is kept."""

    __tablename__ = "spent_token"

    token_hash: Mapped[str] = column(DataClass.SECRET, String(64), primary_key=True)
    kept_until: Mapped[datetime] = column(DataClass.OPERATIONAL, index=True)


class WebSession(Identified):
    """A browser that is let in. Only the fingerprint of its token is kept.

    A tablet of the clinic is one, with a `name`. A patient's session that another one carries lasts no longer
    than that: a `tablet`, or the `desk` where a member of staff is signed in and fills in for the patient.
    `user` is who is signed in, and `role` in which of their roles they work; NULL for patients and tablets.
    `device` is the kind of their browser
    (text/device.py), "" for those and where it says nothing. `identified_at`: when the patient at the desk
    gave the date of birth; NULL where nothing had been answered yet, and elsewhere. `methods`: what a member
    of staff showed to be let in, such as "password totp"; "" for others, and before version 0019.
    `identity_id`: they came by the provider, whose name for this sign-on `sid_hash` is the fingerprint of.
    """

    __tablename__ = "web_session"

    token_hash: Mapped[str] = column(DataClass.SECRET, String(64), unique=True)
    kind: Mapped[SessionKind] = column(DataClass.OPERATIONAL)
    user_id: Mapped[UUID | None] = foreign_key("staff_user.id")
    role: Mapped[Role | None] = column(DataClass.OPERATIONAL)
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
    methods: Mapped[str] = column(DataClass.OPERATIONAL, String(60), default="", server_default="")
    device: Mapped[str] = column(DataClass.OPERATIONAL, String(40), default="")
    identity_id: Mapped[UUID | None] = foreign_key("staff_identity.id")
    sid_hash: Mapped[str | None] = column(DataClass.SECRET, String(64))

    user: Mapped[User | None] = relationship()
    intake: Mapped["Intake | None"] = relationship()
    invitation: Mapped["Invitation | None"] = relationship()
    tablet: Mapped["WebSession | None"] = relationship(foreign_keys=tablet_id, remote_side="WebSession.id")
    desk: Mapped["WebSession | None"] = relationship(foreign_keys=desk_id, remote_side="WebSession.id")

    @property
    def filled_in_by(self) -> User | None:
        """The member of staff who fills in for the patient; None: the patient does."""
        return self.desk.user if self.desk is not None else None

    @property
    def filled_in_as(self) -> Role | None:
        """In which role they do."""
        return self.desk.role if self.desk is not None else None


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
    device: Mapped[str] = column(DataClass.OPERATIONAL, String(40), default="")


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
